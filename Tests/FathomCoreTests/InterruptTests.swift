import FathomCore
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite struct InterruptTests {
    /// Exit status after one signal and an orderly stop.
    private static func stop(after signal: Int32) -> Never {
        Interrupt.install()
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
            Interrupt.install()
            raise(SIGINT)
            raise(SIGTERM)
        }
    }
}
