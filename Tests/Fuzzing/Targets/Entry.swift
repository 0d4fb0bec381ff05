import Glibc

/// The target that `FUZZ_TARGET` names.
private let target = getenv("FUZZ_TARGET").flatMap { FuzzTarget(rawValue: String(cString: $0)) }

/// Takes one input of libFuzzer, whose `main` Scripts/fuzz links; what does not hold ends the process, as a crash would.
@_cdecl("LLVMFuzzerTestOneInput")
package func testOneInput(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  do throws(FuzzFinding) {
    try target?.run(UnsafeRawBufferPointer(start: start, count: count))
    return 0
  } catch {
    let words = Array("found: \(error)\n".utf8)
    _ = write(2, words, words.count)
    abort()
  }
}
