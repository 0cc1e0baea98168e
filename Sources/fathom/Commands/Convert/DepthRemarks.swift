import FathomGeometry

/// What users should know about converted depth maps, summed over them.
struct DepthRemarks: Sendable {
    /// How many maps a phrase is about.
    private var notes: [(phrase: String, maps: Int)] = []
    private var (far, unfit) = (0, 0)
    private var coding: PlainCoding?

    mutating func add(_ phrases: [String], maps: Int = 1) {
        for phrase in phrases {
            if let place = notes.firstIndex(where: { $0.phrase == phrase }) {
                notes[place].maps += maps
            } else {
                notes.append((phrase, maps))
            }
        }
    }

    /// Pixels whose depth the new convention cannot say.
    mutating func addFar(_ pixels: Int) { far += pixels }

    /// Pixels whose depth no code expresses.
    mutating func addUnfit(_ pixels: Int, _ coding: PlainCoding) {
        unfit += pixels
        self.coding = coding
    }

    mutating func add(_ other: DepthRemarks) {
        for note in other.notes { add([note.phrase], maps: note.maps) }
        far += other.far
        unfit += other.unfit
        coding = coding ?? other.coding
    }

    /// - Parameter name: the one map that was converted; nil for several.
    func warn(_ session: Session, of name: String?) {
        for note in notes.sorted(by: { $0.phrase < $1.phrase }) {
            session.progress.warn(name.map { "\($0): \(note.phrase)" } ?? "\(note.phrase) (\(note.maps) depth maps)")
        }
        if far > 0 {
            session.progress.warn(
                "\(far) pixels are infinitely far or have no depth under the new convention; they are written without depth")
        }
        if unfit > 0, let coding {
            session.progress.warn(
                "\(unfit) pixels do not fit into 16-bit codes of \(coding.phrase), \(Float(coding.scale)) to "
                    + "\(Float(coding.scale * Double(coding.largestCode)))\(coding.unit.map { " \($0)" } ?? ""); they are written without "
                    + "depth")
        }
    }
}
