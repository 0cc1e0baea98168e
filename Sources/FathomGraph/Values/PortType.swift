import FathomCore

/// What flows through a port: a kind of value, told by its name. Two ports may be joined only when their types are equal.
///
/// The convention of a depth map is part of its type, so that a stage that needs metric depth refuses relative depth when
/// the graph is planned, before anything runs.
public struct PortType: Sendable, Hashable, CustomStringConvertible {
    let kind: any ValueKind

    public init(_ kind: any ValueKind) { self.kind = kind }

    /// The word that graph files use.
    public var name: String { kind.name }
    public var description: String { kind.name }

    public static func == (left: PortType, right: PortType) -> Bool { left.name == right.name }
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }

    /// Whether stored values consist of items: one per view, image or frame.
    var hasItems: Bool { kind.item != nil && isStored }

    var isStored: Bool { kind.isStored }

    /// The format of files that end in `.name`, if values can be written so.
    func format(_ name: String, perItem: Bool) -> FileFormat? {
        kind.formats(perItem: perItem).first { $0.name == name }
    }
}

/// A named, typed place where values enter or leave a stage.
public struct Port: Sendable {
    public let name: String
    /// What an output gives; what an input takes first of all.
    public let type: PortType
    /// Every type that the port takes or gives.
    let types: [PortType]

    init(_ name: String, _ types: [PortType]) {
        self.name = name
        type = types[0]
        self.types = types
    }
}
