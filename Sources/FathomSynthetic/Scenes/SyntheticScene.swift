import FathomCore
import FathomGeometry
import FathomMedia

/// The scenes Fathom can make up.
public enum SceneName: String, CaseIterable, OptionValue {
    /// A small court: brick, stone and plain plaster walls, a fountain, columns, rods, crates on uneven cobbles.
    case courtyard
    /// A furnished room under a lamp.
    case room
    /// A street between house fronts with repeating windows.
    case street
    /// Objects on a turntable, with masks.
    case objects
}

/// A procedural scene of analytic solids with textures, light and a camera path, fixed by its seed.
///
/// World axes: z up, metres. Depth, normals and visibility are those of the analytic surfaces. The same seed gives the same
/// bytes for any number of threads.
public struct SyntheticScene: Sendable {
    public let name: SceneName
    public let seed: UInt64
    public let solids: [Solid]
    public let materials: [Material]
    public let ground: HeightField?
    public let light: Light
    public let sky: Sky
    public let path: CameraPath

    let noise: NoisePyramid
    let boxes: Buffer<Float>

    public init(_ name: SceneName, seed: UInt64) {
        var builder = SceneBuilder(random: SeededRandom(seed: seed, stream: 1))
        switch name {
        case .courtyard: builder.buildCourtyard()
        case .room: builder.buildRoom()
        case .street: builder.buildStreet()
        case .objects: builder.buildObjects()
        }
        var random = SeededRandom(seed: seed, stream: 2)
        noise = NoisePyramid(random: &random)
        self.name = name
        self.seed = seed
        solids = builder.solids
        materials = builder.materials
        ground = builder.ground
        light = builder.light
        sky = builder.sky
        path = builder.path
        boxes = Self.boxes(of: solids)
    }

    /// The scene called `name`.
    ///
    /// - Throws: `usage` when there is none.
    public static func named(_ name: String, seed: UInt64) throws -> SyntheticScene {
        guard let name = SceneName(rawValue: name) else {
            let names = SceneName.allCases.map(\.rawValue).joined(separator: ", ")
            throw FathomError(.usage, "there is no scene called \"\(name)\"", remedy: "choose one of \(names)")
        }
        return SyntheticScene(name, seed: seed)
    }

    /// `count` viewpoints along the scene's camera path.
    public func viewpoints(count: Int, width: Int, height: Int, motion: CameraMotion = .photos) -> [Viewpoint] {
        path.viewpoints(count: count, width: width, height: height, motion: motion, seed: seed)
    }
}
