#!/usr/bin/env bash
# Runs every test, stops at the first step that fails, and says what each step took.
#
# From the environment: AREA, to test one area of the server only.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$root"

# Every process we start inherits this, by which those left behind are found at the end.
export BANYAN_TEST_RUN=$$-$EPOCHSECONDS

steps=()
current=
began=0

summary() {
    local status=$?
    say
    ((${#steps[@]} == 0)) || printf '%s\n' "${steps[@]}" >&2
    if ((status != 0)); then
        printf 'failed %5d s  %s\n\nThe step that failed: %s\n' $((SECONDS - began)) "$current" "$current" >&2
    else
        printf 'total  %5d s\n' "$SECONDS" >&2
    fi
    exit "$status"
}
trap summary EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# step NAME COMMAND...
step() {
    current=$1
    began=$SECONDS
    shift
    printf '\n--- %s\n' "$current" >&2
    "$@"
    steps+=("$(printf 'ok     %5d s  %s' $((SECONDS - began)) "$current")")
}

in_console() {
    (cd "$web" && npm run --if-present "$@")
}

# Processes with our mark. A forked shell shows what it began with, so only programs count, and
# the one that looks goes without.
left_running() {
    env -u BANYAN_TEST_RUN grep -lsz "^BANYAN_TEST_RUN=$BANYAN_TEST_RUN\$" /proc/[0-9]*/environ || true
}

# A database that was told to stop may take a moment.
nothing_left_running() {
    local found=() process
    for _ in {1..50}; do
        mapfile -t found < <(left_running)
        ((${#found[@]} == 0)) && return
        sleep 0.1
    done
    say "Still running, and ended now:"
    for process in "${found[@]%/environ}"; do
        say "  ${process#/proc/} $(tr '\0' ' ' 2>/dev/null <"$process/cmdline" || true)"
        kill -TERM "${process#/proc/}" 2>/dev/null || true
    done
    return 1
}

if [[ -n ${AREA:-} ]]; then
    step "programs" scripts/install.sh run
    step "rules of $AREA" cargo test --locked -p banyan --lib "areas::$AREA::"
    step "$AREA through GraphQL" cargo test --locked -p banyan-tests --test it "$AREA::"
    step "nothing left running" nothing_left_running
    exit
fi

step "programs" scripts/install.sh test
step "console: build" scripts/console.sh
if [[ -f $web/package.json ]]; then
    step "console: lint, types, unit tests" in_console check
fi
step "server and its tests" cargo test --workspace --locked
if [[ -x tests/suites/run.sh ]]; then
    step "suites" tests/suites/run.sh
fi
step "faults" tests/faults/run.sh short
if [[ -f $web/package.json ]]; then
    step "server for the browser" cargo build --locked -p banyan
    step "browser" in_console e2e
fi
step "nothing left running" nothing_left_running
