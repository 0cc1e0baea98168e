import FathomCore
import FathomGraph
import Testing

struct ShardTests {
    @Test func sharesAreConsecutiveBalancedAndTheWhole() {
        for parts in 1...40 {
            for items in [0, 1, 2, 7, 39, 40, 41, 1000] {
                let shares = (0..<parts).map { Shard(index: $0, count: parts).share(of: items) }
                #expect(shares.first?.lowerBound == 0 && shares.last?.upperBound == items)
                #expect(zip(shares, shares.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
                let sizes = shares.map(\.count)
                #expect(sizes.max()! - sizes.min()! <= 1)
            }
        }
    }

    private static let slurm = [
        "SLURM_ARRAY_TASK_ID": "7", "SLURM_ARRAY_TASK_MIN": "1", "SLURM_ARRAY_TASK_MAX": "13", "SLURM_ARRAY_TASK_STEP": "3",
        "SLURM_ARRAY_TASK_COUNT": "5",
    ]

    @Test(
        arguments: [
            ("1/1", [:], 0, 1), ("3/8", [:], 2, 8), ("8/8", ["JOB_COMPLETION_INDEX": "3"], 7, 8),
            ("env", slurm, 2, 5), ("env/8", slurm, 7, 8),
            ("env", ["AWS_BATCH_JOB_ARRAY_INDEX": "0", "AWS_BATCH_JOB_ARRAY_SIZE": "4"], 0, 4),
            ("env/4", ["AWS_BATCH_JOB_ARRAY_INDEX": "3"], 3, 4), ("env/12", ["JOB_COMPLETION_INDEX": "11"], 11, 12),
        ] as [(String, [String: String], Int, Int)])
    func isRead(_ text: String, _ environment: [String: String], _ index: Int, _ count: Int) throws {
        let shard = try Shard(text) { environment[$0] }
        #expect(shard == Shard(index: index, count: count))
        #expect(shard.description == "\(index + 1)/\(count)")
    }

    @Test(
        arguments: [
            ("3", [:], "\"3\" is not of the form I/N"), ("1/2/3", [:], "is not of the form I/N"),
            ("a/2", [:], "is not of the form I/N"), ("1/", [:], "is not of the form I/N"), ("", [:], "is not of the form I/N"),
            ("1/0", [:], "is not of the form I/N"), ("1/99999999999999999999", [:], "is not of the form I/N"),
            ("0/8", [:], "there is no part 0/8; the first is 1/8, the last 8/8; in an array job write env/8"),
            ("9/8", [:], "there is no part 9/8"), ("-1/8", [:], "there is no part -1/8"),
            ("env", [:], "this is no task of an array"),
            ("env", ["JOB_COMPLETION_INDEX": "1"], "Kubernetes does not tell how many tasks the array has; write --shard env/N"),
            ("env", ["AWS_BATCH_JOB_ARRAY_INDEX": "one"], "\"one\" is not a whole number"),
            ("env/8", ["JOB_COMPLETION_INDEX": "8"], "task 8 is not one of 8 parts counted from 0"),
            (
                "env",
                [
                    "SLURM_ARRAY_TASK_ID": "7", "SLURM_ARRAY_TASK_MIN": "1", "SLURM_ARRAY_TASK_STEP": "1",
                    "SLURM_ARRAY_TASK_COUNT": "3",
                ], "task 7 is not one of 3 parts counted from 1 in steps of 1"
            ),
        ] as [(String, [String: String], String)])
    func isRefused(_ text: String, _ environment: [String: String], _ message: String) throws {
        let error = try #require(throws: FathomError.self) { try Shard(text) { environment[$0] } }
        #expect(error.code == .usage && error.description.contains(message), "\(error)")
    }
}
