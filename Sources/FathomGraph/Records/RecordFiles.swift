/// Names of the files that every run writes beside its outputs.
enum RecordFiles {
    static let manifest = "run.json"
    static let report = "report.html"
}
