#!/usr/bin/env bash
# Banyan beside SQL, Mercurius and PostGraphile over one database. See README.md.
#
# From the environment: SCALE (people: 100k, 1m, 10m or a number), ROUNDS (3; 0 for none), SECONDS (of each measurement, 3),
# CONNECTIONS (16), WRITES (seconds of mixed writes, 60; the budget is said of 600), MOVES (organizations moved at once,
# 1000,10000,100000), BANYAN (a program to measure in place of the one built here).
set -euo pipefail

# To bash SECONDS is a clock, so what was given is read where it was given.
seconds=$(tr '\0' '\n' <"/proc/$$/environ" | sed -n 's/^SECONDS=//p' | tail -n 1)

# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../scripts/common.sh"
cd "$root"
scale=${SCALE:-100k}
bench=$root/tests/bench
peers=$bench/peers

missing=()
command -v wrk >/dev/null || missing+=(wrk)
command -v python3 >/dev/null || missing+=(python3)
python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
if ((${#missing[@]} > 0)); then
    as_root=()
    ((EUID == 0)) || as_root=(sudo)
    say "Installing ${missing[*]}"
    "${as_root[@]}" apt-get -q update
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "${missing[@]}"
fi

# PostGraphile wants a newer Node than the rest of us.
version=$(node --version)
version=${version#v}
if ((${version%%.*} < 22)); then
    case $(uname -m) in
        x86_64) machine=x64 ;;
        aarch64) machine=arm64 ;;
        *) give_up "Please install Node 22 or newer; this is $(node --version)." ;;
    esac
    say "Node $version is too old: installing a newer one below $target/bench"
    npm install --prefix "$target/bench" --no-save --no-audit --no-fund "node-linux-$machine@22.23.3"
    PATH=$target/bench/node_modules/node-linux-$machine/bin:$PATH
fi
# Anew only when what is wanted has changed.
if ! cmp -s "$peers/package-lock.json" "$peers/node_modules/.installed"; then
    say "Installing Mercurius and PostGraphile"
    npm ci --prefix "$peers" --no-audit --no-fund
    cp "$peers/package-lock.json" "$peers/node_modules/.installed"
fi
if ! cmp -s "$bench/requirements.txt" "$target/bench/venv/.installed"; then
    rm -rf "$target/bench/venv"
    python3 -m venv "$target/bench/venv"
    "$target/bench/venv/bin/pip" install -q --disable-pip-version-check -r "$bench/requirements.txt"
    cp "$bench/requirements.txt" "$target/bench/venv/.installed"
fi

mkdir -p "$target/bench"
signing=()
if [[ -z ${BANYAN:-} ]]; then
    cargo build --release --locked -p banyan
    # Signing in, in one process with the key that answers.
    cargo run --quiet --release --locked -p banyan-tests --example sign_in >"$target/bench/sign-in"
    signing=(--sign-in "$target/bench/sign-in")
fi

# What is measured is written down where it can be compared.
PYTHONPATH=$bench python3 -m measure \
    --program "${BANYAN:-$target/release/banyan}" --node "$(command -v node)" --out "$root/docs/bench" "${signing[@]}" \
    --people "$scale" --rounds "${ROUNDS:-3}" --seconds "${seconds:-3}" --connections "${CONNECTIONS:-16}" \
    --writes "${WRITES:-60}" --moves "${MOVES-1000,10000,100000}"
PYTHONPATH=$bench "$target/bench/venv/bin/python" -m measure.chart "$root/docs/bench"
