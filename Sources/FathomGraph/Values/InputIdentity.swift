import FathomCore

/// What an input of a graph holds, as digests; never paths, never times of files.
public protocol InputIdentity: Sendable {
    /// What stands in a key for the part that `reads` names.
    func text(_ reads: Reads) -> String
    /// The libraries, with their versions, that decide which numbers a stage finds in that part: decoders of photos or video.
    func libraries(_ reads: Reads) -> [String: String]
}

extension InputIdentity {
    public func libraries(_ reads: Reads) -> [String: String] { [:] }

    /// The digest of everything.
    var digest: String { text(.all) }
}

/// Of something that is read as a whole, with how it is read.
public struct WholeIdentity: InputIdentity {
    private let digest: String
    private let libraries: [String: String]

    public init(_ digest: String, libraries: [String: String] = [:]) {
        self.digest = digest
        self.libraries = libraries
    }

    public func text(_ reads: Reads) -> String { digest }
    public func libraries(_ reads: Reads) -> [String: String] { libraries }
}

/// Of a list of files: digest and name of each.
public struct ListIdentity: InputIdentity {
    private let digests: [String]
    private let whole: String
    private let libraries: @Sendable (Int) -> [String: String]

    /// - Parameter libraries: those that read a file, by its index.
    public init(
        _ digests: [String], names: [String], libraries: @escaping @Sendable (Int) -> [String: String] = { _ in [:] }
    ) {
        self.digests = digests
        self.libraries = libraries
        whole = "\(Digest(of: zip(names, digests).map { "\($0) \($1)" }.joined(separator: "\n")))"
    }

    public func text(_ reads: Reads) -> String {
        if case .items(let indices) = reads { indices.map { digests[$0] }.joined(separator: " ") } else { whole }
    }

    public func libraries(_ reads: Reads) -> [String: String] {
        let indices = if case .items(let indices) = reads { indices } else { Array(digests.indices) }
        return indices.reduce(into: [:]) { $0.merge(libraries($1)) { first, _ in first } }
    }
}
