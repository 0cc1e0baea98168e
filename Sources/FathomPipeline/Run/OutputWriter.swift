import FathomCore
import FathomGeometry
import FathomMedia

/// Writes values to files below the output folder; each file appears whole or not at all.
enum OutputWriter {
    /// The extensions that a value of `type` can be written with.
    ///
    /// - Parameter perItem: as one file per view, frame or image; else as one file.
    static func formats(of type: PortType, perItem: Bool) -> [String] {
        switch (type, perItem) {
        case (.metricDepth, true), (.affineInverseDepth, true), (.inverseDepth, true), (.affineDepth, true),
            (.confidence, true), (.metricDepthSequence, true), (.affineInverseDepthSequence, true):
            DepthFile.extensions
        case (.metricDepthSequence, false), (.affineInverseDepthSequence, false): ["npz", "mkv"]
        case (.pictures, true), (.pictureSequence, true): ["png", "jpg"]
        case (.pictureSequence, false): ["mp4"]
        case (.points, false), (.pointSequence, true): ["ply"]
        case (.mesh, false): ["ply", "glb", "obj", "stl"]
        default: []
        }
    }

    /// What a value became.
    struct Written: Sendable {
        var files: [File]
        /// What the codes of all files mean, where they share one coding.
        var coding: PNG16Codec.Coding?
    }

    /// A file that was written.
    struct File: Sendable {
        /// Path below the output folder.
        var path: String
        /// What the codes of a 16-bit PNG file mean, where each file has a coding of its own.
        var coding: PNG16Codec.Coding?
    }

    /// Writes `value` to `template`, whose extension the planner has checked.
    ///
    /// - Returns: the files in the order of the views or frames.
    /// - Throws: `cannotCreate` or `io`.
    static func write(
        _ value: PortValue, template: String, folder: String, progress: ProgressReporter
    ) throws -> Written {
        try FileSystem.makeFolder(folder.appendingPath(template).parentPath)
        switch value {
        case .depth(let maps, _):
            return try write(maps, template, folder, coding: { DepthFile.coding(of: $0.values) }) {
                try DepthFile.write($0, to: $1)
            }
        case .confidence(let maps):
            return try write(maps, template, folder, coding: { _ in ConfidenceFile.coding }) {
                try ConfidenceFile.write($0, to: $1)
            }
        case .pictures(let pictures):
            return try write(pictures, template, folder) { try writePicture($0, to: $1) }
        case .depthSequence(let sequence, _):
            return try SequenceWriter(template, folder, progress).write(sequence)
        case .pictureSequence(let pictures):
            return try SequenceWriter(template, folder, progress).write(pictures)
        case .pointSequence(let points):
            return try SequenceWriter(template, folder, progress).write(points)
        case .points(let points):
            try PLYFile.write(points, to: folder.appendingPath(template))
            return Written(files: [File(path: template)])
        case .mesh(let mesh):
            try MeshFile.write(mesh, to: folder.appendingPath(template))
            return Written(files: [File(path: template)])
        case .scene, .video, .images, .volume:
            preconditionFailure("the planner refuses outputs of type \(value.type)")
        }
    }

    /// Writes a picture as PNG or JPEG, told by the extension.
    static func writePicture(_ picture: Raster<UInt8>, to path: String) throws {
        if path.pathExtension == "jpg" {
            try ImageFile.writeJPEG(picture, to: path)
        } else {
            try ImageFile.writePNG(picture, to: path)
        }
    }

    /// One file per view that has a value, in parallel.
    ///
    /// - Parameter coding: what the codes of a PNG file mean; nil where a PNG file is an ordinary picture.
    private static func write<Value>(
        _ values: PerView<Value>, _ template: String, _ folder: String, coding: ((Value) -> PNG16Codec.Coding)? = nil,
        _ write: (Value, String) throws -> Void
    ) throws -> Written {
        let present = values.present
        let files = present.map { stem, value in
            File(
                path: template.replacing("{stem}", with: stem),
                coding: template.pathExtension == "png" ? coding?(value) : nil)
        }
        try withoutActuallyEscaping(write) { write in
            nonisolated(unsafe) let write = write
            try ThreadPool.shared.parallelFor(files.count) { index in
                try Interrupt.check()
                try write(present[index].value, folder.appendingPath(files[index].path))
            }
        }
        return Written(files: files)
    }
}

extension String {
    /// Everything before the last component; empty if there is one component only.
    var parentPath: String {
        lastIndex(of: "/").map { String(self[..<$0]) } ?? ""
    }
}
