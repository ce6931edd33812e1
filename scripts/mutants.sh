#!/usr/bin/env bash
# Mutation testing of the guard: changes server/src/access/ one thing at a time and asks whether a test notices.
#
# Two rounds. The first asks the tests of the crate itself, which take seconds; the second asks those that meet the server
# for what is left. A copy of the sources is changed, never the sources. What is left out on purpose stands with its reason
# in .cargo/mutants.toml; what survives is printed, and is in target/mutants.out/missed.txt.
#
# A hundred and fifty changes, some of which do not compile. Each costs a build of the server, one to two minutes on two quiet
# processors, and in the second round the tests as well: by estimate two hours for the first round and a night for both.
#
# From the environment: FILE, to look at one file of access/ only; MATCHING, a pattern of changes; ROUND, 1 or 2 for one of the rounds.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$root"

version=27.1.0
tools=$target/tools
if [[ $("$tools/bin/cargo-mutants" mutants --version 2>/dev/null) != "cargo-mutants $version" ]]; then
    say "Installing cargo-mutants $version below $tools"
    CARGO_TARGET_DIR=$target/tools/build cargo install --locked cargo-mutants --version "$version" --root "$tools"
fi
scripts/install.sh run

# What is built for changed sources is built apart, and stays for the next time.
export CARGO_TARGET_DIR=$target/mutants
options=(--package banyan --output "$target" --no-shuffle --colors never --file "server/src/access/${FILE:-*.rs}")
[[ -z ${MATCHING:-} ]] || options+=(--re "$MATCHING")

# mutants OPTIONS...: 2 and 3 say that some survived or took too long, which is told below.
mutants() {
    local status=0
    nice "$tools/bin/cargo-mutants" mutants "${options[@]}" "$@" || status=$?
    ((status == 0 || status == 2 || status == 3)) || exit "$status"
}
if [[ ${ROUND:-1} == 1 ]]; then
    mutants --test-package banyan --cargo-arg=--locked --cargo-arg=--lib -- access::
fi
if [[ ${ROUND:-2} == 2 && -s $target/mutants.out/missed.txt ]]; then
    mutants --iterate --test-package banyan-tests --cargo-arg=--locked --cargo-arg=--test=it -- -- \
        access_table scope::guard scope::interference scope::indistinguishable roles grants duties sign_in
fi
left=$(cat "$target/mutants.out/missed.txt" "$target/mutants.out/timeout.txt")
if [[ -n $left ]]; then
    say "Nothing noticed these:" "$left"
    exit 1
fi
say "Every change was noticed."
