import FathomCore

/// One published set of weights: what it is, where it comes from, and under which terms.
public struct ModelEntry: Sendable, Equatable {
    /// What users type: "depth-anything-v2-small".
    public let name: String
    public let architecture: ModelArchitecture
    public let output: ModelOutput
    /// The authors' file name; the file keeps it in the models folder.
    public let fileName: String
    /// Path below the host of the authors' files; nil for weights inside the program.
    public let remotePath: String?
    public let license: ModelLicense
    /// Sizes in bytes that a complete file of the authors can have.
    package let plausibleSizes: ClosedRange<Int>

    package init(
        name: String, architecture: ModelArchitecture, output: ModelOutput, fileName: String, remotePath: String?,
        license: ModelLicense, plausibleSizes: ClosedRange<Int>? = nil
    ) {
        self.name = name
        self.architecture = architecture
        self.output = output
        self.fileName = fileName
        self.remotePath = remotePath
        self.license = license
        let payload = architecture.payloadBytes
        // Names, shapes and padding take about a kilobyte per array.
        self.plausibleSizes = plausibleSizes ?? payload...payload + payload / 100 + 1_000_000
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
        let network =
            switch architecture {
            case .depthAnythingV2(let size): "Depth Anything V2, \(size.rawValue) encoder"
            case .videoDepthAnything(let size): "Video Depth Anything, \(size.rawValue) encoder"
            case .fathomVideoTiny: "Fathom's own network, a coarse preview"
            }
        switch output {
        case .relative: return "\(network), relative"
        case .metric(nil): return "\(network), metric"
        case .metric(let maximum?): return "\(network), metric up to \(maximum.fixed(0)) m"
        }
    }
}
