import FathomCore

/// What is random in a run.
struct SeedFlags: OptionGroup {
    var seed = 0

    static let schema = OptionSchema<Self>(
        "Random numbers",
        [
            Option(
                "seed", \.seed,
                "poses by COLMAP and all else that is random follow from this number; the rest does not depend on it",
                range: .atLeast(0))
        ])

    var value: UInt64 { UInt64(seed) }
}
