"""Both sides must answer the same."""

import sys

from .operations import key_of, read


def compare(server, samples, sql):
    """Stops the program unless both sides answer the same for some ids of every operation that reads."""

    def must(name, one, left, right):
        if left != right:
            sys.exit(f"{name}: the sides differ for {one}:\n  GraphQL {left}\n  SQL     {right}")

    def asked(name, one):
        return server.ask(read(name + ".graphql"), id=one)

    for one in samples.of["1-person"][:8]:
        person = asked("1-person", one)["node"]
        [row] = sql.rows(server, "1-person", one)
        must("1-person", one, [key_of(person["id"]), person["name"], person["stage"].lower(), person["birthDate"]], row[:4])
    for one in samples.of["2-page"][:8]:
        page = asked("2-page", one)["people"]
        rows = sql.rows(server, "2-page", one)
        found = [[key_of(p["id"]), key_of(p["organization"]["id"]), key_of(p["organization"]["superior"]["id"])] for p in page["nodes"]]
        must("2-page", one, found, [[row[0], row[4], row[6]] for row in rows[:20]])
        must("2-page", one, page["pageInfo"]["hasNextPage"], len(rows) == 21)
    for one in samples.of["3-children"][:2]:
        found = []
        for child in asked("3-children", one)["node"]["children"]["nodes"]:
            counts = [str(child["counts"][field]) for field in ("members", "full", "probationary")]
            members = [key_of(member["id"]) for member in child["members"]["nodes"]] or [""]
            found += [[key_of(child["id"]), *counts, member] for member in members]
        must("3-children", one, found, [[row[0], *row[2:6]] for row in sql.rows(server, "3-children", one)])
    for one in samples.of["4-tree"]:
        node = asked("4-tree", one)["node"]
        below = [child for child in node["children"]["nodes"]] + [
            grandchild for child in node["children"]["nodes"] for grandchild in child["children"]["nodes"]
        ]
        must("4-tree", one, (len(node["ancestors"]), len(below)), (4, 30))
        found = sorted(key_of(each["id"]) for each in [node, *node["ancestors"], *below])
        must("4-tree", one, found, sorted(row[0] for row in sql.rows(server, "4-tree", one)))
    for one in samples.of["5-figures"]:
        counts = asked("5-figures", one)["node"]["counts"]
        order = ["members", "full", "probationary", "candidates", "activists", "applicants", "women", "minority", "collegeAndAbove"]
        found = [str(counts[field]) for field in order]
        must("5-figures", one, found, sql.rows(server, "5-figures", one)[0][2:])
        must("5-figures-live", one, found[:8], sql.rows(server, "5-figures-live", one)[0][2:])
