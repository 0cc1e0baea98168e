import CKernels
import FathomCore
import FathomGeometry

/// The views that one depth map is computed from, and the depths searched.
public struct StereoPlan: Sendable, Equatable {
    /// Indices into `Scene.views`, in the order chosen; at least one.
    public var sources: [Int]
    public var depthRange: ClosedRange<Double>

    public init(sources: [Int], depthRange: ClosedRange<Double>) {
        self.sources = sources
        self.depthRange = depthRange
    }
}

/// The stored form: "FSP1", the number of sources and each source (UInt32), nearest and farthest depth (Float64), all little
/// endian. No sources and no depths stand for a view without a plan.
extension StereoPlan {
    private static let magic: UInt32 = 0x3150_5346

    /// - Parameter plan: nil for a view that nothing overlaps.
    public static func bytes(of plan: StereoPlan?) -> [UInt8] {
        var writer = ByteWriter()
        writer.append(magic)
        writer.append(UInt32(plan?.sources.count ?? 0))
        if let plan {
            for source in plan.sources { writer.append(UInt32(source)) }
            writer.append(plan.depthRange.lowerBound)
            writer.append(plan.depthRange.upperBound)
        }
        return writer.bytes
    }

    /// The plan that `bytes(of:)` stored.
    ///
    /// - Parameters:
    ///   - views: number of views of the scene.
    ///   - name: what errors call the bytes.
    /// - Throws: `inputInvalid` for bytes that are no stored plan of such a scene.
    public static func decode(_ bytes: [UInt8], views: Int, name: String) throws -> StereoPlan? {
        var reader = ByteReader(bytes, path: name)
        guard try reader.integer(UInt32.self, "the format's mark") == magic else {
            throw reader.failure("is no stored plan of a view")
        }
        let count = try reader.integer(UInt32.self, "the number of sources")
        guard count <= FATHOM_SEARCH_SOURCES else { throw reader.failure("a plan with \(count) sources is damaged") }
        let sources = try (0..<count).map { _ in Int(try reader.integer(UInt32.self, "a source")) }
        guard sources.allSatisfy({ $0 < views }) else { throw reader.failure("a source is not among the \(views) views") }
        var plan: StereoPlan?
        if count > 0 {
            let (nearest, farthest) = (try reader.finiteDouble("the depths"), try reader.finiteDouble("the depths"))
            guard nearest > 0, nearest <= farthest else { throw reader.failure("\(nearest) to \(farthest) are no depths") }
            plan = StereoPlan(sources: sources, depthRange: nearest...farthest)
        }
        guard reader.remaining == 0 else { throw reader.failure("\(reader.remaining) bytes follow the plan") }
        return plan
    }
}
