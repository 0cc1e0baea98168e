/// Which frames the streaming mode mixes the next one with, oldest first.
///
/// The first frame stands for the missing ones and stays for ever. Element 1 is the frame 41 before the next one, as old as
/// the second key frame of a window is in a long video; between the two and the 29 newest lie frames that wait for that place.
package struct StreamingHistory<Element> {
    /// Two windows of 32 frames overlapping by 10, less the 12 frames between key frames.
    private static var capacity: Int { 42 }

    private var elements: [Element] = []

    package init() {}

    /// Nothing before the first frame, then 31 elements.
    package var context: [Element] { Array(elements.prefix(2) + elements.suffix(29)) }

    package mutating func append(_ element: Element) {
        if elements.isEmpty {
            elements = Array(repeating: element, count: 32)
            return
        }
        elements.append(element)
        if elements.count > Self.capacity { elements.remove(at: 1) }
    }
}

extension StreamingHistory: Sendable where Element: Sendable {}
