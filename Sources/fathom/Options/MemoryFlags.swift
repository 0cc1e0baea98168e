import FathomCore

/// How much memory a run may take.
struct MemoryFlags: OptionGroup {
    /// nil for the machine's memory.
    var ram: MemorySize?

    static let schema = OptionSchema<Self>(
        "Memory",
        [Option("ram", \.ram, "memory to stay within, such as 8G; a run that will need more is refused before it starts")])
}
