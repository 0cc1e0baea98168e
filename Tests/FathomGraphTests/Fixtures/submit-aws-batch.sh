#!/bin/bash
# Runs /data/My graph.json5 in 8 shards on AWS Batch, then puts them together. Submit both jobs with
#
#   bash THIS-FILE --job-queue NAME --job-definition NAME [more options of aws batch submit-job]
#
# The image of the job definition must have fathom in its PATH, and the definition must mount a shared file system,
# such as EFS.
# Every task must see the same files under the same paths: the graph, what it reads, the output folder
#   /data/out
# and the store, in which the tasks leave their shards,
#   /data/store
# No work is done twice: what the store holds is found there when a task is repeated or this script runs again.
set -euo pipefail

# Spot machines that were taken away (Host EC2*), killed tasks (137, 143) and busy ones (75) are tried again.
retry='{"attempts":5,"evaluateOnExit":[{"onStatusReason":"Host EC2*","action":"RETRY"},{"onExitCode":"75","action":"RETRY"},{"onExitCode":"137","action":"RETRY"},{"onExitCode":"143","action":"RETRY"},{"onReason":"*","action":"EXIT"}]}'
shards=$(aws batch submit-job --job-name fathom-my-graph --array-properties size=8 \
    --container-overrides '{"command":["fathom","run","/data/My graph.json5","--in=photos=/data/it'\''s here","--set=a.b=$1","--output=/data/out","--cache=/data/store","--shard=env/8"]}' \
    --retry-strategy "$retry" --query jobId --output text "$@")
stitch=$(aws batch submit-job --job-name fathom-my-graph-stitch --depends-on "jobId=$shards" \
    --container-overrides '{"command":["fathom","run","/data/My graph.json5","--in=photos=/data/it'\''s here","--set=a.b=$1","--output=/data/out","--cache=/data/store"]}' \
    --retry-strategy "$retry" --query jobId --output text "$@")
echo "array job $shards of 8 shards, then job $stitch"
