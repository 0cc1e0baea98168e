#if canImport(Glibc)
import Glibc
#endif
import Synchronization

/// The one pool of threads: `parallelFor` over fixed chunks, results independent of the number of threads.
///
/// The calling thread takes part. A call from inside a running body runs inline, so nested parallelism is allowed and
/// costs nothing. Calls from different threads are served one after the other. Worker threads live as long as the process.
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
        var body: ((Int) -> Bool)?
        /// Guarded by the pool's mutex.
        var running = 0

        init(count: Int, body: @escaping (Int) -> Bool) {
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

    public init(threads: Int) {
        limit = Atomic(max(1, threads))
        pthread_mutex_init(mutex, nil)
        pthread_mutex_init(callers, nil)
        pthread_cond_init(wake, nil)
        pthread_cond_init(done, nil)
    }

    /// Calls `body` once for each index in `0..<count`, in any order and on several threads.
    ///
    /// - Throws: the error of the lowest failing index, for any number of threads; indices not yet begun are then skipped.
    public func parallelFor<Failure: Error>(_ count: Int, _ body: (Int) throws(Failure) -> Void) throws(Failure) {
        let threads = min(self.threads, count)
        if threads <= 1 || pthread_getspecific(Self.insideKey) != nil {
            for index in 0..<max(count, 0) { try body(index) }
            return
        }
        let lock = Mutex(())
        var failure: (index: Int, error: Failure)?
        let attempt = { (index: Int) -> Bool in
            do throws(Failure) {
                try body(index)
                return true
            } catch {
                lock.withLock { _ in if failure.map({ index < $0.index }) ?? true { failure = (index, error) } }
                return false
            }
        }
        withoutActuallyEscaping(attempt) { run(Job(count: count, body: $0), threads: threads) }
        if let failure { throw failure.error }
    }

    /// Calls `body` with consecutive ranges of at most `grain` indices covering `0..<count`.
    public func parallelFor<Failure: Error>(
        _ count: Int, grain: Int, _ body: (Range<Int>) throws(Failure) -> Void
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
        while started < threads - 1 { startWorker() }
        self.job = job
        seats = threads - 1
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

    private func startWorker() {
        started += 1
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self).toOpaque()
        pthread_create(
            &thread, nil,
            { context in
                let pool = Unmanaged<ThreadPool>.fromOpaque(context!).takeRetainedValue()
                pool.serve()
            }, context)
        pthread_detach(thread)
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
