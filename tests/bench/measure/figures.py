"""Rounds put together, and held against the budgets."""

import statistics

from .operations import BUDGETS

# Of the server and of any subtree, whatever is asked for.
LARGEST_PEAK_MB, LARGEST_IDLE_MB = 100, 45
LONGEST_START_S, LONGEST_EXTERNAL_START_MS = 2, 75
LONGEST_FIGURES_MS = 100
LONGEST_WRITE_MS = 100
# Of a hundred thousand organizations, as a job, and of whoever reads meanwhile.
MANY, LONGEST_MOVE_S, LONGEST_READ_MS = 90_000, 60, 100
SCOPED_AT_MOST = 1.3
BUFFERS_WITHIN = 0.2


def spread(values):
    values = list(values)
    return {"min": min(values), "median": statistics.median(values), "max": max(values)}


def ratio(left, right, field):
    """Round by round: what stood next to each other in time is compared."""
    pairs = [(a[field], b[field]) for a, b in zip(left, right) if b.get(field)]
    return spread(a / b for a, b in pairs) if pairs else None


def judged(what, measured, bound, at_least=False, unit="x"):
    """One line of the budgets."""
    met = None if measured is None else (measured >= bound if at_least else measured <= bound)
    return {"what": what, "measured": measured, "bound": bound, "at_least": at_least, "met": met, "unit": unit}


def operation_budgets(closed, at_rate):
    """For each of the six operations its budgets."""

    def median(ours, other, field):
        it = ratio(ours, other, field)
        return it and it["median"]

    found = []
    for name, budget in BUDGETS.items():
        ours, theirs = closed[name].get("banyan", []), closed[budget.against or name].get("mercurius", [])
        limit = closed[budget.limit].get("sql", [])

        lines = [
            judged("throughput of Mercurius", median(ours, theirs, "rate"), budget.throughput, True),
            judged("p99 of Mercurius", median(ours, theirs, "p99"), budget.p99),
            judged("CPU of Mercurius", median(ours, theirs, "server_cpu"), budget.server_cpu),
            judged("PostgreSQL's CPU for the SQL", median(ours, limit, "postgres_cpu"), budget.postgres_cpu),
        ]
        if not budget.against and {"banyan", "mercurius"} <= set(at_rate.get(name, {})):
            steady = median(at_rate[name]["banyan"], at_rate[name]["mercurius"], "p99")
            lines.insert(2, judged("p99 of Mercurius, at a steady rate", steady, budget.p99))
        if name == "1-person":
            lines.append(judged("throughput of the SQL", median(ours, limit, "rate"), 0.7, True))
        found += [{"operation": name, **line} for line in lines]
    return found


def server_budgets(facts, probes, buffers, others, writes):
    found = [
        judged("memory, peak", facts["memory peak, MB"], LARGEST_PEAK_MB, unit="MB"),
        judged("memory, idle", facts["memory idle, MB"], LARGEST_IDLE_MB, unit="MB"),
        judged("first answer after a warm start with its own database", facts["start, warm, s"], LONGEST_START_S, unit="s"),
        judged(
            "first answer after a warm start on a running database",
            facts["start on a running database, ms"],
            LONGEST_EXTERNAL_START_MS,
            unit="ms",
        ),
        judged("headline figures of any subtree, p95", probes["figures"]["p95"], LONGEST_FIGURES_MS, unit="ms"),
        judged(
            "pages as seen by the scoped and by the unscoped, p95",
            spread(one["ratio"] for one in probes["scoped"])["median"],
            SCOPED_AT_MOST,
        ),
    ]
    if writes:
        what = f"mixed writes, {writes['rate']} a second for {writes['seconds']} s, p99"
        found.append(judged(what, writes["p99"], LONGEST_WRITE_MS, unit="ms"))
    for people, other in others.items():
        for page, measured in buffers.items():
            if page in other:
                change = measured["median"] / other[page]["median"] - 1
                line = judged(
                    f"buffers of {page} beside those at {people:,} people", change * 100, BUFFERS_WITHIN * 100, unit="%"
                )
                found.append({**line, "met": abs(change) <= BUFFERS_WITHIN})
    return found


def move_budgets(moves):
    """The largest moves: how long they take, and how long they keep others waiting."""
    found = []
    for move in moves:
        if move["organizations"] < MANY:
            continue
        what = f"move of {move['organizations']:,} organizations"
        seconds, read = (
            spread(one[field] for one in move["rounds"])["median"] if move["rounds"] else None for field in ("seconds", "longest_read_ms")
        )
        found.append(judged(what, seconds, LONGEST_MOVE_S, unit="s"))
        found.append(judged(f"{what}, longest read meanwhile", read, LONGEST_READ_MS, unit="ms"))
    return found


def steady_rate(closed, name, asked):
    """Half of what the slower of Banyan and Mercurius answers without pause; less for who cannot keep up with that."""

    def half(side):
        # Who answers too seldom to be measured keeps nobody back, and is not asked.
        rounds = closed[name].get(side)
        return 0.5 * statistics.median(one["rate"] for one in rounds) if rounds else 0 if side == asked else float("inf")

    return min(half("banyan"), half("mercurius"), half(asked))
