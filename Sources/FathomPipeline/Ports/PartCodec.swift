import FathomCore
import FathomDepth
import FathomGeometry
import FathomMVS
import FathomMedia

/// Parts as bytes and back, exactly. Equal parts give equal bytes.
package enum PartCodec {
    package static func encode(_ part: Part) -> Buffer<UInt8> {
        switch part {
        case .depthMap(let map): archive(of: map).bytes
        case .confidence(let raster): archive(of: raster).bytes
        case .picture(let picture): archive(of: picture).bytes
        case .points(let points): archive(of: points).bytes
        case .mesh(let mesh): archive(of: mesh).bytes
        case .viewPlan(let plan): Buffer(StereoPlan.bytes(of: plan))
        case .depthEstimate(let estimate): Buffer(estimate.bytes)
        case .frameList(let frames): frames.bytes
        case .depthWindow(let window): window.bytes
        case .figures(let row): archive(of: row).bytes
        }
    }

    /// The part that an object of the store holds.
    ///
    /// - Throws: `io`; `inputInvalid` for bytes that `encode` never gives.
    static func decode(_ object: ObjectReference, in store: ContentStore, of type: PortType) throws -> Part {
        try store.object(object).withPointer {
            try decode(UnsafeRawBufferPointer(start: $0, count: object.bytes), of: type)
        }
    }

    /// The part that these bytes hold.
    ///
    /// - Throws: `inputInvalid` for bytes that `encode` never gives.
    package static func decode(_ bytes: UnsafeRawBufferPointer, of type: PortType) throws -> Part {
        switch type {
        case .metricDepth, .affineInverseDepth, .inverseDepth, .affineDepth, .metricDepthSequence, .affineInverseDepthSequence:
            return .depthMap(try depthMap(PartReader(bytes)))
        case .confidence: return .confidence(try raster(PartReader(bytes)))
        case .pictures: return .picture(try raster(PartReader(bytes)))
        case .points: return .points(try points(PartReader(bytes)))
        case .mesh: return .mesh(try mesh(PartReader(bytes)))
        case .viewPlan:
            guard let plan = try StereoPlan.decode(Array(bytes), views: .max, name: "stored part") else {
                throw PartReader.damaged
            }
            return .viewPlan(plan)
        case .depthEstimate: return .depthEstimate(try DepthEstimate(bytes: bytes, name: "stored part"))
        case .frameList: return .frameList(try FrameList(bytes: bytes, name: "stored part"))
        case .depthWindows: return .depthWindow(try DepthWindow(bytes: bytes, name: "stored part"))
        case .figures: return .figures(try figures(PartReader(bytes)))
        case .scene, .video, .images, .depthFiles, .volume, .pictureSequence, .pointSequence:
            preconditionFailure("values of type \(type) are not stored")
        }
    }

    // MARK: Rasters

    private static func archive<Sample>(of raster: Raster<Sample>) -> PartArchive {
        var archive = PartArchive([
            "width": .int(raster.width), "height": .int(raster.height), "channels": .int(raster.channels),
        ])
        archive.add("samples", raster.samples)
        return archive
    }

    private static func raster<Sample>(_ archive: PartReader, _ name: String = "samples") throws -> Raster<Sample> {
        let (width, height) = (try archive.int("width"), try archive.int("height"))
        let channels = archive.facts["channels"] == nil ? 1 : try archive.int("channels")
        guard channels > 0, width < 1 << 20, height < 1 << 20, channels < 1 << 10 else { throw PartReader.damaged }
        return Raster(
            width: width, height: height, channels: channels,
            samples: try archive.buffer(name, count: width * height * channels))
    }

    /// The header holds the range, so that a sequence of maps can be described without reading their values.
    private static func archive(of map: DepthMap) -> PartArchive {
        var archive = PartArchive(["width": .int(map.width), "height": .int(map.height)])
        for (key, value) in map.convention.text { archive.facts[key] = .string(value) }
        if let range = map.values.finiteRange {
            archive.facts["range"] = [.int(Int(range.lowerBound.bitPattern)), .int(Int(range.upperBound.bitPattern))]
        }
        archive.add("depth", map.values.samples)
        if let confidence = map.confidence { archive.add("confidence", confidence.samples) }
        return archive
    }

    private static func depthMap(_ archive: PartReader) throws -> DepthMap {
        DepthMap(
            values: try raster(archive, "depth"), convention: try convention(archive),
            confidence: archive.has("confidence") ? try raster(archive, "confidence") : nil)
    }

    private static func convention(_ archive: PartReader) throws -> DepthConvention {
        let unit = archive.facts["unit"] == nil ? DepthConvention.sceneUnit : try archive.string("unit")
        guard let convention = DepthConvention(word: try archive.string("convention"), unit: unit) else {
            throw PartReader.damaged
        }
        return convention
    }

    /// What the header of a depth map says of it.
    struct DepthFacts {
        var width: Int
        var height: Int
        var convention: DepthConvention
        /// Smallest and largest finite value; nil without any.
        var range: ClosedRange<Float>?
    }

    /// - Throws: as `decode`.
    static func depthFacts(of object: ObjectReference, in store: ContentStore) throws -> DepthFacts {
        var start = Buffer<UInt8>(uninitialized: min(object.bytes, 4096))
        try start.withMutablePointer { [count = start.count] in
            try store.read(object, at: 0, into: UnsafeMutableRawBufferPointer(start: $0, count: count))
        }
        let archive = try start.withPointer {
            try PartReader(UnsafeRawBufferPointer(start: $0, count: start.count), total: object.bytes)
        }
        var range: ClosedRange<Float>?
        if case .array(let bounds)? = archive.facts["range"] {
            let values = bounds.compactMap { bound in
                if case .int(let bits) = bound { UInt32(exactly: bits).map { Float(bitPattern: $0) } } else { nil }
            }
            guard values.count == 2, values[0] <= values[1] else { throw PartReader.damaged }
            range = values[0]...values[1]
        }
        return DepthFacts(
            width: try archive.int("width"), height: try archive.int("height"), convention: try convention(archive), range: range)
    }

    // MARK: Figures

    private static func archive(of row: FigureRow) -> PartArchive {
        var archive = PartArchive(["names": .array(row.figures.map { .string($0.name) })])
        archive.add("values", row.figures.map(\.value))
        return archive
    }

    private static func figures(_ archive: PartReader) throws -> FigureRow {
        guard case .array(let texts)? = archive.facts["names"] else { throw PartReader.damaged }
        let names = texts.compactMap { if case .string(let name) = $0 { name } else { nil } }
        let values: [Double] = try archive.array("values")
        guard names.count == texts.count, values.count == names.count else { throw PartReader.damaged }
        return FigureRow(zip(names, values).map { ($0, $1) })
    }

    // MARK: Points and meshes

    private static func archive(of points: PointCloud) -> PartArchive {
        var archive = PartArchive()
        archive.add("positions", packed(points.positions))
        archive.add("normals", packed(points.normals))
        archive.add("colors", packed(points.colors))
        archive.add("confidences", points.confidences)
        archive.add("views", points.viewCounts)
        return archive
    }

    private static func points(_ archive: PartReader) throws -> PointCloud {
        let cloud = PointCloud(
            positions: unpacked(try archive.buffer("positions")), normals: unpacked(try archive.buffer("normals")),
            colors: unpacked(try archive.buffer("colors")), confidences: try archive.array("confidences"),
            viewCounts: try archive.array("views"))
        let lengths = [cloud.normals.count, cloud.colors.count, cloud.confidences.count, cloud.viewCounts.count]
        guard lengths.allSatisfy({ $0 == 0 || $0 == cloud.positions.count }) else { throw PartReader.damaged }
        return cloud
    }

    private static func archive(of mesh: Mesh) -> PartArchive {
        var archive = PartArchive()
        archive.add("positions", packed(mesh.positions))
        archive.add("normals", packed(mesh.normals))
        archive.add("colors", packed(mesh.colors))
        archive.add("triangles", packed(mesh.triangles))
        return archive
    }

    private static func mesh(_ archive: PartReader) throws -> Mesh {
        let mesh = Mesh(
            positions: unpacked(try archive.buffer("positions")), normals: unpacked(try archive.buffer("normals")),
            colors: unpacked(try archive.buffer("colors")), triangles: unpacked(try archive.buffer("triangles")))
        let count = mesh.positions.count
        guard mesh.normals.isEmpty || mesh.normals.count == count, mesh.colors.isEmpty || mesh.colors.count == count,
            mesh.triangles.allSatisfy({ $0.x < count && $0.y < count && $0.z < count })
        else { throw PartReader.damaged }
        return mesh
    }

    /// Three scalars for each vector; the fourth lane of a vector in memory has no value of its own.
    private static func packed<Scalar: SIMDScalar & BitwiseCopyable & Sendable>(_ vectors: [SIMD3<Scalar>]) -> Buffer<Scalar> {
        var scalars = Buffer<Scalar>(uninitialized: vectors.count * 3)
        scalars.withMutablePointer { scalars in
            for (index, vector) in vectors.enumerated() {
                scalars[3 * index] = vector.x
                scalars[3 * index + 1] = vector.y
                scalars[3 * index + 2] = vector.z
            }
        }
        return scalars
    }

    private static func unpacked<Scalar: SIMDScalar & BitwiseCopyable & Sendable>(_ scalars: Buffer<Scalar>) -> [SIMD3<Scalar>] {
        scalars.withPointer { scalar in
            (0..<scalars.count / 3).map { SIMD3(scalar[3 * $0], scalar[3 * $0 + 1], scalar[3 * $0 + 2]) }
        }
    }
}
