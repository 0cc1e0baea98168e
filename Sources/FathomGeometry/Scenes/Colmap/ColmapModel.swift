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

    /// Keypoints of an image that `.scene` keeps.
    package static let maximumObservations = 64

    /// Intrinsics under an id that images name.
    package struct Camera: Sendable, Equatable {
        /// Distinct among cameras; need not be consecutive.
        package var id: Int
        /// How `parameters` are read.
        package var model: ColmapCameraModel
        /// Pixels per row of its images.
        package var width: Int
        /// Rows of its images.
        package var height: Int
        /// `model.parameterCount` numbers.
        package var parameters: [Double]

        /// As Fathom's camera; only for models that are supported.
        package var calibration: FathomGeometry.Camera {
            model.camera(width: width, height: height, parameters: parameters)
        }
    }

    /// A photo with its pose and what was found in it.
    package struct Image: Sendable, Equatable {
        /// Distinct among images; tracks name it.
        package var id: Int
        /// World coordinates to camera coordinates, x right, y down, z forward.
        package var cameraFromWorld: ColmapPose
        /// An id among `cameras`.
        package var cameraID: Int
        /// Path below the folder of images, with "/".
        package var name: String
        /// In the order of the file; tracks name them by index.
        package var keypoints: [Keypoint] = []
    }

    /// A place in an image.
    package struct Keypoint: Sendable, Equatable {
        /// Continuous pixels, centre of the first pixel at (0.5, 0.5).
        package var pixel: SIMD2<Double>
        /// Nil where it is not triangulated.
        package var pointID: Int?
    }

    /// A triangulated point.
    package struct Point: Sendable, Equatable {
        /// Distinct among points; keypoints name it.
        package var id: Int
        /// In world coordinates.
        package var position: SIMD3<Double>
        /// Red, green, blue.
        package var color: SIMD3<UInt8>
        /// Mean reprojection error in pixels; −1 where it is not known.
        package var error: Double
        /// Where it was seen.
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

    /// A device of a rig.
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

    /// A sensor with its place in a rig.
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

    /// What one sensor recorded.
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
