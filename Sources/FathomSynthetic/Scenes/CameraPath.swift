import FathomCore
import FathomGeometry

#if canImport(Glibc)
import Glibc
#endif

/// Where the cameras of a scene stand.
public struct CameraPath: Sendable {
    /// The curve that the cameras follow before they deviate.
    public enum Course: Sendable {
        /// Around `target` at horizontal `radius`, from angle `start` over `sweep` radians; a full turn closes.
        case arc(radius: Double, start: Double, sweep: Double)
        /// Along the line from `from` to `to`, looking past `target` shifted by the same displacement times `follow`.
        case line(from: SIMD3<Double>, to: SIMD3<Double>, follow: Double)
    }

    /// World metres and radians.
    public var course: Course
    /// What the cameras look at, world metres.
    public var target: SIMD3<Double>
    /// Height of an arc above z = 0.
    public var height: Double
    /// How far the path wanders up and down.
    public var wander: Double
    /// Focal length over image width.
    public var focal: Double

    /// About how far the cameras are from what they look at.
    var scale: Double {
        switch course {
        case .arc(let radius, _, _): radius
        case .line(let from, let to, _): length(target - (from + to) / 2)
        }
    }

    /// `count` viewpoints of `width` × `height` pixels, fixed by `seed`.
    func viewpoints(count: Int, width: Int, height: Int, motion: CameraMotion, seed: UInt64) -> [Viewpoint] {
        var random = SeededRandom(seed: seed, stream: 0xca3e7a)
        let f = focal * Double(width)
        let camera = Camera(width: width, height: height, fx: f, fy: f, cx: Double(width) / 2, cy: Double(height) / 2)
        return (0..<count).map { index in
            let deviation =
                switch motion {
                case .photos: Deviation(photo: index, random: &random)
                case .video: Deviation(share: Double(index) / Double(max(count - 1, 1)), seed: seed)
                }
            let shake = deviation.shake
            let (eye, aim): (SIMD3<Double>, SIMD3<Double>)
            switch course {
            case .arc(let radius, let start, let sweep):
                let closes = sweep > 6.28
                let share = count == 1 ? 0.5 : Double(index) / Double(closes ? count : count - 1)
                let angle = start + sweep * share
                let z = self.height + wander * deviation.rise(0.4)
                eye = SIMD3(target.x + radius * cos(angle), target.y + radius * sin(angle), z) + 0.04 * shake
                aim = target + 0.06 * shake
            case .line(let from, let to, let follow):
                let share = count == 1 ? 0.5 : Double(index) / Double(count - 1)
                eye = from + share * (to - from) + SIMD3(0, 0, wander * deviation.rise(0)) + 0.03 * shake
                aim = target + follow * share * (to - from) + 0.05 * shake
            }
            let up = SIMD3(sin(deviation.roll), 0, cos(deviation.roll))
            return Viewpoint(camera: camera, cameraFromWorld: .looking(from: eye, at: aim, up: up))
        }
    }
}

/// How the camera gets from one view to the next.
public enum CameraMotion: String, CaseIterable, OptionValue {
    /// From place to place, slightly irregular as hand-held photos are.
    case photos
    /// Gliding, with the slow sway of a walk.
    case video
}

/// How far a camera is from the ideal path.
private struct Deviation {
    /// −1…1 along each axis.
    var shake: SIMD3<Double>
    /// Radians.
    var roll: Double
    /// Phase of the wandering up and down.
    private var phase: Double

    init(photo index: Int, random: inout SeededRandom) {
        shake = SIMD3(random.uniform(-1..<1), random.uniform(-1..<1), random.uniform(-1..<1))
        roll = random.uniform(-0.02..<0.02)
        phase = 2.1 * Double(index)
    }

    /// - Parameter share: part of the path that lies behind, 0…1.
    init(share: Double, seed: UInt64) {
        var random = SeededRandom(seed: seed, stream: 0x51de0)
        func wave(_ periods: Double) -> Double { sin(2 * .pi * (periods * share + random.uniform())) }
        shake = SIMD3(wave(1.7), wave(1.1), wave(2.9))
        roll = 0.01 * wave(1.3)
        phase = 2 * .pi * share
    }

    func rise(_ offset: Double) -> Double { sin(phase + offset) }
}
