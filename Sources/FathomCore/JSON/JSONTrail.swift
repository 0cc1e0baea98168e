/// The way from the top of a document to one of its arrays or objects; nodes share it, so that deep documents stay small.
final class JSONTrail: Sendable {
    /// One step down.
    enum Step: Sendable {
        case key(String)
        case index(Int)
    }

    private let parent: JSONTrail?
    private let step: Step

    init(_ step: Step, in parent: JSONTrail?) {
        self.parent = parent
        self.step = step
    }

    /// The path in words: `nodes.depth.params.views`, `frames[3].file`.
    var path: String {
        var steps: [Step] = []
        var next: JSONTrail? = self
        while let trail = next {
            steps.append(trail.step)
            next = trail.parent
        }
        var path = ""
        for step in steps.reversed() {
            switch step {
            case .index(let index): path += "[\(index)]"
            case .key(let key) where key.isPlainKey: path += path.isEmpty ? key : ".\(key)"
            case .key(let key): path += "[\(JSONValue.string(key).text())]"
            }
        }
        return path
    }
}

extension String {
    /// True for a key that stands in a JSON path without quotes.
    fileprivate var isPlainKey: Bool {
        func isPlain(_ byte: UInt8) -> Bool {
            let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            return isLetter || isDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        }
        return !isEmpty && utf8.allSatisfy(isPlain)
    }
}
