/// The rules for NUMA nodes: their memory, processors and distances.
enum NUMARules {
  static let all: [DiagnosisRule] = numa + nodes

  private static let numa: [DiagnosisRule] = [
    .init(
      "host-node-missing", ["cannot bind memory to host NUMA nodes: {reason}"],
      cause: "memory cannot be bound to these nodes of the host: {reason}",
      remedy: "correct host-nodes=: `numactl --hardware` lists the existing nodes"),
    .init(
      "numa-sum-wrong", ["total memory for NUMA nodes ({sum}) should equal RAM size ({size})"],
      cause: "the memory of the NUMA nodes adds up to {sum}, but -m is {size}",
      remedy: "make the sizes of the backends add up to -m"),
    .init(
      "numa-cpu-taken", ["CPU is already assigned to node-id: {node}"],
      cause: "a processor is in two NUMA nodes, one of them {node}",
      remedy: "assign each processor to one node"),
    .init(
      "numa-cpu-beyond", ["CPU index ({index}) should be smaller than maxcpus ({count})"],
      cause: "a NUMA node has processor {index}, but the machine has {count}, counted from 0",
      remedy: "correct cpus= of -numa, or raise -smp"),
  ]

  private static let nodes: [DiagnosisRule] = [
    .init(
      "host-nodes-missing", ["host-nodes must be set for policy {policy}"],
      cause: "policy={policy} needs the nodes of the host to which it applies",
      remedy: "add host-nodes=0 (`numactl --hardware` lists them), or remove policy="),
    .init(
      "host-nodes-without-policy", ["host-nodes must be empty for policy default, *"],
      cause: "host-nodes= has no effect without a policy",
      remedy: "add policy=bind, preferred or interleave"),
    .init(
      "numa-memory-exclusive",
      ["'-machine memory-backend' and '-numa memdev' properties are mutually exclusive"],
      cause: "the memory is specified for the machine and for its NUMA nodes",
      remedy: "remove memory-backend= of -machine; the backends of all nodes must add up to -m"),
    .init(
      "numa-mem-removed", ["Parameter -numa node,mem is not supported by this machine type*"],
      cause: "newer machines support memory of a NUMA node only as a backend",
      remedy: "use `-object memory-backend-ram,id=m0,size=…` and -numa node,memdev=m0 instead of mem="),
    .init(
      "numa-mem-mixed", ["numa configuration should use either mem= or memdev=,mixing both is not allowed"],
      cause: "one NUMA node has mem= and another memdev=",
      remedy: "use memdev= for each"),
    .init(
      "numa-node-twice", ["Duplicate NUMA nodeid: {node}"],
      cause: "two NUMA nodes have nodeid={node}",
      remedy: "give each node its own nodeid=, or remove nodeid="),
    .init(
      "numa-node-skipped", ["numa: Node ID missing: {node}"],
      cause: "the numbers of NUMA nodes must not have gaps, but {node} is missing",
      remedy: "define node {node}, or renumber the others"),
    .init(
      "numa-node-undefined",
      [
        "Invalid node-id={node}, NUMA node must be defined *",
        "'DIMM property node has value {node}' which exceeds the number of numa nodes: *",
      ],
      cause: "the NUMA node {node} is not defined, or is used before it is defined",
      remedy: "add `-numa node,nodeid={node},memdev=…` before this option"),
    .init(
      "numa-memdev-undefined", ["memdev={id} is ambiguous"],
      cause: "memdev= of -numa refers to '{id}', which is not a memory backend",
      remedy: "add `-object memory-backend-ram,id={id},size=…`, or correct memdev="),
    .init(
      "numa-cpu-no-match", ["-numa cpu*: no match found"],
      cause: "-numa cpu has a place without a processor",
      remedy:
        "correct socket-id, core-id or thread-id: the HMP command `info hotpluggable-cpus` lists the places"),
    .init(
      "numa-cpu-level-unknown", ["-numa cpu*: {level} is not supported"],
      cause: "this machine's processors have no {level}",
      remedy: "remove {level} from -numa cpu"),
    .init(
      "numa-distance-node-undefined", ["Source/Destination NUMA node is missing. *"],
      cause: "-numa dist has a node that is not defined before it",
      remedy: "add `-numa node` for both nodes before -numa dist"),
    .init(
      "numa-distance-to-itself", ["Local distance of node {node} should be 10."],
      cause: "the distance of node {node} to itself is always 10",
      remedy: "remove that -numa dist, or write val=10"),
    .init(
      "numa-distance-too-small", ["NUMA distance ({value}) is invalid, it shouldn't be less than 10."],
      cause: "a NUMA distance must be 10 or more, but {value} is requested",
      remedy: "use val=20 or another value from 11 to 254 (255: not reachable)"),
    .init(
      "numa-distance-missing", ["The distance between node {node} and {other} is missing, *"],
      cause: "-numa dist is present for some pairs of nodes, but not for {node} and {other}",
      remedy: "add `-numa dist,src={node},dst={other},val=20`"),
    .init(
      "hmat-disabled", ["ACPI Heterogeneous Memory Attribute Table (HMAT) is disabled, *"],
      cause: "the option describes memory for the HMAT table, which is disabled",
      remedy: "add hmat=on to -machine"),
    .init(
      "hmat-initiator-invalid",
      [
        "The initiator of CPU NUMA node {node} should be itself (got {other})",
        "Invalid initiator={node}, it isn't an initiator proximity domain",
      ],
      cause:
        "node {node} cannot have that initiator: it must be a node with processors, and a node with "
        + "processors must be its own initiator",
      remedy: "correct initiator=, and assign processors to the node with cpus="),
  ]
}
