#!/usr/bin/env bash
# Mutation testing of the guard: changes server/src/access/ one thing at a time and asks whether a test notices.
# See tests/mutants/README.md. A copy of the sources is changed, never the sources.
#
# From the environment: FILE, to look at one file of access/ only; MATCHING, a pattern of changes.
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
scripts/console.sh

copy=$target/mutants/copy
rm -rf "$copy"
mkdir -p "$copy"
# What the program is built from, also what has not been committed, and the console that is built into it.
git ls-files --cached --others --exclude-standard -z | xargs -0 -I '{}' sh -c '[ ! -e "$1" ] || cp --parents -p "$1" "$2"' sh '{}' "$copy"
cp -r --parents client-examples/web/dist client-examples/web/src/gql "$copy"

# Built apart, and kept for the next time.
export CARGO_TARGET_DIR=$target/mutants/build
options=(--package banyan --colors never --file "server/src/access/${FILE:-*.rs}")
exec python3 tests/mutants/mutants.py "$tools/bin/cargo-mutants" "$copy" "${MATCHING:-}" "${options[@]}"
