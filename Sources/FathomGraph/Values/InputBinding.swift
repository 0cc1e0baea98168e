import FathomCore

/// How inputs of one kind are read, where there is more than one way: the axes of a scene's poses, the frames of a video.
public protocol InputReading: Sendable {
    /// As files are read unless something else is said.
    init()
}

/// What an input of a graph is bound to.
public struct InputBinding: Sendable {
    /// One path, except for kinds that take several.
    public var paths: [String]
    private var readings: [ObjectIdentifier: any InputReading] = [:]

    public init(paths: [String]) { self.paths = paths }
    public init(path: String) { paths = [path] }

    /// How the input is read if it is of the kind that `Reading` is about.
    public subscript<Reading: InputReading>(_ type: Reading.Type) -> Reading {
        get { readings[ObjectIdentifier(type)] as? Reading ?? Reading() }
        set { readings[ObjectIdentifier(type)] = newValue }
    }
}
