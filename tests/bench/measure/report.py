"""What is shown."""

import statistics

from .figures import ratio, spread
from .operations import MAIN, OPERATIONS, PAGES, SEARCHES, SIDES


def shown(rounds, field, digits):
    values = [one[field] for one in rounds if one.get(field) is not None]
    if not values:
        return ""
    low, middle, high = (f"{value:,.{digits}f}" for key, value in sorted(spread(values).items(), key=lambda one: one[1]))
    return middle if low == high else f"{middle} ({low}–{high})"


def table(head, rows):
    return ["", "| " + " | ".join(head) + " |", "|" + "---|" * len(head), *("| " + " | ".join(row) + " |" for row in rows)]


def measured(operations, results, speeds):
    rows = []
    for operation in operations:
        for at, side in enumerate(operation.sides):
            rounds = results.get(operation.name, {}).get(side)
            if rounds:
                cells = [shown(rounds, field, digits) for field, digits in speeds]
                rows.append(["" if at else operation.title, SIDES[side], *cells])
    return rows


CLOSED = [("rate", 0), ("p50", 2), ("p99", 2), ("server_cpu", 3), ("postgres_cpu", 3)]
CLOSED_HEAD = ["operation", "", "per second", "p50", "p99", "CPU server", "CPU PostgreSQL"]


def closed_loop(closed):
    lines = ["", "## Without pause", ""]
    lines.append("Clients that ask again as soon as they are answered. Milliseconds; CPU of one request.")
    lines += table(CLOSED_HEAD, measured(MAIN, closed, CLOSED))
    lines += ["", "### The page of a subtree"] + table(CLOSED_HEAD, measured(PAGES, closed, CLOSED))
    lines += ["", "### Search by name"] + table(CLOSED_HEAD, measured(SEARCHES, closed, CLOSED))
    return lines


def open_loop(at_rate):
    lines = ["", "## At a steady rate", ""]
    lines.append(
        "Requests at random moments at one rate, half of what the slower of Banyan and Mercurius answers without pause; "
        "less only for who cannot keep up with it. The time of a request counts from when it was due. Milliseconds."
    )
    operations = [OPERATIONS[name] for name in at_rate]
    rows = measured(operations, at_rate, [("rate", 0), ("p50", 2), ("p95", 2), ("p99", 2)])
    return lines + table(["operation", "", "per second", "p50", "p95", "p99"], rows)


def budgets(report):
    lines = ["", "## Budgets", "", "Medians of what stood next to each other in a round.", ""]
    met = [one["met"] for one in report["budgets"]]
    lines.append(f"{met.count(True)} of {len(met)} met.")
    rows = []
    last = None
    for one in report["budgets"]:
        name = one.get("operation")
        title = OPERATIONS[name].title if name else ""
        figure = "not measured" if one["measured"] is None else f"{one['measured']:,.2f} {one['unit']}"
        bound = ("≥" if one["at_least"] else "≤") + f" {one['bound']:g} {one['unit']}"
        verdict = {True: "met", False: "**not met**", None: ""}[one["met"]]
        rows.append([title if title != last else "", one["what"], figure, bound, verdict])
        last = title
    return lines + table(["operation", "as a multiple of, or what", "measured", "budget", ""], rows)


def buffers(report):
    lines = ["", "## Buffers of a subtree page", ""]
    lines.append(
        "8 kB buffers that the server's own statement touches; of organizations of each level the least, median and most."
    )
    others = report["others"]
    head = ["page", "rows", "buffers", *(f"at {int(people):,} people" for people in others), "reads"]
    rows = []
    for name, one in report["buffers"].items():
        elsewhere = [f"{other[name]['median']:.0f}" if name in other else "" for other in others.values()]
        touched = f"{one['median']:.0f} ({one['min']}–{one['max']})"
        rows.append([OPERATIONS[name].title, f"{one['rows']:.0f}", touched, *elsewhere, ", ".join(one["scans"])])
    return lines + table(head, rows)


def moves(report):
    lines = [
        "",
        "## Moves",
        "",
        "The confirmed request, or the job that it ordered, with everything that carries a path; a reader asks for a page of it",
        "meanwhile. The largest has made-up branches without people beside the real ones.",
    ]
    rows = []
    for one in report["moves"]:
        cells = [f"{one['organizations']:,}", f"{one['people']:,}"]
        if one["rounds"]:
            cells += [
                shown(one["rounds"], "seconds", 2),
                shown(one["rounds"], "postgres_cpu", 2),
                shown(one["rounds"], "longest_read_ms", 0),
            ]
        else:
            cells += ["", "", ""]
        how = f"job, progress seen {one['steps']} times" if one["steps"] else "request"
        rows.append([*cells, how, (one["refused"] or "").replace("|", "\\|")])
    return lines + table(["organizations", "people", "seconds", "CPU PostgreSQL, s", "longest read, ms", "how", "refused"], rows)


def mixed_writes(writes):
    if not writes:
        return []
    return [
        "",
        "## Mixed writes",
        "",
        f"{writes['rate']} a second for {writes['seconds']} s, {writes['count']:,} in all, at random moments: people added (9 of 20) and "
        f"edited (9), organizations edited (2). p50 {writes['p50']:.1f}, p95 {writes['p95']:.1f}, p99 {writes['p99']:.1f} ms; "
        f"CPU of one {writes['server_cpu']:.2f} ms of the server and {writes['postgres_cpu']:.2f} of PostgreSQL, sealing included.",
    ]


def against_mercurius(report):
    """Banyan as a multiple of Mercurius for what has no budget."""
    rows = []
    for operation in [*PAGES, *SEARCHES]:
        sides = report["closed"].get(operation.name, {})
        if {"banyan", "mercurius", "sql"} <= set(sides):
            cells = []
            for field, side in (
                ("rate", "mercurius"),
                ("p99", "mercurius"),
                ("server_cpu", "mercurius"),
                ("postgres_cpu", "sql"),
            ):
                it = ratio(sides["banyan"], sides[side], field)
                cells.append(f"{it['median']:.2f}" if it else "")
            rows.append([operation.title, *cells])
    lines = ["", "Pages and searches, Banyan as a multiple of Mercurius, and of the SQL for PostgreSQL's CPU:"]
    return lines + table(["", "throughput", "p99", "CPU server", "CPU PostgreSQL / SQL"], rows)


def markdown(report, chart):
    settings = report["settings"]
    title = f"# {settings['people']:,} people".replace(",", " ")
    lines = [title, "", report["date"] + ": " + ", ".join(f"{key} {value}" for key, value in report["machine"].items()) + "."]
    lines.append(
        f"No rounds; {report['compared']} answers were compared."
        if not settings["rounds"]
        else f"{settings['rounds']} interleaved rounds of {settings['seconds']} s, {settings['connections']} connections; median (least–most). "
        f"{report['compared']} answers were compared before."
    )
    busy = report["others_busy"]
    if busy is not None:
        lines.append(
            f"Other work took {busy:.2f} of {report['processors']} processors meanwhile"
            + (": read CPU and not throughput or times." if busy > 0.1 * report["processors"] else ".")
        )
    if report["closed"]:
        lines += ["", f"![CPU of a request, of server and PostgreSQL together]({chart})"]
    for name, code in report["refused"].items():
        lines += ["", f"**Not measured: {OPERATIONS[name].title}: {code}.**"]
    for line in report.get("seldom", []):
        lines += ["", f"**Not measured: {line}.**"]
    lines += budgets(report)
    if report["closed"]:
        lines += closed_loop(report["closed"]) + against_mercurius(report) + open_loop(report["at_rate"])
    scoped = report["probes"]["scoped"]
    lines += ["", "## One after the other", ""]
    figures = report["probes"]["figures"]
    lines.append(
        f"Headline figures of any subtree: p50 {figures['p50']:.2f}, p95 {figures['p95']:.2f}, p99 {figures['p99']:.2f} ms."
    )
    lines.append(
        f"The same pages, p95: municipality's administrator {shown(scoped, 'unscoped', 2)} ms, county's {shown(scoped, 'scoped', 2)} ms; "
        f"ratio {shown(scoped, 'ratio', 2)}."
    )
    lines += buffers(report) + mixed_writes(report["writes"]) + moves(report)
    if report["sign_in"]:
        lines += ["", "## Signing in", "", *(f"- {line}" for line in report["sign_in"])]
    lines += ["", "## Server"] + table(["", ""], [[key, str(value)] for key, value in report["server"].items()])
    return "\n".join(lines) + "\n"


def cpu_of_operations(report):
    """For the chart: CPU of a request, of server and PostgreSQL together, by operation and side."""
    found = {}
    for operation in MAIN:
        if operation.name in ("5-figures-live", "6-add-row"):
            continue
        sides = report["closed"][operation.name]
        found[operation.title] = {
            side: statistics.median(one.get("server_cpu", 0) + one["postgres_cpu"] for one in rounds)
            for side, rounds in sides.items()
        }
    return found
