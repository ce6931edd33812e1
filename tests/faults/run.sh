#!/usr/bin/env bash
# Faults, made to happen to running servers. See README.md.
#
#   run.sh short|full [NAME...]
#
# From the environment: BANYAN_PROGRAM (a program to test in place of the one built here), OLDER (an
# older one, to serve beside it), SLACK (how much longer than on a machine of its own things may take),
# and how often: KILLS, DATABASE_KILLS, CUTS, CONNECTS, SOCKETS, REPLIES, RESTARTS, MIGRATIONS, ROUNDS, STREAMS …
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../scripts/common.sh"
faults=$root/tests/faults
form=${1:-full}
cd "$root"

missing=()
has() {
    command -v "$1" >/dev/null || [[ -x /usr/sbin/$1 ]] || missing+=("${2:-$1}")
}
has slowhttptest
has haproxy
if [[ $form == full ]]; then
    has pgbouncer
    has nft nftables
    has ip iproute2
fi
if ((${#missing[@]} > 0)); then
    as_root=()
    ((EUID == 0)) || as_root=(sudo)
    say "Installing ${missing[*]}"
    "${as_root[@]}" apt-get -q update
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "${missing[@]}"
fi

program=${BANYAN_PROGRAM:-}
if [[ -z $program && $form == full ]]; then
    cargo build --release --locked -p banyan
    program=$target/release/banyan
elif [[ -z $program ]]; then
    cargo build --quiet --locked -p banyan
    program=$target/debug/banyan
fi

lists=("$faults/requirements.txt" "$root/tests/suites/security_keys/requirements.txt")
if ! cat "${lists[@]}" | cmp --silent - "$faults/.venv/installed.txt"; then
    say "Installing from PyPI what makes the faults"
    python3 -m venv --clear "$faults/.venv"
    "$faults/.venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "${lists[0]}" -r "${lists[1]}"
    cat "${lists[@]}" >"$faults/.venv/installed.txt"
fi

# A client for every connection of a storm.
ulimit -n "$(ulimit -Hn)" 2>/dev/null || true
exec "$faults/.venv/bin/python" "$faults/faults.py" "$program" "$form" "${@:2}"
