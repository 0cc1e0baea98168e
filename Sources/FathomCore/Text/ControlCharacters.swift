extension String {
    /// The text with control characters as escapes, `\n` or `\u{1b}`, so that it stays on one line and cannot steer a terminal.
    package var escapingControls: String {
        guard unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else { return self }
        return unicodeScalars.map { scalar in
            scalar.properties.generalCategory == .control ? scalar.escaped(asASCII: true) : String(scalar)
        }.joined()
    }
}
