#!/bin/bash
# Collects a site in 8 shards, each a task of a Slurm array job. `sbatch slurm-collect.sh`; docs/fleet/README.md says more.
#SBATCH --job-name=ehdscan-collect
#SBATCH --array=1-8
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --mem=1G
#SBATCH --time=00:30:00
#SBATCH --output=ehdscan-%A-%a.log
set -euo pipefail
: "${SITE:=site.yaml}" "${EVIDENCE:=evidence}" "${EHDSCAN:=ehdscan}"
# Not SLURM_ARRAY_TASK_COUNT: when one task is submitted again that is 1, and the task would read the whole site.
: "${SHARDS:=8}"

mkdir -p "$EVIDENCE"
code=0
"$EHDSCAN" collect "$SITE" --shard "$SLURM_ARRAY_TASK_ID/$SHARDS" --out "$EVIDENCE/shard-$SLURM_ARRAY_TASK_ID.db" || code=$?
# 3: some of it could not be read. The evidence says what, and the assessment counts it as not assessed.
[ "$code" = 0 ] || [ "$code" = 3 ]
