import FathomCore
import FathomDepth
import FathomGraph
import FathomModels
import FathomPipeline

/// `fathom doctor`: is this machine fit, and what will be used of it.
enum DoctorCommand: Subcommand {
    static let command = Command(
        "doctor", "check this machine: processor, kernels, libraries, memory, weights", groups: [GlobalOptions()])

    static func run(_ arguments: ParsedCommand, _ session: Session) throws -> CommandResult {
        var facts: JSONObject = ["fathom": .string(Fathom.version)]
        for (key, value) in Machine.json.members { facts[key] = value }
        facts["threads"] = .int(ThreadPool.shared.threads)
        let profile = NumericProfile.installed
        for (key, value) in profile.json.members { facts[key] = value }

        var text = "fathom \(Fathom.version)\n"
        text += "processor: \(Machine.processor), \(Machine.cores) cores, \(ThreadPool.shared.threads) threads in use\n"
        text += "kernels: \(profile.kernels)\n"
        let libraries = profile.libraries.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        text += "libraries: \(libraries.joined(separator: ", "))\n"
        let memory = (all: MemorySize(bytes: Machine.memory), free: MemorySize(bytes: Machine.availableMemory))
        text += "memory: \(memory.all), \(memory.free) available\n"
        text += "load: \(Machine.load.fixed(2))\n"
        let weights = try fetchedWeights()
        facts["models_folder"] = .string(weights.folder)
        facts["models"] = .array(weights.names.map { .string($0) })
        text += "weights: \(weights.names.isEmpty ? "none" : weights.names.joined(separator: ", ")) in \(weights.folder)\n"
        let problems = machineProblems + weights.problems
        for problem in problems {
            session.progress.warn(problem)
            text += "problem: \(problem)\n"
        }
        if problems.isEmpty { text += "no problems found\n" }
        return CommandResult(text: text, items: [facts])
    }

    /// Published weights that have been fetched or imported, and those of them that cannot be used.
    private static func fetchedWeights() throws -> (folder: String, names: [String], problems: [String]) {
        let store = try ModelStore.standard()
        var (names, problems): ([String], [String]) = ([], [])
        for entry in ModelRegistry.all {
            guard let path = store.path(of: entry) else { continue }
            names.append(entry.name)
            do {
                try DepthModel.confirm(path, as: entry)
            } catch let error as FathomError {
                problems.append("the weights of \(entry.name) cannot be used: \(error.message); remove \(path) and pull again")
            }
        }
        return (store.folder, names, problems)
    }

    /// What will make runs slow or fail here, whatever they read.
    private static let machineProblems: [String] = {
        var problems: [String] = []
        if NumericProfile.current.kernels == "x86-64" {
            problems.append("the processor has neither AVX2 nor AVX-512; expect a fraction of the usual speed")
        }
        if Machine.availableMemory < 2 << 30 {
            problems.append("less than 2 GB of memory is available; large photos will not fit")
        }
        return problems
    }()
}
