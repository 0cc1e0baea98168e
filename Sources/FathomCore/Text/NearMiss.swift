/// The candidate most like `word`, for "did you mean …?"; nil when nothing is near.
///
/// Near means an edit distance (insert, delete, replace, swap neighbours) of at most a third of the longer word, or that
/// one is the beginning of the other. Ties go to the earlier candidate.
public func nearest(to word: String, in candidates: some Sequence<String>) -> String? {
    var best: (distance: Int, candidate: String)?
    for candidate in candidates {
        let distance = editDistance(word, candidate)
        let isPrefix = word.count >= 3 && candidate.hasPrefix(word) || candidate.count >= 3 && word.hasPrefix(candidate)
        guard isPrefix || distance * 3 <= max(word.count, candidate.count) else { continue }
        if best.map({ distance < $0.distance }) ?? true { best = (distance, candidate) }
    }
    return best?.candidate
}

/// Number of insertions, deletions, replacements and swaps of neighbours between two words (optimal string alignment).
///
/// O(|a|·|b|); words longer than 64 characters are cut.
package func editDistance(_ a: String, _ b: String) -> Int {
    let a = Array(a.lowercased().prefix(64))
    let b = Array(b.lowercased().prefix(64))
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in 0..<a.count {
        var row = [i + 1]
        for j in 0..<b.count {
            var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
            row.append(cost)
        }
        beforeLast = last
        last = row
    }
    return last[b.count]
}
