#if canImport(Glibc)
import Glibc
#endif

/// A thread of the system: the one place that makes any.
package struct SystemThread: Sendable {
    /// Runs the closure on a new thread. Tests pass one that fails.
    package typealias Start = @Sendable (@escaping @Sendable () -> Void) throws(FathomError) -> SystemThread

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private let handle: pthread_t

    /// Starts a thread that runs `body`; `join` or `detach` it.
    ///
    /// - Throws: `temporary` when the system gives no thread.
    package init(_ body: @escaping @Sendable () -> Void) throws(FathomError) {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(Body(body)).toOpaque()
        let failure = pthread_create(
            &thread, nil,
            { context in
                Unmanaged<Body>.fromOpaque(context!).takeRetainedValue().run()
                return nil
            }, context)
        guard failure == 0 else {
            Unmanaged<Body>.fromOpaque(context).release()
            throw FathomError(
                .temporary, "the system gives no further thread: \(String(cString: strerror(failure)))",
                remedy: "end other programs, or raise the limits on processes and memory (ulimit -u, ulimit -v)")
        }
        handle = thread
    }

    /// Starts a thread; the default `Start`.
    package static let start: Start = { (body) throws(FathomError) in try SystemThread(body) }

    /// Waits for the end of the thread.
    package func join() { pthread_join(handle, nil) }

    /// Lets the thread end on its own.
    package func detach() { pthread_detach(handle) }
}
