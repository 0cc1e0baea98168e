/// The binary files of a COLMAP model; their layouts are described at `ColmapBinaryReader`.
enum ColmapBinaryWriter {
    static func cameras(_ model: ColmapModel) -> [UInt8] {
        var bytes = ByteWriter()
        bytes.append(UInt64(model.cameras.count))
        for camera in model.cameras {
            bytes.append(UInt32(camera.id))
            bytes.append(Int32(camera.model.rawValue))
            bytes.append(UInt64(camera.width))
            bytes.append(UInt64(camera.height))
            for parameter in camera.parameters { bytes.append(parameter) }
        }
        return bytes.bytes
    }

    static func images(_ model: ColmapModel) -> [UInt8] {
        var bytes = ByteWriter()
        bytes.append(UInt64(model.images.count))
        for image in model.images {
            bytes.append(UInt32(image.id))
            append(image.cameraFromWorld, to: &bytes)
            bytes.append(UInt32(image.cameraID))
            bytes.append(image.name)
            bytes.append(UInt8(0))
            bytes.append(UInt64(image.keypoints.count))
            for keypoint in image.keypoints {
                bytes.append(keypoint.pixel.x)
                bytes.append(keypoint.pixel.y)
                bytes.append(keypoint.pointID.map(UInt64.init) ?? .max)
            }
        }
        return bytes.bytes
    }

    static func points(_ model: ColmapModel) -> [UInt8] {
        var bytes = ByteWriter()
        bytes.append(UInt64(model.points.count))
        for point in model.points {
            bytes.append(UInt64(point.id))
            bytes.append(point.position)
            bytes.append(point.color)
            bytes.append(point.error)
            bytes.append(UInt64(point.track.count))
            for entry in point.track {
                bytes.append(entry.imageID)
                bytes.append(entry.keypoint)
            }
        }
        return bytes.bytes
    }

    static func rigs(_ model: ColmapModel) -> [UInt8] {
        var bytes = ByteWriter()
        bytes.append(UInt64(model.rigs.count))
        for rig in model.rigs {
            bytes.append(UInt32(rig.id))
            bytes.append(UInt32((rig.reference == nil ? 0 : 1) + rig.others.count))
            if let reference = rig.reference { append(reference, to: &bytes) }
            for other in rig.others {
                append(other.sensor, to: &bytes)
                bytes.append(UInt8(other.sensorFromRig == nil ? 0 : 1))
                if let pose = other.sensorFromRig { append(pose, to: &bytes) }
            }
        }
        return bytes.bytes
    }

    static func frames(_ model: ColmapModel) -> [UInt8] {
        var bytes = ByteWriter()
        bytes.append(UInt64(model.frames.count))
        for frame in model.frames {
            bytes.append(UInt32(frame.id))
            bytes.append(UInt32(frame.rigID))
            append(frame.rigFromWorld, to: &bytes)
            bytes.append(UInt32(frame.data.count))
            for data in frame.data {
                append(data.sensor, to: &bytes)
                bytes.append(UInt64(data.id))
            }
        }
        return bytes.bytes
    }

    private static func append(_ sensor: ColmapModel.Sensor, to bytes: inout ByteWriter) {
        bytes.append(sensor.kind.rawValue)
        bytes.append(UInt32(sensor.id))
    }

    private static func append(_ pose: ColmapPose, to bytes: inout ByteWriter) {
        for component in 0..<4 { bytes.append(pose.quaternion[component]) }
        bytes.append(pose.translation)
    }
}
