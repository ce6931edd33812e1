"""Changes the guard one thing at a time and asks whether a test notices; see README.md.

    python mutants.py CARGO-MUTANTS COPY MATCHING [OPTION...]
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from weave import VARIABLE, Mutant, mutants_of, weave

ROOT = Path(__file__).parents[2]
# The tests of the crate itself, which take no time, and those that meet the server: what notices most comes first.
OWN = ["access::"]
SERVERS = [
    ["sign_in::sessions", "sign_in::keys", "roles", "organizations::jobs", "organizations::dissolve"],
    ["access_table", "grants", "duties", "sign_in::summaries"],
    ["scope::guard", "scope::interference", "scope::indistinguishable", "sign_in", "organizations", "people", "accounts"],
]
# Longer than any of the three lists takes; a change that makes something wait for ever is noticed by the clock.
PATIENCE = 1_800


def build(copy: Path, what: list[str]) -> tuple[str | None, list[dict]]:
    """The executable of some tests, or what the compiler says against it."""
    command = ["cargo", "test", "--no-run", "--locked", "--message-format=json", *what]
    done = subprocess.run(command, cwd=copy, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    told = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode == 0:
        return next(one["executable"] for one in told if one.get("executable")), []
    return None, [one["message"] for one in told if one.get("reason") == "compiler-message" and one["message"]["level"] == "error"]


def build_what_compiles(mutants: list[Mutant], copy: Path) -> tuple[str, list[Mutant]]:
    """The crate's own tests with all changes that the compiler accepts, and these."""
    while True:
        lines = weave(mutants, ROOT, copy)
        executable, errors = build(copy, ["-p", "banyan", "--lib"])
        if executable:
            return executable, mutants
        bad = {
            number
            for error in errors
            for span in error["spans"]
            for file, places in lines.items()
            if file.endswith(span["file_name"])
            for first, last, number in places
            if first <= span["line_start"] <= last
        }
        if not bad:
            raise SystemExit("\n".join(error["rendered"] for error in errors[:3]) or "The copy does not compile.")
        mutants = [mutant for mutant in mutants if mutant.number not in bad]


def noticed(executable: str, tests: list[str], folder: Path, mutant: Mutant | None) -> str | None:
    """The first test that fails, if one does."""
    environment = {**os.environ, "CARGO_MANIFEST_DIR": str(folder), "RUST_BACKTRACE": "0"}
    if mutant:
        environment[VARIABLE] = str(mutant.number)
    with subprocess.Popen(
        [executable, *tests], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        signal.signal(signal.SIGALRM, lambda *_: process.terminate())
        signal.alarm(PATIENCE)
        failed = None
        for line in process.stdout or []:
            if line.startswith("test ") and line.rstrip().endswith("FAILED"):
                failed = line.split()[1]
                # The others would only take time. This process alone: what stops their database outlives it.
                process.terminate()
                break
        process.wait()
        signal.alarm(0)
    return failed or (None if process.returncode == 0 else "the clock, or the end of the process")


def main() -> int:
    """Weaves, builds, asks."""
    tool, copy, matching, options = sys.argv[1], Path(sys.argv[2]), re.compile(sys.argv[3]), sys.argv[4:]
    listing = [tool, "mutants", "--list", "--json", "--config", str(ROOT / "tests/mutants/mutants.toml"), *options]
    listed = json.loads(subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
    # Only now, because of a function with other changes one says where its body is.
    wanted = [mutant for mutant in mutants_of(listed, ROOT) if matching.search(mutant.name)]
    own, alive = build_what_compiles(wanted, copy)
    print(f"{len(wanted)} changes, of which {len(wanted) - len(alive)} do not compile", flush=True)
    if failed := noticed(own, OWN, copy / "server", None):
        raise SystemExit(f"Without any change {failed} fails.")
    left = [mutant for mutant in alive if not noticed(own, OWN, copy / "server", mutant)]
    print(f"{len(alive) - len(left)} noticed by the crate's own tests, {len(left)} left", flush=True)
    if left:
        servers, errors = build(copy, ["-p", "banyan-tests", "--test", "it"])
        if not servers:
            raise SystemExit(errors[0]["rendered"])
        for tests in SERVERS:
            if failed := noticed(servers, tests, copy / "tests", None):
                raise SystemExit(f"Without any change {failed} fails.")
            for mutant in list(left):
                if by := noticed(servers, tests, copy / "tests", mutant):
                    left.remove(mutant)
                    print(f"{mutant.name}: {by}", flush=True)
            if not left:
                break
    for mutant in left:
        print(f"NOT NOTICED {mutant.name}")
    print(f"{len(alive) - len(left)} of {len(alive)} changes were noticed")
    return 1 if left else 0


if __name__ == "__main__":
    raise SystemExit(main())
