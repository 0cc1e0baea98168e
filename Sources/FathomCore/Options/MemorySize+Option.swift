extension MemorySize: OptionValue {
    public static var optionKind: OptionKind { OptionKind(name: .parsed, placeholder: "SIZE") }

    public init(optionText: String) throws {
        guard let size = MemorySize(optionText) else {
            throw OptionRefusal(message: "\"\(optionText)\" is not a size", remedy: "write it like 512M or 2G")
        }
        self = size
    }

    public init(optionJSON: JSONValue) throws {
        if case .int(let bytes) = optionJSON, bytes > 0 {
            self.init(bytes: bytes)
        } else {
            try self.init(optionText: String(optionJSON: optionJSON))
        }
    }

    public var optionText: String { description }
    public var optionJSON: JSONValue { .int(bytes) }
}
