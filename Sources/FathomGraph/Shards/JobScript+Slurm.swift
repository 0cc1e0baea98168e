extension JobScript {
    /// How often a task goes back to the queue when it ran out of time or was killed.
    private static let requeues = 5

    /// A bash script that submits the array and the job after it.
    func slurmText(program: String) -> String {
        """
        #!/bin/bash
        # Runs \(graph.onOneLine) in \(shards) shards on a Slurm cluster, then puts them together. Submit both jobs with
        #
        #   bash THIS-FILE [options of sbatch for both, such as --partition=NAME --time=4:00:00 --cpus-per-task=8 --mem=16G]
        #
        \(sharingComment)
        set -euo pipefail

        shards=$(sbatch --parsable --job-name=\(name) --array=0-\(shards - 1) --output=\(name)-%A-%a.log \\
            --requeue --open-mode=append --signal=B:USR1@120 "$@" <<'END-OF-TASK'
        \(task([program] + shardArguments))
        END-OF-TASK
        )
        shards=${shards%%;*}
        stitch=$(sbatch --parsable --job-name=\(name)-stitch --output=\(name)-stitch-%j.log \\
            --dependency=afterok:"$shards" --kill-on-invalid-dep=yes \\
            --requeue --open-mode=append --signal=B:USR1@120 "$@" <<'END-OF-TASK'
        \(task([program] + stitchArguments))
        END-OF-TASK
        )
        echo "array job $shards of \(shards) shards, then job ${stitch%%;*}"

        """
    }

    /// A batch script that runs `command` and queues again when it is worth it.
    ///
    /// Slurm sends USR1 two minutes before the time limit, to the script alone; `scancel` sends TERM to both.
    private func task(_ command: [String]) -> String {
        """
        #!/bin/bash
        # Two minutes before the time limit Fathom is asked to stop, keeping what it has; the task then queues again, as it does
        # when it was killed (137) or something was busy (75). A cancelled task does not.
        \(command.shellCommand)\(threads == nil ? " --threads=\"$SLURM_CPUS_ON_NODE\"" : "") &
        fathom=$!
        late=no
        trap 'late=yes; kill -TERM "$fathom"' USR1
        trap : TERM
        while kill -0 "$fathom" 2>/dev/null; do wait "$fathom"; done
        wait "$fathom"
        status=$?
        case $late-$status in
        yes-143 | *-137 | *-75)
            if [ "${SLURM_RESTART_COUNT:-0}" -lt \(Self.requeues) ]; then scontrol requeue "$SLURM_JOB_ID"; fi ;;
        esac
        exit "$status"
        """
    }
}
