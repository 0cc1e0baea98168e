import FathomCore

/// Reads `cameras.txt`, `images.txt` and `points3D.txt`.
package enum ColmapTextReader {
    /// The model in `folder`; a missing `points3D.txt` means no points.
    package static func read(_ folder: String) throws -> ColmapModel {
        var model = ColmapModel()
        model.cameras = try cameras(TextScanner(path: folder.appendingPath("cameras.txt")))
        model.images = try images(TextScanner(path: folder.appendingPath("images.txt")))
        let points = folder.appendingPath("points3D.txt")
        if FileSystem.kind(of: points) == .file { model.points = try self.points(TextScanner(path: points)) }
        return model
    }

    /// `CAMERA_ID MODEL WIDTH HEIGHT PARAMS…` per line.
    package static func cameras(_ text: TextScanner) throws -> [Int: Camera] {
        var text = text
        var cameras: [Int: Camera] = [:]
        while text.nextContentLine() {
            let id = try text.integer("the camera id")
            let name = text.word() ?? ""
            guard let model = ColmapCameraModel(name: name) else {
                throw text.failure("camera \(id) has the unknown model '\(name.prefix(40))'")
            }
            guard let count = model.parameterCount else {
                throw text.failure(
                    "camera \(id) has the model \(name), which is not supported", remedy: ColmapCameraModel.refusalRemedy)
            }
            let width = try text.integer("the width", in: 1...(1 << 16))
            let height = try text.integer("the height", in: 1...(1 << 16))
            let parameters = try (0..<count).map { try text.double("parameter \($0 + 1) of \(count) of \(name)") }
            if text.peek() != nil { throw text.failure("camera \(id) has more than the \(count) parameters of \(name)") }
            guard cameras.updateValue(model.camera(width: width, height: height, parameters: parameters), forKey: id) == nil
            else { throw text.failure("camera \(id) appears twice") }
        }
        return cameras
    }

    /// Two lines per image: `ID QW QX QY QZ TX TY TZ CAMERA_ID NAME`, then `X Y POINT3D_ID …`, which may be empty.
    package static func images(_ text: TextScanner) throws -> [ColmapModel.Image] {
        var text = text
        var images: [ColmapModel.Image] = []
        var ids = Set<Int>()
        while text.nextContentLine() {
            let id = try text.integer("the image id")
            guard ids.insert(id).inserted else { throw text.failure("image \(id) appears twice") }
            let q = SIMD4(
                try text.double("QW"), try text.double("QX"), try text.double("QY"), try text.double("QZ"))
            let t = SIMD3(try text.double("TX"), try text.double("TY"), try text.double("TZ"))
            let camera = try text.integer("the camera id")
            let name = text.rest()
            if name.isEmpty { throw text.failure("image \(id) has no name") }
            guard let pose = ColmapImporter.pose(quaternion: q, translation: t) else {
                throw text.failure("the quaternion of image \(id) does not have length 1")
            }
            var image = ColmapModel.Image(id: id, cameraID: camera, cameraFromWorld: pose, name: name)
            if text.nextLine() {
                while image.observations.count < ColmapModel.maximumObservations, text.peek() != nil {
                    do {
                        let pixel = SIMD2(try text.double("X"), try text.double("Y"))
                        let point = try text.integer("POINT3D_ID")
                        if point >= 0 { image.observations.append(.init(pixel: pixel, pointID: point)) }
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
    package static func points(_ text: TextScanner) throws -> [ColmapModel.Point] {
        var text = text
        var points: [ColmapModel.Point] = []
        while text.nextContentLine() {
            let id = try text.integer("the point id", in: 0...Int.max)
            let position = SIMD3(try text.double("X"), try text.double("Y"), try text.double("Z"))
            let color = SIMD3(
                UInt8(try text.integer("R", in: 0...255)), UInt8(try text.integer("G", in: 0...255)),
                UInt8(try text.integer("B", in: 0...255)))
            _ = try text.extendedDouble("the reprojection error")
            var images: [Int] = []
            while text.peek() != nil {
                let image = try text.integer("an image id of the track")
                _ = try text.integer("a keypoint index of the track")
                if !images.contains(image) { images.append(image) }
            }
            points.append(.init(id: id, position: position, color: color, imageIDs: images))
        }
        return points
    }
}
