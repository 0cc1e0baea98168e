import FathomCore

#if canImport(Glibc)
import Glibc
#endif

/// Whether cameras suit their images: sizes, focal lengths, principal points.
enum CameraCheck {
    /// Fields of view beyond these, in degrees across the wider side, are unheard of for lenses that do not bend rays.
    private static let fields = 2.0...170.0

    /// - Throws: `inputInvalid` at the image for a camera that no image can have.
    static func confirm(_ camera: Camera, at path: String) throws {
        guard camera.width > 0, camera.height > 0, camera.width <= 1 << 16, camera.height <= 1 << 16 else {
            throw FathomError(.inputInvalid, "its camera is \(camera.width)×\(camera.height) pixels", at: path)
        }
        guard camera.fx > 0, camera.fy > 0, (camera.fx + camera.fy + camera.cx + camera.cy).isFinite else {
            throw FathomError(
                .inputInvalid, "its camera has the focal lengths \(camera.fx), \(camera.fy), which must be positive and finite",
                remedy: camera.fx < 0 || camera.fy < 0
                    ? "which way an axis points is said with --convention, not by the sign of a focal length" : nil, at: path)
        }
    }

    /// - Throws: `inputInvalid` at the image when it is not of the size its camera is for.
    static func confirm(size: (width: Int, height: Int), of path: String, against camera: Camera) throws {
        guard size != (camera.width, camera.height) else { return }
        let message = "is \(size.width)×\(size.height) but its camera is for \(camera.width)×\(camera.height)"
        if size == (camera.height, camera.width) {
            throw FathomError(
                .inputInvalid, message + ": width and height are exchanged",
                remedy: "turn the image back, or exchange the numbers in the camera", at: path)
        }
        let sx = Double(size.width) / Double(camera.width)
        let sy = Double(size.height) / Double(camera.height)
        func factor(_ s: Double) -> String { "×\((s * 10000).rounded() / 10000)" }
        let alike = abs(sx - sy) < 0.01 * sx
        throw FathomError(
            .inputInvalid, message + (alike ? " (\(factor(sx)))" : " (\(factor(sx)) wide, \(factor(sy)) high)"),
            remedy: alike
                ? "use the images the cameras were made for, or scale the cameras with --scale-cameras fit"
                : "use the images the cameras were made for", at: path)
    }

    /// Where the principal points lie and how wide the cameras see.
    ///
    /// A principal point that misses the centre by the same factor along both axes gives away cameras made for images of
    /// another size, the trap of formats that do not state sizes.
    ///
    /// - Parameter isScaled: whether the user gave a factor for the cameras, which settles doubtful cases.
    static func report(_ views: [View], isScaled: Bool) -> SceneCheck {
        var field = (least: Double.infinity, most: 0.0)
        var offset = 0.0
        for view in views {
            if !isScaled, let error = wrongScale(view) { return error }
            let camera = view.camera
            offset = max(
                offset, abs(2 * camera.cx / Double(camera.width) - 1), abs(2 * camera.cy / Double(camera.height) - 1))
            if camera.lens == .pinhole {
                let wide = max(Double(camera.width) / camera.fx, Double(camera.height) / camera.fy)
                let degrees = 2 * atan(wide / 2) * 180 / .pi
                field = (min(field.least, degrees), max(field.most, degrees))
            }
        }
        var figures = [("center_offset", offset)]
        var sentence = "principal points at most \(offset.percent) of half the image off its centre"
        if field.most > 0 {
            figures += [("field_of_view_min", field.least), ("field_of_view_max", field.most)]
            sentence += ", fields of view from \(field.least.brief)° to \(field.most.brief)°"
            if !fields.contains(field.least) || !fields.contains(field.most) {
                return SceneCheck(
                    .cameras, .warning,
                    "a camera sees \((fields.contains(field.least) ? field.most : field.least).brief)° wide",
                    remedy:
                        "check the focal lengths, which are in pixels", figures: figures)
            }
        }
        return SceneCheck(.cameras, .ok, sentence, figures: figures)
    }

    /// The error of a view whose intrinsics are for an image of another size, or in another unit.
    private static func wrongScale(_ view: View) -> SceneCheck? {
        let camera = view.camera
        let (w, h) = (Double(camera.width), Double(camera.height))
        let name = view.imagePath.lastPathComponent
        if (0...1).contains(camera.cx), (0...1).contains(camera.cy), camera.fx < 10, camera.fy < 10, w > 16, h > 16 {
            return SceneCheck(
                .cameras, .error, "the camera of \(name) is given in shares of the image's size, not in pixels",
                remedy: "multiply fx and cx by \(camera.width), fy and cy by \(camera.height)")
        }
        let (sx, sy) = (2 * camera.cx / w, 2 * camera.cy / h)
        let scale = (sx * sy).squareRoot()
        if sx > 0, sy > 0, abs(sx - sy) <= 0.1 * max(sx, sy), scale < 0.67 || scale > 1.5 {
            let factor = friendly(1 / scale)
            let size = "\((w / factor).fixed(0))×\((h / factor).fixed(0))"
            return SceneCheck(
                .cameras, .error,
                "the camera of \(name) seems made for images of \(size) (×\((1 / factor).brief)): the image is "
                    + "\(camera.width)×\(camera.height) and the principal point \(camera.cx.brief), \(camera.cy.brief)",
                remedy: "use --scale-cameras \(factor.brief), or --scale-cameras 1 if the images are cut out of larger ones",
                figures: [("scale", scale)])
        }
        if !(0...w).contains(camera.cx) || !(0...h).contains(camera.cy) {
            return SceneCheck(
                .cameras, .error,
                "the principal point of \(name), \(camera.cx.brief), \(camera.cy.brief), lies outside its "
                    + "\(camera.width)×\(camera.height) image",
                remedy: "check the intrinsics, or say --scale-cameras 1 if the image is cut out of a larger one")
        }
        return nil
    }

    /// The factor, or a small whole number or its inverse within 10 %.
    private static func friendly(_ factor: Double) -> Double {
        let whole = factor >= 1 ? factor.rounded() : 1 / (1 / factor).rounded()
        return abs(whole - factor) <= 0.1 * factor ? whole : factor
    }
}
