import FathomGeometry
import FathomMedia

/// Times the fusion of prepared frames, decoding left out.
public enum DepthVolumeBenchmark {
    public struct Frame: Sendable {
        public var depth: DepthMap
        public var color: Raster<UInt8>?
        public var camera: Camera
        public var cameraFromWorld: Pose

        public init(depth: DepthMap, color: Raster<UInt8>? = nil, camera: Camera, cameraFromWorld: Pose) {
            self.depth = depth
            self.color = color
            self.camera = camera
            self.cameraFromWorld = cameraFromWorld
        }
    }

    public struct Result: Sendable {
        /// Seconds of each repetition, over all frames.
        public var seconds: [Double]
        public var frameCount: Int
        /// The volume of the last repetition, for timing what follows.
        public var volume: DepthVolume

        public var bestFramesPerSecond: Double { Double(frameCount) / (seconds.min() ?? .nan) }
        public var medianFramesPerSecond: Double { Double(frameCount) / seconds.sorted()[seconds.count / 2] }
    }

    /// Fuses all frames into a fresh volume, `repetitions` times.
    public static func run(frames: [Frame], options: DepthVolumeOptions, repetitions: Int) throws -> Result {
        precondition(repetitions > 0, "a benchmark needs a repetition")
        var result = Result(seconds: [], frameCount: frames.count, volume: try DepthVolume(options: options))
        let clock = ContinuousClock()
        for _ in 0..<repetitions {
            var volume = try DepthVolume(options: options)
            let time = try clock.measure {
                for frame in frames {
                    try volume.integrate(
                        depth: frame.depth, color: frame.color, camera: frame.camera, cameraFromWorld: frame.cameraFromWorld)
                }
            }
            result.seconds.append(time / .seconds(1))
            result.volume = volume
        }
        return result
    }
}
