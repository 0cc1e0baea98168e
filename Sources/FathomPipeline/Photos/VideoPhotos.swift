import FathomCore
import FathomMedia

/// Frames of a video as photos.
struct VideoPhotos {
    private let path: String
    private let options: FrameSourceOptions
    private let progress: ProgressReporter

    init(_ path: String, _ options: FrameSourceOptions, _ progress: ProgressReporter) {
        self.path = path
        self.options = options
        self.progress = progress
    }

    /// Picks at most `count` frames and writes each as a JPEG file named by its index.
    ///
    /// - Returns: the names in `folder`.
    /// - Throws: `inputInvalid` for a damaged video or one in which nothing moves; `cannotCreate`, `io`, `interrupted`.
    func write(_ count: Int, to folder: String) throws -> [String] {
        var chosen = try choose(count)[...]
        let source = try FrameSourceReader.open(path, options: options)
        let task = progress.begin("write photos", total: chosen.count, unit: "frames")
        defer { task.finish() }
        var names: [String] = []
        var index = 0
        while let next = chosen.first {
            if index < next {
                guard try source.skip() != nil else { break }
            } else {
                guard let frame = try source.next() else { break }
                let name = VideoInput.stem(next) + ".jpg"
                try ImageFile.writeJPEG(frame.image, to: folder.appendingPath(name), quality: 95)
                names.append(name)
                chosen.removeFirst()
                task.advance()
            }
            index += 1
        }
        return names
    }

    private func choose(_ count: Int) throws -> [Int] {
        let source = try FrameSourceReader.open(path, options: options)
        let task = progress.begin("look for sharp frames", total: source.expectedCount, unit: "frames")
        defer { task.finish() }
        var choice = FrameChoice()
        while let frame = try source.next() {
            choice.look(at: frame.image)
            task.advance()
        }
        for warning in source.warnings { progress.warn(warning) }
        let chosen = choice.best(count)
        guard chosen.count >= 2 else {
            throw FathomError(
                .inputInvalid, "shows nothing that moves, so that all its frames are one photo",
                remedy: "film while walking around what is to be seen", at: path)
        }
        return chosen
    }
}
