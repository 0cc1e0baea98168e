import FathomCore

/// The text files of a COLMAP model. Numbers are the shortest that read back to the same bits.
enum ColmapTextWriter {
    static func cameras(_ model: ColmapModel) -> String {
        var text = "# CAMERA_ID MODEL WIDTH HEIGHT PARAMS[]\n"
        for camera in model.cameras {
            let numbers = camera.parameters.map { "\($0)" }.joined(separator: " ")
            text += "\(camera.id) \(camera.model.name) \(camera.width) \(camera.height) \(numbers)\n"
        }
        return text
    }

    /// - Throws: `inputInvalid` for a name that would not read back: with a line break, or with blanks around it.
    static func images(_ model: ColmapModel) throws -> String {
        var text = "# IMAGE_ID QW QX QY QZ TX TY TZ CAMERA_ID NAME\n# X Y POINT3D_ID ...\n"
        for image in model.images {
            let scalars = image.name.unicodeScalars
            guard let first = scalars.first, let last = scalars.last, first != " ", last != " ",
                !scalars.contains(where: { $0.value < 32 })
            else {
                throw FathomError(
                    .inputInvalid, "the image '\(image.name.escapingControls)' has a name that text cannot hold",
                    remedy: "write a binary model")
            }
            text += "\(image.id) \(numbers(image.cameraFromWorld)) \(image.cameraID) \(image.name)\n"
            text += image.keypoints.map { "\($0.pixel.x) \($0.pixel.y) \($0.pointID ?? -1)" }.joined(separator: " ")
            text += "\n"
        }
        return text
    }

    static func points(_ model: ColmapModel) -> String {
        var text = "# POINT3D_ID X Y Z R G B ERROR (IMAGE_ID POINT2D_IDX)...\n"
        for point in model.points {
            let (p, c) = (point.position, point.color)
            text += "\(point.id) \(p.x) \(p.y) \(p.z) \(c.x) \(c.y) \(c.z) \(point.error)"
            for entry in point.track { text += " \(entry.imageID) \(entry.keypoint)" }
            text += "\n"
        }
        return text
    }

    static func rigs(_ model: ColmapModel) -> String {
        var text = "# RIG_ID SENSORS REFERENCE_KIND REFERENCE_ID (KIND ID HAS_POSE [QW QX QY QZ TX TY TZ])...\n"
        for rig in model.rigs {
            text += "\(rig.id) \((rig.reference == nil ? 0 : 1) + rig.others.count)"
            if let reference = rig.reference { text += " \(reference.kind.name) \(reference.id)" }
            for other in rig.others {
                text += " \(other.sensor.kind.name) \(other.sensor.id) "
                text += other.sensorFromRig.map { "1 \(numbers($0))" } ?? "0"
            }
            text += "\n"
        }
        return text
    }

    static func frames(_ model: ColmapModel) -> String {
        var text = "# FRAME_ID RIG_ID QW QX QY QZ TX TY TZ DATA (KIND SENSOR_ID DATA_ID)...\n"
        for frame in model.frames {
            text += "\(frame.id) \(frame.rigID) \(numbers(frame.rigFromWorld)) \(frame.data.count)"
            for data in frame.data { text += " \(data.sensor.kind.name) \(data.sensor.id) \(data.id)" }
            text += "\n"
        }
        return text
    }

    private static func numbers(_ pose: ColmapPose) -> String {
        let (q, t) = (pose.quaternion, pose.translation)
        return "\(q[0]) \(q[1]) \(q[2]) \(q[3]) \(t.x) \(t.y) \(t.z)"
    }
}
