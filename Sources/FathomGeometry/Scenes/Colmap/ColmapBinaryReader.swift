import FathomCore

/// Reads `cameras.bin`, `images.bin` and `points3D.bin` (little-endian).
package enum ColmapBinaryReader {
    /// The model in `folder`; a missing `points3D.bin` means no points.
    package static func read(_ folder: String) throws -> ColmapModel {
        func open(_ name: String) throws -> ByteReader {
            let path = folder.appendingPath(name)
            return ByteReader(try FileSystem.read(path), path: path)
        }
        var model = ColmapModel()
        model.cameras = try cameras(open("cameras.bin"))
        model.images = try images(open("images.bin"))
        if FileSystem.kind(of: folder.appendingPath("points3D.bin")) == .file {
            model.points = try points(open("points3D.bin"))
        }
        return model
    }

    /// u64 n; each {u32 id, i32 model, u64 width, u64 height, f64 parameters}.
    package static func cameras(_ reader: ByteReader) throws -> [Int: Camera] {
        var reader = reader
        var cameras: [Int: Camera] = [:]
        for _ in 0..<(try reader.count(of: "cameras", atLeast: 24)) {
            let id = Int(try reader.integer(UInt32.self, "a camera id"))
            let number = try reader.integer(Int32.self, "a camera model")
            guard let model = ColmapCameraModel(rawValue: Int(number)) else {
                throw reader.failure("camera \(id) has the unknown model number \(number)")
            }
            guard let count = model.parameterCount else {
                throw reader.failure(
                    "camera \(id) has the model \(model.name), which is not supported", remedy: ColmapCameraModel.refusalRemedy)
            }
            let width = try reader.integer(UInt64.self, "a width")
            let height = try reader.integer(UInt64.self, "a height")
            guard (1...(1 << 16)).contains(width), (1...(1 << 16)).contains(height) else {
                throw reader.failure("camera \(id) is \(width)×\(height) pixels")
            }
            let parameters = try (0..<count).map { _ in try reader.finiteDouble("a camera parameter") }
            let camera = model.camera(width: Int(width), height: Int(height), parameters: parameters)
            guard cameras.updateValue(camera, forKey: id) == nil else { throw reader.failure("camera \(id) appears twice") }
        }
        return cameras
    }

    /// u64 n; each {u32 id, f64 q[4], f64 t[3], u32 camera, NUL-terminated name, u64 m, m×{f64 x, f64 y, u64 point}}.
    package static func images(_ reader: ByteReader) throws -> [ColmapModel.Image] {
        var reader = reader
        var images: [ColmapModel.Image] = []
        var ids = Set<Int>()
        for _ in 0..<(try reader.count(of: "images", atLeast: 73)) {
            let id = Int(try reader.integer(UInt32.self, "an image id"))
            guard ids.insert(id).inserted else { throw reader.failure("image \(id) appears twice") }
            func number() throws -> Double { try reader.finiteDouble("the pose of image \(id)") }
            let q = SIMD4(try number(), try number(), try number(), try number())
            let t = SIMD3(try number(), try number(), try number())
            let camera = Int(try reader.integer(UInt32.self, "a camera id"))
            let name = try reader.terminatedText("the name of image \(id)")
            guard let pose = ColmapImporter.pose(quaternion: q, translation: t) else {
                throw reader.failure("the quaternion of image \(id) does not have length 1")
            }
            var image = ColmapModel.Image(id: id, cameraID: camera, cameraFromWorld: pose, name: name)
            let keypoints = try reader.count(of: "keypoints", atLeast: 24)
            var read = 0
            while read < keypoints && image.observations.count < ColmapModel.maximumObservations {
                let pixel = SIMD2(try reader.finiteDouble("a keypoint"), try reader.finiteDouble("a keypoint"))
                let point = try reader.integer(UInt64.self, "a point id")
                if let point = Int(exactly: point) { image.observations.append(.init(pixel: pixel, pointID: point)) }
                read += 1
            }
            _ = try reader.take((keypoints - read) * 24, "the keypoints of image \(id)")
            images.append(image)
        }
        return images
    }

    /// u64 n; each {u64 id, f64 xyz[3], u8 rgb[3], f64 error, u64 m, m×{u32 image, u32 keypoint}}.
    package static func points(_ reader: ByteReader) throws -> [ColmapModel.Point] {
        var reader = reader
        var points: [ColmapModel.Point] = []
        for _ in 0..<(try reader.count(of: "points", atLeast: 51)) {
            let id = Int(truncatingIfNeeded: try reader.integer(UInt64.self, "a point id"))
            func number() throws -> Double { try reader.finiteDouble("the position of point \(id)") }
            let position = SIMD3(try number(), try number(), try number())
            func byte() throws -> UInt8 { try reader.integer(UInt8.self, "a colour") }
            let color = SIMD3(try byte(), try byte(), try byte())
            _ = try reader.double("a reprojection error")
            var images: [Int] = []
            for _ in 0..<(try reader.count(of: "track entries", atLeast: 8)) {
                let image = Int(try reader.integer(UInt32.self, "an image id of a track"))
                _ = try reader.integer(UInt32.self, "a keypoint index of a track")
                if !images.contains(image) { images.append(image) }
            }
            points.append(.init(id: id, position: position, color: color, imageIDs: images))
        }
        return points
    }
}
