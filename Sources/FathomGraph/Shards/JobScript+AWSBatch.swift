import FathomCore

extension JobScript {
    /// A bash script that submits the array and the job after it with the `aws` program.
    func awsBatchText() throws -> String {
        guard (2...10_000).contains(shards) else {
            throw FathomError(
                .usage, "an array of AWS Batch has 2 to 10000 tasks, not \(shards)", remedy: "choose such a number",
                at: "--shards")
        }
        return """
            #!/bin/bash
            # Runs \(graph.onOneLine) in \(shards) shards on AWS Batch, then puts them together. Submit both jobs with
            #
            #   bash THIS-FILE --job-queue NAME --job-definition NAME [more options of aws batch submit-job]
            #
            # The image of the job definition must have fathom in its PATH, and the definition must mount a shared file system,
            # such as EFS.
            \(sharingComment)
            set -euo pipefail

            # Spot machines that were taken away (Host EC2*), killed tasks (137, 143) and busy ones (75) are tried again.
            retry=\(Self.retries.text().shellQuoted)
            shards=$(aws batch submit-job --job-name \(name) --array-properties size=\(shards) \\
                --container-overrides \(Self.overrides(shardArguments)) \\
                --retry-strategy "$retry" --query jobId --output text "$@")
            stitch=$(aws batch submit-job --job-name \(name)-stitch --depends-on "jobId=$shards" \\
                --container-overrides \(Self.overrides(stitchArguments)) \\
                --retry-strategy "$retry" --query jobId --output text "$@")
            echo "array job $shards of \(shards) shards, then job $stitch"

            """
    }

    private static func overrides(_ arguments: [String]) -> String {
        JSONValue.object(["command": .array((["fathom"] + arguments).map { .string($0) })]).text().shellQuoted
    }

    private static let retries: JSONValue = [
        "attempts": 5,
        "evaluateOnExit": [
            ["onStatusReason": "Host EC2*", "action": "RETRY"], ["onExitCode": "75", "action": "RETRY"],
            ["onExitCode": "137", "action": "RETRY"], ["onExitCode": "143", "action": "RETRY"],
            ["onReason": "*", "action": "EXIT"],
        ],
    ]
}
