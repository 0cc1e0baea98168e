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
struct PatchProblem: Sendable {
    let level: Int
    let reference: PaddedPlane<Float>
    let sources: [PaddedPlane<UInt32>]
    let geometry: [SearchGeometry]
    let tapSpacing: Int
    let bestSources: Int
    let noiseVariance: Float

    var width: Int { reference.width }
    var height: Int { reference.height }
    var stride: Int { reference.stride }

    init(reference: SearchView, sources: [SearchView], level: Int, tapSpacing: Int, bestSources: Int, noiseVariance: Float) {
        self.level = level
        self.reference = reference.pyramid.levels[level].grey
        self.sources = sources.map { $0.pyramid.levels[level].texels }
        geometry = sources.map {
            SearchGeometry(
                reference: (reference.camera, reference.cameraFromWorld), source: ($0.camera, $0.cameraFromWorld), level: level)
        }
        self.tapSpacing = tapSpacing
        self.bestSources = min(bestSources, sources.count)
        self.noiseVariance = noiseVariance
    }

    /// The largest ρ step that moves no pixel by more than `pixels` in any source, nil when no source sees the range.
    func step(pixels: Double, range: ClosedRange<Double>) -> Double? {
        zip(geometry, sources).compactMap { geometry, source in
            geometry.step(
                pixels: pixels, range: range, width: width, height: height, sourceWidth: source.width, sourceHeight: source.height)
        }.min()
    }

    /// Calls `body` with the kernel's view of this problem.
    func withKernelProblem<Result>(_ body: (UnsafePointer<FathomPatchProblem>) throws -> Result) rethrows -> Result {
        var list: [FathomPatchSource] = []
        for (plane, geometry) in zip(sources, geometry) {
            let h = geometry.homography.rowMajor.map(Float.init)
            list.append(
                plane.withOrigin { texels in
                    FathomPatchSource(
                        texels: texels, width: Int32(plane.width), height: Int32(plane.height), stride: Int32(plane.stride),
                        homography: (h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7], h[8]),
                        epipole: (Float(geometry.epipole.x), Float(geometry.epipole.y), Float(geometry.epipole.z)))
                })
        }
        // The planes outlive the pointers stored above because `self` does.
        return try withExtendedLifetime(self) {
            try list.withUnsafeBufferPointer { list in
                try reference.withOrigin { reference in
                    var problem = FathomPatchProblem(
                        reference: reference, width: Int32(width), height: Int32(height), stride: Int32(stride),
                        tap_spacing: Int32(tapSpacing), sources: list.baseAddress, source_count: Int32(list.count),
                        best_sources: Int32(bestSources), noise_variance: noiseVariance)
                    return try body(&problem)
                }
            }
        }
    }
}
