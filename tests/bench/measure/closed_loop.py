"""Clients that ask without pause, or at a steady rate where pgbench does it: wrk for GraphQL, pgbench for SQL."""

import glob
import os
import re
import statistics
import subprocess
import sys
import time

from .operations import HERE

THREADS = 2
# Of fewer no times can be told.
FEWEST = 20


class TooFew(Exception):
    """Hardly anything was answered in the time."""


def through_graphql(side, database, folder, bodies, once, seconds, connections, sealed):
    """`sealed`: CPU is read for the second time only when the journal is sealed."""
    path = os.path.join(folder, "bodies")
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(body + "\n" for body in bodies)
    environment = {**os.environ, "BENCH_BODIES": path, "BENCH_TOKEN": side.token or ""}
    environment |= {"BENCH_THREADS": str(THREADS), "BENCH_ONCE": "1" if once else ""}
    command = ["wrk", "-t", str(THREADS), "-c", str(connections), "-d", f"{seconds}s", "--timeout", f"{max(10, seconds)}s"]
    command += ["-s", os.path.join(HERE, "load.lua"), f"http://127.0.0.1:{side.port}"]
    before = side.cpu(), database.database_cpu()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=seconds + 60)
    if sealed:
        until_sealed(database)
    after = side.cpu(), database.database_cpu()
    result = re.search(r"^RESULT (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)$", done.stdout, re.MULTILINE)
    if done.returncode != 0 or not result:
        sys.exit(done.stdout + done.stderr)
    answered, duration, p50, p99, wrong, failed = map(int, result.groups())
    if answered < FEWEST and not wrong:
        raise TooFew(answered)
    if wrong or failed:
        sys.exit(f"{answered} answers, {wrong} wrong ones and {failed} failed connections:\n{done.stdout}")
    return {
        "count": answered,
        "rate": answered / (duration / 1e6),
        "p50": p50 / 1e3,
        "p99": p99 / 1e3,
        "server_cpu": (after[0] - before[0]) * 1e3 / answered,
        "postgres_cpu": (after[1] - before[1]) * 1e3 / answered,
    }


def through_pgbench(server, folder, script, values, seconds, connections, rate=None):
    """CPU is read inside the run, and divided by the transactions that ended in between: connecting,
    and preparing on each connection, are the price of a start and not of a request. At a rate, the times are
    counted from when a transaction was due."""
    for old in glob.glob(os.path.join(folder, "log.*")):
        os.remove(old)
    path = os.path.join(folder, "script.sql")
    with open(path, "w", encoding="utf-8") as file:
        file.write(script)
    margin = min(0.5, seconds / 4)
    command = ["pgbench", "-n", "-M", "prepared", "-c", str(connections), "-j", str(THREADS), "-T", str(seconds + 1)]
    command += ["-l", "--log-prefix", os.path.join(folder, "log"), "-f", path, "-h", server.socket_folder, "-U", "banyan_app"]
    command += ["-R", f"{rate:.3f}"] if rate else []
    for name, value in values.items():
        command += ["-D", f"{name}={value}"]
    environment = {**os.environ, "PGCLIENTENCODING": "UTF8"}
    with subprocess.Popen(
        [*command, "banyan"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            time.sleep(margin)
            before, began = server.database_cpu(), time.time()
            time.sleep(seconds)
            after, ended = server.database_cpu(), time.time()
            out, errors = process.communicate(timeout=seconds + 60)
        finally:
            process.kill()
    if process.returncode != 0 or "number of failed transactions: 0 " not in out:
        sys.exit(out + errors[-2_000:])
    times = []
    for log in glob.glob(os.path.join(folder, "log.*")):
        with open(log, encoding="utf-8") as file:
            for line in file:
                _, _, took, _, second, micro = line.split()[:6]
                if began <= int(second) + int(micro) / 1e6 <= ended:
                    times.append(int(took) / 1e3)
    if len(times) < FEWEST:
        raise TooFew(len(times))
    cuts = statistics.quantiles(times, n=100)
    return {
        "count": len(times),
        "rate": len(times) / (ended - began),
        "p50": cuts[49],
        "p95": cuts[94],
        "p99": cuts[98],
        "postgres_cpu": (after - before) * 1e3 / len(times),
    }


def end_left_open(server):
    """Ends what a side still holds open a second after the load: requests that wrk cut off. Their
    locks would fall to whoever is measured next. Gives how many there were."""
    open_still = (
        "FROM pg_stat_activity WHERE datname = 'banyan' AND xact_start IS NOT NULL AND backend_type = 'client backend' "
        "AND pid <> pg_backend_pid()"
    )
    for _ in range(10):
        if server.sql(f"SELECT count(*) {open_still}") == [["0"]]:
            return 0
        time.sleep(0.1)
    return len(server.sql(f"SELECT pg_terminate_backend(pid) {open_still}"))


def until_sealed(server):
    """Waits until the journal is sealed: the server does that behind the request, and it is the request's work."""
    if server.sql("SELECT to_regclass('journal_unsealed')") == [[""]]:
        return
    for _ in range(300):
        if server.sql("SELECT count(*) FROM journal_unsealed") == [["0"]]:
            return
        time.sleep(0.1)
    sys.exit("The journal is not sealed 30 seconds after the load.")
