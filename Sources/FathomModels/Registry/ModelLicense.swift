/// Under which terms weights may be used; it travels into `run.json`.
public struct ModelLicense: Sendable, Equatable {
    /// SPDX identifier, such as "Apache-2.0".
    public let identifier: String
    /// Whether commercial use is excluded.
    public let isNonCommercial: Bool
    /// Whom else the weights are owed to, and must be named with them; nil where the authors are all.
    public let notice: String?

    public init(_ identifier: String, isNonCommercial: Bool = false, notice: String? = nil) {
        self.identifier = identifier
        self.isNonCommercial = isNonCommercial
        self.notice = notice
    }

    public static let apache2 = ModelLicense("Apache-2.0")
    public static let ccByNC4 = ModelLicense("CC-BY-NC-4.0", isNonCommercial: true)
    /// The authors published the weights without clear terms.
    public static let unstated = ModelLicense("NOASSERTION")

    /// What users should know before they use the weights; nil where the terms allow any use.
    public var caution: String? {
        if isNonCommercial { return "the licence \(identifier) excludes commercial use" }
        if self == .unstated { return "the authors state no clear licence for these weights; ask them before you rely on it" }
        return nil
    }
}
