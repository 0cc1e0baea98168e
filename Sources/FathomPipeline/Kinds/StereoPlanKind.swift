import FathomCore
import FathomGraph
import FathomMVS

/// Which views and depths a view's depth is searched with, a plan per view.
public struct StereoPlanKind: ValueKind {
    public typealias Content = PerView<StereoPlan>
    public typealias Part = StereoPlan

    public let name = "view-plan"
    public let subject = "the views and depths that a search compares"
    public let item: String? = "view"

    public func encode(_ plan: StereoPlan) -> Buffer<UInt8> { Buffer(StereoPlan.bytes(of: plan)) }

    public func decode(_ bytes: UnsafeRawBufferPointer) throws -> StereoPlan {
        guard let plan = try StereoPlan.decode(Array(bytes), views: .max, name: "stored part") else {
            throw PartReader.damaged
        }
        return plan
    }

    /// - Throws: from a plan's load, `inputInvalid` for a plan that names views which are not there.
    public func content(of parts: StoredParts) throws -> PerView<StereoPlan> {
        let views = parts.names.indices
        return PerView(stems: parts.names, isPresent: parts.isPresent) { view in
            let plan = try parts.part(view, of: self)
            guard plan.sources.allSatisfy(views.contains) else { throw PartReader.damaged }
            return plan
        }
    }
}

extension ValueKind where Self == StereoPlanKind {
    public static var viewPlan: StereoPlanKind { StereoPlanKind() }
}
