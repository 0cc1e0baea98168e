/// Reads from the lines that COLMAP prints how far a step is.
struct ColmapCounter {
    let total: Int
    let unit: String
    private let marker: String
    private let countsLines: Bool
    private var done = 0

    /// - Parameters:
    ///   - marker: what stands before the number of what is being done; the number in parentheses counts where there is one.
    ///   - countsLines: every line with the marker is a step.
    init(_ marker: String, _ total: Int, _ unit: String, countsLines: Bool = false) {
        self.marker = marker
        self.total = total
        self.unit = unit
        self.countsLines = countsLines
    }

    /// How many steps were done since the line before.
    mutating func steps(_ line: String) -> Int {
        guard let place = line.firstRange(of: marker) else { return 0 }
        let rest = line[place.upperBound...]
        let numbers = rest.split { !$0.isASCII || !$0.isNumber }.compactMap { Int($0) }
        guard let number = rest.contains("(") ? numbers.last : numbers.first else { return 0 }
        let now = min(countsLines ? done + 1 : number, total)
        defer { done = max(done, now) }
        return max(0, now - done)
    }
}

/// What COLMAP said, as far as it explains a failure.
struct ColmapReport {
    private var last: String?
    private var complaint: String?

    /// The last complaint, else the last words.
    var reason: String? { complaint ?? last }

    mutating func take(_ line: String) {
        let words = line.split(separator: " ").joined(separator: " ")
        guard words.contains(where: { $0 != "=" && $0 != "-" && $0 != " " }) else { return }
        last = words
        let small = words.lowercased()
        if small.contains("error") || small.contains("check failed") || small.contains("failed to") { complaint = words }
    }
}
