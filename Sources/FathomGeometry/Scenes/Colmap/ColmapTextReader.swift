import FathomCore

/// Reads `cameras.txt`, `images.txt`, `points3D.txt`, `rigs.txt` and `frames.txt`.
package enum ColmapTextReader {
    /// `CAMERA_ID MODEL WIDTH HEIGHT PARAMS…` per line.
    ///
    /// A camera of a model that cannot be drawn is refused unless everything is kept (`.complete`).
    ///
    /// - Returns: cameras in the order of the file, sides of 1 to 65536 pixels, parameters as COLMAP orders them.
    /// - Throws: `inputInvalid` with file and line for unknown models, missing or surplus numbers and repeated ids.
    package static func cameras(_ text: TextScanner, _ extent: ColmapModel.Extent = .scene) throws -> [ColmapModel.Camera] {
        var text = text
        var cameras: [ColmapModel.Camera] = []
        var ids = Set<Int>()
        while text.nextContentLine() {
            let id = try text.id("the camera id")
            let name = text.word() ?? ""
            guard let model = ColmapCameraModel(name: name) else {
                throw text.failure(
                    "camera \(id) has the unknown model '\(name.prefix(40))'", remedy: ColmapCameraModel.unknownRemedy)
            }
            guard model.isSupported || extent == .complete else {
                throw text.failure(
                    "camera \(id) has the model \(name), which is not supported", remedy: ColmapCameraModel.refusalRemedy)
            }
            let width = try text.integer("the width", in: 1...(1 << 16))
            let height = try text.integer("the height", in: 1...(1 << 16))
            let count = model.parameterCount
            let parameters = try (0..<count).map { try text.double("parameter \($0 + 1) of \(count) of \(name)") }
            if text.peek() != nil { throw text.failure("camera \(id) has more than the \(count) parameters of \(name)") }
            guard ids.insert(id).inserted else { throw text.failure("camera \(id) appears twice") }
            cameras.append(.init(id: id, model: model, width: width, height: height, parameters: parameters))
        }
        return cameras
    }

    /// Two lines per image: `ID QW QX QY QZ TX TY TZ CAMERA_ID NAME`, then `X Y POINT3D_ID …`, which may be empty.
    ///
    /// The quaternion is Hamilton's with the real part first, world to camera. Keypoints count from the corner of the first
    /// pixel; `POINT3D_ID` −1 is a keypoint without a point. Time and memory in proportion to what is kept.
    ///
    /// - Throws: `inputInvalid` with file and line for repeated ids, quaternions without length 1, images without a second
    ///   line.
    package static func images(_ text: TextScanner, _ extent: ColmapModel.Extent = .scene) throws -> [ColmapModel.Image] {
        var text = text
        var images: [ColmapModel.Image] = []
        var ids = Set<Int>()
        while text.nextContentLine() {
            let id = try text.id("the image id")
            guard ids.insert(id).inserted else { throw text.failure("image \(id) appears twice") }
            let pose = try pose(&text, of: "image \(id)")
            let camera = try text.id("the camera id")
            let name = text.rest()
            if name.isEmpty { throw text.failure("image \(id) has no name") }
            var image = ColmapModel.Image(id: id, cameraFromWorld: pose, cameraID: camera, name: name)
            if text.nextLine() {
                while extent == .complete || image.keypoints.count < ColmapModel.maximumObservations, text.peek() != nil {
                    do {
                        let pixel = SIMD2(try text.double("X"), try text.double("Y"))
                        let number = try text.integer("POINT3D_ID")
                        let point = number >= 0 ? number : nil
                        if point != nil || extent == .complete { image.keypoints.append(.init(pixel: pixel, pointID: point)) }
                    } catch let error as FathomError {
                        throw text.failure(
                            "in the keypoints of image \(id) \(error.message)",
                            remedy: "each image has two lines, the second may be empty but must be there")
                    }
                }
            }
            images.append(image)
        }
        return images
    }

    /// `POINT3D_ID X Y Z R G B ERROR (IMAGE_ID POINT2D_IDX)…` per line.
    ///
    /// Positions in world coordinates, colours of 8 bits, errors in pixels. Tracks are kept as they stand: ids may be dangling.
    ///
    /// - Throws: `inputInvalid` with file and line for numbers that are missing, not finite or out of range.
    package static func points(_ text: TextScanner) throws -> [ColmapModel.Point] {
        var text = text
        var points: [ColmapModel.Point] = []
        while text.nextContentLine() {
            let id = try text.integer("the point id", in: 0...Int.max)
            let position = SIMD3(try text.double("X"), try text.double("Y"), try text.double("Z"))
            let color = SIMD3(
                UInt8(try text.integer("R", in: 0...255)), UInt8(try text.integer("G", in: 0...255)),
                UInt8(try text.integer("B", in: 0...255)))
            let error = try text.extendedDouble("the reprojection error")
            var track: [ColmapModel.TrackEntry] = []
            while text.peek() != nil {
                let image = try text.id("an image id of the track")
                let keypoint = try text.id("a keypoint index of the track")
                track.append(.init(imageID: UInt32(image), keypoint: UInt32(keypoint)))
            }
            points.append(.init(id: id, position: position, color: color, error: error, track: track))
        }
        return points
    }

    /// `RIG_ID SENSORS [REFERENCE_KIND REFERENCE_ID (KIND ID HAS_POSE [QW QX QY QZ TX TY TZ])…]` per line.
    ///
    /// Poses are sensor from rig; the reference sensor has none, as its axes are the rig's.
    ///
    /// - Throws: `inputInvalid` with file and line; whether ids exist is left to `ColmapModel.checkRigs`.
    package static func rigs(_ text: TextScanner) throws -> [ColmapModel.Rig] {
        var text = text
        var rigs: [ColmapModel.Rig] = []
        while text.nextContentLine() {
            var rig = ColmapModel.Rig(id: try text.id("the rig id"))
            let sensors = try text.id("the number of sensors")
            if sensors > 0 {
                rig.reference = try sensor(&text)
                for _ in 1..<sensors {
                    let sensor = try sensor(&text)
                    let hasPose = try text.integer("whether the sensor has a pose", in: 0...1)
                    rig.others.append(
                        .init(
                            sensor: sensor, sensorFromRig: hasPose == 0 ? nil : try pose(&text, of: "a sensor of rig \(rig.id)")))
                }
            }
            if text.peek() != nil { throw text.failure("rig \(rig.id) has more than the \(sensors) sensors announced") }
            rigs.append(rig)
        }
        return rigs
    }

    /// `FRAME_ID RIG_ID QW QX QY QZ TX TY TZ DATA (KIND SENSOR_ID DATA_ID)…` per line.
    ///
    /// Poses are rig from world. Data of cameras are images.
    ///
    /// - Throws: `inputInvalid` with file and line, also when there are more or fewer data than announced.
    package static func frames(_ text: TextScanner) throws -> [ColmapModel.Frame] {
        var text = text
        var frames: [ColmapModel.Frame] = []
        while text.nextContentLine() {
            let id = try text.id("the frame id")
            let rig = try text.id("the rig id")
            var frame = ColmapModel.Frame(id: id, rigID: rig, rigFromWorld: try pose(&text, of: "frame \(id)"), data: [])
            let count = try text.id("the number of data")
            for _ in 0..<count {
                frame.data.append(.init(sensor: try sensor(&text), id: try text.integer("a data id", in: 0...Int.max)))
            }
            if text.peek() != nil { throw text.failure("frame \(id) has more than the \(count) data announced") }
            frames.append(frame)
        }
        return frames
    }

    private static func sensor(_ text: inout TextScanner) throws -> ColmapModel.Sensor {
        let name = text.word() ?? ""
        guard let kind = ColmapModel.Sensor.Kind(name: name) else {
            throw text.failure("'\(name.prefix(40))' is no known kind of sensor")
        }
        return .init(kind: kind, id: try text.id("the sensor id"))
    }

    private static func pose(_ text: inout TextScanner, of what: String) throws -> ColmapPose {
        let q = SIMD4(try text.double("QW"), try text.double("QX"), try text.double("QY"), try text.double("QZ"))
        let t = SIMD3(try text.double("TX"), try text.double("TY"), try text.double("TZ"))
        guard let pose = ColmapPose(quaternion: q, translation: t) else {
            throw text.failure("the quaternion of \(what) does not have length 1")
        }
        return pose
    }
}

extension TextScanner {
    /// The next token as a number of 32 bits without sign, as ids and counts are stored.
    fileprivate mutating func id(_ what: String) throws -> Int { try integer(what, in: 0...Int(UInt32.max)) }
}

extension ColmapModel.Sensor.Kind {
    /// The word in `rigs.txt` and `frames.txt`.
    package var name: String {
        switch self {
        case .invalid: "INVALID"
        case .camera: "CAMERA"
        case .imu: "IMU"
        }
    }

    fileprivate init?(name: String) {
        guard let kind = [Self.camera, .imu, .invalid].first(where: { $0.name == name }) else { return nil }
        self = kind
    }
}
