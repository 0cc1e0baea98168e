import FathomCore
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite struct InterruptTests {
    /// Listens as a program does; a test runner may have started this process with signals blocked.
    private static func listen() {
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_UNBLOCK, &all, nil)
        Interrupt.install()
    }

    /// Exit status after one signal and an orderly stop.
    private static func stop(after signal: Int32) -> Never {
        listen()
        guard (try? Interrupt.check()) != nil else { exit(1) }
        raise(signal)
        do {
            try Interrupt.check()
            exit(0)
        } catch {
            exit(ExitStatus.of(error))
        }
    }

    @Test func firstSignalStopsInOrder() async {
        await #expect(processExitsWith: .exitCode(130)) { InterruptTests.stop(after: SIGINT) }
        await #expect(processExitsWith: .exitCode(143)) { InterruptTests.stop(after: SIGTERM) }
    }

    @Test func secondSignalKills() async {
        await #expect(processExitsWith: .signal(SIGTERM)) {
            InterruptTests.listen()
            raise(SIGINT)
            raise(SIGTERM)
        }
    }
}
