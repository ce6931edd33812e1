#!/usr/bin/env bash
# Six operations through GraphQL and as plain SQL through pgbench, side by side. See README.md.
#
# From the environment: SCALE (people, 200000), ROUNDS (3), SECONDS (of each measurement, 5),
# CONNECTIONS (16).
set -euo pipefail

# To bash SECONDS is a clock, so what was given is read where it was given.
seconds=$(tr '\0' '\n' <"/proc/$$/environ" | sed -n 's/^SECONDS=//p' | tail -n 1)

# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../scripts/common.sh"
cd "$root"

missing=()
command -v wrk >/dev/null || missing+=(wrk)
command -v python3 >/dev/null || missing+=(python3)
if ((${#missing[@]} > 0)); then
    as_root=()
    ((EUID == 0)) || as_root=(sudo)
    say "Installing ${missing[*]}"
    "${as_root[@]}" apt-get -q update
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "${missing[@]}"
fi

[[ -n ${BANYAN:-} ]] || cargo build --release --locked -p banyan

PYTHONPATH=tests/bench python3 -m measure \
    --program "${BANYAN:-$target/release/banyan}" --out "$target/bench" \
    --people "${SCALE:-200000}" --rounds "${ROUNDS:-3}" --seconds "${seconds:-5}" --connections "${CONNECTIONS:-16}"

# Signing in, in one process with the key that answers.
cargo run --quiet --release --locked -p banyan-tests --example sign_in
