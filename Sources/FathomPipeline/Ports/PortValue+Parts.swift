import FathomCore
import FathomGeometry
import FathomMedia

/// The stored parts of a value, as far as a port value needs them.
struct StoredParts: Sendable {
    /// Names of the items; one for a value that is a single part.
    var names: [String]
    /// Whether an item has a value, as far as it has been computed.
    var isPresent: @Sendable (Int) -> Bool
    /// Reads an item that has a value.
    var load: @Sendable (Int) throws -> Part
    /// Reads the facts of a depth map.
    var depthFacts: @Sendable (Int) throws -> PartCodec.DepthFacts

    fileprivate func perItem<Value>(_ content: @escaping @Sendable (Part) throws -> Value?) -> PerView<Value> {
        PerView(stems: names, isPresent: isPresent) { try content(try load($0)) }
    }
}

extension PortValue {
    /// The value of type `type` with these parts. Values with items are read item by item when someone asks.
    ///
    /// - Throws: `io`, `inputInvalid`.
    init(_ type: PortType, parts: StoredParts) throws {
        switch type {
        case .metricDepth, .affineInverseDepth, .inverseDepth, .affineDepth:
            self = .depth(parts.perItem { if case .depthMap(let map) = $0 { map } else { nil } }, type)
        case .confidence: self = .confidence(parts.perItem { if case .confidence(let raster) = $0 { raster } else { nil } })
        case .pictures: self = .pictures(parts.perItem { if case .picture(let picture) = $0 { picture } else { nil } })
        case .viewPlan:
            let views = parts.names.indices
            self = .viewPlan(
                parts.perItem {
                    guard case .viewPlan(let plan) = $0 else { return nil }
                    guard plan.sources.allSatisfy(views.contains) else { throw PartReader.damaged }
                    return plan
                })
        case .depthEstimate:
            self = .depthEstimate(parts.perItem { if case .depthEstimate(let estimate) = $0 { estimate } else { nil } })
        case .depthWindows:
            self = .depthWindows(parts.perItem { if case .depthWindow(let window) = $0 { window } else { nil } })
        case .figures: self = .figures(parts.perItem { if case .figures(let row) = $0 { row } else { nil } })
        case .frameList:
            guard case .frameList(let frames) = try parts.load(0) else { preconditionFailure("parts are of their port's type") }
            self = .frameList(frames)
        case .metricDepthSequence, .affineInverseDepthSequence:
            self = .depthSequence(try DepthSequence(parts: parts, isMetric: type == .metricDepthSequence), type)
        case .points:
            guard case .points(let points) = try parts.load(0) else { preconditionFailure("parts are of their port's type") }
            self = .points(points)
        case .mesh:
            guard case .mesh(let mesh) = try parts.load(0) else { preconditionFailure("parts are of their port's type") }
            self = .mesh(mesh)
        case .scene, .video, .images, .depthFiles, .volume, .pictureSequence, .pointSequence:
            preconditionFailure("values of type \(type) are not stored")
        }
    }
}

extension DepthSequence {
    /// Depth of the images that have one.
    fileprivate init(parts: StoredParts, isMetric: Bool) throws {
        let present = parts.names.indices.filter(parts.isPresent)
        var convention = isMetric ? DepthConvention.metric(unit: "m") : .affineInverse
        let frames = try present.map { index in
            let facts = try parts.depthFacts(index)
            convention = facts.convention
            return Frame(
                stem: parts.names[index], time: nil, width: facts.width, height: facts.height, range: facts.range)
        }
        self.init(frames: frames, convention: convention, frameRate: nil) { index in
            guard case .depthMap(let map) = try parts.load(present[index]) else {
                preconditionFailure("parts are of their port's type")
            }
            return map.values
        }
    }
}
