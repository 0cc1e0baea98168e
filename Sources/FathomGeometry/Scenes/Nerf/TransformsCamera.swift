import FathomCore

#if canImport(Glibc)
import Glibc
#endif

/// The camera of one frame of a `transforms.json`, whose size may be left to the image.
///
/// Pixels are continuous, so that the middle of the image is (w/2, h/2). A focal length is given in pixels (`fl_x`) or as the
/// angle of view (`camera_angle_x`, radians); vertical ones and principal points default to the horizontal one and the middle.
package struct TransformsCamera: Sendable, Equatable {
    enum Focal: Equatable {
        case pixels(Double)
        case angle(Double)

        /// In pixels, for an image that is `extent` pixels wide or high.
        func pixels(across extent: Int) -> Double {
            switch self {
            case .pixels(let length): length
            case .angle(let angle): Double(extent) / (2 * tan(angle / 2))
            }
        }
    }

    var width: Int?
    var height: Int?
    var horizontal: Focal
    /// Nil where it is the horizontal one.
    var vertical: Focal?
    var cx: Double?
    var cy: Double?
    var lens: LensModel

    /// - Parameter fallback: fx, fy, cx, cy for files without focal lengths.
    /// - Throws: the document's error code, with the JSON path.
    init(_ keys: TransformsScope, fallback: SIMD4<Double>?) throws {
        width = try keys["w"].map(Self.extent)
        height = try keys["h"].map(Self.extent)
        cx = try keys["cx"]?.double()
        cy = try keys["cy"]?.double()
        if let stated = try keys.first(of: "fl_x", "camera_angle_x").map(Self.focal) {
            horizontal = stated
            vertical = try keys.first(of: "fl_y", "camera_angle_y").map(Self.focal)
        } else if let fallback {
            horizontal = .pixels(fallback[0])
            vertical = .pixels(fallback[1])
            cx = cx ?? fallback[2]
            cy = cy ?? fallback[3]
        } else {
            throw keys.node.error(
                "there is no focal length, neither \"fl_x\" nor \"camera_angle_x\"", remedy: "give one with --intrinsics")
        }
        lens = try Self.lens(keys)
    }

    /// The camera for an image of `size`, which stands in for a size that the file does not state.
    package func camera(for size: (width: Int, height: Int)) -> Camera {
        let (width, height) = (width ?? size.width, height ?? size.height)
        let fx = horizontal.pixels(across: width)
        return Camera(
            width: width, height: height, fx: fx, fy: vertical?.pixels(across: height) ?? fx, cx: cx ?? Double(width) / 2,
            cy: cy ?? Double(height) / 2, lens: lens)
    }

    private static func extent(_ node: JSONNode) throws -> Int {
        let value = try node.int()
        guard (1...1 << 16).contains(value) else { throw node.error("\(value) is no size of an image in pixels") }
        return value
    }

    private static func focal(_ key: String, _ node: JSONNode) throws -> Focal {
        let value = try node.double()
        if key.hasPrefix("fl") {
            guard value > 0 else { throw node.error("the focal length \(value) is not positive") }
            return .pixels(value)
        }
        guard value > 0, value < .pi else {
            throw node.error("the angle of view \(value) is not between 0 and π", remedy: "write it in radians")
        }
        return .angle(value)
    }

    // MARK: Lenses

    /// Lenses as nerfstudio and instant-ngp understand them: the name of the model tells a fisheye from a perspective lens,
    /// coefficients that are there count under any name, k3 of a perspective lens belongs to r⁶.
    private static func lens(_ keys: TransformsScope) throws -> LensModel {
        for key in ["ftheta_p0", "latlong"] {
            if let node = keys[key], node.value != false {
                throw node.error("cameras with \"\(key)\" are not supported", remedy: remedy)
            }
        }
        let name = try keys["camera_model"]?.string()
        var isFisheye = try keys["is_fisheye"]?.bool() ?? false
        switch name {
        case nil, "SIMPLE_PINHOLE", "PINHOLE", "SIMPLE_RADIAL", "RADIAL", "OPENCV": break
        case "OPENCV_FISHEYE", "SIMPLE_RADIAL_FISHEYE", "RADIAL_FISHEYE": isFisheye = true
        case let other?:
            throw (keys["camera_model"] ?? keys.node).error(
                "the camera model \(other.prefix(40)) is not supported", remedy: remedy)
        }
        func coefficient(_ key: String) throws -> Double { try keys[key]?.double() ?? 0 }
        let (k1, k2, k3, k4) = try (coefficient("k1"), coefficient("k2"), coefficient("k3"), coefficient("k4"))
        if isFisheye { return .fisheye(k1: k1, k2: k2, k3: k3, k4: k4) }
        if k4 != 0, let node = keys["k4"] {
            throw node.error("the perspective lens has a term k4 r⁸, which is not supported", remedy: remedy)
        }
        let (p1, p2) = try (coefficient("p1"), coefficient("p2"))
        if k3 != 0 { return .fullOpenCV(k1: k1, k2: k2, p1: p1, p2: p2, k3: k3, k4: 0, k5: 0, k6: 0) }
        if k1 == 0 && k2 == 0 && p1 == 0 && p2 == 0 { return .pinhole }
        let isRadial = name == "RADIAL" || name == "SIMPLE_RADIAL"
        return isRadial && p1 == 0 && p2 == 0 ? .radial(k1: k1, k2: k2) : .openCV(k1: k1, k2: k2, p1: p1, p2: p2)
    }

    private static let remedy = "straighten the photos with the program that made the file"

    /// The keys that describe `camera` exactly; nil for a lens that none describe.
    static func keys(of camera: Camera) -> JSONObject? {
        var keys: JSONObject = [
            "w": .int(camera.width), "h": .int(camera.height), "fl_x": .double(camera.fx), "fl_y": .double(camera.fy),
            "cx": .double(camera.cx), "cy": .double(camera.cy),
        ]
        func add(_ model: String, _ coefficients: KeyValuePairs<String, Double>) {
            keys["camera_model"] = .string(model)
            for (key, value) in coefficients { keys[key] = .double(value) }
        }
        switch camera.lens {
        case .pinhole: add("PINHOLE", [:])
        case .radial(let k1, let k2): add("RADIAL", ["k1": k1, "k2": k2])
        case .openCV(let k1, let k2, let p1, let p2): add("OPENCV", ["k1": k1, "k2": k2, "p1": p1, "p2": p2])
        case .fullOpenCV(let k1, let k2, let p1, let p2, let k3, 0, 0, 0):
            add("OPENCV", ["k1": k1, "k2": k2, "k3": k3, "p1": p1, "p2": p2])
        case .fullOpenCV: return nil
        case .fisheye(let k1, let k2, let k3, let k4):
            add("OPENCV_FISHEYE", ["k1": k1, "k2": k2, "k3": k3, "k4": k4])
        }
        return keys
    }
}
