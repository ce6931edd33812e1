#!/usr/bin/env bash
# What figures.sh prints, against a running server: BANYAN_ADDRESS and BANYAN_TOKEN, an auditor's
# token that only reads.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

passed=0
failed=0

# expect NAME PATTERN TEXT
expect() {
    if grep -Eq -- "$2" <<<"$3"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED %s: nothing like /%s/ in\n%s\n' "$1" "$2" "$3"
    fi
}

# between FROM TO: the lines of the output from one title to the next.
between() {
    sed -n "/^$1/,/^$2/p" <<<"$out" | sed '1d;$d'
}

code=${BANYAN_CODE:-500101}
status=0
out=$(./figures.sh "$code" 2>&1) || status=$?
expect 'it ends well' '^0$' "$status"
expect 'who the token is' '^  AUDITOR at .+' "$out"
expect 'that it only reads' 'reads only$' "$out"
expect 'figures' '^  members: [1-9][0-9]*$' "$out"
first=$(between 'A page' 'The next')
second=$(between 'The next' 'A write')
expect 'five people' '^5$' "$(wc -l <<<"$first")"
expect 'five more people' '^5$' "$(wc -l <<<"$second")"
expect 'nobody twice' '^10$' "$(printf '%s\n%s\n' "$first" "$second" | sort -u | wc -l)"
expect 'the refused write' '^  refused: .*\(READ_ONLY, request [0-9a-f]{32}\)$' "$out"

status=0
out=$(BANYAN_TOKEN=unknown ./figures.sh "$code" 2>&1) || status=$?
expect 'an unknown token ends with a failure' '^[1-9]' "$status"
expect 'an unknown token is said' 'Nobody: the token is unknown or has ended' "$out"

status=0
out=$(./figures.sh 0 2>&1) || status=$?
expect 'an unknown code ends with a failure' '^[1-9]' "$status"
expect 'an unknown code is said' 'no organization with this code' "$out"

echo "$passed passed, $failed failed"
((failed == 0))
