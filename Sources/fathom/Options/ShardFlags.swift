import FathomCore
import FathomGraph
import FathomPipeline

/// Which part of the work a process does.
struct ShardFlags: OptionGroup {
    /// `I/N`, `env` or `env/N`; empty for the whole.
    var text = ""

    static let schema = OptionSchema<Self>(
        "Shards",
        [
            Option(
                "shard", \.text, "do one of N parts: 3/8, or env or env/8 for the one that Slurm, AWS Batch or Kubernetes names",
                placeholder: "I/N")
        ])

    func validate() throws { _ = try shard() }

    /// nil for the whole.
    ///
    /// - Throws: `usage`.
    func shard() throws -> Shard? {
        text.isEmpty ? nil : try Shard(text) { Environment[$0] }
    }
}
