#!/usr/bin/env bash
# Sealing and verifying a made-up journal: tests/bench/audit.sh [ENTRIES], in a folder that is thrown away.
#
# From the environment: BANYAN_PROGRAM, a program to measure in place of target/release/banyan.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
program=${BANYAN_PROGRAM:-${CARGO_TARGET_DIR:-$root/target}/release/banyan}
entries=${1:-1000000}
data=$(mktemp -d)
chmod 711 "$data"
"$program" serve --data-dir "$data" --listen 127.0.0.1:0 >"$data/log" 2>&1 &
server=$!
trap 'kill -TERM "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; rm -rf "$data"' EXIT
for _ in {1..300}; do
    grep -q serving "$data/log" && break
    kill -0 "$server"
    sleep 0.1
done
database="postgresql://banyan_owner@/banyan?host=$(head -n 1 "$data/postgres.socket")"
ask() { psql -qAtX "$database" -c "$1"; }

# Entries as an edit of a person leaves them, with two sealed values.
ask "SET session_replication_role = replica;
INSERT INTO tenants (id, path, name) VALUES ('01900000-0000-7000-8000-000000000001', 'a01', 'bench');
INSERT INTO journal (tenant_id, id, organization_id, path, at, account_id, account_name, role, event, subject_kind, subject_id,
    subject_name, before, after, reason, source, request_id)
SELECT '01900000-0000-7000-8000-000000000001',
    (lpad(to_hex(1767225600000 + n), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 5, 15))::uuid,
    gen_random_uuid(), 'a01', to_timestamp(1767225600 + n / 1000.0), gen_random_uuid(), '支部书记 ' || n % 1000, 'secretary',
    'PERSON_EDITED', 'person', gen_random_uuid(), '王小明',
    jsonb_build_object('phone', jsonb_build_object('sealed', repeat('A', 56), 'mark', md5(n::text))),
    jsonb_build_object('phone', jsonb_build_object('sealed', repeat('B', 56), 'mark', md5((n + 1)::text)), 'education', jsonb_build_object('table', 'education', 'code', '21')),
    NULL, '192.0.2.7', md5(n::text)
FROM generate_series(1, $entries) AS n;
ANALYZE journal"
began=$EPOCHREALTIME
ask "INSERT INTO journal_unsealed SELECT tenant_id, id FROM journal"
"$program" audit seal --data-dir "$data"
while [[ $(ask 'SELECT EXISTS (SELECT FROM journal_unsealed)') == t ]]; do sleep 0.2; done
printf 'sealed %s entries, %.0f a second\n' "$entries" "$(bc -l <<<"$entries / ($EPOCHREALTIME - $began)")"
ask "VACUUM ANALYZE journal, journal_chain, journal_checkpoints"

# Ticks of the cluster's processes, those that ended among them.
postmaster=$(head -n 1 "$data/postgres/postmaster.pid")
ticks() {
    local sum=0 pid fields
    for pid in "$postmaster" $(pgrep -P "$postmaster"); do
        read -ra fields < <(sed 's/.*) //' "/proc/$pid/stat")
        sum=$((sum + fields[11] + fields[12]))
        [[ $pid != "$postmaster" ]] || sum=$((sum + fields[13] + fields[14]))
    done
    echo "$sum"
}
for round in 1 2 3; do
    # Backends that ended must have been counted by their postmaster.
    sleep 1
    before=$(ticks)
    began=$EPOCHREALTIME
    TIMEFORMAT='%U %S'
    own=$({ time "$program" audit verify --data-dir "$data" >"$data/out"; } 2>&1)
    wall=$(bc -l <<<"$EPOCHREALTIME - $began")
    sleep 1
    theirs=$(bc -l <<<"($(ticks) - $before) / $(getconf CLK_TCK)")
    mine=$(bc -l <<<"${own/ /+}")
    printf 'round %s: %.2f s, %.0f entries a second; CPU of the program %.2f s (%.0f a second), of PostgreSQL %.2f s\n' \
        "$round" "$wall" "$(bc -l <<<"$entries / $wall")" "$mine" "$(bc -l <<<"$entries / $mine")" "$theirs"
done
cat "$data/out"
