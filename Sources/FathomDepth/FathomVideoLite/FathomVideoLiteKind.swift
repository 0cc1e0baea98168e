import FathomCore
import FathomModels
import FathomTensor

/// Fathom's own network, whose weights are inside the program.
public struct FathomVideoLiteKind: DepthNetworkKind {
    public init() {}

    public var name: String { "fathom-video-lite" }
    public var shapes: [String: [Int]] { FathomVideoLite.shapes }

    public func recognizes(_ shapes: [String: [Int]]) -> Bool { shapes["pretrained.stem.weight"] == [LiteEncoder.stem, 3, 3, 3] }

    public func cost(_ options: DepthModelOptions, for purpose: DepthPurpose) -> DepthNetworkCost {
        let side = Double(options.inputSize ?? FathomVideoLite.bestInputSize)
        let pixels = side * side * 4 / 3
        return DepthNetworkCost(
            bytes: 20 << 20 + Int(pixels * (purpose == .video ? 1420 : 200)), mapPixels: Int(pixels),
            coreSecondsPerFrame: pixels * (purpose == .video ? 5.4e-7 : 4.2e-7))
    }

    public func make(_ weights: StrictWeights, _ options: DepthModelOptions, _ output: ModelOutput) throws -> DepthNetwork {
        guard options.precision == .float32 else {
            throw FathomError(.usage, "\(name) computes in f32 only", remedy: "leave --precision out")
        }
        let network = try FathomVideoLite(
            weights: weights, inputSize: options.inputSize ?? FathomVideoLite.bestInputSize)
        return DepthNetwork(image: network, video: network)
    }
}
