import FathomCore
import FathomMedia
import FathomSynthetic

/// A synthetic video small enough to work on in a second.
public enum SmallClip {
    /// Writes a street seen from a moving camera, 96 × 64, as an H.264 file of `frames` frames, 25 per second.
    public static func write(to path: String, frames: Int) throws {
        let folder = try TemporaryFolder()
        var options = SynthesisOptions()
        options.views = frames
        options.motion = .video
        options.width = 96
        options.height = 64
        options.samples = 1
        options.points = 10
        options.edge = 2
        try SyntheticScene.named("street", seed: 1).write(to: folder.path, options: options)
        var reading = FrameSourceOptions()
        reading.frameRate = 25
        let source = try ImageSequence(folder: folder.file("images"), options: reading)
        let video = try VideoWriter(path, coding: .h264, frameRate: 25)
        while let frame = try source.next() { try video.append(frame.image, at: frame.time) }
        try video.finish()
    }
}
