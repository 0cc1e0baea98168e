import FathomCore

/// One thing that was checked when a scene was read, and what was found.
public struct SceneCheck: Sendable {
    /// How bad it is; an `error` ends a run before work begins.
    public enum Verdict: String, Sendable {
        case ok, warning, error
    }

    /// What is looked at, one word as `fathom inspect` prints it.
    public enum Topic: String, Sendable {
        case rotations, cameras, positions, units, upright
        /// Sparse points without their places in the photos.
        case points
        /// Sparse points against their places in the photos.
        case reprojection
        /// The photos against each other.
        case photos
    }

    /// What was looked at.
    public var topic: Topic
    /// How it came out.
    public var verdict: Verdict
    /// What was found, with its figures; for warnings and errors the message of the failure.
    public var sentence: String
    /// What the user can do about it.
    public var remedy: String?
    /// The measured quantities, by name.
    public var figures: [(name: String, value: Double)]

    /// A check with its figures, which become numbers in JSON.
    public init(
        _ topic: Topic, _ verdict: Verdict, _ sentence: String, remedy: String? = nil,
        figures: [(name: String, value: Double)] = []
    ) {
        self.topic = topic
        self.verdict = verdict
        self.sentence = sentence
        self.remedy = remedy
        self.figures = figures
    }

    /// The warning it amounts to, if it is one.
    public var warning: String? { verdict == .warning ? sentence + (remedy.map { "; \($0)" } ?? "") : nil }

    /// - Throws: `inputInvalid` at `location` when the verdict is an error.
    public func confirm(at location: String) throws {
        if verdict == .error { throw FathomError(.inputInvalid, sentence, remedy: remedy, at: location) }
    }
}

extension Double {
    /// A share in per cent, whole, rounded down: 0.999 → "99 %".
    package var percent: String { "\((self * 100).rounded(.down).fixed(0)) %" }

    /// Three significant digits, as few decimals as that takes: 1234.5 → "1235", 0.01234 → "0.0123".
    package var brief: String {
        guard isFinite, self != 0 else { return isFinite ? "0" : "\(self)" }
        var digits = 0
        var scaled = magnitude
        while scaled < 100 && digits < 9 {
            scaled *= 10
            digits += 1
        }
        let text = fixed(digits)
        guard digits > 0 else { return text }
        let trimmed = text.reversed().drop { $0 == "0" }.drop { $0 == "." }
        return String(trimmed.reversed())
    }
}
