extension Collection<Double> {
    /// The middle value, or the mean of the two in the middle; NaN of none.
    package var median: Double {
        let sorted = sorted()
        guard !sorted.isEmpty else { return .nan }
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}
