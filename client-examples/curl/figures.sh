#!/usr/bin/env bash
# Asks a Banyan server with curl: who am I, the figures of a subtree, people page by page, and a
# write that a reading token is refused.
#
#   BANYAN_TOKEN=... ./figures.sh [CODE]     BANYAN_ADDRESS when it is not http://127.0.0.1:8080
set -euo pipefail

address=${BANYAN_ADDRESS:-http://127.0.0.1:8080}
code=${1:-500101}
: "${BANYAN_TOKEN:?set BANYAN_TOKEN to a token, as printed by: banyan token --organization $code --role auditor}"

documents=$(dirname "${BASH_SOURCE[0]}")/figures.graphql

# ask OPERATION [VARIABLES]: the answer of an operation in figures.graphql, with its data and its errors.
ask() {
    local variables=${2:-null}
    # The whole file goes out: a server in production knows it and answers no other text.
    # The token goes by a file descriptor: a command line can be read by others.
    jq --null-input --rawfile query "$documents" --arg operationName "$1" --argjson variables "$variables" '{$query, $operationName, $variables}' |
        curl --silent --show-error --fail-with-body --max-time 20 "$address/graphql" \
            --header @<(printf 'authorization: Bearer %s\n' "$BANYAN_TOKEN") \
            --header 'content-type: application/json' \
            --header 'accept: application/json' \
            --header 'accept-language: en' \
            --data-binary @-
}

# data: the data of an answer; its first error, with code and number, ends the script.
data() {
    jq --exit-status 'if .errors then .errors[0] | "\(.message) (\(.extensions.code), request \(.extensions.requestId))\n" | halt_error(1) else .data end'
}

echo "Who am I?"
ask Who | data |
    jq --raw-output '.viewer // ("Nobody: the token is unknown or has ended.\n" | halt_error(1))
        | "  \(.account.name), until \(.expiresAt), \(if .readOnly then "reads only" else "reads and writes" end)",
          (.grants[] | "  \(.role) at \(.organization.name)")'

echo "The figures of $code and everything below it"
organization=$(ask Figures "$(jq --null-input --arg code "$code" '{$code}')" | data | jq ".organizations.nodes[0] | select(.code == \"$code\")")
[[ -n $organization ]] || {
    echo "  no organization with this code within the token's reach" >&2
    exit 1
}
jq --raw-output '"  \(.name)", (.counts | to_entries[] | "  \(.key): \(.value)")' <<<"$organization"
id=$(jq .id <<<"$organization")

# page AFTER: five people, and where the next five begin.
page() {
    ask Page "{\"under\": $id, \"after\": $1}" | data | jq .people
}
show='.nodes[] | "  \(.name)  \(.stage)  \(.organization.name)"'

echo "A page of people"
first=$(page null)
jq --raw-output "$show" <<<"$first"
echo "The next page, of $(jq .totalCount <<<"$first") people"
if [[ $(jq .pageInfo.hasNextPage <<<"$first") == true ]]; then
    page "$(jq .pageInfo.endCursor <<<"$first")" | jq --raw-output "$show"
fi

echo "A write"
# The Idempotency-Key would make a second try safe: curl --header "idempotency-key: $(uuidgen)"
ask Write "{\"id\": $id}" | jq --raw-output '
    if .errors then .errors[0] | "  refused: \(.message) (\(.extensions.code), request \(.extensions.requestId))"
    elif .data.organizationEdit.userErrors != [] then .data.organizationEdit.userErrors[] | "  refused: \(.message) (\(.code))"
    else "  done" end'
