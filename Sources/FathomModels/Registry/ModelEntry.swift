import FathomCore

/// One published set of weights: what it is, where it comes from, and under which terms.
public struct ModelEntry: Sendable, Equatable {
    /// What users type: "depth-anything-v2-small".
    public let name: String
    /// The network that reads the weights, by the name under which it is registered: "video-depth-anything-small".
    public let network: String
    /// What the network is, for people: "Depth Anything V2, small encoder".
    private let about: String
    public let output: ModelOutput
    /// The authors' file name; the file keeps it in the models folder.
    public let fileName: String
    /// Path below the host of the authors' files; nil for weights inside the program.
    public let remotePath: String?
    public let license: ModelLicense
    /// Sizes in bytes that a complete file of the authors can have.
    package let plausibleSizes: ClosedRange<Int>

    package init(
        name: String, network: String, about: String, output: ModelOutput, fileName: String, remotePath: String?,
        license: ModelLicense, plausibleSizes: ClosedRange<Int>
    ) {
        self.name = name
        self.network = network
        self.about = about
        self.output = output
        self.fileName = fileName
        self.remotePath = remotePath
        self.license = license
        self.plausibleSizes = plausibleSizes
    }

    /// Whether the weights are part of the program.
    public var isEmbedded: Bool { remotePath == nil }

    /// Bytes of the authors' file, within one per cent.
    public var approximateSize: Int { plausibleSizes.lowerBound }

    /// File names under which the models folder may hold the weights, preferred first.
    var storedNames: [String] { [fileName, "\(fileName.pathStem).safetensors"] }

    /// The error for a file of `bytes` that cannot be the authors'.
    func implausible(_ bytes: Int, from url: String) -> FathomError {
        let relation = bytes < plausibleSizes.lowerBound ? "too short" : "too long"
        return FathomError(
            .inputInvalid, "what the server sends is \(relation): \(bytes) bytes where about \(approximateSize) are expected",
            remedy: "check the mirror or proxy, and pull again", at: url)
    }

    /// One line for people: "Depth Anything V2, small encoder, metric up to 20 m".
    public var summary: String {
        switch output {
        case .relative: return "\(about), relative"
        case .metric(nil): return "\(about), metric"
        case .metric(let maximum?): return "\(about), metric up to \(maximum.fixed(0)) m"
        }
    }
}
