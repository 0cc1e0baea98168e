import FathomCore
import FathomGeometry

#if canImport(Glibc)
import Glibc
#endif

/// Where the cameras of a scene stand.
public struct CameraPath: Sendable {
    public enum Course: Sendable {
        /// Around `target` at horizontal `radius`, from angle `start` over `sweep` radians; a full turn closes.
        case arc(radius: Double, start: Double, sweep: Double)
        /// Along the line from `from` to `to`, looking past `target` shifted by the same displacement times `follow`.
        case line(from: SIMD3<Double>, to: SIMD3<Double>, follow: Double)
    }

    public var course: Course
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

    /// `count` viewpoints of `width` × `height` pixels, slightly irregular as hand-held photos are, fixed by `seed`.
    func viewpoints(count: Int, width: Int, height: Int, seed: UInt64) -> [Viewpoint] {
        var random = SeededRandom(seed: seed, stream: 0xca3e7a)
        let f = focal * Double(width)
        let camera = Camera(width: width, height: height, fx: f, fy: f, cx: Double(width) / 2, cy: Double(height) / 2)
        return (0..<count).map { index in
            let shake = SIMD3(random.uniform(-1..<1), random.uniform(-1..<1), random.uniform(-1..<1))
            let roll = random.uniform(-0.02..<0.02)
            let (eye, aim): (SIMD3<Double>, SIMD3<Double>)
            switch course {
            case .arc(let radius, let start, let sweep):
                let closes = sweep > 6.28
                let share = count == 1 ? 0.5 : Double(index) / Double(closes ? count : count - 1)
                let angle = start + sweep * share
                let z = self.height + wander * sin(2.1 * Double(index) + 0.4)
                eye = SIMD3(target.x + radius * cos(angle), target.y + radius * sin(angle), z) + 0.04 * shake
                aim = target + 0.06 * shake
            case .line(let from, let to, let follow):
                let share = count == 1 ? 0.5 : Double(index) / Double(count - 1)
                eye = from + share * (to - from) + SIMD3(0, 0, wander * sin(2.1 * Double(index))) + 0.03 * shake
                aim = target + follow * share * (to - from) + 0.05 * shake
            }
            let up = SIMD3(sin(roll), 0, cos(roll))
            return Viewpoint(camera: camera, cameraFromWorld: .looking(from: eye, at: aim, up: up))
        }
    }
}
