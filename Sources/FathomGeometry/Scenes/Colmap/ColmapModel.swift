/// A COLMAP sparse model in memory: cameras, posed images, points, rigs and frames, as its files hold them.
package struct ColmapModel: Sendable, Equatable {
    /// How much of the files is kept.
    package enum Extent: Sendable {
        /// What a scene needs: supported cameras, and of each image the first `maximumObservations` triangulated keypoints, which
        /// are enough to check the poses.
        case scene
        /// Everything.
        case complete
    }

    package static let maximumObservations = 64

    package struct Camera: Sendable, Equatable {
        package var id: Int
        package var model: ColmapCameraModel
        package var width: Int
        package var height: Int
        /// `model.parameterCount` numbers.
        package var parameters: [Double]

        package var calibration: FathomGeometry.Camera {
            model.camera(width: width, height: height, parameters: parameters)
        }
    }

    package struct Image: Sendable, Equatable {
        package var id: Int
        package var cameraFromWorld: ColmapPose
        package var cameraID: Int
        package var name: String
        package var keypoints: [Keypoint] = []
    }

    package struct Keypoint: Sendable, Equatable {
        /// Continuous pixels, centre of the first pixel at (0.5, 0.5).
        package var pixel: SIMD2<Double>
        /// Nil where it is not triangulated.
        package var pointID: Int?
    }

    package struct Point: Sendable, Equatable {
        package var id: Int
        package var position: SIMD3<Double>
        package var color: SIMD3<UInt8>
        /// Mean reprojection error in pixels; −1 where it is not known.
        package var error: Double
        package var track: [TrackEntry]
    }

    /// An image that sees a point, and the index of the keypoint there.
    package struct TrackEntry: Sendable, Equatable {
        package var imageID: UInt32
        package var keypoint: UInt32
    }

    /// Sensors that are fixed to each other.
    package struct Rig: Sendable, Equatable {
        package var id: Int
        /// The sensor whose axes are the rig's; nil in a rig without sensors.
        package var reference: Sensor?
        package var others: [MountedSensor] = []
    }

    package struct Sensor: Sendable, Hashable {
        package enum Kind: Int32, Sendable {
            case invalid = -1
            case camera = 0
            case imu = 1
        }

        package var kind: Kind
        /// Of cameras, the camera id.
        package var id: Int
    }

    package struct MountedSensor: Sendable, Equatable {
        package var sensor: Sensor
        /// Nil where it is not calibrated.
        package var sensorFromRig: ColmapPose?
    }

    /// What the sensors of a rig recorded at one moment.
    package struct Frame: Sendable, Equatable {
        package var id: Int
        package var rigID: Int
        package var rigFromWorld: ColmapPose
        package var data: [SensorData]
    }

    package struct SensorData: Sendable, Equatable {
        package var sensor: Sensor
        /// Of cameras, the image id.
        package var id: Int
    }

    /// In the order of the files, as everything here.
    package var cameras: [Camera] = []
    package var images: [Image] = []
    package var points: [Point] = []
    package var rigs: [Rig] = []
    package var frames: [Frame] = []
}

/// A rigid motion as COLMAP stores it: a Hamilton quaternion (w, x, y, z) that may miss length 1 by rounding, and a translation.
package struct ColmapPose: Sendable, Equatable {
    package var quaternion: SIMD4<Double>
    package var translation: SIMD3<Double>

    /// Nil when the quaternion does not have length 1 within rounding of a few digits.
    package init?(quaternion: SIMD4<Double>, translation: SIMD3<Double>) {
        guard abs((quaternion * quaternion).sum().squareRoot() - 1) < 1e-2 else { return nil }
        self.quaternion = quaternion
        self.translation = translation
    }

    package init(_ pose: Pose) {
        quaternion = pose.rotation.quaternion
        translation = pose.translation
    }

    package var pose: Pose { Pose(rotation: Matrix3(quaternion: quaternion), translation: translation) }
}
