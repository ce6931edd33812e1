"""Starts the servers on made-up people, checks that all answer the same, measures, stops them.

Called by run.sh; see README.md. Nothing but Python's standard library.
"""

import argparse
import datetime
import glob
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from .closed_loop import THREADS
from .compare import compare
from .figures import move_budgets, operation_budgets, server_budgets
from .machine import machine, processors
from .moves import measure_moves
from .operations import HERE, OPERATIONS, PAGES, SEARCHES, SIDES
from .peers import Peer
from .plans import buffers_of_pages
from .probes import figures_of_any_subtree, scoped_beside_unscoped
from .processes import TICK, forget, shared_memory
from .report import markdown
from .rounds import Rounds
from .samples import PEERS_NAME, Samples
from .server import Server, say
from .sql import Sql
from .writes import mixed_writes

SCALES = {"100k": 100_000, "1m": 1_000_000, "10m": 10_000_000}
# The code of the municipality that is asked about.
MUNICIPALITY = "500000"
# Patience with a first start, which loads the people, and with any other.
LOADING, STARTING = 7_200, 120
# Half of the time after which the server gives up.
PATIENT = 5


def people_of(text):
    """`100k`, `1m`, `10m`, or a number."""
    text = text.lower().replace("_", "")
    if text in SCALES or re.fullmatch(r"\d+", text):
        return SCALES.get(text) or int(text)
    raise argparse.ArgumentTypeError("100k, 1m, 10m or a number of people")


def arguments():
    parser = argparse.ArgumentParser()
    for name in ("program", "node", "out", "sign-in"):
        parser.add_argument("--" + name, default="" if name == "sign-in" else None, required=name != "sign-in")
    parser.add_argument("--people", type=people_of, required=True)
    for name in ("rounds", "seconds", "connections", "writes"):
        parser.add_argument("--" + name, type=int, required=True)
    parser.add_argument("--moves", type=lambda text: [int(size) for size in text.split(",") if size], required=True)
    options = parser.parse_args()
    if not (0 <= options.rounds <= 100 and 1 <= options.seconds <= 600 and THREADS <= options.connections <= 64):
        sys.exit("ROUNDS is 0 to 100, SECONDS 1 to 600, CONNECTIONS 2 to 64.")
    if not 0 <= options.writes <= 3_600:
        sys.exit("WRITES is 0 to 3600 seconds.")
    return options


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    random.seed(1)
    folder = tempfile.mkdtemp(prefix="banyan-bench-")
    os.chmod(folder, 0o755)
    server, sides = Server(os.path.abspath(options.program), folder, options.people), {}
    try:
        report = measure(server, sides, folder, options)
    finally:
        for side in sides.values():
            side.stop()
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(options.out, exist_ok=True)
    label = next((name for name, people in SCALES.items() if people == options.people), str(options.people))
    text = markdown(report, f"{label}.svg")
    with open(os.path.join(options.out, f"{label}.json"), "w", encoding="utf-8") as file:
        json.dump(report, file, ensure_ascii=False, indent=1)
        file.write("\n")
    with open(os.path.join(options.out, f"{label}.md"), "w", encoding="utf-8") as file:
        file.write(text)
    print(text)


def other_scales(options):
    """Buffers of the pages as other runs left them, by people."""
    found = {}
    for path in sorted(glob.glob(os.path.join(options.out, "*.json"))):
        with open(path, encoding="utf-8") as file:
            report = json.load(file)
        if report["settings"]["people"] != options.people:
            found[report["settings"]["people"]] = report["buffers"]
    return dict(sorted(found.items()))


def refused_lists(server, samples):
    """Lists that the server gives up on, or nearly: they are shown, and the run goes on without them."""
    found = {}
    for operation in [*PAGES, *SEARCHES]:
        for sample in samples.of[operation.name][:6]:
            began = time.monotonic()
            code = server.refusal(operation.graphql("banyan"), samples.variables(operation.name, "banyan", sample))
            took = time.monotonic() - began
            if code or took > PATIENT:
                found[operation.name] = f"{code or 'answered'} after {took:.1f} s"
                say(f"{operation.title}: {found[operation.name]}")
                break
    return found


def first_starts(server, facts):
    facts["first start with loading, s"] = round(server.start(LOADING), 1)
    server.stop()
    facts["start, warm, s"] = round(server.start(STARTING), 2)
    facts["start on a running database, ms"] = round(server.start_beside() * 1e3)
    server.stop()
    forget([server.program, *glob.glob(os.path.join(server.data, "**"), recursive=True)])
    facts["start, files not in the cache, s"] = round(server.start(STARTING), 2)
    time.sleep(2)
    facts["memory idle, MB"] = round(server.memory("VmRSS"))


def start_peers(server, sides, options, sql, folder, facts):
    server.sql(open(os.path.join(HERE, "peers", "postgraphile", "functions.sql"), encoding="utf-8").read())
    for name in ("mercurius", "postgraphile"):
        sides[name] = Peer(name, options.node, server, sql, folder)
        facts[f"{name}: start, s"] = round(sides[name].start_seconds, 2)
        facts[f"{name}: memory idle, MB"] = round(sides[name].memory("VmRSS"))


def used(server, sides):
    """CPU seconds of everything that belongs to the run."""
    own = sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own + server.cpu() + server.database_cpu() + sum(side.cpu() for side in sides.values())


def measure(server, sides, folder, options):
    began = time.monotonic()
    facts = {}
    report = {"date": datetime.datetime.now().astimezone().isoformat(timespec="minutes")}
    report["machine"] = machine(server.program, options.node, HERE)
    report["processors"] = os.cpu_count()
    report["settings"] = {key: getattr(options, key) for key in ("people", "rounds", "seconds", "connections")}
    say(f"Loading {options.people} people")
    first_starts(server, facts)

    server.token = server.token_at(MUNICIPALITY)
    sql = Sql(server)
    samples = Samples(server, sql.tenant)
    start_peers(server, sides, options, sql, folder, facts)
    # What the demonstration loaded has its statistics, what was just made not yet.
    server.sql("ANALYZE")
    [[loaded]] = server.sql("SELECT now()")
    say("Comparing the answers")

    def asked(side, name, sample):
        it = sides.get(side, server)
        if side == "banyan" and OPERATIONS[name] in [*PAGES, *SEARCHES]:
            # Given up on, perhaps only with the plan that PostgreSQL keeps after some executions.
            query, variables = OPERATIONS[name].graphql(side), samples.variables(name, side, sample)
            return server.answer(server.port, query, variables).get("data")
        return it.ask(OPERATIONS[name].graphql(side), **samples.variables(name, side, sample))

    refused = refused_lists(server, samples)
    report["refused"] = refused
    report["compared"] = compare(asked, samples, sql, server, refused)
    before, busy = used(server, sides), processors()
    rounds = Rounds(server, {"banyan": server, **sides}, samples, sql, folder, options, refused, say)
    if options.rounds:
        rounds.run()
    after, still_busy = used(server, sides), processors()
    spent = (still_busy[0] - busy[0]) / TICK - (after - before)
    # Without rounds no time went by.
    passed = max(1, still_busy[1] - busy[1]) / TICK / os.cpu_count()
    report["others_busy"] = max(0.0, spent / passed)
    facts["transactions left open by clients that went away"] = rounds.left_open
    facts["memory peak, MB"] = round(server.memory("VmHWM"))
    for name, side in sides.items():
        facts[f"{name}: memory peak, MB"] = round(side.memory("VmHWM"))
        side.stop()
    time.sleep(2)
    facts["memory after, MB"] = round(server.memory("VmRSS"))
    database = shared_memory(server.postmaster)
    if database is not None:
        facts["memory of PostgreSQL after, MB"] = round(database)

    # Rows that are in no figure. Among millions others have those names too.
    server.sql(
        f"DELETE FROM people WHERE created_at > '{loaded}' AND name IN ('{PEERS_NAME}', '胡菲艳') AND NOT EXISTS "
        "(SELECT FROM membership_ledger l WHERE l.tenant_id = people.tenant_id AND l.person_id = people.id)"
    )
    server.sql("VACUUM ANALYZE people")
    say("Figures of any subtree, scoped and unscoped")
    report["probes"] = {"figures": figures_of_any_subtree(server, samples)}
    county = max(
        samples.levels["county"],
        key=lambda one: int(
            server.sql(f"SELECT count(*) FROM organizations WHERE path >= '{one.path}' AND path < '{one.path}~'")[0][0]
        ),
    )
    code = server.sql(f"SELECT code FROM organizations WHERE id = '{county.key}'")[0][0]
    report["probes"]["scoped"] = scoped_beside_unscoped(server, samples, server.token_at(code), county, max(1, options.rounds))
    say("Buffers of the pages")
    report["buffers"] = buffers_of_pages(server, samples, STARTING)
    server.stop()
    server.start(STARTING)
    report["others"] = other_scales(options)
    [root] = server.ask("{ viewer { roots { id } } }")["viewer"]["roots"]
    report["writes"] = mixed_writes(server, samples, options.writes, say) if options.writes else None
    report["moves"] = measure_moves(server, samples, sql, root["id"], options.moves, max(1, options.rounds), say)

    checked = subprocess.run([server.program, "check", "--data-dir", server.data], capture_output=True, text=True)
    facts["banyan check"] = "no difference" if checked.returncode == 0 else "DIFFERENCES: " + checked.stdout[-500:]
    facts["the whole run, minutes"] = round((time.monotonic() - began) / 60, 1)
    report["sign_in"] = []
    if options.sign_in:
        with open(options.sign_in, encoding="utf-8") as file:
            report["sign_in"] = file.read().split("\n")[:-1]
    report["server"] = facts
    report["closed"], report["at_rate"] = rounds.closed, rounds.at_rate
    report["seldom"] = [f"{OPERATIONS[name].title}, {SIDES[side]}: {what}" for (name, side), what in rounds.seldom.items() if side not in rounds.closed.get(name, {})]
    report["budgets"] = operation_budgets(rounds.closed, rounds.at_rate) if options.rounds else []
    report["budgets"] += server_budgets(facts, report["probes"], report["buffers"], report["others"], report["writes"])
    report["budgets"] += move_budgets(report["moves"])
    return report


if __name__ == "__main__":
    main()
