import FathomCore
import FathomGeometry
import FathomMedia

/// How badly photos agree on what they see of a mesh.
///
/// Around pixels of a reference view, the patch is carried to other views through the plane of the triangle there, and compared
/// by ZNCC. With the residual e = 1 − ZNCC and ρ(e) = e − e² / (2 cutoff), constant from `cutoff` on, so that what is hidden or
/// shines counts little,
///
///     L = mean over pixels of the mean of ρ over the pixel's best sources
///
/// without unit. The gradient takes triangles, visibility and normals as they are: a plane comes and goes along the pixel's ray,
/// its samples move along their epipolar lines, and dL/dz goes to the corners of the triangle by ∂z/∂vₖ = bₖ n / (n·ray), bₖ
/// being barycentric coordinates and the ray having z = 1. Pixels and sources that see the plane at a cosine below 0.15 do not
/// count, nor patches without texture, or beside which the reference sees nothing. Compare Delaunoy and Pollefeys, "Photometric
/// bundle adjustment for dense multi-view 3D modeling", 2014, and Zheng et al., "PatchMatch based joint view selection and
/// depthmap estimation", 2014.
///
/// Costs, with patches of 7 × 7, about 0.3 µs per patch and source on one core.
public struct PhotoLoss: MeshLoss {
    public struct Options: Sendable {
        /// How far, in world units, a point may lie behind what a source's z-buffer has there and count as seen: 1.5 voxels.
        public var occlusionTolerance: Float
        /// Patches are 2 radius + 1 pixels wide and high; 1, 2 or 3.
        public var radius = 3
        /// Patches stand this many pixels apart.
        public var stride = 2
        /// How many sources are averaged at a pixel: those in which the patch is found best.
        public var bestSources = 2
        /// From this residual on, a patch counts as lost: 1 for those without correlation.
        public var cutoff: Float = 1
        /// Smallest standard deviation of a patch, in units of brightness.
        public var smallestContrast: Float = 0.01

        public init(occlusionTolerance: Float) {
            self.occlusionTolerance = occlusionTolerance
        }
    }

    public let name = "photo"
    package let pairs: [PhotoPair]
    package let options: Options

    /// - Parameter pairs: which views to compare, by their numbers; all need images.
    public init(_ pairs: [PhotoPair], options: Options) {
        precondition((1...3).contains(options.radius), "patches are 3 to 7 pixels wide")
        precondition(options.stride > 0 && options.bestSources > 0 && options.cutoff > 0, "these options are positive")
        self.pairs = pairs
        self.options = options
    }

    /// What was compared.
    package struct Tally: Sendable, Equatable {
        /// Sum of the pixels' losses.
        package var loss = 0.0
        package var pixels = 0
        /// Patches found in a source, the best or not.
        package var patches = 0

        static func + (a: Tally, b: Tally) -> Tally {
            Tally(loss: a.loss + b.loss, pixels: a.pixels + b.pixels, patches: a.patches + b.patches)
        }
    }

    public func accumulate(_ surface: LossSurface, weight: Float, into gradients: inout [SIMD3<Float>]) throws -> Double {
        precondition(gradients.count == surface.mesh.positions.count, "there is a gradient for every vertex")
        var sums = [SIMD3<Float>](repeating: .zero, count: gradients.count)
        let tally = try compare(surface, into: &sums)
        guard tally.pixels > 0 else { return 0 }
        let factor = weight / Float(tally.pixels)
        for v in gradients.indices { gradients[v] += factor * sums[v] }
        return tally.loss / Double(tally.pixels)
    }

    /// Adds the gradient of the sum of the pixels' losses.
    package func compare(_ surface: LossSurface, into sums: inout [SIMD3<Float>]) throws -> Tally {
        var tally = Tally()
        for pair in pairs {
            let views = try ([pair.reference] + pair.sources).map { number in
                let (view, image) = try Self.view(surface, number)
                return PhotoView(view: view, image: image, render: surface.render(number))
            }
            tally = tally + compare(surface.mesh, views, into: &sums)
        }
        return tally
    }

    /// A view, what it saw and what it sees of the mesh.
    private struct PhotoView {
        var view: LossView
        var image: Raster<Float>
        var render: RasterizedMesh
    }

    /// The first view against the others.
    private func compare(_ mesh: Mesh, _ views: [PhotoView], into sums: inout [SIMD3<Float>]) -> Tally {
        let reference = views[0].view
        let camera = reference.camera
        let grid = PhotoGrid(width: camera.width, height: camera.height, radius: options.radius, stride: options.stride)
        var pulls = Buffer<PhotoPull>(uninitialized: grid.columns * grid.rows)
        let tallies = withMutablePointers(&pulls) { pulls in
            withPointers(views.map(\.image), views.map(\.render.depth), views[0].render.triangle) { images, depths, triangles in
                let sources = views.indices.dropFirst().map {
                    PhotoSource(view: views[$0].view, reference: reference, image: images[$0], depth: depths[$0])
                }
                let rows = PhotoRows(
                    mesh: mesh, camera: camera, pose: reference.cameraFromWorld, image: images[0], depth: depths[0],
                    triangles: triangles, sources: sources, grid: grid, options: options)
                return (0..<grid.rows).parallelMap { rows.evaluate($0, into: pulls + $0 * grid.columns) }
            }
        }
        pulls.withPointer { pulls in
            for (row, tally) in tallies.enumerated() {
                for pull in UnsafeBufferPointer(start: pulls + row * grid.columns, count: tally.pixels) {
                    let corners = mesh.triangles[Int(pull.triangle)]
                    for i in 0..<3 { sums[Int(corners[i])] += pull.barycentric[i] * pull.force }
                }
            }
        }
        return tallies.reduce(Tally(), +)
    }

    private static func view(_ surface: LossSurface, _ number: Int) throws(FathomError) -> (LossView, Raster<Float>) {
        guard surface.views.indices.contains(number) else {
            throw FathomError(.inputInvalid, "view \(number) cannot be compared: there are \(surface.views.count)")
        }
        let view = surface.views[number]
        guard let image = view.image, image.channels == 1, image.width == view.camera.width, image.height == view.camera.height
        else {
            throw FathomError(
                .inputInvalid, "view '\(view.stem)' has no photo to compare",
                remedy: "give it an image of one channel and of the size of its camera")
        }
        return (view, image)
    }
}
