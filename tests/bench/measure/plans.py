"""How many buffers the statement of a subtree page touches, from PostgreSQL's own log of its plans.

Through auto_explain, which every backend of the application's role loads after a restart: what is looked at is the
statement that the server sends, with the plan that it gets, and not a copy of it.
"""

import json
import os
import statistics
import time

from .operations import PAGES
from .probes import Client
from .samples import body_of

SETTINGS = {
    "session_preload_libraries": "auto_explain",
    "auto_explain.log_min_duration": "0",
    "auto_explain.log_analyze": "on",
    "auto_explain.log_buffers": "on",
    "auto_explain.log_timing": "off",
    "auto_explain.log_format": "json",
}
# More often than PostgreSQL plans a statement anew on a connection before it may keep a plan.
REPEATED = 8
ASKED = 8
# Seconds without a line after which the log is complete.
QUIET = 0.1


def plans_in(text):
    """The plans in a part of PostgreSQL's log."""
    decoder = json.JSONDecoder()
    at = text.find("plan:\n")
    while at >= 0:
        start = text.index("{", at)
        # Lines that go on begin with a tab.
        end = start
        while True:
            line_end = text.find("\n", end)
            if line_end < 0 or not text.startswith("\t", line_end + 1):
                break
            end = line_end + 1
        part = text[start : line_end if line_end >= 0 else len(text)]
        yield decoder.raw_decode(part.replace("\n\t", "\n"))[0]
        at = text.find("plan:\n", start)


def written_after(log, size):
    """What was written after so many bytes, when nothing more comes: the plan of a statement is told when it is given
    up, which may be after its answer."""
    known = -1
    while known != os.path.getsize(log):
        known = os.path.getsize(log)
        time.sleep(QUIET)
    with open(log, "rb") as file:
        file.seek(size)
        return file.read(known - size).decode(errors="replace")


def buffers_of_pages(server, samples, patience):
    """For each level and order the buffers of the page: least, median and most of some organizations."""
    for name, value in SETTINGS.items():
        server.sql(f"ALTER ROLE banyan_app SET {name} = '{value}'")
    server.stop()
    server.start(patience)
    client = Client(server.port, server.token)
    log = os.path.join(server.data, "postgres.log")
    found = {}
    for page in PAGES:
        document = page.graphql("banyan")
        touched, rows, nodes = [], [], set()
        for sample in samples.of[page.name][:ASKED]:
            body = body_of(document, samples.variables(page.name, "banyan", sample))
            for _ in range(REPEATED):
                size = os.path.getsize(log)
                client.ask(body)
            text = written_after(log, size)
            plans = [one for one in plans_in(text) if "people" in one["Query Text"] and "session_viewer" not in one["Query Text"]]
            touched.append(sum(one["Plan"]["Shared Hit Blocks"] + one["Plan"]["Shared Read Blocks"] for one in plans))
            rows.append(max((one["Plan"]["Actual Rows"] for one in plans), default=0))
            nodes |= {node for one in plans for node in scans(one["Plan"])}
        found[page.name] = {
            "min": min(touched),
            "median": statistics.median(touched),
            "max": max(touched),
            "rows": statistics.median(rows),
            "scans": sorted(nodes),
        }
    for name in SETTINGS:
        server.sql(f"ALTER ROLE banyan_app RESET {name}")
    return found


def scans(plan):
    """Names of the indexes and tables that a plan reads."""
    if "Index Name" in plan or "Scan" in plan["Node Type"] and "Relation Name" in plan:
        yield plan.get("Index Name") or f"{plan['Node Type']} on {plan['Relation Name']}"
    for below in plan.get("Plans", []):
        yield from scans(below)
