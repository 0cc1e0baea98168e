import FathomCore

/// The program COLMAP, structure from motion (Schönberger and Frahm 2016), as it is installed here.
struct Colmap: Sendable {
    let program: ExternalProgram
    /// As the program states it, such as "3.8".
    let version: String
    /// What its options of features and matching begin with; version 3.13 renamed them.
    let featureOptions: (extraction: String, matching: String)

    /// Finds the program and asks it for its version.
    ///
    /// - Throws: `unavailable` when it is not installed or does not answer.
    init() throws {
        guard let program = ExternalProgram("colmap") else {
            throw FathomError(
                .unavailable, "COLMAP, which finds the poses of photos, is not installed",
                remedy: "install it: apt-get install colmap", at: "--poses colmap")
        }
        let words = try Self.answer(program, ["help"]).split { " \n".contains($0) }
        guard let name = words.firstIndex(of: "COLMAP"), let version = words[(name + 1)...].first, version.first?.isNumber == true
        else {
            throw FathomError(
                .unavailable, "does not tell its version", remedy: "install COLMAP anew: apt-get install colmap", at: program.path
            )
        }
        self.program = program
        self.version = String(version)
        let help = try Self.answer(program, ["feature_extractor", "--help"])
        featureOptions =
            help.contains("--FeatureExtraction.use_gpu")
            ? ("FeatureExtraction", "FeatureMatching") : ("SiftExtraction", "SiftMatching")
    }

    /// No window and no graphics device is asked for.
    static let environment = ["QT_QPA_PLATFORM": "offscreen"]

    private static func answer(_ program: ExternalProgram, _ arguments: [String]) throws -> String {
        var text = ""
        _ = try program.run(arguments, environment: environment) { text += $0 + "\n" }
        return text
    }
}
