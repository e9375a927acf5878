#!/bin/bash
# Assesses the evidence of all shards. `sbatch --dependency=afterany:JOB slurm-assess.sh`: a shard that failed is missed in the
# report, target by target.
#SBATCH --job-name=ehdscan-assess
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --mem=2G
#SBATCH --time=00:30:00
#SBATCH --output=ehdscan-%j.log
set -euo pipefail
: "${EVIDENCE:=evidence}" "${REPORT:=report}" "${EHDSCAN:=ehdscan}"

"$EHDSCAN" assess "$EVIDENCE"/shard-*.db --out "$REPORT"
