import CKernels
import FathomCore

#if canImport(Glibc)
import Glibc
#endif

/// The exponential mean of past parameters, which is steadier than the last ones.
///
/// Taken at every fourth step with the fourth power of what a step keeps: a quarter of the work, and the mean hardly differs.
public struct ParameterAverage: Sendable {
    static let interval = 4
    public internal(set) var tables: Buffer<Float>
    public internal(set) var network: Buffer<Float>

    init(_ field: RadianceField) {
        tables = field.tables
        network = field.network
    }

    mutating func add(_ field: RadianceField, keep: Double) {
        let keep = Float(pow(keep, Double(Self.interval)))
        Self.add(field.tables, to: &tables, keep)
        Self.add(field.network, to: &network, keep)
    }

    private static func add(_ parameters: Buffer<Float>, to average: inout Buffer<Float>, _ keep: Float) {
        let count = parameters.count
        withMutablePointers(&average) { average in
            withPointers(parameters) { parameters in
                ThreadPool.shared.parallelFor(count, grain: 1 << 16) { range in
                    fathom_table_average(keep, range.count, parameters + range.lowerBound, average + range.lowerBound)
                }
            }
        }
    }
}
