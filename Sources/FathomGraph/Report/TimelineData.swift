import FathomCore

/// What the time line draws, bounded however long a run was; see `timeline.js` for its form.
enum TimelineData {
    /// Blocks of one lane, and of all lanes together.
    private static let mostInLane = 2000
    private static let mostBlocks = 8000
    private static let mostSamples = 1000

    /// The lanes of the steps that have chunks, and the samples of memory; nil where no step has any.
    static func make(_ record: JSONValue) -> JSONValue? {
        let steps = (record["nodes"]?.asMembers ?? []).flatMap { $0.value.steps }.filter { !$0.chunks.isEmpty }
        if steps.isEmpty { return nil }
        let limit = max(1, min(mostInLane, mostBlocks / steps.count))
        let lanes = steps.map { name, chunks in
            JSONValue.object(["name": .string(name), "blocks": .array(blocks(chunks, limit: limit))])
        }
        let memory = samples(record["memory"]?.asElements ?? [])
        let chunkEnds = steps.flatMap(\.chunks).map { $0.start + $0.wall }
        let end = (chunkEnds + memory.map(\.seconds)).reduce(record["usage"]?["wall_seconds"]?.asNumber ?? 0, max)
        return [
            "end": .double(max(end, 0.001)), "lanes": .array(lanes),
            "memory": .array(memory.map { [.double($0.seconds), .double($0.bytes)] }),
        ]
    }

    /// One block per chunk, or one per few neighbouring chunks where there are more than `limit`.
    private static func blocks(_ chunks: [JSONValue], limit: Int) -> [JSONValue] {
        let sorted = chunks.sorted { ($0.start, $0.index) < ($1.start, $1.index) }
        let size = (sorted.count + limit - 1) / limit
        return stride(from: 0, to: sorted.count, by: size).map { first in
            block(sorted[first..<min(first + size, sorted.count)])
        }
    }

    private static func block(_ chunks: ArraySlice<JSONValue>) -> JSONValue {
        let start = chunks.map(\.start).min() ?? 0
        let end = chunks.map { $0.start + $0.wall }.max() ?? 0
        let indices = chunks.map(\.index)
        func count(_ status: String) -> JSONValue { .int(chunks.count { $0["status"]?.asText == status }) }
        let key = chunks.count == 1 ? chunks.first?["key"]?.asText?.prefix(12) : nil
        return [
            .double(start.rounded(toPlaces: 4)), .double((end - start).rounded(toPlaces: 4)),
            .double(chunks.reduce(0) { $0 + ($1["cpu_seconds"]?.asNumber ?? 0) }.rounded(toPlaces: 4)),
            .double(chunks.compactMap { $0["peak_rss_bytes"]?.asNumber }.max() ?? 0),
            .int(Int(indices.min() ?? 0)), .int(Int(indices.max() ?? 0)),
            count("hit"), count("computed"), count("waited"), count("failed"), .string(String(key ?? "")),
        ]
    }

    /// The samples in order of time; of each stretch the largest where there are too many.
    private static func samples(_ memory: [JSONValue]) -> [(seconds: Double, bytes: Double)] {
        let pairs = memory.compactMap { sample -> (seconds: Double, bytes: Double)? in
            let numbers = sample.asElements.compactMap(\.asNumber)
            return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
        }.sorted { $0.seconds < $1.seconds }
        let size = max(1, (pairs.count + mostSamples - 1) / mostSamples)
        return stride(from: 0, to: pairs.count, by: size).compactMap { first in
            pairs[first..<min(first + size, pairs.count)].max { $0.bytes < $1.bytes }
        }
    }
}

extension JSONValue {
    fileprivate var index: Double { self["index"]?.asNumber ?? 0 }
    fileprivate var start: Double { self["start_seconds"]?.asNumber ?? 0 }
    fileprivate var wall: Double { self["wall_seconds"]?.asNumber ?? 0 }
}
