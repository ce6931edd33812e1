"""Mercurius and PostGraphile over the database of the program under test."""

import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

from .operations import HERE
from .processes import free_port, memory, stat

# As many as the program under test takes.
POOL = 20


class Peer:
    """One of them, in a process of its own."""

    def __init__(self, name, node, server, sql, folder):
        self.name, self.port, self.token = name, free_port(), None
        self.log = os.path.join(folder, name + ".log")
        environment = {**os.environ, "NODE_ENV": "production", "GRAPHILE_ENV": "production"}
        environment |= {"BENCH_SOCKET": server.socket_folder, "BENCH_POOL": str(POOL), "BENCH_PORT": str(self.port)}
        environment |= {"BENCH_SETTINGS": json.dumps(sql.settings), "BENCH_VIEWER": json.dumps({"tenant": sql.tenant})}
        began = time.monotonic()
        with open(self.log, "ab") as log:
            script = os.path.join(HERE, "peers", name, "server.js")
            self.process = subprocess.Popen([node, script], stdout=log, stderr=log, env=environment)
        while time.monotonic() - began < 60 and self.process.poll() is None:
            with contextlib.suppress(OSError, urllib.error.HTTPError):
                self.ask("{ __typename }")
                self.start_seconds = time.monotonic() - began
                return
            time.sleep(0.02)
        with open(self.log, encoding="utf-8", errors="replace") as log:
            sys.exit(f"{name} does not answer:\n" + log.read()[-2_000:])

    def ask(self, query, **variables):
        body = json.dumps({"query": query, "variables": variables}).encode()
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/graphql", body, headers)
        with urllib.request.urlopen(request, timeout=30) as response:
            answer = json.load(response)
        if answer.get("errors"):
            sys.exit(f"{self.name}: an error instead of an answer: {answer['errors']}\n{query}\n{variables}")
        return answer["data"]

    def cpu(self):
        return stat(self.process.pid)[1]

    def memory(self, field):
        return memory(self.process.pid, field)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
