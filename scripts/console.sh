#!/usr/bin/env bash
# Builds the console into client-examples/web/dist, if it is not up to date.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

if [[ ! -f $web/package.json ]]; then
    say "There is no console in client-examples/web yet: going on without it."
    exit
fi
cd "$web"

# Browsers come from the system, see install.sh.
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 PUPPETEER_SKIP_DOWNLOAD=1

# npm writes the second file when it has installed all of the first.
if [[ ! node_modules/.package-lock.json -nt package-lock.json ]]; then
    say "Installing the console's packages"
    npm ci --no-audit --no-fund --loglevel=error
    # Also when there was nothing to install, or the clock has not moved on.
    mkdir -p node_modules
    touch node_modules/.package-lock.json
fi

# Inside node_modules, because everything in dist is served.
built=node_modules/.banyan-built

# What the build writes among the sources is none; the schema is one, types are made of it.
changed() {
    find . "$root/schema.graphql" \
        \( -path ./node_modules -o -path ./dist -o -path ./src/gql -o -path ./test-results -o -path ./e2e \) -prune \
        -o -type f -newer "$built" -print -quit 2>/dev/null
}

if [[ ! -f $built || ! -d dist || -n $(changed) ]]; then
    say "Building the console"
    npm run build
    touch "$built"
fi
