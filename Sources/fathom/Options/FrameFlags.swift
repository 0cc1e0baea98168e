import FathomCore
import FathomMedia

/// Which frames a graph's videos give; the end is called `--until`, because `--to` names a node.
struct FrameFlags: OptionGroup {
    var frames = FrameSourceOptions()

    static let schema = OptionSchema<Self>(
        FrameSourceOptions.schema.title,
        FrameSourceOptions.schema.options.map { $0.lifted(through: \.frames, key: $0.key == "to" ? "until" : nil) })

    func validate() throws {
        if let from = frames.from, let to = frames.to, to <= from {
            throw FathomError(.usage, "--until is not after --from", remedy: "give a later end")
        }
    }
}
