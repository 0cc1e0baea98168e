import FathomCore

/// A file format that values of a kind can be written in.
public struct FileFormat: Sendable {
    /// The extension: "png".
    public let name: String
    /// What the format keeps, for people: "PNG, 8 bits".
    public let meaning: String
    /// Libraries that decide the bytes of files, with their versions.
    public let libraries: [String: String]

    public init(_ name: String, _ meaning: String, libraries: [String: String] = [:]) {
        self.name = name
        self.meaning = meaning
        self.libraries = libraries
    }
}

/// Where an output is written: a path below the output folder, with `{stem}` where there is a file per item.
public struct OutputPlace: Sendable {
    /// The output folder.
    public let folder: String
    /// Below the folder; its extension, which the planner has checked, is the format.
    public let template: String

    package init(folder: String, template: String) {
        self.folder = folder
        self.template = template
    }

    /// The file to write, for a template without `{stem}`.
    public var path: String { folder.appendingPath(template) }
    public var format: String { template.pathExtension }
    public var isPerItem: Bool { template.contains("{stem}") }
}

/// What a value, or an item of it, became.
public struct WrittenFiles: Sendable {
    /// One file.
    public struct File: Sendable {
        /// Below the output folder.
        public var path: String
        /// What the codes of the file mean, where it has a coding of its own.
        public var coding: JSONValue?

        public init(path: String, coding: JSONValue? = nil) {
            self.path = path
            self.coding = coding
        }
    }

    /// In the order of the views or frames.
    public var files: [File]
    /// What `run.json` tells of the output: its unit, its range, the coding that all files share.
    public var facts: JSONObject

    public init(_ files: [File], facts: JSONObject = [:]) {
        self.files = files
        self.facts = facts
    }

    /// The one file at `place`.
    public init(_ place: OutputPlace, coding: JSONValue? = nil, facts: JSONObject = [:]) {
        self.init([File(path: place.template, coding: coding)], facts: facts)
    }
}
