#!/usr/bin/env bash
# Suites of others, and the clients that are not the console, against servers of our own.
#
# From the environment: BANYAN_PROGRAM, a program to test in place of the one built here.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../scripts/common.sh"
suites=$root/tests/suites
clients=$root/client-examples
cd "$suites"

program=${BANYAN_PROGRAM:-}
if [[ -z $program ]]; then
    (cd "$root" && cargo build --quiet --locked -p banyan)
    program=$target/debug/banyan
fi
for needed in curl jq; do
    command -v "$needed" >/dev/null || give_up "$needed is missing: scripts/install.sh test"
done

install_from_npm() {
    # npm writes the second file when it has installed all of the first.
    [[ ! node_modules/.package-lock.json -nt package-lock.json ]] || return 0
    say "Installing the suites from npm"
    # Some packages ask for a newer Node than they need, and say so many times.
    npm ci --no-audit --no-fund --loglevel=error >&2
    mkdir -p node_modules
    touch node_modules/.package-lock.json
}

# install_from_pypi FOLDER LIST...: an environment of Python with what the lists name.
install_from_pypi() {
    local home=$1 list arguments=()
    shift
    ! cat "$@" | cmp --silent - "$home/installed.txt" || return 0
    say "Installing the suites from PyPI: ${home##*/}"
    for list in "$@"; do
        arguments+=(-r "$list")
    done
    python3 -m venv --clear "$home"
    "$home/bin/python" -m pip install --quiet --disable-pip-version-check "${arguments[@]}"
    cat "$@" >"$home/installed.txt"
}

python=$suites/.venv/bin/python
# The foreign authenticator wants older packages than others.
authenticator=$suites/.venv-keys/bin/python

install_from_npm &
from_npm=$!
install_from_pypi "$suites/.venv" requirements.txt "$clients/python/requirements.txt"
install_from_pypi "$suites/.venv-keys" security_keys/requirements.txt
wait "$from_npm"

# All servers and their folders go with this shell, whatever ends it.
work=$(mktemp -d)
# The database's user may have to pass through.
chmod 711 "$work"
servers=()
clean_up() {
    local status=$? server
    trap - EXIT
    for server in "${servers[@]}"; do
        kill -TERM "$server" 2>/dev/null || true
    done
    for server in "${servers[@]}"; do
        wait "$server" 2>/dev/null || true
    done
    rm -rf "$work"
    exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# start NAME ARGUMENTS...: a server with a folder of its own on a free port; its address is in $address.
start() {
    local name=$1 port
    shift
    : >"$work/$name.log"
    "$program" serve --data-dir "$work/$name" --listen 127.0.0.1:0 "$@" >>"$work/$name.log" 2>&1 &
    servers+=($!)
    for _ in {1..300}; do
        port=$(sed -nE 's/.*address=127\.0\.0\.1:([0-9]+).*/\1/p' "$work/$name.log" | head -n 1)
        if [[ -n $port ]]; then
            address=http://127.0.0.1:$port
            curl --silent --fail --output /dev/null "$address/health/ready" && return
        fi
        kill -0 "${servers[-1]}" 2>/dev/null || break
        sleep 0.2
    done
    say "The server does not start:"
    cat "$work/$name.log" >&2
    exit 1
}

passed=0
failed=0
# suite NAME COMMAND...: its last line says how many checks passed; one that ends otherwise has failed.
suite() {
    local name=$1 began=$SECONDS status=0 counted
    shift
    "$@" >"$work/out" 2>&1 || status=$?
    counted=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$work/out" | tail -n 1 || true)
    if [[ -z $counted ]]; then
        counted='0 passed, 1 failed'
    elif ((status != 0)) && [[ $counted == *' 0 failed' ]]; then
        counted=${counted/ 0 failed/ 1 failed}
    fi
    [[ $counted == *' 0 failed' ]] || cat "$work/out"
    printf '%-44s %s  %d s\n' "$name" "$counted" $((SECONDS - began))
    read -r one _ other _ <<<"$counted"
    passed=$((passed + one))
    failed=$((failed + other))
}

"$program" demo --people 3000 --data-dir "$work/demonstration" >"$work/demo.log" 2>&1 || {
    cat "$work/demo.log" >&2
    exit 1
}
# Models of security keys by a maker of our own.
mkdir "$work/maker"
"$authenticator" webauthn.py --maker "$work/maker"
start production
production=$address
# The same, but answering texts of strangers: what is tried on it must not end at the list.
start open --free-text anyone
open=$address
start keys
keys=http://localhost:${address##*:}
start models --key-models "$work/maker/models.json"
models=http://localhost:${address##*:}
start demonstration --demo
demonstration=$address
token=$("$program" token --organization 500101 --role auditor --ttl 1h --data-dir "$work/demonstration")
database="postgresql://banyan_owner@/banyan?host=$(head -n 1 "$work/demonstration/postgres.socket")"

# covers: API01
suite 'GraphQL over HTTP, a stranger' node http-audits.mjs "$demonstration"
suite 'GraphQL over HTTP, signed in' node http-audits.mjs "$demonstration" "$token"
suite 'GraphQL over HTTP, production' node http-audits.mjs "$open"
# covers: API05
suite 'Relay' node relay.mjs
# covers: API25
suite 'schema' node schema-lint.mjs
# covers: API23
suite 'schema changes' node schema-changes.mjs
suite 'probes' node probes.mjs "$demonstration" "$open" "$token" "$production"
suite 'row-level security' "$python" row_security.py "$database"
suite 'audit and keys, at the command line' "$python" audit.py "$program" "$work/demonstration" "$database"
suite 'forged security keys' "$authenticator" webauthn.py "$program" "$work/keys" "$keys" "$work/keys.log"
suite 'forged security keys, a list of models' \
    "$authenticator" webauthn.py --maker "$work/maker" "$program" "$work/models" "$models" "$work/models.log"
export BANYAN_ADDRESS=$demonstration BANYAN_TOKEN=$token
suite 'client in Python' "$python" "$clients/python/test_client.py"
suite 'client with curl' "$clients/curl/test.sh"
# The same people, served in earnest: the clients' documents are known, and no other text.
start earnest --database-url "$database" --key-file "$work/demonstration/secret.key"
export BANYAN_ADDRESS=$address BANYAN_TEXT_ADDRESS=$demonstration
suite 'client in Python, production' "$python" "$clients/python/test_client.py"
suite 'client with curl, production' "$clients/curl/test.sh"
# Last: it looks at what all of the others have left in the logs.
suite 'secrets in the repository and in the logs' \
    "$python" secret_scan.py "$root" "$demonstration" "$program" "$work/demonstration" "$token" "$work"

echo "$passed passed, $failed failed"
((failed == 0))
