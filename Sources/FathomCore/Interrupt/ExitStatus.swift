/// Process exit statuses (sysexits where one fits); scripts rely on them.
public enum ExitStatus {
    public static let ok: Int32 = 0
    public static let someItemsFailed: Int32 = 2
    public static let interrupted: Int32 = 130
    public static let terminated: Int32 = 143

    /// The status for an error; anything that is not a `FathomError` is a bug.
    public static func of(_ error: any Error) -> Int32 {
        guard let error = error as? FathomError else { return 70 }
        switch error.code {
        case .stageFailed: return 1
        case .usage: return 64
        case .inputInvalid: return 65
        case .inputMissing: return 66
        case .unavailable: return 69
        case .bug: return 70
        case .cannotCreate: return 73
        case .io: return 74
        case .temporary: return 75
        case .graphInvalid: return 78
        case .interrupted: return Interrupt.signal.map { 128 + $0 } ?? interrupted
        }
    }
}
