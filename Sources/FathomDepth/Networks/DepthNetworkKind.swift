import FathomModels
import FathomTensor

/// A network that Fathom knows: how its weights are told from those of others, what it takes, and how it is made.
///
/// Sizes of one network are values of one type. `DepthNetworkRegistry.standard` lists them all; see `Docs/AddingANetwork.md`.
public protocol DepthNetworkKind: Sendable {
    /// What errors call it, and `ModelEntry.network` of its published weights: "video-depth-anything-small".
    var name: String { get }
    /// For what its published relative weights are used when users name none; nil for weights that must be named.
    var purpose: DepthPurpose? { get }
    /// Shape of every array that its weights must have.
    var shapes: [String: [Int]] { get }
    /// Shapes of arrays that its weights may have beside those: tables that follow from a formula, parameters never used.
    var optionalShapes: [String: [Int]] { get }

    /// Whether weights with arrays of these shapes are meant for this network, from a few that no other has. Whether all fit is
    /// checked afterwards, so that damaged weights are told from unknown ones.
    func recognizes(_ shapes: [String: [Int]]) -> Bool

    /// What one frame of 4 : 3 takes.
    func cost(_ options: DepthModelOptions, for purpose: DepthPurpose) -> DepthNetworkCost

    /// Makes the network; the weights have `shapes`, and of `optionalShapes` what there was.
    ///
    /// - Throws: `usage` for options that it cannot follow, `inputInvalid` or `io` when weights cannot be read.
    func make(_ weights: StrictWeights, _ options: DepthModelOptions, _ output: ModelOutput) throws -> DepthNetwork
}

extension DepthNetworkKind {
    public var purpose: DepthPurpose? { nil }
    public var optionalShapes: [String: [Int]] { [:] }
}
