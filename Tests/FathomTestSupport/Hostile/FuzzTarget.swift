import CFuzzGuard
import FathomCore
import Synchronization
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// A reader and the files whose damaged copies it must survive.
public struct FuzzTarget: Sendable, CustomTestStringConvertible {
    /// A valid file.
    public struct Seed: Sendable {
        public var name: String
        public var bytes: [UInt8]
        public var content: Mutator.Content

        public init(_ name: String, _ bytes: [UInt8], _ content: Mutator.Content) {
            self.name = name
            self.bytes = bytes
            self.content = content
        }
    }

    /// Reads one damaged copy of a seed.
    public typealias Read = (Seed, [UInt8]) throws -> Void

    /// What a reader promises and did not keep.
    public struct Violation: Error, CustomStringConvertible {
        public var description: String

        public init(_ description: String) { self.description = description }
    }

    public let name: String
    public let seeds: [Seed]
    /// Codes of errors with which the reader may refuse a file.
    var refusals: Set<FathomError.Code>
    /// Bytes that the reader may take beyond `bytesPerByte` times the size of the file.
    var allowance: Int
    /// Seconds of CPU time in which a file must be read.
    var seconds: Double
    /// Makes a reader for one thread.
    private let makeRead: @Sendable () throws -> Read

    /// A reader of bytes in memory.
    public init(
        _ name: String, _ seeds: [Seed], refusals: Set<FathomError.Code> = [.inputInvalid], allowance: Int = 16 << 20,
        seconds: Double = 10, read: @escaping @Sendable ([UInt8]) throws -> Void
    ) {
        self.name = name
        self.seeds = seeds
        self.refusals = refusals
        self.allowance = allowance
        self.seconds = seconds
        makeRead = { { try read($1) } }
    }

    /// A reader of a folder in which one file after the other is damaged.
    ///
    /// - Parameters:
    ///   - files: the folder's files; the names are relative paths.
    ///   - read: is given the folder.
    public init(
        _ name: String, folder files: [Seed], refusals: Set<FathomError.Code> = [.inputInvalid, .inputMissing],
        allowance: Int = 16 << 20, read: @escaping @Sendable (TemporaryFolder) throws -> Void
    ) {
        self.name = name
        seeds = files
        self.refusals = refusals
        self.allowance = allowance
        seconds = 10
        makeRead = {
            let folder = try TemporaryFolder()
            for file in files { try folder.overwrite(file.name, with: file.bytes) }
            return { file, bytes in
                try folder.overwrite(file.name, with: bytes)
                defer { try? folder.overwrite(file.name, with: file.bytes) }
                try read(folder)
            }
        }
    }

    public var testDescription: String { name }

    /// Bytes of memory per byte of a file that any reader may take.
    static let bytesPerByte = 64

    /// How many damaged copies each reader is given: `FATHOM_TEST_MUTATIONS`, else a few hundred.
    public static let count = getenv("FATHOM_TEST_MUTATIONS").flatMap { Int(String(cString: $0)) } ?? 300

    /// What came of many damaged copies.
    public struct Report: Sendable {
        public var accepted = 0
        public var refused = 0
        /// The most memory that the reading of one copy took, in bytes.
        public var peak = 0
        /// What must not be, at most a few.
        public var findings: [String] = []

        mutating func add(_ other: Report) {
            accepted += other.accepted
            refused += other.refused
            peak = max(peak, other.peak)
            findings = Array((findings + other.findings).prefix(8))
        }
    }

    private static let pool = ThreadPool(threads: Machine.cores)

    /// Gives the reader `count` damaged copies, the seeds in turn.
    public func run(count: Int = FuzzTarget.count) throws -> Report {
        let start = monotonicSeconds()
        let reports = Mutex(Report())
        try Self.pool.parallelFor(count, grain: 200) { (numbers: Range<Int>) throws(any Error) in
            let read = try makeRead()
            var report = Report()
            for number in numbers { check(number, read, &report) }
            reports.withLock { [report] in $0.add(report) }
        }
        let report = reports.withLock { $0 }
        if getenv("FATHOM_TEST_MUTATIONS") != nil {
            let line =
                "\(name): \(report.accepted) read, \(report.refused) refused, at most \(MemorySize(bytes: report.peak)), "
                + "\((monotonicSeconds() - start).secondsText)\n"
            _ = write(STDERR_FILENO, line, line.utf8.count)
        }
        return report
    }

    /// Reads copy `number` and judges what came of it.
    private func check(_ number: Int, _ read: Read, _ report: inout Report) {
        let seed = seeds[number % seeds.count]
        let bytes = Mutator.mutation(number / seeds.count + 1, of: seed.bytes, as: seed.content)
        let label = "copy \(number) of \(seed.name) by \(name)"
        var finding: String?
        let start = Self.threadSeconds
        fathom_guard_begin(label, Int32(60 * max(seconds, 1)))
        do {
            try read(seed, bytes)
            report.accepted += 1
        } catch let error as FathomError where refusals.contains(error.code) {
            report.refused += 1
        } catch {
            finding = "\(error)"
        }
        let taken = fathom_guard_end()
        report.peak = max(report.peak, taken)
        if taken > Self.bytesPerByte * bytes.count + allowance { finding = "takes \(taken) bytes for \(bytes.count)" }
        if Self.threadSeconds - start > seconds { finding = "takes \(Self.threadSeconds - start) s for \(bytes.count) bytes" }
        if let finding { report.findings.append("\(label): \(finding)") }
    }

    private static var threadSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
