import FathomCore

extension JobScript {
    /// Exit statuses that a repetition does not change: the graph, its inputs or the installation are wrong.
    private static let hopeless = [1, 64, 65, 66, 69, 70, 73, 78]

    /// Two Jobs in YAML: the indexed one, and one that is suspended until the first is complete.
    func kubernetesText() throws -> String {
        let mount = try sharedFolder()
        return """
            # Runs \(graph.onOneLine) in \(shards) shards as a Kubernetes Indexed Job, then puts them together:
            #
            #   kubectl apply -f THIS-FILE
            #   kubectl wait --for=condition=complete --timeout=-1s job/\(name)
            #   kubectl patch job/\(name)-stitch -p '{"spec":{"suspend":false}}'
            #
            # Before, in both Jobs: name an image with fathom in its PATH, and the claim of a volume that many pods may write
            # (ReadWriteMany), whose root holds what is here in
            #   \(mount.onOneLine)
            # and say under resources what a pod may use.
            \(sharingComment)
            \(job(name, shardArguments, mount, failing: "FailIndex", """
                  completionMode: Indexed
                  completions: \(shards)
                  parallelism: \(shards)
                  backoffLimitPerIndex: 5
                """))
            ---
            \(job(name + "-stitch", stitchArguments, mount, failing: "FailJob", """
                  suspend: true
                  backoffLimit: 5
                """))

            """
    }

    /// - Parameters:
    ///   - failing: what a hopeless exit status does.
    ///   - lines: more lines of the Job's `spec`.
    private func job(_ name: String, _ arguments: [String], _ mount: String, failing: String, _ lines: String) -> String {
        let words = arguments.map { "            - \(Self.quoted($0.replacing("$", with: "$$")))" }.joined(separator: "\n")
        let hopeless = Self.hopeless.map(String.init).joined(separator: ", ")
        return """
            apiVersion: batch/v1
            kind: Job
            metadata:
              name: \(name)
            spec:
            \(lines)
              podFailurePolicy:
                rules:
                  - action: Ignore
                    onPodConditions:
                      - type: DisruptionTarget
                  # Wrong graphs, inputs and options are not tried again.
                  - action: \(failing)
                    onExitCodes:
                      operator: In
                      values: [\(hopeless)]
              template:
                spec:
                  restartPolicy: Never
                  containers:
                    - name: fathom
                      image: fathom:\(Fathom.version)
                      command: ["fathom"]
                      args:
            \(words)
                      resources: {}
                      volumeMounts:
                        - name: shared
                          mountPath: \(Self.quoted(mount))
                  volumes:
                    - name: shared
                      persistentVolumeClaim:
                        claimName: fathom
            """
    }

    /// A text as a double-quoted scalar of YAML, whose escapes are those of JSON.
    private static func quoted(_ text: String) -> String { JSONValue.string(text).text() }

    /// The deepest folder that holds everything the tasks read and write.
    private func sharedFolder() throws -> String {
        let paths = [output, store] + inputs
        var common = paths[0].split(separator: "/")
        for path in paths { common = Array(zip(common, path.split(separator: "/")).prefix { $0 == $1 }.map(\.0)) }
        guard !common.isEmpty else {
            throw FathomError(
                .usage, "no folder holds the graph, its inputs, the output folder and the store, so that no volume can",
                remedy: "move them below one, and name the store with --cache DIR", at: paths.joined(separator: ", "))
        }
        return "/" + common.joined(separator: "/")
    }
}
