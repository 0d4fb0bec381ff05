/// NUMA nodes: their memory, processors and distances.
enum NUMARules {
  static let all: [DiagnosisRule] = numa + nodes

  private static let numa: [DiagnosisRule] = [
    .init(
      "host-node-missing", ["cannot bind memory to host NUMA nodes: {reason}"],
      cause: "memory cannot be bound to these nodes of the host: {reason}",
      remedy: "`numactl --hardware` shows the nodes that exist; correct host-nodes="),
    .init(
      "numa-sum-wrong", ["total memory for NUMA nodes ({sum}) should equal RAM size ({size})"],
      cause: "the NUMA nodes' memory adds up to {sum}, and -m is {size}",
      remedy: "make the backends' sizes add up to -m"),
    .init(
      "numa-cpu-taken", ["CPU is already assigned to node-id: {node}"],
      cause: "a processor belongs to two NUMA nodes, one of them {node}",
      remedy: "name each processor in one node"),
    .init(
      "numa-cpu-beyond", ["CPU index ({index}) should be smaller than maxcpus ({count})"],
      cause: "a NUMA node names processor {index}, and the machine has {count}, counted from 0",
      remedy: "correct cpus= of -numa, or raise -smp"),
  ]

  private static let nodes: [DiagnosisRule] = [
    .init(
      "host-nodes-missing", ["host-nodes must be set for policy {policy}"],
      cause: "policy={policy} does not say which nodes of the host it is about",
      remedy: "add host-nodes=0 (`numactl --hardware` lists them), or remove policy="),
    .init(
      "host-nodes-without-policy", ["host-nodes must be empty for policy default, *"],
      cause: "host-nodes= has no effect without a policy",
      remedy: "add policy=bind, preferred or interleave"),
    .init(
      "numa-memory-exclusive",
      ["'-machine memory-backend' and '-numa memdev' properties are mutually exclusive"],
      cause: "the memory is given to the machine as a whole and to its NUMA nodes as well",
      remedy: "remove memory-backend= of -machine; the memdev= of the nodes together make up -m"),
    .init(
      "numa-mem-removed", ["Parameter -numa node,mem is not supported by this machine type*"],
      cause: "newer machines take the memory of a NUMA node as a back end only",
      remedy: "write `-object memory-backend-ram,id=m0,size=…` and -numa node,memdev=m0 in place of mem="),
    .init(
      "numa-mem-mixed", ["numa configuration should use either mem= or memdev=,mixing both is not allowed"],
      cause: "one NUMA node has mem= and another memdev=",
      remedy: "use memdev= for each"),
    .init(
      "numa-node-twice", ["Duplicate NUMA nodeid: {node}"],
      cause: "two NUMA nodes have nodeid={node}",
      remedy: "give each a nodeid= of its own, or leave it out"),
    .init(
      "numa-node-skipped", ["numa: Node ID missing: {node}"],
      cause: "the NUMA nodes have to be numbered without a gap, and {node} is missing",
      remedy: "define node {node}, or renumber the others"),
    .init(
      "numa-node-undefined",
      [
        "Invalid node-id={node}, NUMA node must be defined *",
        "'DIMM property node has value {node}' which exceeds the number of numa nodes: *",
      ],
      cause: "the NUMA node {node} is named before it is defined, or not defined at all",
      remedy: "add `-numa node,nodeid={node},memdev=…` before"),
    .init(
      "numa-memdev-undefined", ["memdev={id} is ambiguous"],
      cause: "memdev= of -numa names '{id}', which is the id of no memory back end",
      remedy: "add `-object memory-backend-ram,id={id},size=…`, or correct memdev="),
    .init(
      "numa-cpu-no-match", ["-numa cpu*: no match found"],
      cause: "-numa cpu names a place that has no processor",
      remedy:
        "`info hotpluggable-cpus` of the HMP monitor lists the places; correct socket-id, core-id or "
        + "thread-id"),
    .init(
      "numa-cpu-level-unknown", ["-numa cpu*: {level} is not supported"],
      cause: "this machine's processors have no {level}",
      remedy: "remove {level} from -numa cpu"),
    .init(
      "numa-distance-node-undefined", ["Source/Destination NUMA node is missing. *"],
      cause: "-numa dist names a node that is not defined before it",
      remedy: "put `-numa node` for both nodes before -numa dist"),
    .init(
      "numa-distance-to-itself", ["Local distance of node {node} should be 10."],
      cause: "the distance of node {node} to itself is always 10",
      remedy: "remove that -numa dist, or write val=10"),
    .init(
      "numa-distance-too-small", ["NUMA distance ({value}) is invalid, it shouldn't be less than 10."],
      cause: "a NUMA distance is 10 or more, and {value} is given",
      remedy: "write val=20 or another value from 11 to 254 (255: not reachable)"),
    .init(
      "numa-distance-missing", ["The distance between node {node} and {other} is missing, *"],
      cause: "-numa dist is given for some pairs of nodes, and not for {node} and {other}",
      remedy: "add `-numa dist,src={node},dst={other},val=20`"),
    .init(
      "hmat-disabled", ["ACPI Heterogeneous Memory Attribute Table (HMAT) is disabled, *"],
      cause: "the option describes memory for the HMAT table, which the machine does not make",
      remedy: "add hmat=on to -machine"),
    .init(
      "hmat-initiator-invalid",
      [
        "The initiator of CPU NUMA node {node} should be itself (got {other})",
        "Invalid initiator={node}, it isn't an initiator proximity domain",
      ],
      cause:
        "node {node} cannot have that initiator: it has to be a node with processors, and one with "
        + "processors is its own",
      remedy: "correct initiator=, and put processors into the node with cpus="),
  ]
}
