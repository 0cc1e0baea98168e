import FathomCore
import FathomMedia
import FathomTensor

/// The training-free streaming mode of the authors: each frame is mixed with what is remembered of those before it.
///
/// Less accurate than windows (the authors state δ1 .836 instead of .926 on ScanNet), but depth comes with the frame. Memory
/// holds keys and values of at most 42 frames.
extension VideoDepthAnything: StreamingVideoDepthNetwork {
    /// What is remembered of the frames so far, per temporal module.
    public struct State: Sendable {
        fileprivate var history = StreamingHistory<[TemporalModule.Memory]>()
    }

    public func makeState() -> State { State() }

    public func next(_ frame: Raster<UInt8>, _ state: inout State) throws -> Raster<Float> {
        let size = inputSize(width: frame.width, height: frame.height)
        return next(NetworkInput.prepare(frame, width: size.width, height: size.height), &state)
    }

    /// Depth of a normalised frame whose sides are multiples of 14.
    package func next(_ image: FeatureMap, _ state: inout State) -> Raster<Float> {
        let levels = encode(image).levels
        let past = state.history.context
        var memory: [TemporalModule.Memory] = []
        func mix(_ module: Int, _ map: inout FeatureMap) {
            memory.append(motion[module].stream(&map, past: past.map { $0[module] }))
        }
        var level3 = levels.level3
        var path = levels.level4
        mix(0, &level3)
        mix(1, &path)
        (level3, path) = head.coarse(level3: level3, level4: path)
        mix(2, &path)
        path = head.middle(path4: path, level3: level3)
        mix(3, &path)
        let depth = head.fine(path3: path, compact1: levels.compact1, compact2: levels.compact2)
        state.history.append(memory)
        return Raster(width: depth.width, height: depth.height, samples: depth.values)
    }
}
