import CKernels
import FathomCore
import FathomGeometry
import FathomNeRF
import FathomTestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Rays through fields: what they collect, and their gradients.
struct RenderingTests {
    private static let ball = RaySpace.contracted(BoundingSphere(center: .zero, radius: 1.5), depth: 0.5...40)

    private func pass(_ field: RadianceField, _ rays: [fathom_radiance_ray], near: Float) -> RadiancePass {
        var pass = RadiancePass(field, rays: rays.count)
        for (index, ray) in rays.enumerated() { pass.rays[index] = ray }
        pass.forward(field, count: rays.count, near: near)
        return pass
    }

    /// A field of one density everywhere.
    private func even(_ density: Double, steps: Int) -> RadianceField {
        var field = RadianceSamples.field(.fast, steps: steps)
        let parts = RadianceNetworkLayout(hidden: 32)
        for index in parts.w2 { field.network[index] = 0 }
        field.network[parts.b2.lowerBound] = Float(log(exp(density) - 1) + 1)
        return field
    }

    @Test(arguments: [0.02, 0.7, 3])
    func evenDensityDimsExponentially(density: Double) {
        let field = even(density, steps: 96)
        let rays = RadianceSamples.rays(40, field)
        let pass = pass(field, rays, near: 0)
        for (index, ray) in rays.enumerated() {
            let length = Double(ray.length * (ray.end - ray.start))
            let off = abs(Double(pass.pixels[index].opacity) - (1 - exp(-density * length)))
            // What passes a sample is known to 3 · 10⁻⁷; light that is nearly gone is not followed.
            #expect(off < (density * length < 9 ? 1e-5 : 1e-4))
        }
    }

    @Test func wallsAreWhereTheyAre() {
        var field = even(4000, steps: 96)
        // A ray along z, and cells from the middle on.
        let ray = fathom_radiance_ray(
            origin: (0.5, 0.5, 0), direction: (0, 0, 1), view: (0, 0, 1), start: 0, end: 1, jitter: 0.5, length: 2,
            depth: (0, 1, 0), background: (0, 0, 0))
        var bits = Buffer<UInt8>(repeating: 0, count: 128 * 128 * 16)
        for index in 128 * 128 * 8..<bits.count { bits[index] = 0xff }
        field.occupancy = Occupancy(bits: bits)
        let wall = pass(field, [ray], near: 0).pixels[0]
        for kind in DepthKind.allCases { #expect(abs(wall.parameter(kind) - 0.5) <= 0.5 / 96 + 1e-5) }
        #expect(wall.opacity > 0.9999 && wall.count == 1)
        field.occupancy = Occupancy(bits: Buffer(repeating: 0, count: bits.count))
        let nothing = pass(field, [ray], near: 0).pixels[0]
        #expect(nothing.parameter(.opaque) == 1 && nothing.opacity == 0 && nothing.count == 0)
        #expect(nothing.parameter(.mean).isNaN && nothing.parameter(.median).isNaN)
    }

    @Test func halfOfTheLightIsGoneAtTheMedian() {
        let field = even(1, steps: 500)
        let rays = RadianceSamples.rays(20, field).filter { $0.length * ($0.end - $0.start) > 1 }
        let pass = pass(field, rays, near: 0)
        #expect(rays.count > 5)
        for (index, ray) in rays.enumerated() {
            let expected = ray.start + Float(log(2.0)) / ray.length
            // Within a step light falls exponentially, and the median is taken linearly.
            #expect(abs(pass.pixels[index].median_depth - expected) < 1e-4)
        }
    }

    @Test(arguments: EncodingPreset.allCases, [false, true])
    func raysCollectWhatTheFormulasSay(preset: EncodingPreset, isContracted: Bool) {
        let field = RadianceSamples.field(
            preset, space: isContracted ? Self.ball : RadianceSamples.space, steps: 61, hidden: preset == .fast ? 64 : 32,
            activation: preset == .plane ? .exponential : .softplus)
        let (rays, twin) = (RadianceSamples.rays(19, field), RadianceTwin(field))
        let pass = pass(field, rays, near: 0.4)
        for (index, ray) in rays.enumerated() {
            let (found, expected) = (pass.pixels[index], twin.pixel(ray, near: 0.4))
            func differ(_ a: Float, _ b: Double) -> Double { abs(Double(a) - b) / max(1, abs(b)) }
            let worst = [
                differ(found.color.0, expected.color.x), differ(found.color.1, expected.color.y),
                differ(found.color.2, expected.color.z), differ(found.depth, expected.depth),
                differ(found.mean_depth, expected.meanDepth), differ(found.opacity, expected.opacity),
                differ(found.distortion, expected.distortion), differ(found.near_density, expected.nearDensity),
            ].max()!
            // Features of fine lattices have four digits.
            #expect(worst < 1e-4)
            #expect(Int(found.count) == expected.weights.count)
        }
    }

    /// What a loss asks of a ray's numbers, one at a time and all together.
    static let upstreams: [fathom_radiance_upstream] = {
        var list = [fathom_radiance_upstream](repeating: fathom_radiance_upstream(), count: 7)
        list[0].color = (0.7, -1, 0.4)
        list[1].mean_depth = 1
        list[2].depth = 1
        list[3].opacity = 1
        list[4].distortion = 1
        list[5].near_density = 0.1
        list[6] = fathom_radiance_upstream(
            color: (-0.5, 0.8, 1), mean_depth: 0.5, depth: -0.7, opacity: 0.4, distortion: 0.9, near_density: 0.05)
        return list
    }()

    @Test(arguments: (0..<7).map { (EncodingPreset.quality, $0) } + [(.plane, 0), (.plane, 6)])
    func gradientsAreThoseOfTheFormulas(preset: EncodingPreset, number: Int) {
        var field = RadianceSamples.field(
            preset, space: number == 6 ? Self.ball : RadianceSamples.space, activation: number == 3 ? .exponential : .softplus)
        field.slotWeights[2] = 0.6
        field.degreeWeights = [1, 0.5, 1]
        // No number of theirs is so near to 0 that single precision takes it for the other side of an activation's bend.
        let rays = RadianceSamples.rays(6, field, seed: 21)
        var pass = pass(field, rays, near: 0.4)
        for index in rays.indices { pass.upstream[index] = Self.upstreams[number] }
        let isFinite = pass.backward(field, count: rays.count, near: 0.4)
        #expect(isFinite)
        let tables = pass.tableGradient.array
        var random = SeededRandom(seed: UInt64(number))
        // Random entries that rays touch, of all levels, and random numbers of the network.
        var chosen = Set<Int>()
        while chosen.count < 24 {
            let part = field.layout.parts.randomElement(using: &random)!
            let index = part.lowerBound + random.index(below: part.count)
            if let touched = (index..<part.upperBound).first(where: { tables[$0] != 0 }) { chosen.insert(touched) }
        }
        while chosen.count < 50 { chosen.insert(tables.count + random.index(below: field.network.count)) }
        let indices = chosen.sorted()
        let gradient = indices.map { Double($0 < tables.count ? tables[$0] : pass.networkGradient[$0 - tables.count]) }
        #expect(gradient.map(abs).max()! > 1e-3)
        let scale = gradient.map(abs).max()!
        var twin = RadianceTwin(field)
        let check = GradientCheck(
            tolerance: .init(absolute: 3e-5 * scale, relative: 3e-4, because: "kernels are single precision"))
        let deviation = check.worst(at: indices.map { twin.parameters[$0] }, gradient: gradient) { moved in
            for (index, value) in zip(indices, moved) { twin.parameters[index] = value }
            return rays.reduce(0) { $0 + twin.pixel($1, near: 0.4).dot(Self.upstreams[number]) }
        }
        #expect(deviation.isAllowed, "\(deviation)")
    }

    @Test func closedLevelsTakeNoPart() {
        var field = RadianceSamples.field(.quality)
        for level in 3..<8 { field.slotWeights[level] = 0 }
        var pass = pass(field, RadianceSamples.rays(64, field), near: 0)
        for index in 0..<64 { pass.upstream[index] = Self.upstreams[6] }
        // What a closed level holds is not even read.
        for index in field.layout.parts[3] { field.tables[index] = .nan }
        let isFinite = pass.backward(field, count: 64, near: 0)
        #expect(isFinite)
        for level in 0..<8 {
            let isTouched = field.layout.parts[level].contains { pass.tableGradient[$0] != 0 }
            #expect(isTouched == (level < 3))
        }
        #expect(RadianceSamples.field(.quality).layout.parts.count == 8)
        let rows = RadianceNetworkLayout(hidden: 32).w1
        for index in rows where index >= 6 * 32 { #expect(pass.networkGradient[index] == 0) }
        let densities = field.densities(at: RadianceSamples.positions(10))
        #expect(densities.count { $0.isFinite } == 10)
    }
}
