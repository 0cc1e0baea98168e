#!/bin/bash
# Runs /data/My graph.json5 in 8 shards on a Slurm cluster, then puts them together. Submit both jobs with
#
#   bash THIS-FILE [options of sbatch for both, such as --partition=NAME --time=4:00:00 --cpus-per-task=8 --mem=16G]
#
# Every task must see the same files under the same paths: the graph, what it reads, the output folder
#   /data/out
# and the store, in which the tasks leave their shards,
#   /data/store
# No work is done twice: what the store holds is found there when a task is repeated or this script runs again.
set -euo pipefail

shards=$(sbatch --parsable --job-name=fathom-my-graph --array=0-7 --output=fathom-my-graph-%A-%a.log \
    --requeue --open-mode=append --signal=B:USR1@120 "$@" <<'END-OF-TASK'
#!/bin/bash
# Two minutes before the time limit Fathom is asked to stop, keeping what it has; the task then queues again, as it does
# when it was killed (137) or something was busy (75). A cancelled task does not.
/opt/fathom/bin/fathom run '/data/My graph.json5' '--in=photos=/data/it'\''s here' '--set=a.b=$1' --output=/data/out --cache=/data/store --shard=env/8 --threads="$SLURM_CPUS_ON_NODE" &
fathom=$!
late=no
trap 'late=yes; kill -TERM "$fathom"' USR1
trap : TERM
while kill -0 "$fathom" 2>/dev/null; do wait "$fathom"; done
wait "$fathom"
status=$?
case $late-$status in
yes-143 | *-137 | *-75)
    if [ "${SLURM_RESTART_COUNT:-0}" -lt 5 ]; then scontrol requeue "$SLURM_JOB_ID"; fi ;;
esac
exit "$status"
END-OF-TASK
)
shards=${shards%%;*}
stitch=$(sbatch --parsable --job-name=fathom-my-graph-stitch --output=fathom-my-graph-stitch-%j.log \
    --dependency=afterok:"$shards" --kill-on-invalid-dep=yes \
    --requeue --open-mode=append --signal=B:USR1@120 "$@" <<'END-OF-TASK'
#!/bin/bash
# Two minutes before the time limit Fathom is asked to stop, keeping what it has; the task then queues again, as it does
# when it was killed (137) or something was busy (75). A cancelled task does not.
/opt/fathom/bin/fathom run '/data/My graph.json5' '--in=photos=/data/it'\''s here' '--set=a.b=$1' --output=/data/out --cache=/data/store --threads="$SLURM_CPUS_ON_NODE" &
fathom=$!
late=no
trap 'late=yes; kill -TERM "$fathom"' USR1
trap : TERM
while kill -0 "$fathom" 2>/dev/null; do wait "$fathom"; done
wait "$fathom"
status=$?
case $late-$status in
yes-143 | *-137 | *-75)
    if [ "${SLURM_RESTART_COUNT:-0}" -lt 5 ]; then scontrol requeue "$SLURM_JOB_ID"; fi ;;
esac
exit "$status"
END-OF-TASK
)
echo "array job $shards of 8 shards, then job ${stitch%%;*}"
