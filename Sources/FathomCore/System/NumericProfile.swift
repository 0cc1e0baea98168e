import CKernels

/// What decides the last bits of a result besides the inputs: kernels, element types, versions of numeric libraries.
///
/// Recorded for every stage and part of its key in the store, so that results of different machines are never mixed
/// unknowingly.
public struct NumericProfile: Sendable, Equatable {
    /// The compiled variant of the kernels: "x86-64-v4-bf16", "x86-64-v4", "x86-64-v3", "x86-64".
    public var kernels: String
    /// Type of the arithmetic: "f32".
    public var elements: String
    /// Libraries whose arithmetic is used, with their versions.
    public var libraries: [String: String]

    public init(kernels: String, elements: String = "f32", libraries: [String: String] = [:]) {
        self.kernels = kernels
        self.elements = elements
        self.libraries = libraries
    }

    /// The profile of this machine for stages that use no library.
    public static let current = NumericProfile(kernels: String(cString: fathom_kernel_variant()))

    /// Libraries in the order of their names.
    public var json: JSONObject {
        let versions = libraries.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.string($0.value)) }
        return ["kernels": .string(kernels), "elements": .string(elements), "libraries": .object(JSONObject(versions))]
    }
}
