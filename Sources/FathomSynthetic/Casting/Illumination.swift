import FathomGeometry

#if canImport(Glibc)
import Glibc
#endif

/// How hits and misses look: textures, sun or lamp with hard shadows, ambient light, sky.
extension Caster {
    /// Linear light that reaches the ray's origin.
    ///
    /// - Parameter spread: width of a pixel per unit of t, for averaging textures.
    func radiance(_ ray: Ray, spread: Double) -> SIMD3<Float> {
        guard let hit = nearest(ray) else { return background(ray.direction) }
        let point = ray.point(at: hit.t)
        let normal = normal(at: point, of: hit.solid)
        let incidence = abs(dot(normal, ray.direction)) / length(ray.direction)
        let footprint = hit.t * spread / max(incidence, 0.15)
        return reflected(at: point, normal: normal, of: hit.solid, footprint: footprint, towards: -normalize(ray.direction))
    }

    /// Linear light that a surface point sends out.
    ///
    /// - Parameter viewer: unit vector to the eye; nil leaves highlights out, so that all viewers see the same.
    func reflected(
        at point: SIMD3<Double>, normal: SIMD3<Double>, of solid: Int, footprint: Double, towards viewer: SIMD3<Double>?
    ) -> SIMD3<Float> {
        let isGround = solid == Solid.ground
        let material = materials[isGround ? surface?.material ?? 0 : solids[solid].material]
        let albedo = albedo(material, at: point, of: solid, footprint: footprint)
        let facing = isGround ? surface?.smoothNormal(point.x, point.y) ?? normal : normal

        let (toLight, distance, strength): (SIMD3<Double>, Double, Float)
        switch light.source {
        case .sun(let direction): (toLight, distance, strength) = (direction, .greatestFiniteMagnitude, 1)
        case .lamp(let position):
            let offset = position - point
            distance = length(offset)
            toLight = offset / distance
            strength = Float(1 / (distance * distance))
        }
        let open = openness(at: point, normal: normal)
        let up = Float(0.5 + 0.5 * facing.z)
        var light = (light.ambientBelow + (light.ambientAbove - light.ambientBelow) * up) * open
        var highlight = SIMD3<Float>.zero
        let cosine = Float(dot(facing, toLight))
        if cosine > 0, dot(normal, toLight) > 0,
            !isBlocked(Ray(origin: point + 1e-5 * normal, direction: toLight), limit: distance)
        {
            light += self.light.color * (cosine * strength)
            if material.gloss > 0, let viewer {
                let mirrored = 2 * dot(facing, toLight) * facing - toLight
                highlight = self.light.color * (strength * material.gloss * Float(pow(max(dot(mirrored, viewer), 0), 40)))
            }
        }
        return albedo * light + highlight
    }

    /// Albedo by the chart that suits the shape: faces of boxes, unrolled cylinders, three blended projections elsewhere.
    @inline(__always)
    private func albedo(_ material: Material, at point: SIMD3<Double>, of solid: Int, footprint: Double) -> SIMD3<Float> {
        if solid == Solid.ground {
            return material.albedo(SIMD2(point.x, point.y), chart: 0, footprint: footprint, noise: noise)
        }
        let placed = solids + solid
        let p = placed.pointee.local(point)
        let chart = 8 * solid + 8
        func sample(_ u: Double, _ v: Double, _ side: Int) -> SIMD3<Float> {
            material.albedo(SIMD2(u, v), chart: chart + side, footprint: footprint, noise: noise)
        }
        switch placed.pointee.shape {
        case .box(let box):
            let n = box.normal(at: p)
            if n.x != 0 { return sample(p.y, p.z, n.x > 0 ? 0 : 1) }
            if n.y != 0 { return sample(p.x, p.z, n.y > 0 ? 2 : 3) }
            return sample(p.x, p.y, n.z > 0 ? 4 : 5)
        case .cylinder(let cylinder):
            if cylinder.isOnCap(p) { return sample(p.x, p.y, p.z > 0 ? 4 : 5) }
            return sample(atan2(p.y, p.x) * cylinder.radius, p.z, 0)
        case .sphere, .torus:
            let n = placed.pointee.shape.normal(at: p)
            var weights = n * n
            weights *= weights
            weights /= weights.sum()
            var color = SIMD3<Float>.zero
            if weights.x > 0.02 { color += Float(weights.x) * sample(p.y, p.z, 0) }
            if weights.y > 0.02 { color += Float(weights.y) * sample(p.x, p.z, 1) }
            if weights.z > 0.02 { color += Float(weights.z) * sample(p.x, p.y, 2) }
            return color
        }
    }

    private func background(_ direction: SIMD3<Double>) -> SIMD3<Float> {
        let d = normalize(direction)
        let height = Float(max(d.z, 0)).squareRoot()
        let clear = sky.horizon + (sky.zenith - sky.horizon) * height
        guard sky.clouds > 0, d.z > 0 else { return clear }
        let position = SIMD2(d.x, d.y) / (d.z + 0.15)
        let n = noise(position * 45, footprint: 2)
        let density = min(max((n.x * 0.6 + n.y * 0.2 + 2 * sky.clouds - 1) * 1.5, 0), 1) * min(Float(d.z) * 4, 1)
        return clear + (SIMD3<Float>(repeating: 0.95) - clear) * (0.8 * density)
    }
}
