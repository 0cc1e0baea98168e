import FathomCore
import FathomModels

/// The networks that weights are compared with.
public struct DepthNetworkRegistry: Sendable {
    public let kinds: [any DepthNetworkKind]

    public init(_ kinds: [any DepthNetworkKind]) {
        self.kinds = kinds
    }

    /// Every network of the program, a line each.
    public static let standard = DepthNetworkRegistry(
        DepthAnythingKind.sizes
            + VideoDepthAnythingKind.sizes
            + [FathomVideoLiteKind()]
    )

    /// The network called `name`, as `ModelEntry.network` does.
    public func named(_ name: String) -> (any DepthNetworkKind)? { kinds.first { $0.name == name } }

    /// The network that weights with arrays of these shapes are meant for.
    ///
    /// - Parameter label: what errors call the weights.
    /// - Throws: `inputInvalid` where no network knows them.
    public func recognized(_ shapes: [String: [Int]], label: String) throws -> any DepthNetworkKind {
        guard let kind = kinds.first(where: { $0.recognizes(shapes) }) else {
            throw FathomError(
                .inputInvalid, "holds weights of no known depth network",
                remedy: "known are \(kinds.map(\.name).joined(separator: ", "))", at: label)
        }
        return kind
    }

    /// Published weights that are used for `purpose` when users name none, best first; the last ones are small and free to use.
    func candidates(for purpose: DepthPurpose) -> [ModelEntry] {
        kinds.filter { $0.purpose == purpose }.reversed().compactMap { kind in
            ModelRegistry.all.first { $0.network == kind.name && $0.output == .relative }
        }
    }
}
