import FathomCore
import FathomGeometry
import FathomGraph

/// A triangle mesh in world coordinates.
public struct MeshKind: ValueKind {
    public typealias Content = Mesh
    public typealias Part = Mesh

    public let name = "mesh"
    public let subject = "a triangle mesh in world coordinates"
    public let color = "#2ea35c"
    public let conventions: JSONObject = ["triangles": "counter-clockwise seen from outside"]

    public func extent(of mesh: Mesh) -> PortExtent {
        PortExtent(count: mesh.triangles.count, bytes: mesh.triangles.count * 16 + mesh.positions.count * 36)
    }

    // MARK: Store

    public func encode(_ mesh: Mesh) -> Buffer<UInt8> {
        var archive = PartArchive()
        archive.add("positions", vectors: mesh.positions)
        archive.add("normals", vectors: mesh.normals)
        archive.add("colors", vectors: mesh.colors)
        archive.add("triangles", vectors: mesh.triangles)
        return archive.bytes
    }

    public func decode(_ bytes: UnsafeRawBufferPointer) throws -> Mesh {
        let archive = try PartReader(bytes)
        let mesh = Mesh(
            positions: try archive.vectors("positions"), normals: try archive.vectors("normals"),
            colors: try archive.vectors("colors"), triangles: try archive.vectors("triangles"))
        let count = mesh.positions.count
        guard mesh.normals.isEmpty || mesh.normals.count == count, mesh.colors.isEmpty || mesh.colors.count == count,
            mesh.triangles.allSatisfy({ $0.x < count && $0.y < count && $0.z < count })
        else { throw PartReader.damaged }
        return mesh
    }

    // MARK: Files

    public let isReadable = true

    public func read(_ request: InputRequest) throws -> LoadedInput {
        let mesh = try MeshFile.read(request.path)
        return LoadedInput(
            PortValue(self, mesh), identity: try request.wholeFile(),
            facts: ["vertices": .int(mesh.positions.count), "triangles": .int(mesh.triangles.count)])
    }

    public func formats(perItem: Bool) -> [FileFormat] {
        perItem
            ? []
            : [
                FileFormat("ply", "binary PLY"), FileFormat("glb", "binary glTF"), FileFormat("obj", "Wavefront OBJ"),
                FileFormat("stl", "binary STL, without colours"),
            ]
    }

    public func write(_ mesh: Mesh, to place: OutputPlace, progress: ProgressReporter) throws -> WrittenFiles {
        try MeshFile.write(mesh, to: place.path)
        return WrittenFiles(place)
    }

    // MARK: Report

    public let isShown = true

    public func figure(of mesh: Mesh, _ request: FigureRequest) throws -> ReportFigure {
        try .mesh(title: request.title, mesh, from: Viewpoint(request))
    }
}

extension ValueKind where Self == MeshKind {
    public static var mesh: MeshKind { MeshKind() }
}
