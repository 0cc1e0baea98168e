import FathomCore

/// `pair.txt` of the MVSNet family: which views help which, by file numbers.
package struct MVSNetPairs: Sendable, Equatable {
    /// A view and the sources that the file recommends for it.
    package struct Row: Sendable, Equatable {
        /// Number of the view, as in the names of files.
        package var reference: Int
        /// As in the file, best first.
        package var sources: [(view: Int, score: Double)]

        package static func == (a: Row, b: Row) -> Bool {
            a.reference == b.reference && a.sources.elementsEqual(b.sources) { $0 == $1 }
        }
    }

    /// In the order of the file, a row per view at most.
    package var rows: [Row] = []

    /// The number of rows, then per row two lines: `reference`, and `n id score id score …`.
    ///
    /// - Throws: `inputInvalid` with file and line when counts and lines disagree, a view appears twice or a score is not
    ///   finite.
    package init(_ text: TextScanner) throws {
        var text = text
        guard text.nextContentLine() else { throw text.failure("the file is empty") }
        let count = try text.integer("the number of views", in: 0...1_000_000)
        var references = Set<Int>()
        while text.nextContentLine() {
            let reference = try text.integer("the number of a view", in: 0...Int.max)
            guard references.insert(reference).inserted else { throw text.failure("view \(reference) appears twice") }
            guard text.nextContentLine() else {
                throw text.failure("the file ends where the sources of view \(reference) are expected")
            }
            let announced = try text.integer("the number of sources of view \(reference)", in: 0...1_000_000)
            var row = Row(reference: reference, sources: [])
            while text.peek() != nil {
                row.sources.append(
                    (
                        try text.integer("a source of view \(reference)", in: 0...Int.max),
                        try text.double("the score of a source of view \(reference)")
                    ))
            }
            guard row.sources.count == announced else {
                throw text.failure("view \(reference) has \(row.sources.count) sources where \(announced) are announced")
            }
            rows.append(row)
        }
        guard rows.count == count else { throw text.failure("\(count) views are announced, \(rows.count) are there") }
    }

    /// The recommended sources of every view that `indexOfNumber` knows, and what to tell the user: rows and sources of other
    /// numbers are left out, and so are scores of 0 or less, repetitions and views as sources of themselves.
    ///
    /// - Parameter indexOfNumber: index of a view by the number in the names of its files.
    /// - Returns: a list per view, best first as in the file, empty for views without usable sources.
    package func ranked(_ indexOfNumber: [Int: Int]) -> (pairs: [[RankedView]], warnings: [String]) {
        var pairs = [[RankedView]](repeating: [], count: indexOfNumber.count)
        var unknown = Set<Int>()
        var empty: [Int] = []
        var dropped = 0
        for row in rows {
            guard let reference = indexOfNumber[row.reference] else {
                unknown.insert(row.reference)
                continue
            }
            for (number, score) in row.sources {
                guard let view = indexOfNumber[number] else {
                    unknown.insert(number)
                    continue
                }
                guard score > 0, view != reference, !pairs[reference].contains(where: { $0.view == view }) else {
                    dropped += 1
                    continue
                }
                pairs[reference].append(RankedView(view: view, score: score))
            }
            if pairs[reference].isEmpty { empty.append(row.reference) }
        }
        var warnings: [String] = []
        if let first = unknown.min() {
            warnings.append("pair.txt names \(unknown.count) views that have no camera, the first is \(first); they are left out")
        }
        if let first = empty.first {
            warnings.append(
                "pair.txt has no usable sources for \(empty.count) views, the first is \(first); theirs are chosen by geometry")
        }
        if dropped > 0 {
            warnings.append("\(dropped) sources in pair.txt with a score of 0 or less, or named twice, are left out")
        }
        return (pairs, warnings)
    }
}
