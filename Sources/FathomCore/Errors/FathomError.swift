/// The one error type: what happened, where, and what to do about it.
///
/// `description` is one sentence fit for a terminal, on one line whatever a file holds: `location: message; remedy`.
public struct FathomError: Error, Sendable, CustomStringConvertible {
    /// The class of a failure; it alone decides the exit status.
    public enum Code: String, Sendable, CaseIterable {
        /// A stage ran and failed.
        case stageFailed
        /// The command line is wrong.
        case usage
        /// An input can be opened but is damaged, inconsistent or of an unknown kind.
        case inputInvalid
        /// An input does not exist.
        case inputMissing
        /// Weights or an external program are missing.
        case unavailable
        /// A bug in Fathom.
        case bug
        /// An output cannot be created.
        case cannotCreate
        /// Reading or writing failed: I/O error or full disk.
        case io
        /// A resource is busy; trying later may help.
        case temporary
        /// A graph is invalid.
        case graphInvalid
        /// Interrupted by the user; a re-run resumes.
        case interrupted
    }

    public var code: Code
    /// What happened, without a final full stop.
    public var message: String
    /// What the user can do about it, if anything.
    public var remedy: String?
    /// File, frame, byte offset, JSON path: where it happened.
    public var location: String?
    public var cause: (any Error)?

    public init(_ code: Code, _ message: String, remedy: String? = nil, at location: String? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
        self.location = location
        self.cause = cause
    }

    public var description: String {
        var text = location.map { "\($0): " } ?? ""
        text += message
        if let remedy { text += "; \(remedy)" }
        if let cause { text += " (\(cause))" }
        return text.escapingControls
    }

    /// This error, located at `place` unless it already says where it happened.
    public func located(at place: String) -> FathomError {
        var copy = self
        if copy.location == nil { copy.location = place }
        return copy
    }
}
