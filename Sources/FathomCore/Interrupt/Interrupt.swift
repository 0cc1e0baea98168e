import CSystem

#if canImport(Glibc)
import Glibc
#endif

/// Ctrl-C and `kill`: the first signal asks long work to stop at its next safe point, the second ends the process.
public enum Interrupt {
    /// Starts listening to SIGINT and SIGTERM; without it they end the process as usual.
    public static func install() {
        fathom_interrupt_install()
    }

    /// The signal that arrived, if any.
    public static var signal: Int32? {
        let number = fathom_interrupt_signal()
        return number == 0 ? nil : number
    }

    /// Stops here if a signal has arrived. Costs one load: call it per view, frame or tile.
    ///
    /// - Throws: `interrupted`.
    public static func check() throws {
        if signal != nil {
            throw FathomError(.interrupted, "interrupted", remedy: "run the same command again")
        }
    }

    /// Sleeps; a signal ends it.
    ///
    /// - Throws: `interrupted`.
    public static func wait(_ seconds: Double) throws {
        let end = monotonicSeconds() + seconds
        while true {
            try check()
            let rest = end - monotonicSeconds()
            if rest <= 0 { return }
            usleep(UInt32(min(rest, 0.05) * 1e6))
        }
    }
}
