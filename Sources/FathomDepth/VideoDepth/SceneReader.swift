import FathomCore
import FathomMedia

/// The frames of a source, scene by scene.
struct SceneReader {
    private enum State {
        case unopened
        /// Inside a scene; its first frame until that is taken.
        case inside(VideoFrame?)
        /// After a scene; the first frame of the next one, nil after the last.
        case between(VideoFrame?)
    }

    private let source: any FrameSource
    private let startsScene: ((VideoFrame) throws -> Bool)?
    private var state = State.unopened

    /// - Parameter startsScene: asked about every frame in order; nil makes one scene of all frames.
    init(_ source: any FrameSource, startsScene: ((VideoFrame) throws -> Bool)?) {
        self.source = source
        self.startsScene = startsScene
    }

    /// Goes to the next scene; false when there is none.
    ///
    /// - Precondition: `next` has given the scene's end.
    /// - Throws: `inputInvalid` for a source without frames; what the source throws.
    mutating func beginScene() throws -> Bool {
        switch state {
        case .unopened:
            guard let first = try source.next() else {
                throw FathomError(.inputInvalid, "no frame is left", remedy: "check --from, --to and the input")
            }
            _ = try startsScene?(first)
            state = .inside(first)
        case .between(let first?): state = .inside(first)
        case .between(nil): return false
        case .inside: preconditionFailure("the scene before has frames left")
        }
        return true
    }

    /// The next frame of this scene; nil after its last.
    ///
    /// - Throws: `interrupted`; what the source throws.
    mutating func next() throws -> VideoFrame? {
        try Interrupt.check()
        guard case .inside(let first) = state else { return nil }
        if first != nil {
            state = .inside(nil)
            return first
        }
        let frame = try source.next()
        if let frame, try startsScene?(frame) != true { return frame }
        state = .between(frame)
        return nil
    }
}
