#if canImport(Glibc)
import Glibc
#endif
import Synchronization

/// The one pool of threads: `parallelFor` over fixed chunks, results independent of the number of threads.
///
/// The calling thread takes part. A call from inside a running body runs inline, so nested parallelism is allowed and
/// costs nothing. Calls from different threads are served one after the other. Worker threads live as long as the process;
/// where the system gives fewer than asked for, those there are do the work, in the worst case the calling thread alone.
public final class ThreadPool: @unchecked Sendable {
    /// The pool of the process; starts with one thread per core it may use.
    public static let shared = ThreadPool(threads: Machine.cores)

    /// How many threads a call may use, the caller included. Changing it never changes a result.
    public var threads: Int {
        get { limit.load(ordering: .relaxed) }
        set { limit.store(max(1, min(newValue, 256)), ordering: .relaxed) }
    }

    /// One `parallelFor`: the next index to hand out and the threads at work on it.
    private final class Job: @unchecked Sendable {
        let count: Int
        let next = Atomic<Int>(0)
        /// Runs one index and tells whether to go on; nil once every thread has left, so that it never outlives the call.
        var body: (@Sendable (Int) -> Bool)?
        /// Guarded by the pool's mutex.
        var running = 0

        init(count: Int, body: @escaping @Sendable (Int) -> Bool) {
            self.count = count
            self.body = body
        }

        func work() {
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < count else { return }
                if !body!(index) { next.store(count, ordering: .relaxed) }
            }
        }
    }

    private let limit: Atomic<Int>
    private let start: SystemThread.Start
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let callers = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let done = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var job: Job?
    private var seats = 0
    private var generation = 0
    private var started = 0
    private static let insideKey: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key, nil)
        return key
    }()

    public convenience init(threads: Int) {
        self.init(threads: threads, start: SystemThread.start)
    }

    /// - Parameter start: makes the worker threads.
    package init(threads: Int, start: @escaping SystemThread.Start) {
        limit = Atomic(max(1, threads))
        self.start = start
        pthread_mutex_init(mutex, nil)
        pthread_mutex_init(callers, nil)
        pthread_cond_init(wake, nil)
        pthread_cond_init(done, nil)
    }

    /// Calls `body` once for each index in `0..<count`, in any order and on several threads.
    ///
    /// What a body writes it reaches through `withMutablePointers`, each index its own part.
    ///
    /// - Throws: the error of the lowest failing index, for any number of threads; indices not yet begun are then skipped.
    public func parallelFor<Failure: Error>(
        _ count: Int, _ body: @Sendable (Int) throws(Failure) -> Void
    ) throws(Failure) {
        let threads = min(self.threads, count)
        if threads <= 1 || pthread_getspecific(Self.insideKey) != nil {
            for index in 0..<max(count, 0) { try body(index) }
            return
        }
        let failure = Mutex<(index: Int, error: Failure)?>(nil)
        let attempt = { @Sendable (index: Int) -> Bool in
            do throws(Failure) {
                try body(index)
                return true
            } catch {
                failure.withLock { if $0.map({ index < $0.index }) ?? true { $0 = (index, error) } }
                return false
            }
        }
        withoutActuallyEscaping(attempt) { run(Job(count: count, body: $0), threads: threads) }
        if let failure = failure.withLock({ $0 }) { throw failure.error }
    }

    /// Calls `body` with consecutive ranges of at most `grain` indices covering `0..<count`.
    public func parallelFor<Failure: Error>(
        _ count: Int, grain: Int, _ body: @Sendable (Range<Int>) throws(Failure) -> Void
    ) throws(Failure) {
        let grain = max(1, grain)
        try parallelFor((count + grain - 1) / grain) { (chunk: Int) throws(Failure) in
            try body(chunk * grain..<min(count, (chunk + 1) * grain))
        }
    }

    /// Calls `body` with every parallel loop inside it run by this thread alone, so that it waits for no other thread: for work
    /// under a lock that threads of the pool may want.
    package func inline<Result>(_ body: () throws -> Result) rethrows -> Result {
        let outer = pthread_getspecific(Self.insideKey)
        pthread_setspecific(Self.insideKey, UnsafeMutableRawPointer(bitPattern: 1))
        defer { pthread_setspecific(Self.insideKey, outer) }
        return try body()
    }

    private func run(_ job: Job, threads: Int) {
        pthread_mutex_lock(callers)
        pthread_mutex_lock(mutex)
        while started < threads - 1, startWorker() {}
        self.job = job
        seats = min(threads - 1, started)
        generation += 1
        pthread_cond_broadcast(wake)
        pthread_mutex_unlock(mutex)

        pthread_setspecific(Self.insideKey, UnsafeMutableRawPointer(bitPattern: 1))
        job.work()
        pthread_setspecific(Self.insideKey, nil)

        pthread_mutex_lock(mutex)
        seats = 0
        while job.running > 0 { pthread_cond_wait(done, mutex) }
        job.body = nil
        self.job = nil
        pthread_mutex_unlock(mutex)
        pthread_mutex_unlock(callers)
    }

    /// False when the system gives no thread; the next call asks again.
    private func startWorker() -> Bool {
        guard let thread = try? start({ self.serve() }) else { return false }
        thread.detach()
        started += 1
        return true
    }

    private func serve() -> Never {
        pthread_setspecific(Self.insideKey, UnsafeMutableRawPointer(bitPattern: 1))
        var seen = 0
        pthread_mutex_lock(mutex)
        while true {
            while generation == seen || seats == 0 || job == nil {
                if generation != seen && (seats == 0 || job == nil) { seen = generation }
                pthread_cond_wait(wake, mutex)
            }
            seen = generation
            seats -= 1
            let current = job!
            current.running += 1
            pthread_mutex_unlock(mutex)
            current.work()
            pthread_mutex_lock(mutex)
            current.running -= 1
            if current.running == 0 { pthread_cond_signal(done) }
        }
    }
}
