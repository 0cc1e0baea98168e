import FathomCore

extension ColmapModel {
    /// Checks that rigs and frames name what is there, and each thing once.
    ///
    /// - Throws: `inputInvalid` located at `path`.
    ///
    /// Sensors of a rig must be distinct and its cameras exist; frames must be of known rigs, with data of sensors in these; an
    /// image may be in one frame only, under its own camera. Time in proportion to the number of sensors and data.
    package func checkRigs(at path: String) throws {
        func failure(_ message: String) -> FathomError {
            FathomError(
                .inputInvalid, message,
                remedy: "write the model anew, or remove its rigs and frames files: the images file holds the poses as well",
                at: path)
        }
        let cameraIDs = Set(cameras.map(\.id))
        let cameraOfImage = Dictionary(uniqueKeysWithValues: images.map { ($0.id, $0.cameraID) })
        var sensorsOfRig: [Int: Set<Sensor>] = [:]
        for rig in rigs {
            var sensors = Set<Sensor>()
            for sensor in [rig.reference].compactMap({ $0 }) + rig.others.map(\.sensor) {
                guard sensors.insert(sensor).inserted else {
                    throw failure("rig \(rig.id) has the \(sensor.kind.name) \(sensor.id) twice")
                }
                guard sensor.kind != .camera || cameraIDs.contains(sensor.id) else {
                    throw failure("rig \(rig.id) has the camera \(sensor.id), which the model does not have")
                }
            }
            guard sensorsOfRig.updateValue(sensors, forKey: rig.id) == nil else { throw failure("rig \(rig.id) appears twice") }
        }
        var frameIDs = Set<Int>()
        var frameOfImage: [Int: Int] = [:]
        for frame in frames {
            guard frameIDs.insert(frame.id).inserted else { throw failure("frame \(frame.id) appears twice") }
            guard let sensors = sensorsOfRig[frame.rigID] else {
                throw failure("frame \(frame.id) is of rig \(frame.rigID), which the model does not have")
            }
            for data in frame.data {
                guard sensors.contains(data.sensor) else {
                    throw failure(
                        "frame \(frame.id) has data of the \(data.sensor.kind.name) \(data.sensor.id), which is not in rig \(frame.rigID)"
                    )
                }
                guard data.sensor.kind == .camera else { continue }
                guard let camera = cameraOfImage[data.id] else {
                    throw failure("frame \(frame.id) has the image \(data.id), which the model does not have")
                }
                guard camera == data.sensor.id else {
                    throw failure(
                        "image \(data.id) is of camera \(camera), but of camera \(data.sensor.id) in frame \(frame.id)")
                }
                if let other = frameOfImage.updateValue(frame.id, forKey: data.id) {
                    throw failure("image \(data.id) is in the frames \(other) and \(frame.id)")
                }
            }
        }
    }

    /// What to say when the poses of the images, which are taken, are not those that the frames and rigs compose: rotations or,
    /// relative to their length, translations differ by more than 1e-6.
    ///
    /// The pose that a frame composes is sensorFromRig · rigFromWorld. Sensors without calibration are passed over.
    ///
    /// - Returns: a warning with the number of images, nil when all agree.
    package func frameDisagreement() -> String? {
        let poses = Dictionary(uniqueKeysWithValues: images.map { ($0.id, $0.cameraFromWorld.pose) })
        var mounted: [Int: [Sensor: Pose]] = [:]
        for rig in rigs {
            var sensors: [Sensor: Pose] = [:]
            if let reference = rig.reference { sensors[reference] = .identity }
            for other in rig.others { sensors[other.sensor] = other.sensorFromRig?.pose }
            mounted[rig.id] = sensors
        }
        var differing = 0
        for frame in frames {
            for data in frame.data where data.sensor.kind == .camera {
                guard let sensorFromRig = mounted[frame.rigID]?[data.sensor], let pose = poses[data.id] else { continue }
                let composed = sensorFromRig * frame.rigFromWorld.pose
                let rotation = zip(composed.rotation.rowMajor, pose.rotation.rowMajor).map { abs($0 - $1) }.max() ?? 0
                let offset = length(composed.translation - pose.translation)
                if rotation > 1e-6 || offset > 1e-6 * (1 + length(pose.translation)) { differing += 1 }
            }
        }
        if differing == 0 { return nil }
        return
            "the poses of \(differing) of \(images.count) images are not those of their rigs and frames; those of the images are taken"
    }
}
