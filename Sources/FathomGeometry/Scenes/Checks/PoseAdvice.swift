/// What is said when poses fit under another reading than the one they were read with.
package enum PoseAdvice {
    /// What poses look like that fit as `reading`, for a format of `convention`: "OpenGL's and inverted".
    package static func looks(_ reading: PoseReading, in convention: PoseConvention) -> String {
        var parts: [String] = []
        if reading.axes != convention.axes { parts.append("like \(owner(reading.axes))") }
        switch reading.direction {
        case .stated: break
        case .inverted: parts.append("inverted (\(convention.holdsCenters ? "world to camera" : "camera to world"))")
        case .transposed: parts.append("transposed (rotations stored by columns)")
        }
        return parts.isEmpty ? "right as the format states them" : parts.joined(separator: " and ")
    }

    /// The flags that lead from reading `given` to `reading`.
    package static func remedy(_ reading: PoseReading, given: PoseReading, in convention: PoseConvention) -> String {
        var use: [String] = []
        var drop: [String] = []
        if reading.axes != given.axes {
            if reading.axes == convention.axes {
                drop.append("--convention")
            } else {
                use.append("--convention \(reading.axes)")
            }
        }
        if reading.direction != given.direction {
            if reading.direction == .stated {
                drop.append("--pose-direction")
            } else {
                use.append("--pose-direction \(reading.direction.rawValue)")
            }
        }
        return [("use", use), ("leave out", drop)].filter { !$0.1.isEmpty }
            .map { "\($0.0) \($0.1.joined(separator: " and "))" }.joined(separator: ", ")
    }

    private static func owner(_ axes: CameraAxes) -> String {
        switch axes {
        case .openCV: "OpenCV's"
        case .openGL: "OpenGL's"
        case .unity: "Unity's"
        case .pyTorch3D: "PyTorch3D's"
        default: "those of \(axes) cameras"
        }
    }
}
