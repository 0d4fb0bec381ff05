import QEMUSupervision
import Testing

/// The actions that follow an input in a situation.
struct LifeCase: CustomTestStringConvertible {
  let situation: LifeSituation
  let input: LifeInput
  let actions: String

  var testDescription: String { "\(situation.rawValue), \(input.rawValue): \(actions)" }

  /// The cases of all inputs; those without actions are not in the table.
  static let all = LifeSituation.allCases.flatMap { situation in
    LifeInput.allCases.map { input in
      LifeCase(situation: situation, input: input, actions: LifeTable.rows[situation]?[input] ?? "")
    }
  }
}

@Suite("The life of a virtual machine") struct LifeTests {
  @Test("answers each input in each situation", arguments: LifeCase.all)
  func table(_ row: LifeCase) {
    var trace = row.situation.trace()
    #expect(trace.pass { row.input.apply(to: &$0, $1) } == row.actions)
  }
}
