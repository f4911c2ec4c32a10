#!/usr/bin/env bash
# The workflow on a real Slurm of one node, with jobs killed on the way, gives the same bytes as on this machine alone.
#
#     apt-get install --no-install-recommends slurmctld slurmd slurm-client munge       (Debian 12 or newer)
#     PATH=/envs/snakemake/bin:/envs/neosieve/bin:/envs/multiqc/bin:$PATH workflows/snakemake/tests/slurm.sh [VCF]
#
# Needs root (sudo env "PATH=$PATH" ...), and on the PATH: snakemake 9 with snakemake-executor-plugin-slurm, neosieve,
# and multiqc. VCF is an annotated one that takes neosieve some seconds, so that jobs can be killed while they work;
# without it ../shared/hcc1395/annotated.expression.vcf.gz beside the checkout, or else the demo's.
#
# Starts munged, slurmctld and slurmd on 127.0.0.1 in a temporary folder, and stops them in the end, whatever happens.
# KEEP=1 keeps the folder; a failure does, too. Takes 5 to 20 minutes. What it does and checks:
#   1. eight samples, of one VCF with eight HLA types, by profiles/local, without a cache: the bytes to be had;
#   2. the same by profiles/slurm, each sample a job, with a cache of predictions that all share. While neosieve works
#      in them, one job is ended by scancel, and in another neosieve is ended by kill -9; Slurm's own record has to say
#      so (CANCELLED, FAILED);
#   3. Snakemake submits these two again by itself (`retries` in the profile), and no other: ten jobs for eight samples;
#   4. once more with --retries 0, both kills again: Snakemake ends with an error, no half-written results are left,
#      and a second invocation makes what is missing, and only that;
#   5. every file of every sample, and of the cohort, is compared byte for byte. MultiQC's files hold times and
#      paths, so of those only the tables are compared.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
checkout=$(cd "$here/../.." && pwd)
vcf=${1:-$checkout/../shared/hcc1395/annotated.expression.vcf.gz}
[ -e "$vcf" ] || vcf=$checkout/reference/demo/hcc1395_demo.vcf.gz
vcf=$(realpath "$vcf")

fail() { echo "FAILED: $*" >&2; exit 1; }
say() { printf '\n--- %s (%d s)\n' "$*" "$SECONDS"; }

[ "$(id -u)" = 0 ] || fail "run it as root: sudo env \"PATH=\$PATH\" $0"
for command in munged munge slurmctld slurmd sbatch srun squeue scancel scontrol snakemake neosieve multiqc; do
    command -v "$command" >/dev/null || fail "$command isn't on the PATH; the head of $0 says what is needed"
done

scratch=$(mktemp -d "${TMPDIR:-/tmp}/neosieve-slurm.XXXXXX")
daemons=()
snakemake_pid=
finish() {
    status=$?
    trap - EXIT
    [ -z "$snakemake_pid" ] || kill -9 -- "-$snakemake_pid" 2>/dev/null || true
    if [ -n "${SLURM_CONF:-}" ]; then
        squeue -h -o %A 2>/dev/null | xargs -r scancel --signal=KILL --full 2>/dev/null || true
    fi
    for pid in "${daemons[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${daemons[@]}"; do
        for _ in $(seq 50); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
        kill -9 "$pid" 2>/dev/null || true
    done
    if [ -n "${KEEP:-}" ] || [ "$status" != 0 ]; then echo "kept: $scratch"; else rm -rf "$scratch"; fi
    [ "$status" = 0 ] || echo "FAILED with status $status" >&2
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

say "munge and Slurm, in $scratch"
mkdir -p "$scratch"/{munge,state,spool,log}
chmod 755 "$scratch" "$scratch"/*
dd if=/dev/urandom of="$scratch/munge/key" bs=1024 count=1 status=none
chmod 400 "$scratch/munge/key"
munged --foreground --force --key-file="$scratch/munge/key" --socket="$scratch/munge/socket" \
    --pid-file="$scratch/munge/pid" --seed-file="$scratch/munge/seed" --log-file="$scratch/log/munged" \
    >"$scratch/log/munged.out" 2>&1 &
daemons+=($!)

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
ctld_port=$(free_port)
slurmd_port=$(free_port)
cat >"$scratch/slurm.conf" <<EOF
ClusterName=neosieve
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=$ctld_port
SlurmdPort=$slurmd_port
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$scratch/munge/socket
CredType=cred/munge
StateSaveLocation=$scratch/state
SlurmdSpoolDir=$scratch/spool
SlurmctldPidFile=$scratch/slurmctld.pid
SlurmdPidFile=$scratch/slurmd.pid
SlurmctldLogFile=$scratch/log/slurmctld
SlurmdLogFile=$scratch/log/slurmd
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
SwitchType=switch/none
ReturnToService=2
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=2,bf_interval=2
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
KillWait=2
MinJobAge=3600
NodeName=node1 NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 CPUs=3 RealMemory=16000 State=UNKNOWN
PartitionName=main Nodes=node1 Default=YES MaxTime=INFINITE State=UP
EOF
printf 'CgroupAutomount=no\n' >"$scratch/cgroup.conf"
export SLURM_CONF=$scratch/slurm.conf
# Snakemake's job step drops SLURM_CONF from srun's environment; a cluster has its configuration in /etc/slurm.
mkdir "$scratch/bin"
printf '#!/bin/sh\nSLURM_CONF=%s exec %s "$@"\n' "$SLURM_CONF" "$(command -v srun)" >"$scratch/bin/srun"
chmod 755 "$scratch/bin/srun"
export PATH=$scratch/bin:$PATH
slurmctld -D >"$scratch/log/slurmctld.out" 2>&1 &
daemons+=($!)
slurmd -D -N node1 >"$scratch/log/slurmd.out" 2>&1 &
daemons+=($!)
for _ in $(seq 60); do
    [ "$(sinfo -h -o %T 2>/dev/null)" = idle ] && break
    sleep 1
done
[ "$(sinfo -h -o %T)" = idle ] || { tail "$scratch"/log/*; fail "Slurm's node doesn't become idle"; }
sinfo

# --- the project: a copy of the workflow, as README.md tells users, and a sheet of eight samples
project() {
    mkdir -p "$1/config"
    cp -r "$here/workflow" "$here/profiles" "$1"
    cp "$here/config/config.yaml" "$1/config/"
    {
        printf 'sample\tvcf\thla\n'
        local number=0 alleles
        for alleles in 'A*29:02,B*45:01,B*82:02' 'A*02:01,B*07:02,C*07:02' 'A*01:01,B*08:01,C*07:01' \
            'A*03:01,B*35:01,C*04:01' 'A*24:02,B*40:01,C*03:04' 'A*11:01,B*15:01,C*03:03' \
            'A*02:01,B*44:02,C*05:01' 'A*29:02,B*07:02,C*07:02'; do
            number=$((number + 1))
            printf 'tumour%d\t%s\t%s\n' "$number" "$vcf" "$alleles"
        done
    } >"$1/config/samples.tsv"
}

# Start Snakemake in a folder as the head of a process group, so that all of it can be ended.
start() {
    local folder=$1 log=$2
    shift 2
    (cd "$folder" && exec setsid snakemake "$@" >"$log" 2>&1) &
    snakemake_pid=$!
}
by_profile=(--profile profiles/slurm --slurm-no-account --slurm-status-command squeue
    --slurm-init-seconds-before-status-checks 3 --latency-wait 10)

say "eight samples on this machine alone: profiles/local"
project "$scratch/alone"
start "$scratch/alone" "$scratch/alone.log" --profile profiles/local --config cache=off
wait "$snakemake_pid" || { tail -n 40 "$scratch/alone.log"; fail "the local run"; }

# The process that works in the job of a sample of a project, once it has computed for some ticks (hundredths of a second).
worker() {
    local proc folder=$1 sample=$2 ticks=$3
    for proc in /proc/[0-9]*; do
        [ "$(readlink "$proc/cwd" 2>/dev/null)" = "$folder" ] || continue
        case "$(tr '\0' ' ' <"$proc/cmdline" 2>/dev/null)" in
            *python*neosieve\ run*samples/"$sample"\ *) ;;
            *) continue ;;
        esac
        # fields 14 and 15 of stat: ticks of user and system time; no name in it has a blank here
        [ "$(awk '{print $14 + $15}' "$proc/stat" 2>/dev/null || echo 0)" -ge "$ticks" ] || continue
        echo "${proc#/proc/}"
        return
    done
}

# Kill the job of a sample once, while it works; leave word of it. Ends by itself if Snakemake does.
killer() {
    local folder=$1 sample=$2 how=$3 pid job ticks=$((RANDOM % 100 + 50))
    while kill -0 "$snakemake_pid" 2>/dev/null; do
        pid=$(worker "$folder" "$sample" "$ticks")
        if [ -n "$pid" ]; then
            job=$(tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null | sed -n 's/^SLURM_JOB_ID=//p')
            if [ -n "$job" ] && [ "$(squeue -h -j "$job" -o %T)" = RUNNING ] &&
                [ ! -e "$folder/results/samples/$sample/run.json" ]; then
                case $how in
                    scancel) scancel "$job" ;;
                    kill) kill -9 "$pid" ;;
                esac
                echo "$how: job $job, process $pid, of $sample, after $ticks ticks of CPU" | tee "$folder/killed.$how"
                return
            fi
        fi
        sleep 0.1
    done
}

state() { scontrol show job "$1" | sed -n 's/.*JobState=\([A-Z_]*\).*/\1/p'; }
killed_job() { sed -n 's/.*: job \([0-9]*\),.*/\1/p' "$1"; }

# Run the workflow by Slurm; kill a job of tumour3 by scancel, and neosieve in a job of tumour6 by kill -9.
by_slurm() {
    local folder=$1 log=$1.log status=0
    shift
    start "$folder" "$log" "${by_profile[@]}" --config "cache=$folder/cache" "$@"
    killer "$folder" tumour3 scancel &
    local first=$!
    killer "$folder" tumour6 kill &
    local second=$!
    wait "$snakemake_pid" || status=$?
    wait "$first" "$second"
    snakemake_pid=
    return "$status"
}

check_kills() {
    local folder=$1 job
    [ -s "$folder/killed.scancel" ] && [ -s "$folder/killed.kill" ] || fail "a job was over before it could be killed"
    job=$(killed_job "$folder/killed.scancel")
    [ "$(state "$job")" = CANCELLED ] || fail "job $job should be CANCELLED, not $(state "$job")"
    job=$(killed_job "$folder/killed.kill")
    [ "$(state "$job")" = FAILED ] || fail "job $job should be FAILED, not $(state "$job")"
    grep -q 'Killed.*neosieve run' "$folder"/logs/predict/*.log "$folder"/.snakemake/slurm_logs/*/*/*.log ||
        echo "(the shell's word on the killed process isn't in a log)"
}

# How many jobs Slurm had of each sample of a project.
jobs_of() { squeue -h --states=all -o '%Z %k %T' | awk -v folder="$1" '$1 == folder && /rule_predict/ {print $2}' | sort | uniq -c; }

same() {
    local folder=$1 file differing=0 count=0
    while IFS= read -r file; do
        count=$((count + 1))
        cmp -s "$scratch/alone/results/$file" "$folder/results/$file" || { echo "differs: $file"; differing=1; }
    done < <(cd "$scratch/alone/results" && find . -type f ! -name 'multiqc*' ! -path '*/multiqc_data/*' | sort)
    [ "$count" -ge 80 ] || fail "only $count files to compare"
    (cd "$scratch/alone/results" && find . | sort) >"$scratch/names.alone"
    (cd "$folder/results" && find . | sort) >"$scratch/names.slurm"
    diff "$scratch/names.alone" "$scratch/names.slurm" || fail "not the same files, hidden ones included"
    for file in general_stats neosieve_tiers_plot neosieve_outcomes_plot; do
        cmp "$scratch"/alone/results/cohort/multiqc_data/multiqc_"$file".txt \
            "$folder/results/cohort/multiqc_data/multiqc_$file.txt" || differing=1
        count=$((count + 1))
    done
    [ "$differing" = 0 ] || fail "results of $folder aren't those of the local run"
    echo "$count files are the same, byte for byte"
}

say "the same as Slurm jobs, two of them killed while they work: profiles/slurm retries them"
project "$scratch/retried"
by_slurm "$scratch/retried" || { tail -n 60 "$scratch/retried.log"; fail "the Slurm run"; }
check_kills "$scratch/retried"
jobs_of "$scratch/retried" | tee "$scratch/jobs"
[ "$(awk '{sum += $1} END {print NR, sum}' "$scratch/jobs")" = "8 10" ] || fail "not ten jobs for eight samples"
same "$scratch/retried"

say "without retries: Snakemake fails, and a second invocation makes what is missing"
project "$scratch/resumed"
if by_slurm "$scratch/resumed" --retries 0; then fail "Snakemake should have ended with an error"; fi
check_kills "$scratch/resumed"
for sample in tumour3 tumour6; do
    left=$(cd "$scratch/resumed/results/samples" && find . -path "./$sample/*" -type f ! -path '*/.neosieve.*.part/*')
    [ -z "$left" ] || fail "half-written results: $left"
done
[ ! -e "$scratch/resumed/results/cohort/multiqc.html" ] || fail "a cohort without all of its samples"
mv "$scratch/resumed.log" "$scratch/resumed.first.log"
rm "$scratch"/resumed/killed.*
start "$scratch/resumed" "$scratch/resumed.log" "${by_profile[@]}" --config "cache=$scratch/resumed/cache"
wait "$snakemake_pid" ||
    { tail -n 60 "$scratch/resumed.log"; fail "the second invocation"; }
jobs_of "$scratch/resumed" | tee "$scratch/jobs"
[ "$(awk '{sum += $1} END {print NR, sum}' "$scratch/jobs")" = "8 10" ] || fail "not ten jobs for eight samples"
same "$scratch/resumed"

say "passed"
