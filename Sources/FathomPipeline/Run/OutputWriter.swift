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
        case (.metricDepth, true), (.metricDepthSequence, true): DepthFile.extensions
        case (.affineInverseDepth, true), (.inverseDepth, true), (.affineDepth, true), (.affineInverseDepthSequence, true):
            DepthFile.anyConventionExtensions
        case (.confidence, true): ConfidenceFile.extensions
        case (.metricDepthSequence, false), (.affineInverseDepthSequence, false): ["npz", "mkv"]
        case (.pictures, true), (.pictureSequence, true): ["png", "jpg"]
        case (.pictureSequence, false): ["mp4"]
        case (.points, false), (.pointSequence, true): ["ply"]
        case (.mesh, false): ["ply", "glb", "obj", "stl"]
        case (.figures, false): FigureTable.formats
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
        case .figures(let rows):
            try FigureTable(rows).write(to: folder.appendingPath(template))
            return Written(files: [File(path: template)])
        case .depth, .confidence, .pictures: preconditionFailure("items are written one by one")
        case .scene, .video, .images, .depthFiles, .volume, .viewPlan, .depthEstimate, .frameList, .depthWindows:
            preconditionFailure("the planner refuses outputs of type \(value.type)")
        }
    }

    /// Writes one item to `path` below `folder`.
    ///
    /// - Throws: `cannotCreate` or `io`.
    static func write(_ part: Part, to path: String, folder: String) throws -> Written {
        let place = folder.appendingPath(path)
        var coding: PNG16Codec.Coding?
        switch part {
        case .depthMap(let map):
            if path.pathExtension == "png" { coding = DepthFile.coding(of: map.values) }
            try DepthFile.write(map, to: place, coding: coding)
        case .confidence(let confidence):
            if path.pathExtension == "png" { coding = ConfidenceFile.coding }
            try ConfidenceFile.write(confidence, to: place)
        case .picture(let picture): try writePicture(picture, to: place)
        default: preconditionFailure("only depth, confidence and pictures are written item by item")
        }
        return Written(files: [File(path: path, coding: coding)])
    }

    /// Writes a picture as PNG or JPEG, told by the extension.
    static func writePicture(_ picture: Raster<UInt8>, to path: String) throws {
        if path.pathExtension == "jpg" {
            try ImageFile.writeJPEG(picture, to: path)
        } else {
            try ImageFile.writePNG(picture, to: path)
        }
    }
}

extension String {
    /// Everything before the last component; empty if there is one component only.
    var parentPath: String {
        lastIndex(of: "/").map { String(self[..<$0]) } ?? ""
    }
}
