import FathomCore
import FathomFields
import FathomGeometry
import FathomMedia

/// How a mesh is refined by what views know.
public struct MeshRefinementOptions: OptionGroup {
    /// Edge of a cell at the end, scene units; nil takes twice the mesh's mean edge length.
    public var cell: Double?
    /// Levels of resolution, each with cells half as large as the one before.
    public var levels = 2
    /// Steps at each level.
    public var steps = 40
    public var silhouetteWeight = 1.0
    public var depthWeight = 1.0
    public var photoWeight = 1.0
    public var smoothnessWeight = 1.0
    /// Pixels along the longer side at which views are compared.
    public var viewSize = 800

    public init() {}

    public static let schema = OptionSchema<Self>(
        "Refinement",
        [
            Option("cell", \.cell, "edge of a cell of the field", unit: "scene units", range: .above(0), absent: "auto"),
            Option("refineLevels", \.levels, "levels of resolution, from coarse to fine", range: .within(1...4)),
            Option("refineSteps", \.steps, "steps at each level", range: .within(1...10_000)),
            Option("silhouetteWeight", \.silhouetteWeight, "how much masks count", range: .atLeast(0)),
            Option("depthWeight", \.depthWeight, "how much depth maps count", range: .atLeast(0)),
            Option("photoWeight", \.photoWeight, "how much it counts that photos agree", range: .atLeast(0)),
            Option("smoothnessWeight", \.smoothnessWeight, "how much smoothness counts", range: .atLeast(0)),
            Option(
                "viewSize", \.viewSize, "longer side of the views that are compared", unit: "pixels",
                range: .within(64...8192)),
        ])
}

/// A mesh on its way to what masks, depth maps and photos say, from coarse to fine.
///
/// The mesh becomes a grid of distances, closed where it has gaps by its winding number and cut by silhouettes where there are
/// any; each level moves the grid's surface for a number of steps (`SurfaceRefiner`) and hands it on at half the cell size.
public struct MeshRefinement: Sendable {
    public let options: MeshRefinementOptions
    private let views: [LossView]
    private let target: SIMD3<Double>
    private let finestSpacing: Double
    /// The mesh at the start; nil where silhouettes say that the surface is closed.
    private let start: Mesh?
    /// Whether that mesh is no closed one with holes.
    private let isSheet: Bool
    /// How far from the mesh at the start a surface may be that no silhouette vouches for, in cells.
    private static let reach = 3.0
    /// A mesh is closed but for holes when this share of it has the inside behind it.
    private static let closedShare = 0.95
    private let bounds: Bounds
    public private(set) var level = 0
    private var refiner: SurfaceRefiner<LevelSetOptimizer>

    /// Steps of all levels.
    public var stepCount: Int { options.levels * options.steps }

    /// - Parameters:
    ///   - mesh: where to start; triangles counter-clockwise seen from outside.
    ///   - views: at the size at which they are compared.
    ///   - bounds: what lies outside is cut off; nil for no limit.
    ///   - memory: bytes that a lattice may take.
    /// - Throws: `stageFailed` for a mesh without triangles, or cells too small for `memory`; `inputInvalid` where no view knows
    ///   anything.
    public init(
        _ mesh: Mesh, views: [LossView], bounds: Bounds?, options: MeshRefinementOptions, memory: Int = .max
    ) throws {
        guard !mesh.triangles.isEmpty else {
            throw FathomError(.stageFailed, "there is no mesh to refine", remedy: "look at the steps before")
        }
        self.options = options
        self.views = views
        let box = Self.bounds(of: mesh)
        finestSpacing = options.cell ?? 2 * mesh.meanEdgeLength
        let coarse = finestSpacing * Double(1 << (options.levels - 1))
        // Room for the surface to move, and for a border that is outside.
        let margin = max(4 * coarse, 0.02 * box.diagonal)
        var room = Bounds(lower: box.lower - margin, upper: box.upper + margin)
        if let bounds {
            room = Bounds(
                lower: pointwiseMax(room.lower, bounds.lower - 2 * coarse),
                upper: pointwiseMin(room.upper, bounds.upper + 2 * coarse))
        }
        self.bounds = room
        target = (box.lower + box.upper) / 2
        start = views.contains { $0.silhouette != nil } ? nil : mesh
        let cells = (room.upper - room.lower) / finestSpacing
        let points = (cells.x + 8) * (cells.y + 8) * (cells.z + 8)
        guard finestSpacing > 0, cells.min() > 0, points <= Double(min(memory / 16, 1 << 34)) else {
            throw FathomError(
                .stageFailed, "cells of \(finestSpacing) need a lattice of \(points) points",
                remedy: "choose a larger --cell, or --bounds around what you want")
        }
        let lattice = GridField.lattice(covering: room, spacing: coarse)
        let sampler = LatticeSampler(lattice: lattice)
        // Gaps close where outlines vouch for that, and where they are small holes of a mesh that is closed otherwise. The rims of
        // sheets stay, and what goes on beyond them is left out.
        let distance = ClosedMeshDistance(to: mesh)
        isSheet = start != nil && distance.agreeingShare(of: mesh, offset: finestSpacing / 2) < Self.closedShare
        var values =
            !isSheet
            ? sampler.sample(distance).values
            : sampler.sample(try SignedMeshDistance(to: mesh, allowsGaps: true)).values
        SilhouetteCarving(views).carve(&values, lattice)
        Self.cut(&values, lattice, bounds)
        refiner = try Self.refiner(
            GridField(values, lattice: lattice), views: views, target: target, start: start, isSheet: isSheet,
            finestSpacing: Float(finestSpacing), options: options)
    }

    private static func bounds(of mesh: Mesh) -> Bounds {
        var (low, high) = (SIMD3<Float>(repeating: .infinity), SIMD3<Float>(repeating: -.infinity))
        for t in mesh.triangles {
            for corner in 0..<3 {
                low = pointwiseMin(low, mesh.positions[Int(t[corner])])
                high = pointwiseMax(high, mesh.positions[Int(t[corner])])
            }
        }
        return Bounds(lower: SIMD3<Double>(low), upper: SIMD3<Double>(high))
    }

    /// Makes everything outside of `bounds` outside.
    private static func cut(_ values: inout Buffer<Float>, _ lattice: Lattice, _ bounds: Bounds?) {
        guard let bounds else { return }
        for x in 0..<lattice.size.x {
            for y in 0..<lattice.size.y {
                for z in 0..<lattice.size.z {
                    let p = lattice.position(x, y, z)
                    let beyond = pointwiseMax(bounds.lower - p, p - bounds.upper).max()
                    let index = lattice.index(x, y, z)
                    values[index] = max(values[index], Float(beyond))
                }
            }
        }
    }

    private static func refiner(
        _ field: GridField, views: [LossView], target: SIMD3<Double>, start: Mesh?, isSheet: Bool,
        finestSpacing: Float,
        options: MeshRefinementOptions
    ) throws -> SurfaceRefiner<LevelSetOptimizer> {
        let spacing = Float(field.spacing)
        var losses: [WeightedLoss] = []
        if options.silhouetteWeight > 0, views.contains(where: { $0.silhouette != nil }) {
            losses.append(WeightedLoss(try SilhouetteLoss(views, opensHoles: true), weight: 10 * Float(options.silhouetteWeight)))
        }
        if options.depthWeight > 0, views.contains(where: { $0.depth != nil }) {
            losses.append(WeightedLoss(try DepthLoss(views, sigma: finestSpacing), weight: Float(options.depthWeight)))
        }
        if options.photoWeight > 0, views.count(where: { $0.image != nil }) > 1 {
            let pairs = PhotoPair.choose(views, target: target)
            if !pairs.isEmpty {
                losses.append(
                    WeightedLoss(
                        PhotoLoss(pairs, options: .init(occlusionTolerance: 1.5 * spacing)),
                        weight: 10 * Float(options.photoWeight)))
            }
        }
        guard !losses.isEmpty else {
            throw FathomError(
                .inputInvalid, "the views hold no masks, no depth and no overlapping photos to refine the mesh by",
                remedy: "give at least one of them a weight above 0 and data")
        }
        if options.smoothnessWeight > 0 {
            losses.append(WeightedLoss(LaplacianLoss(scale: spacing), weight: Float(options.smoothnessWeight)))
        }
        return SurfaceRefiner(
            field, LevelSetOptimizer(), losses: losses, views: views,
            extractor: SurfaceExtractor(lattice: field.lattice, polishSteps: 0),
            region: try start.map {
                try region(beside: $0, isSheet: isSheet, finestSpacing: Double(finestSpacing), spacing: field.spacing)
            },
            plannedSteps: options.steps)
    }

    private static func region(
        beside start: Mesh, isSheet: Bool, finestSpacing: Double, spacing: Double
    ) throws -> SurfaceRegion {
        let reach = max(reach * finestSpacing, 2 * spacing)
        return try SurfaceRegion(beside: start, reach: reach, rimReach: isSheet ? spacing / 2 : reach)
    }

    /// Takes the next step, at the next level where one is done.
    ///
    /// - Throws: what `SurfaceRefiner.step` throws.
    public mutating func step() throws -> StepReport {
        if refiner.stepCount == options.steps, level + 1 < options.levels { try refineLattice() }
        return try refiner.step()
    }

    private mutating func refineLattice() throws {
        level += 1
        let spacing = finestSpacing * Double(1 << (options.levels - 1 - level))
        let lattice = GridField.lattice(covering: bounds, spacing: spacing)
        let field = GridField(refiner.field, lattice: lattice)
        refiner = try Self.refiner(
            field, views: views, target: target, start: start, isSheet: isSheet, finestSpacing: Float(finestSpacing),
            options: options)
    }

    /// The surface as it is. Where no silhouette vouches for what closes gaps of the mesh at the start, that is
    /// left out again.
    ///
    /// - Throws: `stageFailed` for a surface of more than 2³² vertices.
    public func mesh() throws -> Mesh {
        let field = refiner.field
        let surface = try SurfaceExtractor(lattice: field.lattice, polishSteps: 0)
            .surface(field, field.latticeValues(), evaluationCount: 0)
        guard let start else { return surface.mesh }
        var mesh = surface.mesh
        mesh.triangles = try Self.region(
            beside: start, isSheet: isSheet, finestSpacing: finestSpacing, spacing: field.spacing
        ).triangles(of: mesh)
        return mesh.keeping { _ in true }
    }

    // MARK: State

    /// All that the next step needs beside mesh, views and options.
    public struct State: Sendable {
        public var level: Int
        public var refiner: SurfaceRefiner<LevelSetOptimizer>.State

        public init(level: Int, refiner: SurfaceRefiner<LevelSetOptimizer>.State) {
            self.level = level
            self.refiner = refiner
        }
    }

    public var state: State {
        get { State(level: level, refiner: refiner.state) }
    }

    /// Goes on from a state.
    ///
    /// - Throws: as `init`.
    public mutating func take(_ state: State) throws {
        level = state.level
        let spacing = finestSpacing * Double(1 << (options.levels - 1 - level))
        let lattice = GridField.lattice(covering: bounds, spacing: spacing)
        refiner = try Self.refiner(
            GridField(slots: state.refiner.field.slots, values: state.refiner.field.values, lattice: lattice), views: views,
            target: target, start: start, isSheet: isSheet, finestSpacing: Float(finestSpacing), options: options)
        refiner.take(state.refiner)
    }
}
