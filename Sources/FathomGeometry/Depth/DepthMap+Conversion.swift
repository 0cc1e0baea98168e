import FathomCore
import FathomMedia

extension DepthMap {
    /// The same depth under another convention or in another unit.
    ///
    /// Metric and inverse depth are each other's reciprocals; inverse 0 is infinitely far, which no metric depth can say. The
    /// unit of inverse depth is not known: metric depth made of it is in the unit that `target` names. Depth that is known may
    /// be declared to be known up to scale and shift only, never the other way.
    ///
    /// - Returns: the map, and how many pixels with a value have none any more.
    /// - Throws: `inputInvalid` for relative depth, which has no scale, and for units that cannot be converted.
    public func converted(to target: DepthConvention) throws -> (map: DepthMap, lost: Int) {
        if convention == target { return (self, 0) }
        let change: (Float) -> Float
        switch (convention, target) {
        case (.affine, _), (.affineInverse, _):
            throw FathomError(
                .inputInvalid, "\(convention.phrase) is known up to scale and shift only and cannot become \(target.phrase)",
                remedy: "take a model of metric depth, or say with --from-convention what the file holds if it holds more")
        case (.metric(let unit), .metric(let wanted)):
            let (from, to) = (try Self.length(unit, wanted: wanted), try Self.length(wanted, wanted: unit))
            change = { from.convert($0, to: to) }
        case (.metric, .affine), (.inverse, .affineInverse): change = { $0 }
        case (.metric, _), (.inverse, _): change = { $0 > 0 ? 1 / $0 : $0 == 0 && self.convention == .inverse ? .infinity : .nan }
        }
        var (map, lost) = (self, 0)
        let count = values.pixelCount
        map.convention = target
        map.values.withMutablePointer { values in
            for index in 0..<count where !values[index].isNaN {
                let value = change(values[index])
                values[index] = value.isFinite ? value : .nan
                if !value.isFinite { lost += 1 }
            }
        }
        return (map, lost)
    }

    private static func length(_ unit: String, wanted: String) throws -> LengthUnit {
        if let length = LengthUnit(rawValue: unit) { return length }
        throw FathomError(
            .inputInvalid,
            "depth in \(unit == DepthConvention.sceneUnit ? "scene units" : unit) cannot be converted to \(wanted)",
            remedy: "say the unit with --from-unit, one of \(LengthUnit.words)")
    }
}
