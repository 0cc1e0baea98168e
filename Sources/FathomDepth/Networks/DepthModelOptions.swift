import FathomCore
import FathomTensor

/// Which network gives depth, and how it runs.
public struct DepthModelOptions: Sendable, Equatable {
    /// A name of the registry or a file; empty for the best weights there are.
    public var model = ""
    /// Short side of the network's input in pixels; nil for the size the network was trained with.
    public var inputSize: Int?
    /// Arithmetic of the large networks.
    public var precision = Precision.float32

    public init() {}
}

/// Options of a stage that runs a depth network.
public protocol DepthNetworkOptions: OptionGroup {
    var network: DepthModelOptions { get set }
}

extension DepthNetworkOptions {
    /// The options that choose the network.
    public static var networkOptions: [Option<Self>] {
        [
            Option(
                "model", \.network.model, "weights: a name (see fathom models list) or a file; without it the best there are",
                placeholder: "NAME|FILE"),
            Option(
                "inputSize", \.network.inputSize, "short side of the network's input", unit: "px", range: .within(14...4096),
                absent: "auto"),
            Option(
                "precision", \.network.precision,
                "arithmetic of the network; bf16 is faster where the processor knows it, and less exact"),
        ]
    }
}
