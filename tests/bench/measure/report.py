"""What is shown."""

import os
import platform
import re
import subprocess


def shown(value, digits):
    if value is None:
        return ""
    low, middle, high = (f"{value[key]:.{digits}f}" for key in ("min", "median", "max"))
    return middle if low == high else f"{middle} ({low}–{high})"


def markdown(report):
    lines = ["# Benchmark", "", report["date"] + ", " + ", ".join(f"{key} {value}" for key, value in report["machine"].items()), ""]
    lines.append(", ".join(f"{key} {value}" for key, value in report["settings"].items()) + ". Median of the rounds (least–most); milliseconds.")
    lines += ["", "| operation | | per second | p50 | p99 | CPU server | CPU PostgreSQL |", "|---|---|---|---|---|---|---|"]
    for one in report["operations"]:
        for side, title in (("graphql", "GraphQL"), ("sql", "SQL")):
            if side in one:
                it = one[side]
                cells = [shown(it["rate"], 0), shown(it["p50"], 2), shown(it["p99"], 2), shown(it.get("server_cpu"), 3), shown(it["postgres_cpu"], 3)]
                lines.append(f"| {one['title']} | {title} | " + " | ".join(cells) + " |")
    lines += ["", "GraphQL as a multiple of SQL:", "", "| operation | throughput | p50 | p99 | CPU PostgreSQL | budget |", "|---|---|---|---|---|---|"]
    for one in report["operations"]:
        if "ratios" in one:
            it = one["ratios"]
            budget = one["budget"]
            verdict = "kept" if budget["measured"]["median"] <= budget["at_most"] else "MISSED"
            cells = [shown(it[key], 2) for key in ("throughput", "p50", "p99", "postgres_cpu")]
            cells.append(f"{shown(budget['measured'], 2)} of {budget['against']}, at most {budget['at_most']}: {verdict}")
            lines.append(f"| {one['title']} | " + " | ".join(cells) + " |")
    lines += ["", "| server | |", "|---|---|"]
    lines += [f"| {key} | {value} |" for key, value in report["server"].items()]
    return "\n".join(lines) + "\n"


def version(command):
    done = subprocess.run(command, capture_output=True, text=True)
    line = (done.stdout or done.stderr).splitlines()[0].strip()
    return re.search(r"\d\S*", line).group() if re.search(r"\d", line) else line


def machine(program):
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        models = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    with open("/proc/meminfo", encoding="utf-8") as file:
        size = int(file.readline().split()[1]) / 1024 / 1024
    return {
        "processors": f"{os.cpu_count()} of {models[0] if models else platform.machine()}",
        "memory": f"{size:.0f} GB",
        "system": platform.release(),
        "load before": f"{os.getloadavg()[0]:.1f}",
        "server": version([program, "--version"]),
        "pgbench": version(["pgbench", "--version"]),
        "wrk": version(["wrk", "--version"]),
    }
