#!/usr/bin/env bash
# Builds the server and its console, and serves until Ctrl-C.
#
# From the environment: DATA_DIR, LISTEN and ARGS (further arguments of `banyan serve`).
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$root"

scripts/install.sh run
scripts/console.sh
cargo build --release --locked -p banyan

command=("$target/release/banyan" serve --demo --listen "${LISTEN:-127.0.0.1:8080}")
# Several arguments in one variable: to be split where there are spaces.
read -ra more <<<"${ARGS:-}"

if [[ ${1:-} != --throw-away ]]; then
    [[ -z ${DATA_DIR:-} ]] || command+=(--data-dir "$DATA_DIR")
    # The server takes the place of this shell, so that Ctrl-C and kill reach it and nothing else.
    exec "${command[@]}" "${more[@]}"
fi

data=$(mktemp -d)
# The database's user may have to pass through.
chmod 711 "$data"
trap 'rm -rf "$data"' EXIT
# Ctrl-C reaches the server too and ends it; this shell has to outlive it, to clean up.
trap : INT
server=
trap '[[ -z $server ]] || kill -TERM "$server"' TERM
"${command[@]}" --data-dir "$data" "${more[@]}" &
server=$!
status=0
wait "$server" || status=$?
# A signal to this shell ends the first wait before the server has ended.
while kill -0 "$server" 2>/dev/null; do
    status=0
    wait "$server" || status=$?
done
exit "$status"
