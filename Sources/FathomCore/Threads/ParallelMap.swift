extension RandomAccessCollection where Self: Sendable, Index == Int {
    /// `transform` of every element, in order, computed on the threads of the shared pool.
    ///
    /// - Throws: the error of the first element, in order, that fails.
    package func parallelMap<Result: Sendable, Failure: Error>(
        _ transform: @Sendable (Element) throws(Failure) -> Result
    ) throws(Failure) -> [Result] {
        var results = [Result?](repeating: nil, count: count)
        try results.withUnsafeMutableBufferPointer { (results) throws(Failure) in
            guard let base = results.baseAddress else { return }
            let places = SharedMutablePointer(base)
            try ThreadPool.shared.parallelFor(count) { (offset: Int) throws(Failure) in
                places[offset] = try transform(self[startIndex + offset])
            }
        }
        return results.map { $0! }
    }
}
