import CKernels
import FathomCore
import FathomGeometry
import FathomMedia
import Synchronization

extension DepthVolume {
    /// What one depth map did to a volume.
    public struct Integration: Sendable, Equatable {
        /// Blocks that came into being.
        public var addedBlocks = 0
        /// Blocks in view and not hidden, whose voxels were tested against the depth map.
        public var updatedBlocks = 0
    }

    /// Fuses one depth map.
    ///
    /// Each voxel in view moves its running average towards the clamped signed distance along the ray, with weight
    /// confidence · cosine / z², normalised so that a reliable pixel at the reference depth weighs 1 and capped at 64 in
    /// total. Voxels in front of the measured surface by more than the truncation become free space with a quarter of
    /// that weight, which removes floaters. Depth is interpolated only between pixels that agree within the truncation.
    /// Blocks are created only within the truncation of a valid pixel. Results do not depend on the number of threads.
    ///
    /// - Parameters:
    ///   - depth: metric depth along z; NaN marks pixels without a value.
    ///   - color: samples registered to the depth map, 1 or 2 channels (grey first), 3 or 4 (RGB first).
    ///   - mask: zero excludes a pixel.
    ///   - camera: pinhole intrinsics of the depth map.
    /// - Throws: `inputInvalid` when sizes or conventions do not fit, `stageFailed` when the volume would exceed its memory
    ///   limit; the volume is unchanged then.
    @discardableResult
    public mutating func integrate(
        depth: DepthMap, color: Raster<UInt8>? = nil, mask: Raster<UInt8>? = nil, camera: Camera, cameraFromWorld: Pose
    ) throws -> Integration {
        try Self.check(depth, color, mask, camera, cameraFromWorld)
        let scale = 1 / voxelSize
        let frame = PreparedDepth(
            depth: depth, color: options.color ? color : nil, mask: mask, camera: camera, scale: scale,
            range: (options.rangeMaximum ?? .infinity) * scale)
        let farthest = frame.farthest
        guard farthest > 0 else {
            frameCount += 1
            return Integration()
        }
        let added = try missingBlocks(frame, farthest: farthest, camera: camera, worldFromCamera: cameraFromWorld.inverse)
        try checkMemory(adding: added.count)

        if !isKnownUniquelyReferenced(&blocks) { blocks = try blocks.copy() }
        try blocks.insert(added)
        if referenceDepth == nil { referenceDepth = frame.median.map { Double($0) * voxelSize } }
        let updated = update(frame, hasColor: options.color && color != nil, camera: camera, cameraFromWorld: cameraFromWorld)
        frameCount += 1
        return Integration(addedBlocks: added.count, updatedBlocks: updated)
    }

    private static func check(
        _ depth: DepthMap, _ color: Raster<UInt8>?, _ mask: Raster<UInt8>?, _ camera: Camera, _ pose: Pose
    ) throws {
        guard case .metric = depth.convention else {
            throw FathomError(
                .inputInvalid, "fusion needs metric depth, not \(depth.convention)",
                remedy: "estimate depth from posed views, or align it to known points first")
        }
        guard camera.lens == .pinhole else {
            throw FathomError(.inputInvalid, "the camera has lens distortion", remedy: "undistort the view first")
        }
        func require(_ name: String, _ width: Int, _ height: Int) throws {
            guard width == depth.width, height == depth.height else {
                throw FathomError(
                    .inputInvalid, "the \(name) is \(width) × \(height), the depth map \(depth.width) × \(depth.height)",
                    remedy: "resize one to the other")
            }
        }
        try require("camera", camera.width, camera.height)
        if let color { try require("colour image", color.width, color.height) }
        if let mask {
            try require("mask", mask.width, mask.height)
            guard mask.channels == 1 else {
                throw FathomError(.inputInvalid, "the mask has \(mask.channels) channels", remedy: "give a grey image")
            }
        }
        guard depth.width >= 2, depth.height >= 2 else {
            throw FathomError(.inputInvalid, "the depth map is smaller than 2 × 2 pixels")
        }
        let numbers = pose.rotation.rowMajor + [pose.translation.x, pose.translation.y, pose.translation.z, camera.cx, camera.cy]
        guard numbers.allSatisfy(\.isFinite), camera.fx.isFinite, camera.fy.isFinite, camera.fx > 0, camera.fy > 0 else {
            throw FathomError(.inputInvalid, "the camera or its pose is not finite or has no positive focal length")
        }
    }

    // MARK: Allocation

    /// Absent blocks that rays touch within the truncation of their depth, in the order of pixel rows.
    private func missingBlocks(
        _ frame: PreparedDepth, farthest: Float, camera: Camera, worldFromCamera: Pose
    ) throws -> [BlockCoordinates] {
        let origin = worldFromCamera.translation / (8 * voxelSize)
        let base = SIMD3(origin.x.rounded(.down), origin.y.rounded(.down), origin.z.rounded(.down))
        let limit = Double(1 << 20)
        guard max(abs(base.x), abs(base.y), abs(base.z)) < limit else {
            throw FathomError(
                .inputInvalid, "a camera is \(Int(limit * 8)) voxels or more away from the origin",
                remedy: "move the scene near the origin or use larger voxels")
        }
        var rays = fathom_volume_rays()
        rays.width = Int32(frame.width)
        rays.fx = Float(camera.fx)
        rays.fy = Float(camera.fy)
        rays.cx = Float(camera.cx - 0.5)
        rays.cy = Float(camera.cy - 0.5)
        // Neighbouring rays stay within three voxels of each other at the farthest depth.
        let pixel = Double(farthest) / min(camera.fx, camera.fy)
        let step = Int(max(1, min(8, 3 / pixel)))
        rays.stride = Int32(step)
        rays.originX = Float(origin.x - base.x)
        rays.originY = Float(origin.y - base.y)
        rays.originZ = Float(origin.z - base.z)
        rays.baseX = Int32(base.x)
        rays.baseY = Int32(base.y)
        rays.baseZ = Int32(base.z)
        let r = worldFromCamera.rotation.rowMajor.map { Float($0 / 8) }
        rays.rotation = (r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8])
        rays.truncation = Float(options.truncation)
        let steps = Int((options.truncation / 4).rounded(.up))
        rays.steps = Int32(steps)
        rays.margin = 3
        let lower = options.bounds.map { Self.block(at: $0.lower / voxelSize) } ?? SIMD3(repeating: -(1 << 20))
        let upper = options.bounds.map { Self.block(at: $0.upper / voxelSize) } ?? SIMD3(repeating: (1 << 20) - 1)
        rays.lower = (lower.x, lower.y, lower.z)
        rays.upper = (upper.x, upper.y, upper.z)

        let table = blocks.table
        let rowsPerChunk = 4 * step
        let chunks = (frame.height + rowsPerChunk - 1) / rowsPerChunk
        let capacity = 4 * ((frame.width + step - 1) / step) * (2 * steps + 8)
        var keys = Buffer<UInt64>(uninitialized: chunks * capacity)
        var counts = Buffer<Int>(repeating: 0, count: chunks)
        withPointers(frame.depth) { depth in
            rays.depth = depth.base
            let rays = rays
            withMutablePointers(&keys, &counts) { keys, counts in
                ThreadPool.shared.parallelFor(chunks) { chunk in
                    let end = min(frame.height, (chunk + 1) * rowsPerChunk)
                    let keys = keys + chunk * capacity
                    let touched = withUnsafePointer(to: rays) {
                        fathom_volume_touch($0, Int32(chunk * rowsPerChunk), Int32(end), keys)
                    }
                    for i in 0..<touched where table.slot(of: BlockCoordinates(blockKey: keys[i])) == nil {
                        keys[counts[chunk]] = keys[i]
                        counts[chunk] += 1
                    }
                }
            }
        }
        var missing: [BlockCoordinates] = []
        var listed: Set<UInt64> = []
        keys.withPointer { keys in
            for chunk in 0..<chunks {
                for key in UnsafeBufferPointer(start: keys + chunk * capacity, count: counts[chunk]) {
                    if listed.insert(key).inserted { missing.append(BlockCoordinates(blockKey: key)) }
                }
            }
        }
        return missing
    }

    /// The block around a point given in voxels, clamped to the addressable lattice.
    private static func block(at point: SIMD3<Double>) -> BlockCoordinates {
        func axis(_ v: Double) -> Int32 { Int32(max(-1_048_576, min(1_048_575, (v / 8).rounded(.down)))) }
        return SIMD3(axis(point.x), axis(point.y), axis(point.z))
    }

    private func checkMemory(adding added: Int) throws {
        let needed = DepthBlocks.bytes(count: blocks.count + added, color: options.color)
        guard needed > options.memoryLimit else { return }
        // Surface blocks grow with the inverse square of the voxel size.
        let larger = voxelSize * (1.2 * Double(needed) / Double(max(1, options.memoryLimit))).squareRoot()
        throw FathomError(
            .stageFailed,
            "the volume needs \(needed >> 20) MB after \(frameCount + 1) depth maps, more than its limit of "
                + "\(options.memoryLimit >> 20) MB",
            remedy: "use voxels of \(Float(larger)) or larger, bounds or a smaller range maximum, or raise --ram")
    }

    // MARK: Update

    /// Updates every block that may be in view and in front of the surface's back; returns how many.
    private func update(_ frame: PreparedDepth, hasColor: Bool, camera: Camera, cameraFromWorld: Pose) -> Int {
        let scale = 1 / voxelSize
        let translation = cameraFromWorld.translation * scale
        let rotation = cameraFromWorld.rotation
        let (axisX, axisY, axisZ) = (rotation.column0, rotation.column1, rotation.column2)

        var offsets = Buffer<Float>(uninitialized: 192)
        for i in 0..<64 {
            let offset = axisX * Double(i & 7) + axisY * Double(i >> 3)
            offsets[i] = Float(offset.x)
            offsets[64 + i] = Float(offset.y)
            offsets[128 + i] = Float(offset.z)
        }
        let reference = (referenceDepth ?? 1) * scale
        var shared = fathom_volume_frame()
        shared.width = Int32(frame.width)
        shared.height = Int32(frame.height)
        shared.fx = Float(camera.fx)
        shared.fy = Float(camera.fy)
        shared.cx = Float(camera.cx - 0.5)
        shared.cy = Float(camera.cy - 0.5)
        shared.stepX = Float(axisZ.x)
        shared.stepY = Float(axisZ.y)
        shared.stepZ = Float(axisZ.z)
        shared.truncation = Float(options.truncation)
        shared.weightScale = Float(reference * reference * Double(FATHOM_VOLUME_WEIGHT_ONE))
        shared.nearestDepth = Float(reference / 4)

        let visibility = BlockVisibility(
            frame: frame, camera: camera, rotation: rotation, truncation: Float(options.truncation))
        let updated = Atomic<Int>(0)
        withPointers(frame.depth, frame.samples, offsets, frame.tiles) { depth, samples, offsets, tiles in
            shared.depth = depth.base
            shared.samples = samples.base
            shared.sliceOffsets = offsets.base
            let shared = shared
            ThreadPool.shared.parallelFor(blocks.count, grain: 32) { slots in
                var visible = 0
                for slot in slots {
                    let c = blocks.coordinates[slot]
                    let first = rotation * (8 * SIMD3(Double(c.x), Double(c.y), Double(c.z))) + translation
                    let center = first + (axisX + axisY + axisZ) * 3.5
                    guard visibility.mayConcern(SIMD3(center), tiles: tiles) else { continue }
                    visible += 1
                    var planes = blocks.planes[slot]
                    withUnsafePointer(to: shared) {
                        fathom_volume_integrate(
                            $0, Float(first.x), Float(first.y), Float(first.z), &planes, hasColor ? 1 : 0)
                    }
                }
                updated.add(visible, ordering: .relaxed)
            }
        }
        return updated.load(ordering: .relaxed)
    }
}
