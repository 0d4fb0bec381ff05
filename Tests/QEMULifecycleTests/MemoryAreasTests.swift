import Testing

@testable import QEMULifecycle
@testable import QEMUObservation

/// The kernel's account of a process's memory, shortened to a line for each area.
@Suite struct MemoryAreasTests {
  private static let text = """
    7f0000000000-7f0000010000 rw-p 00000000 fe:00 17                         /tmp/a b (deleted)
    Size:                 64 kB
    KernelPageSize:        4 kB
    Rss:                  12 kB
    Swap:                  4 kB
    VmFlags: rd wr mr mw me ac mg 
    7f0000010000-7f0000020000 r--p 00000000 00:00 0 
    KernelPageSize:        4 kB
    VmFlags: rd mr mw me ac 
    7f0000020000-7f0000420000 rw-s 00000000 00:0f 3                          /dev/hugepages/x
    KernelPageSize:     2048 kB
    Private_Hugetlb:    2048 kB
    VmFlags: rd wr sh ht 
    7f0000420000-7f0000421000 rw-p 00000000 00:00 0                          [stack]
    VmFlags: rd wr 
    ffff000000-fffffffffffffffff rw-p
    """

  @Test func onlyWritableAreasOfSomeSizeAreListed() {
    let policies = MemoryAreas.policies(
      in: "7f0000000000 prefer (many):0 anon=3\n7f0000020000 bind:0-1 file=x\n7f")
    #expect(
      MemoryAreas.areas(in: Self.text, policies) == [
        "7f0000000000-7f0000010000 rw-p 4 16 rd,wr,mr,mw,me,ac,mg prefer(many):0 /tmp/a b (deleted)",
        "7f0000020000-7f0000420000 rw-s 2048 2048 rd,wr,sh,ht bind:0-1 /dev/hugepages/x",
      ])
  }
}
