"""Starts the server on made-up people, checks that both sides answer the same, measures, stops it.

Called by run.sh; see README.md. Nothing but Python's standard library.
"""

import argparse
import base64
import contextlib
import datetime
import glob
import json
import os
import platform
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
TICK = os.sysconf("SC_CLK_TCK")
THREADS = 2
# So many different ids a measurement goes through.
SAMPLE = 64
# More than can be added in a second here; what is left over costs nothing.
ADDED_A_SECOND = 3_000
READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
WRITE = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
# UUIDv7, as the server's keys.
KEY = (
    "(lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 3)"
    " || 'a' || substr(md5(random()::text), 1, 15))::uuid"
)

# Name, title, SQL, whether it writes, whether GraphQL runs it too.
OPERATIONS = [
    ("1-person", "person by id", False, True),
    ("2-page", "page of 20 people with organization and its parent", False, True),
    ("3-children", "50 children with counts and 3 members each", False, True),
    ("4-tree", "4 ancestors and 2 levels of children", False, True),
    ("5-figures", "headline figures of a county", False, True),
    ("6-add", "add a person", True, True),
    ("5-figures-live", "the same figures counted live", False, False),
    ("6-add-row", "the row of a person alone", True, False),
]
# PostgreSQL's CPU through GraphQL as a multiple of that of the SQL named, at most.
BUDGETS = {
    "1-person": (1.3, "1-person"),
    "2-page": (1.5, "2-page"),
    "3-children": (1.1, "3-children"),
    "4-tree": (1.5, "4-tree"),
    "5-figures": (0.1, "5-figures-live"),
    "6-add": (3.0, "6-add-row"),
}


def say(text):
    print(text, file=sys.stderr, flush=True)


def read(name):
    with open(os.path.join(HERE, "operations", name), encoding="utf-8") as file:
        return file.read()


def key_of(global_id):
    body = global_id.split("_", 1)[1]
    return str(uuid.UUID(bytes=base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))


# --- processes -------------------------------------------------------------------------------------


def stat(pid):
    """Parent, own CPU seconds, CPU seconds of ended children."""
    with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return int(fields[1]), (int(fields[11]) + int(fields[12])) / TICK, (int(fields[13]) + int(fields[14])) / TICK


def children(pid):
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                if stat(name)[0] == pid:
                    found.append(int(name))
    return found


def cpu_with_children(pid):
    """CPU seconds of a postmaster: its own, its children's, also of those that ended."""
    while True:
        _, own, ended = stat(pid)
        living = 0.0
        for child in children(pid):
            with contextlib.suppress(OSError, IndexError):
                living += stat(child)[1]
        # A child that ended meanwhile would be counted twice or not at all.
        if stat(pid)[2] == ended:
            return own + ended + living


def memory(pid, field):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        for line in file:
            if line.startswith(field + ":"):
                return int(line.split()[1]) / 1024
    return 0.0


def shared_memory(pid):
    """Proportional memory of a postmaster with its children, MB; none where that may not be read."""
    total = 0.0
    for process in [pid, *children(pid)]:
        try:
            with open(f"/proc/{process}/smaps_rollup", encoding="utf-8") as file:
                total += sum(int(line.split()[1]) for line in file if line.startswith("Pss:")) / 1024
        except OSError:
            return None
    return total


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def forget(paths):
    """Asks the kernel to drop these files from its cache: a cold start touches nobody else's files."""
    for path in paths:
        with contextlib.suppress(OSError):
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
                os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(handle)


class Server:
    """The program under test with its private database."""

    def __init__(self, program, folder, people):
        self.program, self.data, self.people = program, os.path.join(folder, "data"), people
        self.log = os.path.join(folder, "server.log")
        self.process = None
        self.token = None

    def start(self, patience):
        """Starts it, and gives the seconds until the first answer."""
        self.port = free_port()
        environment = {**os.environ, "BANYAN_LOG": "warn"}
        command = [self.program, "serve", "--demo", "--demo-people", str(self.people), "--data-dir", self.data]
        began = time.monotonic()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*command, "--listen", f"127.0.0.1:{self.port}"], stdout=log, stderr=log, env=environment
            )
        while time.monotonic() - began < patience:
            if self.process.poll() is not None:
                break
            with contextlib.suppress(OSError):
                self.ask("{ server { version } }")
                return time.monotonic() - began
            time.sleep(0.005)
        with open(self.log, encoding="utf-8", errors="replace") as log:
            sys.exit("The server does not answer:\n" + log.read()[-2_000:])

    def stop(self):
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None

    def ask(self, query, **variables):
        body = json.dumps({"query": query, "variables": variables}).encode()
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = "Bearer " + self.token
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/graphql", body, headers)
        with urllib.request.urlopen(request, timeout=30) as response:
            answer = json.load(response)
        if answer.get("errors"):
            sys.exit(f"An error instead of an answer: {answer['errors']}\n{query}\n{variables}")
        return answer["data"]

    def take_token(self, organization):
        command = [self.program, "token", "--organization", organization, "--role", "organization-administrator"]
        self.token = subprocess.run(
            [*command, "--write", "--ttl", "6h", "--data-dir", self.data], check=True, capture_output=True, text=True
        ).stdout.strip()

    @property
    def socket_folder(self):
        with open(os.path.join(self.data, "postgres.socket"), encoding="utf-8") as file:
            return file.readline().strip()

    @property
    def postmaster(self):
        with open(os.path.join(self.data, "postgres", "postmaster.pid"), encoding="utf-8") as file:
            return int(file.readline())

    def sql(self, text, user="banyan_owner"):
        command = ["psql", "-X", "-q", "-At", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-h", self.socket_folder, "-U", user]
        done = subprocess.run([*command, "-f", "-", "banyan"], input=text, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(done.stderr + text)
        return [line.split("\t") for line in done.stdout.splitlines()]

    def cpu(self):
        return stat(self.process.pid)[1], cpu_with_children(self.postmaster)


# --- what is asked for -----------------------------------------------------------------------------


def identity_numbers(count, known):
    """Made-up identity numbers that nobody here has (GB 11643)."""
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    numbers = []
    while len(numbers) < count:
        # Nobody that the demonstration makes was born so early.
        day = datetime.date(1900, 1, 1) + datetime.timedelta(days=random.randrange(7_000))
        body = f"500101{day:%Y%m%d}{random.randrange(1, 1000):03d}"
        if body in known:
            continue
        known.add(body)
        check = "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights)) % 11]
        numbers.append((body + check, day))
    return numbers


def body_of(document, variables):
    return json.dumps({"query": document, "variables": variables}, ensure_ascii=False, separators=(",", ":"))


class Samples:
    """Ids to ask for, read through GraphQL, and the tree that operation 4 needs and the made-up one lacks."""

    def __init__(self, server, people):
        self.known = set()
        counties = server.ask("{ viewer { roots { children(first: 60) { nodes { id childCount } } } } }")
        counties = counties["viewer"]["roots"][0]["children"]["nodes"]
        largest = max(county["childCount"] for county in counties)
        townships = []
        for county in counties:
            under = server.ask("query ($id: ID!) { organizations(under: $id, reach: CHILDREN, first: 200) { nodes { id childCount } } }", id=county["id"])
            townships += [one["id"] for one in under["organizations"]["nodes"] if one["childCount"] >= 5]
        townships = random.sample(townships, min(SAMPLE, len(townships)))
        person_ids, branches = [], []
        for township in townships:
            page = server.ask("query ($id: ID!) { people(under: $id, first: 10) { nodes { id organization { id } } } }", id=township)
            nodes = page["people"]["nodes"]
            person_ids += random.sample([one["id"] for one in nodes], min(2, len(nodes)))
            branches += {one["organization"]["id"] for one in nodes}
        self.of = {
            "1-person": random.sample(person_ids, min(SAMPLE, len(person_ids))),
            "2-page": townships,
            "3-children": [county["id"] for county in counties if county["childCount"] >= min(50, largest)],
            "4-tree": self.deep_trees(server, townships[:4]),
            "5-figures": [county["id"] for county in counties],
            "6-add": random.sample(branches, min(SAMPLE, len(branches))),
        }
        self.of["5-figures-live"] = self.of["5-figures"]
        self.of["6-add-row"] = self.of["6-add"]

    def deep_trees(self, server, townships):
        """Under each township a committee under a committee with 5 children of 5 branches each."""
        create = "mutation ($input: OrganizationCreateInput!) { organizationCreate(input: $input) { organization { id } userErrors { code path } } }"
        self.created = 0

        def make(parent, kind):
            self.created += 1
            values = {"parentId": parent, "kind": kind, "name": f"基准测试{self.created}", "code": f"BENCH{self.created:05d}"}
            answer = server.ask(create, input=values)["organizationCreate"]
            if answer["userErrors"]:
                sys.exit(f"Cannot create an organization: {answer['userErrors']}")
            return answer["organization"]["id"]

        found = []
        for township in townships:
            top = make(make(township, "611"), "611")
            for _ in range(5):
                child = make(top, "621")
                for _ in range(5):
                    make(child, "631")
            found.append(top)
        return found

    def bodies(self, name, seconds):
        """One measurement's requests."""
        document = re.sub(r"\s+", " ", read(name + ".graphql")).strip()
        ids = self.of[name]
        if name != "6-add":
            return [body_of(document, {"id": one}) for one in ids]
        bodies = []
        for number, (identity, day) in enumerate(identity_numbers(int(seconds * ADDED_A_SECOND), self.known)):
            person = {
                "organizationId": ids[number % len(ids)],
                "stage": "FULL",
                "name": "胡菲艳",
                "sex": "1" if int(identity[16]) % 2 else "2",
                "ethnicGroup": "01",
                "identityNumber": identity,
                "birthDate": str(day),
                "education": "21",
                "joinedOn": "2020-01-01",
                "confirmedOn": "2021-01-01",
            }
            bodies.append(body_of(document, {"input": person}))
        return bodies


class Sql:
    """The statements that pgbench runs: the server's settings, then one statement written by hand."""

    def __init__(self, server):
        [[self.tenant, path, self.account]] = server.sql(
            "SELECT o.tenant_id, o.path, a.id FROM organizations o JOIN accounts a ON a.tenant_id = o.tenant_id AND a.organization_id = o.id "
            "AND a.kind = 'machine' WHERE o.code = '500000' ORDER BY a.created_at DESC LIMIT 1"
        )
        scope = f"{{[{path},{path}~)}}"
        settings = {"scope": scope, "scope_people": scope, "scope_journal": scope, "scope_grants": scope}
        settings |= {"person": "", "branch": "", "account": self.account}
        self.settings = [f"SET LOCAL app.{name} = '{value}';" for name, value in settings.items()]
        self.settings.append("SET LOCAL statement_timeout = 10000;")

    def statement(self, name):
        return read(name + ".sql").replace("@key@", KEY)

    def script(self, name, writes, ids):
        begin = [WRITE if writes else READ]
        lines = [f"\\set i 1 + 36 * random(0, {ids - 1})", "\\startpipeline", begin[0] + ";", *self.settings]
        return "\n".join([*lines, self.statement(name), "COMMIT;", "\\endpipeline", ""])

    def rows(self, server, name, one):
        """The rows for one id."""
        text = self.statement(name).replace(":tenant", f"'{self.tenant}'").replace(":account", f"'{self.account}'")
        text = text.replace(":ids", f"'{key_of(one)}'").replace(":i", "1")
        return server.sql("\n".join([READ + ";", *self.settings, text, "COMMIT;"]), "banyan_app")


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


# --- measuring -------------------------------------------------------------------------------------


def through_graphql(server, folder, bodies, once, seconds, connections):
    path = os.path.join(folder, "bodies")
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(body + "\n" for body in bodies)
    environment = {**os.environ, "BENCH_BODIES": path, "BENCH_TOKEN": server.token}
    environment |= {"BENCH_THREADS": str(THREADS), "BENCH_ONCE": "1" if once else ""}
    command = ["wrk", "-t", str(THREADS), "-c", str(connections), "-d", f"{seconds}s", "--timeout", "10s"]
    command += ["-s", os.path.join(HERE, "load.lua"), f"http://127.0.0.1:{server.port}"]
    before = server.cpu()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=seconds + 60)
    after = server.cpu()
    result = re.search(r"^RESULT (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)$", done.stdout, re.MULTILINE)
    if done.returncode != 0 or not result:
        sys.exit(done.stdout + done.stderr)
    answered, duration, p50, p99, wrong, failed = map(int, result.groups())
    if wrong or failed:
        sys.exit(f"{wrong} wrong answers and {failed} failed connections:\n{done.stdout}")
    return {
        "count": answered,
        "rate": answered / (duration / 1e6),
        "p50": p50 / 1e3,
        "p99": p99 / 1e3,
        "server_cpu": (after[0] - before[0]) * 1e3 / answered,
        "postgres_cpu": (after[1] - before[1]) * 1e3 / answered,
    }


def through_pgbench(server, folder, script, ids, tenant, account, seconds, connections):
    """CPU is read inside the run, and divided by the transactions that ended in between: connecting,
    and preparing on each connection, are the price of a start and not of a request."""
    for old in glob.glob(os.path.join(folder, "log.*")):
        os.remove(old)
    path = os.path.join(folder, "script.sql")
    with open(path, "w", encoding="utf-8") as file:
        file.write(script)
    margin = min(0.5, seconds / 4)
    command = ["pgbench", "-n", "-M", "prepared", "-c", str(connections), "-j", str(THREADS), "-T", str(seconds + 1)]
    command += ["-l", "--log-prefix", os.path.join(folder, "log"), "-f", path, "-h", server.socket_folder, "-U", "banyan_app"]
    for name, value in (("tenant", tenant), ("account", account), ("ids", "".join(ids))):
        command += ["-D", f"{name}={value}"]
    with subprocess.Popen([*command, "banyan"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            time.sleep(margin)
            before, began = server.cpu()[1], time.time()
            time.sleep(seconds)
            after, ended = server.cpu()[1], time.time()
            out, errors = process.communicate(timeout=60)
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
    if len(times) < 100:
        sys.exit(f"Only {len(times)} transactions; give it more SECONDS.\n{out}")
    cuts = statistics.quantiles(times, n=100)
    return {
        "count": len(times),
        "rate": len(times) / (ended - began),
        "average": statistics.fmean(times),
        "p50": cuts[49],
        "p99": cuts[98],
        "postgres_cpu": (after - before) * 1e3 / len(times),
    }


def end_left_open(server):
    """Ends what the server still holds open a second after the load: requests that wrk cut off. Their
    locks would fall to whoever is measured next. Gives how many there were."""
    open_still = "FROM pg_stat_activity WHERE datname = 'banyan' AND xact_start IS NOT NULL AND pid <> pg_backend_pid()"
    for _ in range(10):
        if server.sql(f"SELECT count(*) {open_still}") == [["0"]]:
            return 0
        time.sleep(0.1)
    return len(server.sql(f"SELECT pg_terminate_backend(pid) {open_still}"))


def spread(rounds, field):
    values = [one[field] for one in rounds]
    return {"min": min(values), "median": statistics.median(values), "max": max(values)}


def ratios(left, right):
    """Round by round: what stood next to each other in time is compared."""
    return {
        name: spread([{"it": a[field] / b[field]} for a, b in zip(left, right) if b[field]], "it")
        for name, field in (("throughput", "rate"), ("p50", "p50"), ("p99", "p99"), ("postgres_cpu", "postgres_cpu"))
    }


# --- showing ---------------------------------------------------------------------------------------


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
