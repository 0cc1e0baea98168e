import FathomCore

/// Reads `cameras.bin`, `images.bin`, `points3D.bin`, `rigs.bin` and `frames.bin` (little-endian).
package enum ColmapBinaryReader {
    /// u64 n; each {u32 id, i32 model, u64 width, u64 height, f64 parameters}.
    ///
    /// Models, sides and repetitions are judged as in the text form, counts against the bytes that are left.
    ///
    /// - Throws: `inputInvalid` with file and byte.
    package static func cameras(_ reader: ByteReader, _ extent: ColmapModel.Extent = .scene) throws -> [ColmapModel.Camera] {
        var reader = reader
        var cameras: [ColmapModel.Camera] = []
        var ids = Set<Int>()
        for _ in 0..<(try reader.count(of: "cameras", atLeast: 24)) {
            let id = Int(try reader.integer(UInt32.self, "a camera id"))
            let number = try reader.integer(Int32.self, "a camera model")
            guard let model = ColmapCameraModel(rawValue: Int(number)) else {
                throw reader.failure(
                    "camera \(id) has the unknown model number \(number)", remedy: ColmapCameraModel.unknownRemedy)
            }
            guard model.isSupported || extent == .complete else {
                throw reader.failure(
                    "camera \(id) has the model \(model.name), which is not supported", remedy: ColmapCameraModel.refusalRemedy)
            }
            let width = try reader.integer(UInt64.self, "a width")
            let height = try reader.integer(UInt64.self, "a height")
            guard (1...(1 << 16)).contains(width), (1...(1 << 16)).contains(height) else {
                throw reader.failure("camera \(id) is \(width)×\(height) pixels")
            }
            let parameters = try (0..<model.parameterCount).map { _ in try reader.finiteDouble("a camera parameter") }
            guard ids.insert(id).inserted else { throw reader.failure("camera \(id) appears twice") }
            cameras.append(.init(id: id, model: model, width: Int(width), height: Int(height), parameters: parameters))
        }
        return cameras
    }

    /// u64 n; each {u32 id, f64 q[4], f64 t[3], u32 camera, NUL-terminated name, u64 m, m×{f64 x, f64 y, u64 point}}.
    ///
    /// The quaternion is Hamilton's with the real part first, world to camera; a point id of 2⁶⁴ − 1 is a keypoint without a
    /// point. With `.scene` the keypoints beyond the first `ColmapModel.maximumObservations` are stepped over unread.
    ///
    /// - Throws: `inputInvalid` with file and byte for repeated ids, names without end and quaternions without length 1.
    package static func images(_ reader: ByteReader, _ extent: ColmapModel.Extent = .scene) throws -> [ColmapModel.Image] {
        var reader = reader
        var images: [ColmapModel.Image] = []
        var ids = Set<Int>()
        for _ in 0..<(try reader.count(of: "images", atLeast: 73)) {
            let id = Int(try reader.integer(UInt32.self, "an image id"))
            guard ids.insert(id).inserted else { throw reader.failure("image \(id) appears twice") }
            let pose = try pose(&reader, of: "image \(id)")
            let camera = Int(try reader.integer(UInt32.self, "a camera id"))
            let name = try reader.terminatedText("the name of image \(id)")
            var image = ColmapModel.Image(id: id, cameraFromWorld: pose, cameraID: camera, name: name)
            let keypoints = try reader.count(of: "keypoints", atLeast: 24)
            var read = 0
            while read < keypoints && (extent == .complete || image.keypoints.count < ColmapModel.maximumObservations) {
                let pixel = SIMD2(try reader.finiteDouble("a keypoint"), try reader.finiteDouble("a keypoint"))
                let point = Int(exactly: try reader.integer(UInt64.self, "a point id"))
                if point != nil || extent == .complete { image.keypoints.append(.init(pixel: pixel, pointID: point)) }
                read += 1
            }
            _ = try reader.take((keypoints - read) * 24, "the keypoints of image \(id)")
            images.append(image)
        }
        return images
    }

    /// u64 n; each {u64 id, f64 xyz[3], u8 rgb[3], f64 error, u64 m, m×{u32 image, u32 keypoint}}.
    ///
    /// Positions in world coordinates, errors in pixels, −1 where unknown.
    ///
    /// - Throws: `inputInvalid` with file and byte.
    package static func points(_ reader: ByteReader) throws -> [ColmapModel.Point] {
        var reader = reader
        var points: [ColmapModel.Point] = []
        for _ in 0..<(try reader.count(of: "points", atLeast: 51)) {
            let number = try reader.integer(UInt64.self, "a point id")
            guard let id = Int(exactly: number) else { throw reader.failure("\(number) is no point id") }
            func coordinate() throws -> Double { try reader.finiteDouble("the position of point \(id)") }
            let position = SIMD3(try coordinate(), try coordinate(), try coordinate())
            func byte() throws -> UInt8 { try reader.integer(UInt8.self, "a colour") }
            let color = SIMD3(try byte(), try byte(), try byte())
            let error = try reader.double("a reprojection error")
            let track = try (0..<(try reader.count(of: "track entries", atLeast: 8))).map { _ in
                ColmapModel.TrackEntry(
                    imageID: try reader.integer(UInt32.self, "an image id of a track"),
                    keypoint: try reader.integer(UInt32.self, "a keypoint index of a track"))
            }
            points.append(.init(id: id, position: position, color: color, error: error, track: track))
        }
        return points
    }

    /// u64 n; each {u32 id, u32 sensors, if any {i32 kind, u32 id} of the reference, then for each other sensor {i32 kind, u32 id,
    /// u8 has pose, if so f64 q[4], f64 t[3]}}.
    ///
    /// Poses are sensor from rig.
    ///
    /// - Throws: `inputInvalid` with file and byte; whether ids exist is left to `ColmapModel.checkRigs`.
    package static func rigs(_ reader: ByteReader) throws -> [ColmapModel.Rig] {
        var reader = reader
        return try (0..<(try reader.count(of: "rigs", atLeast: 8))).map { _ in
            var rig = ColmapModel.Rig(id: Int(try reader.integer(UInt32.self, "a rig id")))
            let sensors = Int(try reader.integer(UInt32.self, "a number of sensors"))
            guard sensors > 0 else { return rig }
            rig.reference = try sensor(&reader)
            for _ in 1..<sensors {
                let sensor = try sensor(&reader)
                let hasPose = try reader.integer(UInt8.self, "whether a sensor has a pose")
                rig.others.append(
                    .init(sensor: sensor, sensorFromRig: hasPose == 0 ? nil : try pose(&reader, of: "a sensor of rig \(rig.id)")))
            }
            return rig
        }
    }

    /// u64 n; each {u32 id, u32 rig, f64 q[4], f64 t[3], u32 m, m×{i32 kind, u32 sensor, u64 data}}.
    ///
    /// Poses are rig from world.
    ///
    /// - Throws: `inputInvalid` with file and byte.
    package static func frames(_ reader: ByteReader) throws -> [ColmapModel.Frame] {
        var reader = reader
        return try (0..<(try reader.count(of: "frames", atLeast: 68))).map { _ in
            let id = Int(try reader.integer(UInt32.self, "a frame id"))
            let rig = Int(try reader.integer(UInt32.self, "a rig id"))
            var frame = ColmapModel.Frame(id: id, rigID: rig, rigFromWorld: try pose(&reader, of: "frame \(id)"), data: [])
            for _ in 0..<(try reader.integer(UInt32.self, "a number of data")) {
                let sensor = try sensor(&reader)
                let data = try reader.integer(UInt64.self, "a data id")
                guard let data = Int(exactly: data) else { throw reader.failure("\(data) is no data id") }
                frame.data.append(.init(sensor: sensor, id: data))
            }
            return frame
        }
    }

    private static func sensor(_ reader: inout ByteReader) throws -> ColmapModel.Sensor {
        let number = try reader.integer(Int32.self, "a kind of sensor")
        guard let kind = ColmapModel.Sensor.Kind(rawValue: number) else {
            throw reader.failure("\(number) is no known kind of sensor")
        }
        return .init(kind: kind, id: Int(try reader.integer(UInt32.self, "a sensor id")))
    }

    private static func pose(_ reader: inout ByteReader, of what: String) throws -> ColmapPose {
        func number() throws -> Double { try reader.finiteDouble("the pose of \(what)") }
        let q = SIMD4(try number(), try number(), try number(), try number())
        let t = SIMD3(try number(), try number(), try number())
        guard let pose = ColmapPose(quaternion: q, translation: t) else {
            throw reader.failure("the quaternion of \(what) does not have length 1")
        }
        return pose
    }
}
