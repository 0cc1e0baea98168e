import FathomCore

/// An input as it was read: its value, its content's identity and what to tell about it.
public struct LoadedInput: Sendable {
    public var value: PortValue
    public var identity: any InputIdentity
    /// What `run.json` tells of it.
    public var facts: JSONObject
    public var warnings: [String]

    public init(
        _ value: PortValue, identity: any InputIdentity, facts: JSONObject = [:], warnings: [String] = []
    ) {
        self.value = value
        self.identity = identity
        self.facts = facts
        self.warnings = warnings
    }
}

/// What a kind is given to read an input.
public struct InputRequest {
    /// What it takes to work before an input can be read, such as finding poses of photos.
    public struct Preparation {
        /// The output folder of the run.
        public var folder: String
        public var store: ContentStore
        public var progress: ProgressReporter
    }

    /// The name of the input in the graph.
    public let name: String
    public let binding: InputBinding
    /// What every input of the graph is bound to.
    public let bindings: [String: InputBinding]
    /// The number that decides everything random.
    public let seed: UInt64
    /// nil where work would take too long.
    public let preparation: Preparation?
    let files: FileDigests

    /// The one path of an input that is bound to one.
    public var path: String { binding.paths[0] }

    /// The digests of the contents of files, which are remembered from run to run.
    ///
    /// - Throws: `inputMissing` or `io`.
    public func digests(of paths: [String]) throws -> [Digest] { try files.digests(of: paths) }

    /// The same where a file that cannot be read is found out later, when it is worked on.
    public func readableDigests(of paths: [String]) -> [String] {
        if let digests = try? files.digests(of: paths) { return digests.map { "\($0)" } }
        return paths.map { path in (try? Digest(ofFile: path)).map { "\($0)" } ?? "unreadable" }
    }

    /// The identity of one file that is read as a whole.
    ///
    /// - Throws: as `digests`.
    public func wholeFile(libraries: [String: String] = [:]) throws -> WholeIdentity {
        WholeIdentity("\(try digests(of: [path])[0])", libraries: libraries)
    }
}
