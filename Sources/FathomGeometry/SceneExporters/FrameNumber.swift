extension Int {
    /// The number with leading zeros, `count` digits or more, as names of frames have them.
    func digits(_ count: Int) -> String {
        let text = String(self)
        return String(repeating: "0", count: Swift.max(0, count - text.count)) + text
    }
}
