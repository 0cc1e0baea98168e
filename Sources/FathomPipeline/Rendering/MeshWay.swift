import FathomCore
import FathomGeometry
import FathomMedia

/// Small pictures of a surface on its way from a start to an end, side by side: clay, always from the same place.
public struct MeshWay: Sendable {
    /// Pixels along the longer side of a picture.
    public static let side = 200
    /// Pictures beside the first.
    private static let count = 7

    private let camera: Camera
    private let pose: Pose
    /// RGB, all of one size.
    public private(set) var pictures: [Raster<UInt8>]

    /// - Parameters:
    ///   - camera: a pinhole of any size.
    ///   - pictures: those taken before.
    public init(seenBy camera: Camera, _ cameraFromWorld: Pose, pictures: [Raster<UInt8>] = []) {
        let scale = Double(Self.side) / Double(max(camera.width, camera.height))
        self.camera = camera.resized(
            width: max(1, Int((Double(camera.width) * scale).rounded())),
            height: max(1, Int((Double(camera.height) * scale).rounded())))
        pose = cameraFromWorld
        self.pictures = pictures
    }

    /// Whether the surface is shown after so many steps of all: evenly, the last one among them.
    public static func isShown(after step: Int, of steps: Int) -> Bool { step * count / steps > (step - 1) * count / steps }

    /// Takes a picture.
    public mutating func append(_ mesh: Mesh) {
        pictures.append(MeshShading.picture(of: mesh, camera: camera, cameraFromWorld: pose, surface: .clay))
    }

    /// All pictures in a row.
    public var strip: Raster<UInt8> {
        let (width, height) = (camera.width, camera.height)
        var strip = Raster<UInt8>(uninitializedWidth: width * pictures.count, height: height, channels: 3)
        strip.withMutablePointer { strip in
            for (index, picture) in pictures.enumerated() {
                picture.withPointer { picture in
                    for y in 0..<height {
                        (strip + 3 * width * (y * pictures.count + index)).update(from: picture + 3 * width * y, count: 3 * width)
                    }
                }
            }
        }
        return strip
    }
}
