"""All sides must answer the same."""

import sys

from .operations import OPERATIONS, key_of

FIGURES = ["members", "full", "probationary", "candidates", "activists", "applicants", "women", "minority", "collegeAndAbove"]


def normal(value):
    """What an answer says, without how its schema says it."""
    if isinstance(value, list):
        return [normal(one) for one in value]
    if not isinstance(value, dict):
        return value if value is None else str(value)
    if "nodes" in value:
        nodes = normal(value["nodes"])
        return {"nodes": nodes, "more": value["pageInfo"]["hasNextPage"]} if "pageInfo" in value else nodes
    if "code" in value:
        return value["code"]
    found = {key: normal(one) for key, one in value.items() if key != "identityNumber"}
    if "_" in (found.get("id") or ""):
        found["id"] = key_of(found["id"])
    if found.get("stage"):
        found["stage"] = found["stage"].lower()
    return found


def said(answer):
    """The answer below the fields that only lead to it."""
    value = normal(answer)
    while isinstance(value, dict) and len(value) == 1:
        [value] = value.values()
    return value


def rows_of(name, told):
    """What SQL has to answer where GraphQL told this."""
    if name == "1-person":
        return [[told[field] or "" for field in ("id", "name", "stage", "birthDate", "joinedOn", "sex", "education")]]
    if name == "2-page":
        return [[p["id"], p["name"], p["organization"]["id"], p["organization"]["superior"]["id"]] for p in told["nodes"]]
    if name == "3-children":
        return [
            [child["id"], *[child["counts"][field] for field in FIGURES[:3]], member]
            for child in told["children"]
            for member in [one["id"] for one in child["members"]] or [""]
        ]
    if name == "4-tree":
        below = [*told["children"], *[grandchild for child in told["children"] for grandchild in child["children"]]]
        if (len(told["ancestors"]), len(below)) != (4, 30):
            sys.exit("4-tree: not the tree that was made")
        return sorted([one["id"]] for one in [told, *told["ancestors"], *below])
    if name == "5-figures":
        return [[told["counts"][field] for field in FIGURES]]
    return [[person["id"], person["name"], person["stage"]] for person in told["nodes"]]


def columns_of(name, rows):
    """The columns of SQL that are compared."""
    if name == "1-person":
        return [row[:7] for row in rows]
    if name == "2-page":
        return [[row[0], row[1], row[4], row[6]] for row in rows[:20]]
    if name == "3-children":
        return [[row[0], *row[2:6]] for row in rows]
    if name == "4-tree":
        return sorted(row[:1] for row in rows)
    if name.startswith("5-figures"):
        return [row[2:] for row in rows]
    return [row[:3] for row in rows[: 20 if name.startswith("search") else 50]]


def compare(asked, samples, sql, server, refused):
    """Ends the program unless all sides answer the same for some ids of every operation that reads; gives how many
    answers were compared. `asked` puts a question to a side; what Banyan refused is not compared."""
    compared = 0

    def must(name, sample, side, left, right):
        nonlocal compared
        compared += 1
        if left != right:
            sys.exit(f"{name}: {side} answers otherwise for {sample}:\n  Banyan {left}\n  {side} {right}")

    for name, operation in OPERATIONS.items():
        if operation.writes or name == "5-figures-live" or name in refused:
            continue
        for sample in samples.of[name][:6]:
            answer = asked("banyan", name, sample)
            if answer is None:
                refused[name] = "given up"
                break
            told = said(answer)
            must(name, sample, "SQL", rows_of(name, told), columns_of(name, sql.rows(server, name, sample)))
            for side in operation.sides:
                if side in ("mercurius", "postgraphile"):
                    must(name, sample, side, told, said(asked(side, name, sample)))
            if name == "5-figures":
                live = [told["counts"][field] for field in FIGURES[:8]]
                must(name, sample, "SQL live", [live], columns_of(name, sql.rows(server, "5-figures-live", sample)))
                counted = said(asked("mercurius", "5-figures-live", sample))["counts"]
                must(name, sample, "Mercurius live", live, [counted[field] for field in FIGURES[:8]])
    return compared
