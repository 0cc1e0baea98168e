/// COLMAP's camera models by number and name, with how their parameters become a `Camera`.
///
/// The numbers are those of binary files (COLMAP's `sensor/models.h`); a number that is not listed is refused.
package enum ColmapCameraModel: Int, CaseIterable, Sendable {
    case simplePinhole = 0
    case pinhole = 1
    case simpleRadial = 2
    case radial = 3
    case openCV = 4
    case openCVFisheye = 5
    case fullOpenCV = 6
    case fov = 7
    case simpleRadialFisheye = 8
    case radialFisheye = 9
    case thinPrismFisheye = 10
    case radTanThinPrismFisheye = 11
    case simpleDivision = 12
    case division = 13
    case simpleFisheye = 14
    case fisheye = 15
    case eucm = 16
    case equirectangular = 17

    /// The name in text files.
    package var name: String {
        switch self {
        case .simplePinhole: "SIMPLE_PINHOLE"
        case .pinhole: "PINHOLE"
        case .simpleRadial: "SIMPLE_RADIAL"
        case .radial: "RADIAL"
        case .openCV: "OPENCV"
        case .openCVFisheye: "OPENCV_FISHEYE"
        case .fullOpenCV: "FULL_OPENCV"
        case .fov: "FOV"
        case .simpleRadialFisheye: "SIMPLE_RADIAL_FISHEYE"
        case .radialFisheye: "RADIAL_FISHEYE"
        case .thinPrismFisheye: "THIN_PRISM_FISHEYE"
        case .radTanThinPrismFisheye: "RAD_TAN_THIN_PRISM_FISHEYE"
        case .simpleDivision: "SIMPLE_DIVISION"
        case .division: "DIVISION"
        case .simpleFisheye: "SIMPLE_FISHEYE"
        case .fisheye: "FISHEYE"
        case .eucm: "EUCM"
        case .equirectangular: "EQUIRECTANGULAR"
        }
    }

    /// Numbers per camera: focal lengths, principal point, then coefficients of the lens.
    package var parameterCount: Int {
        switch self {
        case .equirectangular: 2
        case .simplePinhole, .simpleFisheye: 3
        case .pinhole, .simpleRadial, .simpleRadialFisheye, .simpleDivision, .fisheye: 4
        case .radial, .radialFisheye, .fov, .division: 5
        case .eucm: 6
        case .openCV, .openCVFisheye: 8
        case .fullOpenCV, .thinPrismFisheye: 12
        case .radTanThinPrismFisheye: 16
        }
    }

    /// Whether a scene may have such cameras; others can only be copied.
    package var isSupported: Bool {
        switch self {
        case .fov, .thinPrismFisheye, .radTanThinPrismFisheye, .simpleDivision, .division, .eucm, .equirectangular: false
        default: true
        }
    }

    /// The model with this name, upper case as in files; nil for others.
    package init?(name: String) {
        guard let model = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = model
    }

    /// The camera of `parameterCount` parameters in COLMAP's order, of a supported model. Lenses whose coefficients are all zero
    /// become pinholes, except fisheyes, which bend rays without any.
    ///
    /// - Parameter p: pixels for focal lengths and principal point, continuous, so that nothing is shifted.
    package func camera(width: Int, height: Int, parameters p: [Double]) -> Camera {
        func make(_ fx: Double, _ fy: Double, _ cx: Double, _ cy: Double, _ lens: LensModel, bends: Bool) -> Camera {
            Camera(width: width, height: height, fx: fx, fy: fy, cx: cx, cy: cy, lens: bends ? lens : .pinhole)
        }
        switch self {
        case .simplePinhole:
            return make(p[0], p[0], p[1], p[2], .pinhole, bends: false)
        case .simpleRadial:
            return make(p[0], p[0], p[1], p[2], .radial(k1: p[3], k2: 0), bends: p[3] != 0)
        case .radial:
            return make(p[0], p[0], p[1], p[2], .radial(k1: p[3], k2: p[4]), bends: p[3...].contains { $0 != 0 })
        case .openCV:
            let lens = LensModel.openCV(k1: p[4], k2: p[5], p1: p[6], p2: p[7])
            return make(p[0], p[1], p[2], p[3], lens, bends: p[4...].contains { $0 != 0 })
        case .fullOpenCV:
            let lens = LensModel.fullOpenCV(
                k1: p[4], k2: p[5], p1: p[6], p2: p[7], k3: p[8], k4: p[9], k5: p[10], k6: p[11])
            return make(p[0], p[1], p[2], p[3], lens, bends: p[4...].contains { $0 != 0 })
        case .openCVFisheye:
            return make(p[0], p[1], p[2], p[3], .fisheye(k1: p[4], k2: p[5], k3: p[6], k4: p[7]), bends: true)
        case .simpleRadialFisheye:
            return make(p[0], p[0], p[1], p[2], .fisheye(k1: p[3], k2: 0, k3: 0, k4: 0), bends: true)
        case .radialFisheye:
            return make(p[0], p[0], p[1], p[2], .fisheye(k1: p[3], k2: p[4], k3: 0, k4: 0), bends: true)
        case .simpleFisheye:
            return make(p[0], p[0], p[1], p[2], .fisheye(k1: 0, k2: 0, k3: 0, k4: 0), bends: true)
        case .fisheye:
            return make(p[0], p[1], p[2], p[3], .fisheye(k1: 0, k2: 0, k3: 0, k4: 0), bends: true)
        case .pinhole:
            return make(p[0], p[1], p[2], p[3], .pinhole, bends: false)
        case .fov, .thinPrismFisheye, .radTanThinPrismFisheye, .simpleDivision, .division, .eucm, .equirectangular:
            preconditionFailure("readers of scenes refuse \(name)")
        }
    }

    /// The model and parameters that describe `camera` exactly.
    ///
    /// A radial lens with different focal lengths has no model of its own and becomes `OPENCV` without tangential part.
    package static func describing(_ camera: Camera) -> (model: ColmapCameraModel, parameters: [Double]) {
        let base = [camera.fx, camera.fy, camera.cx, camera.cy]
        switch camera.lens {
        case .pinhole:
            return (.pinhole, base)
        case .radial(let k1, let k2):
            if camera.fx == camera.fy { return (.radial, [camera.fx, camera.cx, camera.cy, k1, k2]) }
            return (.openCV, base + [k1, k2, 0, 0])
        case .openCV(let k1, let k2, let p1, let p2):
            return (.openCV, base + [k1, k2, p1, p2])
        case .fullOpenCV(let k1, let k2, let p1, let p2, let k3, let k4, let k5, let k6):
            return (.fullOpenCV, base + [k1, k2, p1, p2, k3, k4, k5, k6])
        case .fisheye(let k1, let k2, let k3, let k4):
            return (.openCVFisheye, base + [k1, k2, k3, k4])
        }
    }

    /// What to do about a model that COLMAP does not have.
    package static let unknownRemedy = "use one of COLMAP's, such as PINHOLE or OPENCV, or check that the file is whole"

    /// What to do about a model that is not supported.
    package static let refusalRemedy = "undistort the model first, for example with 'colmap image_undistorter'"
}
