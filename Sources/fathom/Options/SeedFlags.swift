import FathomCore

/// What is random in a run.
struct SeedFlags: OptionGroup {
    var seed = 0

    static let schema = OptionSchema<Self>(
        "Random numbers",
        [
            Option(
                "seed", \.seed, "what is random follows from this number: poses by COLMAP, training; the rest does not depend on it",
                range: .atLeast(0))
        ])

    var value: UInt64 { UInt64(seed) }
}
