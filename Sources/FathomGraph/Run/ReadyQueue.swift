/// Chunks that can be computed, the lowest first: a heap that forgets chunks which have left that state meanwhile.
///
/// Adding and taking cost O(log n), so that a step of n chunks is worked off in O(n log n) whatever the order in which its
/// chunks become ready.
struct ReadyQueue {
    private var heap: [Int] = []
    /// Chunks passed over because they were not wanted.
    private var parked: [Int] = []

    mutating func add(_ chunk: Int) {
        heap.append(chunk)
        var place = heap.count - 1
        while place > 0, heap[place] < heap[(place - 1) / 2] {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    /// The lowest chunks, at most `count`, that are still ready and are wanted; they stay in the queue.
    mutating func lowest(_ count: Int, isReady: (Int) -> Bool, isWanted: (Int) -> Bool) -> [Int] {
        var found: [Int] = []
        while found.count < count, let chunk = removeLowest() {
            guard isReady(chunk), chunk != found.last else { continue }
            if isWanted(chunk) { found.append(chunk) } else { parked.append(chunk) }
        }
        for chunk in found { add(chunk) }
        return found
    }

    /// Looks again at chunks that were not wanted before.
    mutating func reconsider() {
        for chunk in parked { add(chunk) }
        parked = []
    }

    private mutating func removeLowest() -> Int? {
        guard let lowest = heap.first, let last = heap.popLast() else { return nil }
        if heap.isEmpty { return lowest }
        heap[0] = last
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < heap.count && heap[child] < heap[least] { least = child }
            if least == place { return lowest }
            heap.swapAt(place, least)
            place = least
        }
    }
}
