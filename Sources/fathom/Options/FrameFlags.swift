import FathomCore
import FathomMedia

/// Which frames of videos the commands that take a graph read, there where `--to` has another meaning.
struct FrameFlags: OptionGroup {
    var frames = FrameSourceOptions()

    static let schema = OptionSchema<Self>(
        "Frames of videos",
        [
            Option("from", \.frames.from, "leave out frames before this time"),
            Option("until", \.frames.to, "leave out frames from this time on"),
            Option("stride", \.frames.stride, "take every N-th frame", range: .atLeast(1)),
            Option("maxSide", \.frames.maxSide, "make larger frames smaller to this longer side", unit: "px", range: .atLeast(1)),
            Option("frameRate", \.frames.frameRate, "frames per second of images", unit: "1/s", range: .within(0.001...1000)),
        ])

    func validate() throws {
        do {
            try frames.validate()
        } catch let error as FathomError {
            throw FathomError(error.code, error.message.replacing("--to", with: "--until"), remedy: error.remedy)
        }
    }
}
