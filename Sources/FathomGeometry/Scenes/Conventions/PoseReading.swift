/// How the poses in a file are to be understood.
public struct PoseReading: Sendable, Hashable, CaseIterable {
    /// What a matrix [R | t] of the file does, compared with what its format says it does.
    public enum Direction: String, Sendable, CaseIterable {
        /// What the format says.
        case stated
        /// The inverse: camera→world in a format of world→camera matrices, or the other way round.
        case inverted
        /// R is stored by columns; t or the centre is right.
        case transposed
    }

    public var axes: CameraAxes
    public var direction: Direction

    public init(axes: CameraAxes, direction: Direction = .stated) {
        self.axes = axes
        self.direction = direction
    }

    public static var allCases: [PoseReading] {
        Direction.allCases.flatMap { direction in CameraAxes.allCases.map { PoseReading(axes: $0, direction: direction) } }
    }

    /// The world's mirror that goes with left-handed axes: z ↦ −z.
    public static let mirror: SIMD3<Double> = [1, 1, -1]
}

/// How a format states poses.
public struct PoseConvention: Sendable, Equatable {
    public var axes: CameraAxes
    /// Whether its matrices map camera to world, and so hold the camera's centre.
    public var holdsCenters: Bool

    public init(axes: CameraAxes = .openCV, holdsCenters: Bool = false) {
        self.axes = axes
        self.holdsCenters = holdsCenters
    }

    /// What `pose`, understood by this convention, is under another reading of the same numbers.
    ///
    /// Left-handed axes mirror the world: points of it then need `PoseReading.mirror`.
    public func pose(_ pose: Pose, under reading: PoseReading) -> Pose {
        let own = turned(
            Pose(rotation: .diagonal(axes.signs) * pose.rotation, translation: axes.signs * pose.translation),
            reading.direction)
        let signs = reading.axes.signs
        var rotation = .diagonal(signs) * own.rotation
        if reading.axes.isRightHanded != axes.isRightHanded { rotation = rotation * .diagonal(PoseReading.mirror) }
        return Pose(rotation: rotation, translation: signs * own.translation)
    }

    /// What `pose`, the result of reading `given`, is under another reading of the same numbers.
    package func pose(_ pose: Pose, readAs given: PoseReading, under reading: PoseReading) -> Pose {
        let signs = given.axes.signs
        var rotation = .diagonal(signs) * pose.rotation
        if given.axes.isRightHanded != axes.isRightHanded { rotation = rotation * .diagonal(PoseReading.mirror) }
        let own = turned(Pose(rotation: rotation, translation: signs * pose.translation), given.direction)
        return self.pose(
            Pose(rotation: .diagonal(axes.signs) * own.rotation, translation: axes.signs * own.translation), under: reading)
    }

    /// A pose in the file's own axes read in another direction; done twice it is the same pose again.
    private func turned(_ own: Pose, _ direction: PoseReading.Direction) -> Pose {
        switch direction {
        case .stated: own
        case .inverted: own.inverse
        case .transposed where holdsCenters:
            Pose(rotation: own.inverse.rotation.transposed, translation: own.inverse.translation).inverse
        case .transposed: Pose(rotation: own.rotation.transposed, translation: own.translation)
        }
    }
}
