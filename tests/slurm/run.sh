#!/usr/bin/env bash
# Proves the job-array script on a real Slurm: sets one up on this machine (one node, on the loopback, everything it writes in a
# folder of its own), runs a sweep as an array of shards, joins them, compares with the table of one process byte for byte, and takes
# Slurm down again. Needs root. Run it from the top of the source: tests/slurm/run.sh [PROGRAM]
set -euo pipefail
cd "$(dirname "$0")/../.."
program=$(realpath "${1:-${CARGO_TARGET_DIR:-target}/release/flockwork}")
[ "$(id -u)" = 0 ] || { echo "tests/slurm/run.sh: needs root" >&2; exit 1; }
missing=
for command in munged:munge slurmctld:slurmctld slurmd:slurmd sbatch:slurm-client; do
  command -v "${command%%:*}" >/dev/null || missing="$missing ${command##*:}"
done
if [ -n "$missing" ]; then
  apt-get update -qq
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi

folder=$(mktemp -d)
pids=()
down() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$folder"
}
trap down EXIT

mkdir "$folder/state" "$folder/spool" "$folder/work"
# Whoever may read the key may send jobs: nobody else.
dd if=/dev/urandom of="$folder/munge.key" bs=1024 count=1 status=none
chmod 600 "$folder/munge.key"
cat >"$folder/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$folder/munge.socket
SlurmctldPort=17817
SlurmdPort=17818
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
MpiDefault=none
NodeName=$(hostname -s) NodeAddr=127.0.0.1 CPUs=$(nproc)
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF="$folder/slurm.conf"
munged --foreground --force --key-file="$folder/munge.key" --socket="$folder/munge.socket" --pid-file="$folder/munge.pid" \
  --log-file="$folder/munge.log" --seed-file="$folder/munge.seed" >>"$folder/out" 2>&1 & pids+=($!)
for _ in $(seq 50); do [ -S "$folder/munge.socket" ] && break; sleep 0.1; done
slurmctld -D >>"$folder/out" 2>&1 & pids+=($!)
slurmd -D -N "$(hostname -s)" >>"$folder/out" 2>&1 & pids+=($!)
for _ in $(seq 100); do
  sinfo --noheader --format=%T 2>/dev/null | grep -q idle && break
  sleep 0.3
done
sinfo || { cat "$folder/out"; exit 1; }

cd "$folder/work"
sweep=(sweep vicsek --set agents=100 --seed 7 --steps 200 --vary noise=0:6:13 --vary radius=0.5,1,2 --repeats 4)
"$program" "${sweep[@]}" -o whole.csv
"$program" "${sweep[@]}" -o table.csv --slurm=6
job=$(sbatch --parsable table.csv.sh)
# The line that the head of the script gives for joining, and the wait for it.
eval "sbatch --wait --output=merge.log --dependency=afterok:$job $(sed -n 's/^#   sbatch --dependency=afterok:\$job //p' table.csv.sh)" ||
  { cat merge.log table.csv.shards/*.log; exit 1; }
cat merge.log
cmp whole.csv table.csv
cmp whole.csv.flock table.csv.flock
echo "slurm: $(($(wc -l <table.csv) - 1)) rows from $(ls table.csv.shards/*.csv | wc -l) shards, the same bytes as one process"
