import FathomCore

/// A small validator for JSON Schema 2020-12: the keywords that our schemas use, and no others.
public struct JSONSchema {
    private let root: JSONNode

    /// - Throws: as `JSONNode.read`; `inputInvalid` for a keyword that the validator does not know, which would go unchecked.
    public init(_ path: String) throws {
        root = try JSONNode.read(path)
        try Self.check(root)
    }

    /// What is wrong with `value`, each with its place; empty when it is valid.
    public func faults(of value: JSONValue) throws -> [String] { try faults(value, root, at: "") }

    // MARK: The schema

    private static let plain = ["$schema", "$ref", "title", "description", "required", "enum", "const", "type", "pattern"]
    private static let limits = ["minimum", "minLength", "minItems"]
    private static let parts = ["items", "additionalProperties"]
    private static let lists = ["anyOf", "prefixItems"]
    private static let maps = ["properties", "$defs"]

    private static func check(_ schema: JSONNode) throws {
        if case .scalar(.bool) = schema.content { return }
        try schema.checkKeys(plain + limits + parts + lists + maps)
        for (key, node) in try schema.members() {
            if parts.contains(key) { try check(node) }
            if lists.contains(key) { for element in try node.elements() { try check(element) } }
            if maps.contains(key) { for (_, member) in try node.members() { try check(member) } }
        }
    }

    private func definition(_ reference: JSONNode) throws -> JSONNode {
        let name = try reference.string().replacing("#/$defs/", with: "")
        return try root.required("$defs").required(name)
    }

    // MARK: Values

    private func faults(_ value: JSONValue, _ schema: JSONNode, at place: String) throws -> [String] {
        if case .scalar(.bool(let isAllowed)) = schema.content { return isAllowed ? [] : ["\(place): nothing may stand here"] }
        var faults: [String] = []
        if let reference = try schema.member("$ref") { faults += try self.faults(value, definition(reference), at: place) }
        if let type = try schema.member("type")?.string(), !Self.is(value, type) {
            return faults + ["\(place): \(value.kind) where \(type) is expected"]
        }
        if let choice = try schema.member("enum")?.elements(), !choice.contains(where: { $0.value == value }) {
            faults.append("\(place): \(value.text()) is none of the values allowed")
        }
        if let constant = try schema.member("const"), constant.value != value {
            faults.append("\(place): not \(constant.value.text())")
        }
        if let options = try schema.member("anyOf")?.elements(),
            try options.allSatisfy({ try !self.faults(value, $0, at: place).isEmpty })
        {
            faults.append("\(place): fits none of the alternatives")
        }
        switch value {
        case .int(let number): faults += try limit(Double(number), schema, "minimum", place)
        case .double(let number): faults += try limit(number, schema, "minimum", place)
        case .string(let text): faults += try self.faults(text, schema, place)
        case .array(let elements): faults += try self.faults(elements, schema, place)
        case .object(let object): faults += try self.faults(object, schema, place)
        case .null, .bool: break
        }
        return faults
    }

    private func limit(_ number: Double, _ schema: JSONNode, _ keyword: String, _ place: String) throws -> [String] {
        guard let least = try schema.member(keyword)?.double(), number < least else { return [] }
        return ["\(place): below the \(keyword) of \(least)"]
    }

    private func faults(_ text: String, _ schema: JSONNode, _ place: String) throws -> [String] {
        var faults = try limit(Double(text.unicodeScalars.count), schema, "minLength", place)
        if let pattern = try schema.member("pattern")?.string(), try text.firstMatch(of: Regex(pattern)) == nil {
            faults.append("\(place): \"\(text)\" does not match \(pattern)")
        }
        return faults
    }

    private func faults(_ elements: [JSONValue], _ schema: JSONNode, _ place: String) throws -> [String] {
        var faults = try limit(Double(elements.count), schema, "minItems", place)
        let first = try schema.member("prefixItems")?.elements() ?? []
        let rest = try schema.member("items")
        for (index, element) in elements.enumerated() {
            guard let part = index < first.count ? first[index] : rest else { continue }
            faults += try self.faults(element, part, at: "\(place)[\(index)]")
        }
        return faults
    }

    private func faults(_ object: JSONObject, _ schema: JSONNode, _ place: String) throws -> [String] {
        let missing = try (schema.member("required")?.elements() ?? []).map { try $0.string() }.filter { object[$0] == nil }
        var faults = missing.map { "\(place): \"\($0)\" is missing" }
        let known = try schema.member("properties")
        let others = try schema.member("additionalProperties")
        for (key, value) in object.members {
            guard let part = try known?.member(key) ?? others else { continue }
            faults += try self.faults(value, part, at: "\(place).\(key)")
        }
        return faults
    }

    private static func `is`(_ value: JSONValue, _ type: String) -> Bool {
        switch (value, type) {
        case (.null, "null"), (.bool, "boolean"), (.int, "integer"), (.int, "number"), (.double, "number"), (.string, "string"),
            (.array, "array"), (.object, "object"):
            true
        default: false
        }
    }
}
