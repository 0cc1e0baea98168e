import FathomCore

extension FrameList {
    /// `{"width": …, "height": …, "frame_rate": …, "time_base": [numerator, denominator], "ticks": […], "scenes": [0, …],
    /// "warnings": […]}` as UTF-8; equal lists give equal bytes.
    public var bytes: Buffer<UInt8> {
        let json: JSONValue = [
            "width": .int(width), "height": .int(height), "frame_rate": .double(frameRate),
            "time_base": [.int(Int(times[0].numerator)), .int(Int(times[0].denominator))],
            "ticks": .array(times.map { .int(Int($0.ticks)) }), "scenes": .array(sceneStarts.map { .int($0) }),
            "warnings": .array(warnings.map { .string($0) }),
        ]
        return Buffer(json.text().utf8)
    }

    /// Reads what `bytes` gave.
    ///
    /// - Parameter name: stands for the bytes in errors.
    /// - Throws: `inputInvalid` for anything else.
    public init(bytes: UnsafeRawBufferPointer, name: String) throws {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw FathomError(.inputInvalid, "is not a list of frames: it is not text", at: name)
        }
        let root = try JSONNode.parse(text, name: name)
        try root.checkKeys(["width", "height", "frame_rate", "time_base", "ticks", "scenes", "warnings"])
        let (width, height) = (try root.required("width"), try root.required("height"))
        try ReadLimits.current.check(width: width.int(), height: height.int(), name: name)
        let rate = try root.required("frame_rate")
        if try rate.double() <= 0 { throw rate.error("frames per second must be positive") }
        let clock = try root.required("time_base")
        let fraction = try clock.elements().map { try $0.int() }
        guard fraction.count == 2, fraction.allSatisfy({ $0 > 0 && $0 <= Int32.max }) else {
            throw clock.error("a fraction of two positive numbers is expected")
        }
        let (ticks, scenes) = (try root.required("ticks"), try root.required("scenes"))
        let times = try Self.growing(ticks).map {
            FrameTime(ticks: Int64($0), numerator: Int32(fraction[0]), denominator: Int32(fraction[1]))
        }
        let sceneStarts = try Self.growing(scenes)
        guard sceneStarts[0] == 0, sceneStarts[sceneStarts.count - 1] < times.count else {
            throw scenes.error("scenes begin outside the \(times.count) frames")
        }
        self.init(
            width: try width.int(), height: try height.int(), frameRate: try rate.double(), times: times,
            sceneStarts: sceneStarts, warnings: try root.required("warnings").elements().map { try $0.string() })
    }

    /// At least one whole number, each larger than the one before.
    private static func growing(_ node: JSONNode) throws -> [Int] {
        let values = try node.elements().map { try $0.int() }
        guard !values.isEmpty, zip(values, values.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw node.error("numbers that grow are expected")
        }
        return values
    }
}
