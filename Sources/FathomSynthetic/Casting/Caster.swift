import CKernels
import FathomCore
import FathomGeometry

/// What a ray meets first.
struct Hit: BitwiseCopyable {
    /// Ray parameter; camera depth for rays whose direction has camera z = 1.
    var t: Double
    /// Index of the solid, or `Solid.ground`.
    var solid: Int
}

/// A scene opened for casting rays: plain pointers and scratch memory for one thread.
struct Caster {
    let solids: UnsafePointer<Solid>
    let boxes: UnsafePointer<Float>
    /// Number of boxes, a multiple of 16.
    let boxCount: Int
    let surface: HeightField.Surface?
    let materials: UnsafePointer<Material>
    let noise: NoisePyramid.Sampler
    let light: Light
    let sky: Sky
    let scratch: UnsafeMutablePointer<Float>
    let list: UnsafeMutablePointer<UInt32>

    /// The nearest hit with 0 < t < `limit`.
    func nearest(_ ray: Ray, limit: Double = .infinity) -> Hit? {
        var best = Hit(t: limit, solid: Solid.ground)
        if let surface { best.t = min(best.t, surface.intersection(ray, limit: limit)) }
        let count = candidates(ray, limit: best.t)
        for i in 0..<count {
            let index = Int(list[i])
            let solid = solids + index
            let t = solid.pointee.shape.intersection(solid.pointee.local(ray))
            if t < best.t { best = Hit(t: t, solid: index) }
        }
        return best.t < limit ? best : nil
    }

    /// Whether anything lies between the ray's origin and `limit`.
    func isBlocked(_ ray: Ray, limit: Double) -> Bool {
        let count = candidates(ray, limit: limit)
        for i in 0..<count {
            let solid = solids + Int(list[i])
            if solid.pointee.shape.intersection(solid.pointee.local(ray)) < limit { return true }
        }
        guard let surface else { return false }
        return surface.intersection(ray, limit: limit) < limit
    }

    /// Geometric unit normal, towards the outside, at a hit.
    @inline(__always)
    func normal(at point: SIMD3<Double>, of solid: Int) -> SIMD3<Double> {
        if solid == Solid.ground { return surface?.normal(point.x, point.y) ?? [0, 0, 1] }
        let placed = solids + solid
        return placed.pointee.shapeFromWorld.transposed * placed.pointee.shape.normal(at: placed.pointee.local(point))
    }

    /// How open the surroundings of a point are, 0…1: distances to the nearest surfaces at two heights above it.
    func openness(at point: SIMD3<Double>, normal: SIMD3<Double>) -> Float {
        let reach = 0.36
        let position = SIMD3<Float>(point)
        let count = withUnsafePointer(to: position) {
            $0.withMemoryRebound(to: Float.self, capacity: 4) {
                fathom_near_boxes(boxes, boxCount, $0, Float(2 * reach), scratch, list)
            }
        }
        var open: Float = 1
        for (height, weight) in [(reach / 3, Float(0.35)), (reach, Float(0.5))] {
            let probe = point + height * normal
            var nearest = height
            for i in 0..<count {
                let solid = solids + Int(list[i])
                nearest = min(nearest, solid.pointee.shape.distance(to: solid.pointee.local(probe)))
            }
            if let surface { nearest = min(nearest, probe.z - surface.elevation(probe.x, probe.y)) }
            open -= weight * (1 - Float(max(nearest, 0) / height))
        }
        return open
    }

    @inline(__always)
    private func candidates(_ ray: Ray, limit: Double) -> Int {
        let origin = SIMD3<Float>(ray.origin)
        var inverse = SIMD3<Float>.zero
        for axis in 0..<3 {
            let d = ray.direction[axis]
            inverse[axis] = abs(d) > 1e-12 ? Float(1 / d) : 1e12
        }
        return withUnsafePointer(to: origin) { origin in
            withUnsafePointer(to: inverse) { inverse in
                origin.withMemoryRebound(to: Float.self, capacity: 4) { origin in
                    inverse.withMemoryRebound(to: Float.self, capacity: 4) { inverse in
                        fathom_ray_boxes(boxes, boxCount, origin, inverse, Float(limit), scratch, list)
                    }
                }
            }
        }
    }
}

extension SyntheticScene {
    /// Bounding boxes of solids as `fathom_ray_boxes` wants them, enlarged by what single precision may lose.
    static func boxes(of solids: [Solid]) -> Buffer<Float> {
        let count = (solids.count + 15) / 16 * 16
        var boxes = Buffer<Float>(uninitialized: 6 * count)
        boxes.withMutablePointer { boxes in
            for i in 0..<count {
                for axis in 0..<3 {
                    boxes[axis * count + i] = 1
                    boxes[(axis + 3) * count + i] = -1
                }
            }
            for (i, solid) in solids.enumerated() {
                let bounds = solid.bounds
                let slack = 1e-5 * (1 + bounds.diagonal + length(solid.center))
                for axis in 0..<3 {
                    boxes[axis * count + i] = Float(bounds.lower[axis] - slack)
                    boxes[(axis + 3) * count + i] = Float(bounds.upper[axis] + slack)
                }
            }
        }
        return boxes
    }

    /// Calls `body` with a caster for the calling thread, valid only during the call.
    func withCaster<Result>(_ body: (Caster) throws -> Result) rethrows -> Result {
        let count = boxes.count / 6
        var scratch = Buffer<Float>(uninitialized: count)
        var list = Buffer<UInt32>(uninitialized: count)
        func open(_ surface: HeightField.Surface?) throws -> Result {
            try solids.withUnsafeBufferPointer { solids in
                try materials.withUnsafeBufferPointer { materials in
                    try boxes.withPointer { boxes in
                        try noise.withSampler { noise in
                            try scratch.withMutablePointer { scratch in
                                try list.withMutablePointer { list in
                                    try body(
                                        Caster(
                                            solids: solids.baseAddress!, boxes: boxes, boxCount: count, surface: surface,
                                            materials: materials.baseAddress!, noise: noise, light: light, sky: sky,
                                            scratch: scratch, list: list))
                                }
                            }
                        }
                    }
                }
            }
        }
        guard let ground else { return try open(nil) }
        return try ground.withSurface { try open($0) }
    }
}
