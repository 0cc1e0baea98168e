#if canImport(Glibc)
import Glibc
#endif

/// Threads beside the pool, for a few long tasks that each use the pool.
public enum OwnThreads {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Runs `body` on `count` threads at once, the calling one among them, and returns when all have ended.
    public static func run(_ count: Int, _ body: @escaping @Sendable () -> Void) {
        var threads: [pthread_t] = []
        for _ in 1..<max(1, count) {
            var thread = pthread_t()
            let context = Unmanaged.passRetained(Body(body)).toOpaque()
            let failure = pthread_create(
                &thread, nil,
                { context in
                    Unmanaged<Body>.fromOpaque(context!).takeRetainedValue().run()
                    return nil
                }, context)
            guard failure == 0 else {
                // Fewer threads do the same work.
                Unmanaged<Body>.fromOpaque(context).release()
                break
            }
            threads.append(thread)
        }
        body()
        for thread in threads { pthread_join(thread, nil) }
    }
}
