import CKernels
import FathomCore

/// The way there and back of a batch of rays, with memory that lasts from step to step.
///
/// Rays are followed in chunks of a fixed number; each chunk has its own run of samples and its own gradient of the networks, which are
/// added in order. Tables get their gradient from one task each, sample by sample. So results do not depend on threads.
package struct RadiancePass: Sendable {
    private static let chunk = 32
    /// Numbers kept per sample: t, position, length, what passes, colour, features.
    private static let numbersPerSample = 26
    private static let padding = 64

    let capacity: Int
    private var numbers: Buffer<Float>
    package var rays: Buffer<fathom_radiance_ray>
    package private(set) var pixels: Buffer<fathom_radiance_pixel>
    package var upstream: Buffer<fathom_radiance_upstream>
    private var networkParts: Buffer<Float>
    package private(set) var networkGradient: Buffer<Float>
    package var tableGradient: Buffer<Float>

    /// - Parameter rays: at most so many per batch.
    package init(_ field: RadianceField, rays count: Int) {
        capacity = count * field.stepsPerRay
        numbers = Buffer(repeating: 0, count: Self.numbersPerSample * (capacity + Self.padding))
        rays = Buffer(repeating: fathom_radiance_ray(), count: count)
        pixels = Buffer(repeating: fathom_radiance_pixel(), count: count)
        upstream = Buffer(repeating: fathom_radiance_upstream(), count: count)
        networkParts = Buffer(repeating: 0, count: (count + Self.chunk - 1) / Self.chunk * field.network.count)
        networkGradient = Buffer(repeating: 0, count: field.network.count)
        tableGradient = Buffer(repeating: 0, count: field.tables.count)
    }

    private static func samples(_ numbers: SharedMutablePointer<Float>, _ capacity: Int) -> fathom_radiance_samples {
        let room = capacity + padding
        return fathom_radiance_samples(
            capacity: room, t: numbers + 0, position: numbers + room, length: numbers + 4 * room, passing: numbers + 5 * room,
            color: numbers + 6 * room, features: numbers + 10 * room)
    }

    /// Follows the first `count` of `rays` and fills their `pixels`.
    ///
    /// - Parameter near: below this t density counts as near.
    package mutating func forward(_ field: RadianceField, count: Int, near: Float) {
        let (steps, capacity) = (field.stepsPerRay, capacity)
        withMutablePointers(&numbers, &pixels) { numbers, pixels in
            withPointers(rays) { rays in
                field.withKernelField { field in
                    ThreadPool.shared.parallelFor(count, grain: Self.chunk) { range in
                        let first = range.lowerBound
                        withUnsafePointer(to: field) { field in
                            withUnsafePointer(to: Self.samples(numbers, capacity)) {
                                fathom_radiance_forward(
                                    field, rays + first, range.count, RadianceField.leastLight, near, $0, first * steps,
                                    pixels + first)
                            }
                        }
                    }
                }
            }
        }
    }

    /// Adds to the gradients what `upstream` asks for; false where it is not finite.
    package mutating func backward(_ field: RadianceField, count: Int, near: Float) -> Bool {
        let (steps, capacity, size) = (field.stepsPerRay, capacity, field.network.count)
        let chunks = (count + Self.chunk - 1) / Self.chunk
        withMutablePointers(&numbers, &networkParts) { numbers, parts in
            withPointers(rays, pixels, upstream) { rays, pixels, upstream in
                field.withKernelField { field in
                    ThreadPool.shared.parallelFor(count, grain: Self.chunk) { range in
                        let first = range.lowerBound
                        let part = parts + first / Self.chunk * size
                        part.update(repeating: 0, count: size)
                        withUnsafePointer(to: field) { field in
                            withUnsafePointer(to: Self.samples(numbers, capacity)) {
                                fathom_radiance_backward(
                                    field, rays + first, range.count, near, $0, first * steps, pixels + first, upstream + first,
                                    part)
                            }
                        }
                    }
                }
            }
        }
        withMutablePointers(&networkGradient) { sum in
            withPointers(networkParts) { parts in
                for index in 0..<size { sum[index] = 0 }
                for chunk in 0..<chunks {
                    for index in 0..<size { sum[index] += parts[chunk * size + index] }
                }
            }
        }
        return pullTables(field, count: count) && networkGradient.array.allSatisfy(\.isFinite)
    }

    private mutating func pullTables(_ field: RadianceField, count: Int) -> Bool {
        let (capacity, layout) = (capacity, field.layout)
        let levels = (0..<layout.levels.count).filter { field.slotWeights[$0] != 0 }
        let hasPlanes = layout.planes.size.0 > 0 && field.slotWeights[layout.levels.count] != 0
        // Fine levels take longest.
        let parts = levels.reversed() + (hasPlanes ? Array(layout.levels.count..<layout.levels.count + 3) : [])
        let chunks = sampleRuns(count: count, steps: field.stepsPerRay)
        let runCount = chunks.count / 2
        var isFinite = Buffer<Int32>(repeating: 1, count: parts.count)
        withMutablePointers(&numbers, &tableGradient, &isFinite) { numbers, gradient, isFinite in
            withPointers(chunks) { runs in
                field.withKernelField { field in
                    ThreadPool.shared.parallelFor(parts.count) { index in
                        let part = parts[index]
                        let table = gradient + layout.parts[part].lowerBound
                        withUnsafePointer(to: field) { field in
                            withUnsafePointer(to: Self.samples(numbers, capacity)) {
                                isFinite[index] =
                                    part < layout.levels.count
                                    ? fathom_radiance_pull_level(field, Int32(part), $0, runs.base, runCount, table)
                                    : fathom_radiance_pull_plane(
                                        field, Int32(part - layout.levels.count), $0, runs.base, runCount, table)
                            }
                        }
                    }
                }
            }
        }
        return isFinite.array.allSatisfy { $0 != 0 }
    }

    /// Where the samples of each chunk start and how many there are.
    private func sampleRuns(count: Int, steps: Int) -> Buffer<Int> {
        var runs = Buffer<Int>(uninitialized: 2 * ((count + Self.chunk - 1) / Self.chunk))
        for first in stride(from: 0, to: count, by: Self.chunk) {
            let used = (first..<min(count, first + Self.chunk)).reduce(0) { $0 + Int(pixels[$1].count) }
            runs[first / Self.chunk * 2] = first * steps
            runs[first / Self.chunk * 2 + 1] = used
        }
        return runs
    }

    /// Makes the gradient of the tables 0 after a step that is left out.
    mutating func forgetTables() {
        tableGradient = Buffer(repeating: 0, count: tableGradient.count)
    }
}
