import FathomCore

/// Shares out the memory of a run among the steps at work.
struct MemoryBudget {
    private let steps: [String: Int]
    private let limit: Int

    /// - Parameter limit: bytes that the process may use.
    init(_ forecast: Forecast, limit: Int) {
        steps = Dictionary(uniqueKeysWithValues: forecast.steps.map { ($0.name, $0.workingBytes) })
        self.limit = limit - forecast.keptBytes
    }

    /// Whether these steps may be at work at the same time.
    func allows(_ names: some Sequence<String>) -> Bool {
        Forecast.constantBytes + names.reduce(0) { $0 + steps[$1, default: 0] } <= limit
    }

    /// Bytes that a step may take: what it needs, and a quarter of what nobody needs.
    func memory(for name: String) -> Int {
        let own = steps[name, default: 0]
        let spare = max(0, limit - Forecast.constantBytes - steps.values.reduce(0, +))
        return max(64 << 20, own + spare / 4)
    }
}
