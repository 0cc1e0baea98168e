extension Array where Element: Sendable {
    /// `transform` of every element, in order, computed on the threads of the shared pool.
    ///
    /// - Throws: the error of the first element, in order, that fails.
    package func parallelMap<Result: Sendable>(_ transform: (Element) throws -> Result) throws -> [Result] {
        var results = [Result?](repeating: nil, count: count)
        try results.withUnsafeMutableBufferPointer { results in
            nonisolated(unsafe) let results = results
            try ThreadPool.shared.parallelFor(count) { results[$0] = try transform(self[$0]) }
        }
        return results.map { $0! }
    }
}
