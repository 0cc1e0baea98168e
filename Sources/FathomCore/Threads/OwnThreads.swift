/// Threads beside the pool, for a few long tasks that each use the pool.
public enum OwnThreads {
    /// Runs `body` on `count` threads at once, the calling one among them, and returns when all have ended. Where the system
    /// gives fewer threads, fewer do the same work.
    public static func run(_ count: Int, _ body: @escaping @Sendable () -> Void) {
        run(count, start: SystemThread.start, body)
    }

    package static func run(_ count: Int, start: SystemThread.Start, _ body: @escaping @Sendable () -> Void) {
        var threads: [SystemThread] = []
        while threads.count < count - 1, let thread = try? start(body) { threads.append(thread) }
        body()
        for thread in threads { thread.join() }
    }
}
