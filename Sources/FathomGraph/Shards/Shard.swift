import FathomCore

/// One of `count` parts of a run, each computed by a process of its own; together they are the whole.
///
/// People count from 1, as in `--shard 3/8`; array engines count as they like, see `Shard(environment:)`.
public struct Shard: Sendable, Equatable, CustomStringConvertible {
    /// Which part, from 0.
    public let index: Int
    /// How many parts there are.
    public let count: Int
    /// How many parts there can be.
    static let counts = 1...1_000_000

    /// - Precondition: `index` is in `0..<count`, and `count` in `counts`.
    public init(index: Int, count: Int) {
        precondition(Self.counts.contains(count) && (0..<count).contains(index), "part \(index) of \(count)")
        self.index = index
        self.count = count
    }

    /// What users write: `3/8` for the third of eight parts, `env` or `env/8` for the part that the array engine names.
    ///
    /// - Parameter variable: the environment; nil for what is not set.
    /// - Throws: `usage`.
    public init(_ text: String, environment variable: (String) -> String?) throws {
        let sides = text.split(separator: "/", omittingEmptySubsequences: false)
        let count = sides.count == 2 ? Int(sides[1]) : nil
        guard sides.count == (count == nil ? 1 : 2), count.map(Self.counts.contains) ?? true else {
            throw Self.malformed(text)
        }
        if sides[0] == "env" {
            self = try Self(environment: variable, count: count)
            return
        }
        guard let position = Int(sides[0]), let count else { throw Self.malformed(text) }
        guard (1...count).contains(position) else {
            throw FathomError(
                .usage, "there is no part \(text)",
                remedy: "the first is 1/\(count), the last \(count)/\(count); in an array job write env/\(count)", at: "--shard")
        }
        self.init(index: position - 1, count: count)
    }

    private static func malformed(_ text: String) -> FathomError {
        FathomError(
            .usage, "\"\(text)\" is not of the form I/N",
            remedy: "write 3/8 for the third of eight parts, or env in an array job", at: "--shard")
    }

    /// This part of `count` things: consecutive, of equal size but for one; empty where there are too few.
    public func share(of count: Int) -> Range<Int> {
        let (size, extra) = count.quotientAndRemainder(dividingBy: self.count)
        let start = index * size + min(index, extra)
        return start..<start + size + (index < extra ? 1 : 0)
    }

    public var description: String { "\(index + 1)/\(count)" }
}
