import FathomDepth
import FathomMedia
import FathomModels
import FathomTensor

/// A network that guesses: what stands lower in the image is nearer, and what is darker a little.
struct RowDepth: ImageDepthNetwork, VideoDepthNetwork {
    private let horizon: Float
    private let shade: Float

    init(_ weights: WeightReader) throws {
        horizon = try weights.floats("horizon")[0]
        shade = try weights.floats("shade")[0]
    }

    func inputSize(width: Int, height: Int) -> (width: Int, height: Int) { (32, 24) }

    func encode(_ frame: Raster<UInt8>) -> Raster<Float> { frame.gray().resized(width: 32, height: 24, filter: .area) }

    func decode(_ window: [Raster<Float>], first count: Int, emit: (Int, Raster<Float>) throws -> Void) throws {
        for (slot, gray) in window.prefix(count).enumerated() { try emit(slot, depth(ofGray: gray)) }
    }

    func depth(of image: Raster<UInt8>) -> Raster<Float> { depth(ofGray: encode(image)) }

    private func depth(ofGray gray: Raster<Float>) -> Raster<Float> {
        var depth = gray
        for y in 0..<gray.height {
            let row = (Float(y) + 0.5) / Float(gray.height)
            for x in 0..<gray.width { depth[x, y] = max(0, row - horizon + shade * (1 - gray[x, y] / 255)) }
        }
        return depth
    }
}

/// How Fathom knows `RowDepth`.
struct RowDepthKind: DepthNetworkKind {
    let name = "row-depth"
    let shapes = ["horizon": [1], "shade": [1]]

    func recognizes(_ shapes: [String: [Int]]) -> Bool { shapes["horizon"] != nil }

    func cost(_ options: DepthModelOptions, for purpose: DepthPurpose) -> DepthNetworkCost {
        DepthNetworkCost(bytes: 32 * 24 * 4 * 33, mapPixels: 32 * 24, coreSecondsPerFrame: 1e-5)
    }

    func make(_ weights: StrictWeights, _ options: DepthModelOptions, _ output: ModelOutput) throws -> DepthNetwork {
        let network = try RowDepth(WeightReader(weights))
        return DepthNetwork(image: network, video: network)
    }
}
