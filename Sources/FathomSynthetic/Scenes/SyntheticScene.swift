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
    /// A corner seen from the front, with a box, a ball and a thin pole: for radiance fields of few views.
    case alcove
}

/// A procedural scene of analytic solids with textures, light and a camera path, fixed by its seed.
///
/// World axes: z up, metres. Depth, normals and visibility are those of the analytic surfaces. The same seed gives the same
/// bytes for any number of threads.
public struct SyntheticScene: Sendable {
    /// Which recipe it was made by.
    public let name: SceneName
    /// Decides all that is random in it.
    public let seed: UInt64
    /// In world metres; they may reach into each other.
    public let solids: [Solid]
    /// `Solid.material` and `HeightField.material` index these.
    public let materials: [Material]
    /// Uneven ground; nil where it is flat, at z = 0.
    public let ground: HeightField?
    /// The one source of light and what surrounds it.
    public let light: Light
    /// What rays see that leave the scene.
    public let sky: Sky
    /// Where its cameras stand.
    public let path: CameraPath

    let noise: NoisePyramid
    let boxes: Buffer<Float>

    /// Builds the scene: O(solids) and some milliseconds for the noise of its textures.
    public init(_ name: SceneName, seed: UInt64) {
        var builder = SceneBuilder(random: SeededRandom(seed: seed, stream: 1))
        switch name {
        case .courtyard: builder.buildCourtyard()
        case .room: builder.buildRoom()
        case .street: builder.buildStreet()
        case .objects: builder.buildObjects()
        case .alcove: builder.buildAlcove()
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
    ///
    /// - Parameters:
    ///   - count: at least 1; they are spread evenly, so that other counts give other places.
    ///   - motion: how far they deviate from the path, and whether smoothly.
    /// - Returns: pinholes of `width` × `height` pixels with the principal point in the middle.
    public func viewpoints(count: Int, width: Int, height: Int, motion: CameraMotion = .photos) -> [Viewpoint] {
        path.viewpoints(count: count, width: width, height: height, motion: motion, seed: seed)
    }
}
