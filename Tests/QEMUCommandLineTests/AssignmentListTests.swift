import Testing

@testable import QEMUCommandLine

/// Tests that the assignments of an argument keep their order and meaning, whether they were read or created.
@Suite struct AssignmentListTests {
  private static func read(
    _ text: String, _ language: ValueLanguage = .qemuOpts, impliedKey: String? = "driver"
  ) throws -> AssignmentList {
    try language.parse(text, impliedKey: impliedKey).list
  }

  @Test(arguments: [
    "x", "x,id=a", "x,a=1,b=2", "x,a=b,,c", "a,,b,c=d", "x,a=", "", "x,näme=größe", "x,switch", "x,noswitch",
    "x,",
    ",x=1", "driver=x,a=1", "driver=a=b", "a=1,driver=x",
  ])
  func aListThatWasReadIsTheListOfWhatItSays(text: String) throws {
    let read = try Self.read(text)
    let made = AssignmentList(Array(read))
    #expect(read == made)
    #expect(read.hashValue == made.hashValue)
    #expect(
      try ValueLanguage.qemuOpts.emit(read, impliedKey: "driver")
        == ValueLanguage.qemuOpts.emit(made, impliedKey: "driver"))
  }

  @Test(arguments: [
    ("x,a=1", "x,a=1"), ("driver=x,a=1", "x,a=1"), ("driver=a=b", "driver=a=b"), ("x,switch", "x,switch=on"),
    ("x,noswitch", "x,switch=off"), ("x,a=1,", "x,a=1"), ("x,a=b,,c", "x,a=b,,c"), (",a=1", "driver=,a=1"),
  ])
  func aTextIsWrittenInOneWay(text: String, written: String) throws {
    #expect(try ValueLanguage.qemuOpts.emit(Self.read(text), impliedKey: "driver") == written)
  }

  @Test func whatWasReadOfOneOptionIsWrittenForAnotherByItsRules() throws {
    let list = try Self.read("x,a=1")
    #expect(try ValueLanguage.qemuOpts.emit(list, impliedKey: nil) == "driver=x,a=1")
    #expect(try ValueLanguage.keyval.emit(list, impliedKey: "driver") == "x,a=1")
    let named = try Self.read("a=1,b=2", impliedKey: nil)
    #expect(try ValueLanguage.qemuOpts.emit(named, impliedKey: "a") == "1,b=2")
  }

  @Test func aChangeIsWritten() throws {
    var list = try Self.read("x,a=1,b=2")
    list.append(Assignment("c", "3,4"))
    #expect(try ValueLanguage.qemuOpts.emit(list, impliedKey: "driver") == "x,a=1,b=2,c=3,,4")
    list.removeAll { $0.name == "a" }
    list.replaceSubrange(0..<1, with: [Assignment("driver", "y"), Assignment("z", "")])
    #expect(
      Array(list) == [
        Assignment("driver", "y"), Assignment("z", ""), Assignment("b", "2"), Assignment("c", "3,4"),
      ])
    #expect(try ValueLanguage.qemuOpts.emit(list, impliedKey: "driver") == "y,z=,b=2,c=3,,4")
  }

  @Test func whatIsLeftOutIsNotThere() throws {
    let list = try Self.read("x,a=1,driver=y,b=2").without("driver")
    #expect(Array(list) == [Assignment("a", "1"), Assignment("b", "2")])
    #expect(Array(list.without("nothing")) == Array(list))
    #expect(try ValueLanguage.qemuOpts.emit(list, impliedKey: "driver") == "a=1,b=2")
  }

  @Test func ofAnIDTheFirstCountsElseTheLast() throws {
    let list = try Self.read("x,id=a,p=1,id=b,p=2")
    #expect(list.text(of: "id") == "a")
    #expect(list.text(of: "p") == "2")
    #expect(list.text(of: "driver") == "x")
    #expect(list.text(of: "dri") == nil)
  }

  @Test(arguments: [
    ("x,a=1,b=2", 2, 7), ("x,ä=ü,b=2", 2, 7), ("x,a=1,,2,b=2", 2, 10), ("a=1,switch,b=2", 2, 12),
    ("a,,b,c=1", 1, 6),
  ])
  func anAssignmentHasItsPlace(text: String, number: Int, column: Int) throws {
    #expect(try ValueLanguage.qemuOpts.parse(text, impliedKey: "driver").column(of: number) == column)
  }
}

/// Tests of the lookup of values by the bytes of a name.
@Suite struct NameTableTests {
  @Test func everyNameIsFoundAndNothingElse() {
    let names = (0..<1000).map { "name-\($0)" } + ["", "ä", "a\u{308}"]
    let table = NameTable(names.enumerated().map { ($1, $0) })
    for (number, name) in names.enumerated() { #expect(table.place(of: name.utf8Span.span) == number) }
    #expect(table["name-1000"] == nil)
    #expect(table["name"] == nil)
  }

  @Test func ofANameThatIsGivenTwiceTheLastCounts() {
    let table = NameTable([("a", 1), ("b", 2), ("a", 3)])
    #expect(table["a"] == 3)
    #expect(table.names == ["a", "b"])
  }

  @Test func anEmptyTableHasNothing() { #expect(NameTable<Int>([])["a"] == nil) }
}
