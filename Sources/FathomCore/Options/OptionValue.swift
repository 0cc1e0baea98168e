/// A value an option can have: how it reads from a flag or a graph, and how it prints.
///
/// Bool, Int, Double, Float, String and [String] are option values; a `String`-valued `CaseIterable` enum becomes one by
/// declaring the conformance. Other types give a parse and a print closure to `Option`.
public protocol OptionValue: Sendable {
    static var optionKind: OptionKind { get }
    init(optionText: String) throws
    init(optionJSON: JSONValue) throws
    /// The value as text that `init(optionText:)` reads back.
    var optionText: String { get }
    /// The value as JSON that `init(optionJSON:)` reads back.
    var optionJSON: JSONValue { get }
    /// The value after a repeated flag: lists grow, everything else is replaced.
    func appending(_ next: Self) -> Self
}

extension OptionValue {
    public func appending(_ next: Self) -> Self { next }
}

/// What help says about the values of an option.
public struct OptionKind: Sendable, Equatable {
    public enum Name: String, Sendable {
        case flag, integer, number, text, choice, list, parsed
    }

    public var name: Name
    /// What stands for the value in help: `N`, `MIN:MAX`, `tsdf|deep-mesh`.
    public var placeholder: String
    /// The words of a choice.
    public var choices: [String] = []

    package init(name: Name, placeholder: String, choices: [String] = []) {
        self.name = name
        self.placeholder = placeholder
        self.choices = choices
    }
}

/// Why a value was refused; the caller adds which option and where.
package struct OptionRefusal: Error {
    package var message: String
    package var remedy: String?

    package init(message: String, remedy: String? = nil) {
        self.message = message
        self.remedy = remedy
    }
}

extension Bool: OptionValue {
    public static var optionKind: OptionKind { OptionKind(name: .flag, placeholder: "") }

    public init(optionText: String) throws {
        switch optionText {
        case "true": self = true
        case "false": self = false
        default: throw OptionRefusal(message: "\"\(optionText)\" is neither true nor false")
        }
    }

    public init(optionJSON: JSONValue) throws {
        guard case .bool(let value) = optionJSON else {
            throw OptionRefusal(message: "\(optionJSON.kind) where true or false is expected")
        }
        self = value
    }

    public var optionText: String { self ? "true" : "false" }
    public var optionJSON: JSONValue { .bool(self) }
}

extension Int: OptionValue {
    public static var optionKind: OptionKind { OptionKind(name: .integer, placeholder: "N") }

    public init(optionText: String) throws {
        guard let value = Int(optionText) else {
            throw OptionRefusal(message: "\"\(optionText)\" is not a whole number", remedy: "write one such as 3")
        }
        self = value
    }

    public init(optionJSON: JSONValue) throws {
        switch optionJSON {
        case .int(let value): self = value
        case .double(let value):
            guard let whole = Int(exactly: value) else { throw OptionRefusal(message: "\(value) is not a whole number") }
            self = whole
        default: throw OptionRefusal(message: "\(optionJSON.kind) where a whole number is expected")
        }
    }

    public var optionText: String { String(self) }
    public var optionJSON: JSONValue { .int(self) }
}

extension Double: OptionValue {
    public static var optionKind: OptionKind { OptionKind(name: .number, placeholder: "X") }

    public init(optionText: String) throws {
        guard let value = Double(optionText), value.isFinite else {
            throw OptionRefusal(message: "\"\(optionText)\" is not a number", remedy: "write one such as 0.5")
        }
        self = value
    }

    public init(optionJSON: JSONValue) throws {
        switch optionJSON {
        case .int(let value): self = Double(value)
        case .double(let value):
            guard value.isFinite else { throw OptionRefusal(message: "\(value) is not a finite number") }
            self = value
        default: throw OptionRefusal(message: "\(optionJSON.kind) where a number is expected")
        }
    }

    public var optionText: String {
        let text = description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
    public var optionJSON: JSONValue { .double(self) }
}

extension Float: OptionValue {
    public static var optionKind: OptionKind { Double.optionKind }

    public init(optionText: String) throws { try self.init(checking: Double(optionText: optionText)) }
    public init(optionJSON: JSONValue) throws { try self.init(checking: Double(optionJSON: optionJSON)) }

    private init(checking value: Double) throws {
        self = Float(value)
        guard isFinite else { throw OptionRefusal(message: "\(value) is too large") }
    }

    /// Through the shortest decimal text, so that 0.1 stays 0.1.
    private var decimal: Double { Double(description) ?? Double(self) }
    public var optionText: String { decimal.optionText }
    public var optionJSON: JSONValue { .double(decimal) }
}

extension String: OptionValue {
    public static var optionKind: OptionKind { OptionKind(name: .text, placeholder: "TEXT") }

    public init(optionText: String) throws { self = optionText }

    public init(optionJSON: JSONValue) throws {
        guard case .string(let value) = optionJSON else {
            throw OptionRefusal(message: "\(optionJSON.kind) where text is expected")
        }
        self = value
    }

    public var optionText: String { self }
    public var optionJSON: JSONValue { .string(self) }
}

extension [String]: OptionValue {
    public static var optionKind: OptionKind { OptionKind(name: .list, placeholder: "TEXT") }

    public init(optionText: String) throws { self = [optionText] }

    public init(optionJSON: JSONValue) throws {
        guard case .array(let elements) = optionJSON else {
            throw OptionRefusal(message: "\(optionJSON.kind) where an array of texts is expected")
        }
        self = try elements.map { try String(optionJSON: $0) }
    }

    public var optionText: String { joined(separator: " ") }
    public var optionJSON: JSONValue { .array(map { .string($0) }) }
    public func appending(_ next: [String]) -> [String] { self + next }
}

extension OptionValue where Self: CaseIterable & RawRepresentable, RawValue == String {
    public static var optionKind: OptionKind {
        let choices = allCases.map(\.rawValue)
        return OptionKind(name: .choice, placeholder: choices.joined(separator: "|"), choices: choices)
    }

    public init(optionText: String) throws {
        guard let value = Self(rawValue: optionText) else {
            let choices = Self.allCases.map(\.rawValue)
            throw OptionRefusal(
                message: "\"\(optionText)\" is not one of \(choices.joined(separator: ", "))",
                remedy: nearest(to: optionText, in: choices).map { "did you mean \"\($0)\"?" })
        }
        self = value
    }

    public init(optionJSON: JSONValue) throws { try self.init(optionText: String(optionJSON: optionJSON)) }
    public var optionText: String { rawValue }
    public var optionJSON: JSONValue { .string(rawValue) }
}
