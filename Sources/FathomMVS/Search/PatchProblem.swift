import CKernels
import FathomCore
import FathomGeometry

/// A view ready to be searched or searched in: pyramid, camera and pose.
public struct SearchView: Sendable {
    public var pyramid: ImagePyramid
    public var camera: Camera
    public var cameraFromWorld: Pose

    public init(pyramid: ImagePyramid, camera: Camera, cameraFromWorld: Pose) {
        precondition(camera.width == pyramid.width && camera.height == pyramid.height, "camera and image differ in size")
        self.pyramid = pyramid
        self.camera = camera
        self.cameraFromWorld = cameraFromWorld
    }
}

/// One reference and its sources at one level, in the form the kernels take.
package struct PatchProblem: Sendable {
    let level: Int
    package let reference: PaddedPlane<Float>
    package let sources: [PaddedPlane<UInt32>]
    package let geometry: [SearchGeometry]
    /// The way back from each source to the reference.
    let backGeometry: [SearchGeometry]
    /// Inverse depth of each source at this level, NaN where unknown; empty for a purely photometric cost.
    var sourceRho: [PaddedPlane<Float>] = []
    /// Cost per pixel of reprojection error, and its cap in pixels.
    var geometricWeight: Float = 0
    var geometricCap: Float = 0
    package let tapSpacing: Int
    package let bestSources: Int
    package let noiseVariance: Float

    package var width: Int { reference.width }
    package var height: Int { reference.height }
    package var stride: Int { reference.stride }

    package init(
        reference: SearchView, sources: [SearchView], level: Int, tapSpacing: Int, bestSources: Int, noiseVariance: Float
    ) {
        self.level = level
        self.reference = reference.pyramid.levels[level].grey
        self.sources = sources.map { $0.pyramid.levels[level].texels }
        geometry = sources.map {
            SearchGeometry(
                reference: (reference.camera, reference.cameraFromWorld), source: ($0.camera, $0.cameraFromWorld), level: level)
        }
        backGeometry = sources.map {
            SearchGeometry(
                reference: ($0.camera, $0.cameraFromWorld), source: (reference.camera, reference.cameraFromWorld), level: level)
        }
        self.tapSpacing = tapSpacing
        self.bestSources = min(bestSources, sources.count)
        self.noiseVariance = noiseVariance
    }

    /// The largest ρ step that moves no pixel by more than `pixels` in any source, nil when no source sees the range.
    func step(pixels: Double, range: ClosedRange<Double>) -> Double? {
        zip(geometry, sources).compactMap { geometry, source in
            geometry.step(
                pixels: pixels, range: range, width: width, height: height, sourceWidth: source.width, sourceHeight: source.height
            )
        }.min()
    }

    /// Calls `body` with the kernel's view of this problem.
    package func withKernelProblem<Result>(_ body: (SharedPointer<FathomPatchProblem>) throws -> Result) rethrows -> Result {
        precondition(sourceRho.isEmpty || sourceRho.count == sources.count, "one depth per source")
        return try withPointers(reference, sources, sourceRho) { reference, texels, rho in
            let list = sources.indices.map { i in
                let h = geometry[i].homography.rowMajor.map(Float.init), e = SIMD3<Float>(geometry[i].epipole)
                let back = backGeometry[i].homography.rowMajor.map(Float.init)
                let backEpipole = SIMD3<Float>(backGeometry[i].epipole)
                return FathomPatchSource(
                    texels: texels[i].base, width: Int32(sources[i].width), height: Int32(sources[i].height),
                    stride: Int32(sources[i].stride), homography: (h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7], h[8]),
                    epipole: (e.x, e.y, e.z), rho: rho.isEmpty ? nil : rho[i].base,
                    back_homography: (back[0], back[1], back[2], back[3], back[4], back[5], back[6], back[7], back[8]),
                    back_epipole: (backEpipole.x, backEpipole.y, backEpipole.z))
            }
            return try list.withUnsafeBufferPointer { list in
                let problem = FathomPatchProblem(
                    reference: reference.base, width: Int32(width), height: Int32(height), stride: Int32(stride),
                    tap_spacing: Int32(tapSpacing), sources: list.baseAddress, source_count: Int32(list.count),
                    best_sources: Int32(bestSources), noise_variance: noiseVariance, geometric_weight: geometricWeight,
                    geometric_cap: geometricCap)
                return try withUnsafePointer(to: problem) { try body(SharedPointer($0)) }
            }
        }
    }
}
