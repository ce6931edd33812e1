"""Starts the server on made-up people, checks that both sides answer the same, measures, stops it.

Called by run.sh; see README.md. Nothing but Python's standard library.
"""

import argparse
import datetime
import glob
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from .closed_loop import THREADS, end_left_open, through_graphql, through_pgbench
from .compare import compare
from .figures import ratios, spread
from .operations import BUDGETS, OPERATIONS, key_of
from .processes import forget, memory, shared_memory
from .report import machine, markdown
from .samples import Samples
from .server import Server, say
from .sql import Sql


def main():
    parser = argparse.ArgumentParser()
    for name in ("program", "out"):
        parser.add_argument("--" + name, required=True)
    for name in ("people", "rounds", "seconds", "connections"):
        parser.add_argument("--" + name, type=int, required=True)
    options = parser.parse_args()
    if not (1 <= options.rounds <= 100 and 1 <= options.seconds <= 600 and THREADS <= options.connections <= 64):
        sys.exit("ROUNDS is 1 to 100, SECONDS 1 to 600, CONNECTIONS 2 to 64.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    random.seed(1)
    folder = tempfile.mkdtemp(prefix="banyan-bench-")
    os.chmod(folder, 0o755)
    server = Server(os.path.abspath(options.program), folder, options.people)
    try:
        report = measure(server, folder, options)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(options.out, exist_ok=True)
    text = markdown(report)
    with open(os.path.join(options.out, "bench.json"), "w", encoding="utf-8") as file:
        json.dump(report, file, ensure_ascii=False, indent=2)
    with open(os.path.join(options.out, "bench.md"), "w", encoding="utf-8") as file:
        file.write(text)
    print(text)


def measure(server, folder, options):
    facts = {"transactions left open by clients that went away": 0}
    report = {"date": datetime.datetime.now().astimezone().isoformat(timespec="minutes"), "machine": machine(server.program)}
    report["settings"] = {key: getattr(options, key) for key in ("people", "rounds", "seconds", "connections")}
    say(f"Loading {options.people} people")
    facts["first start with loading, s"] = f"{server.start(3_600):.1f}"
    server.stop()
    facts["from start to first answer, warm, s"] = f"{server.start(60):.2f}"
    server.stop()
    forget([server.program, *glob.glob(os.path.join(server.data, "**"), recursive=True)])
    facts["from start to first answer, files not in the cache, s"] = f"{server.start(60):.2f}"
    time.sleep(2)
    facts["memory idle, MB"] = f"{memory(server.process.pid, 'VmRSS'):.0f}"

    server.take_token("500000")
    samples = Samples(server, options.people)
    # What the demonstration loaded has its statistics, what was just made not yet.
    server.sql("ANALYZE")
    sql = Sql(server)
    say("Comparing the answers")
    compare(server, samples, sql)

    def graphql_side(name, seconds):
        bodies = samples.bodies(name, seconds)
        one = through_graphql(server, folder, bodies, name == "6-add", seconds, options.connections)
        facts["transactions left open by clients that went away"] += end_left_open(server)
        return one

    def sql_side(name, writes, seconds):
        ids = [key_of(one) for one in samples.of[name]]
        script = sql.script(name, writes, len(ids))
        return through_pgbench(server, folder, script, ids, sql.tenant, sql.account, seconds, options.connections)

    counted = "SELECT (SELECT count(*) FROM people), (SELECT count(*) FROM membership_ledger), (SELECT count(*) FROM journal)"
    results = {name: {"graphql": [], "sql": []} for name, *_ in OPERATIONS}
    for number in range(options.rounds + 1):
        # The first round only warms both sides up.
        seconds = options.seconds if number else min(2, options.seconds)
        for name, title, writes, both in OPERATIONS:
            if name == "6-add-row":
                continue
            say(f"round {number} of {options.rounds}: {title}")
            before = [int(count) for count in server.sql(counted)[0]]
            sides = ["graphql", "sql"] if number % 2 else ["sql", "graphql"]
            for side in sides if both else ["sql"]:
                one = graphql_side(name, seconds) if side == "graphql" else sql_side(name, writes, seconds)
                if number:
                    results[name][side].append(one)
            added = [int(after) - count for after, count in zip(server.sql(counted)[0], before)]
            if writes and len(set(added)) != 1 or bool(added[0]) != writes:
                sys.exit(f"{name}: people, ledger and log grew by {added}")
    facts["memory peak, MB"] = f"{memory(server.process.pid, 'VmHWM'):.0f}"
    time.sleep(2)
    facts["memory after, MB"] = f"{memory(server.process.pid, 'VmRSS'):.0f}"
    database = shared_memory(server.postmaster)
    if database is not None:
        facts["memory of PostgreSQL after, MB"] = f"{database:.0f}"
    checked = subprocess.run([server.program, "check", "--data-dir", server.data], capture_output=True, text=True)
    facts["banyan check"] = "no difference" if checked.returncode == 0 else "DIFFERENCES: " + checked.stdout[-500:]

    # After the check: these people are in no figure.
    for number in range(options.rounds + 1):
        one = sql_side("6-add-row", True, options.seconds if number else 1)
        if number:
            results["6-add-row"]["sql"].append(one)

    report["server"] = facts
    report["operations"] = []
    for name, title, _, both in OPERATIONS:
        one = {"name": name, "title": title, "rounds": results[name]}
        for side in ("graphql", "sql") if both else ("sql",):
            one[side] = {field: spread(results[name][side], field) for field in results[name][side][0]}
        if both:
            one["ratios"] = ratios(results[name]["graphql"], results[name]["sql"])
            at_most, against = BUDGETS[name]
            measured = ratios(results[name]["graphql"], results[against]["sql"])["postgres_cpu"]
            one["budget"] = {"what": "postgres_cpu", "against": against, "at_most": at_most, "measured": measured}
        report["operations"].append(one)
    return report


if __name__ == "__main__":
    main()
