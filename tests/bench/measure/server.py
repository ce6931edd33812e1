"""The program under test."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

from .processes import cpu_with_children, free_port, memory, stat


def say(text):
    print(text, file=sys.stderr, flush=True)


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

    def start_beside(self):
        """Seconds until the first answer of a second server on the database of this one."""
        port = free_port()
        address = f"postgresql://banyan_owner@/banyan?host={self.socket_folder}"
        command = [
            self.program,
            "serve",
            "--data-dir",
            os.path.join(os.path.dirname(self.data), "beside"),
            "--database-url",
            address,
            "--free-text",
            "anyone",
        ]
        found = None
        # The first start makes its keys.
        for _ in range(2):
            began = time.monotonic()
            with open(self.log, "ab") as log:
                process = subprocess.Popen(
                    [*command, "--listen", f"127.0.0.1:{port}"], stdout=log, stderr=log, env={**os.environ, "BANYAN_LOG": "warn"}
                )
            while time.monotonic() - began < 30 and process.poll() is None:
                with contextlib.suppress(OSError):
                    answer = self.answer(port, "{ server { version } }", {})
                    found = time.monotonic() - began
                    break
                time.sleep(0.002)
            process.terminate()
            process.wait(30)
            if found and answer.get("errors"):
                sys.exit(f"An error instead of an answer: {answer['errors']}")
        if found is None:
            sys.exit("A server on a running database does not answer.")
        return found

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
        return self.ask_at(self.port, query, **variables)

    def refusal(self, query, variables):
        """The code with which a question is refused; none when it is answered."""
        answer = self.answer(self.port, query, variables)
        return answer["errors"][0]["extensions"]["code"] if answer.get("errors") else None

    def ask_at(self, port, query, **variables):
        answer = self.answer(port, query, variables)
        if answer.get("errors"):
            sys.exit(f"An error instead of an answer: {answer['errors']}\n{query}\n{variables}")
        return answer["data"]

    def answer(self, port, query, variables):
        body = json.dumps({"query": query, "variables": variables}).encode()
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = "Bearer " + self.token
        request = urllib.request.Request(f"http://127.0.0.1:{port}/graphql", body, headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            return json.load(error)

    def token_at(self, organization):
        """A token of an administrator of the organization with this code."""
        command = [self.program, "token", "--organization", organization, "--role", "organization-administrator"]
        return subprocess.run(
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
        return stat(self.process.pid)[1]

    def database_cpu(self):
        return cpu_with_children(self.postmaster)

    def memory(self, field):
        return memory(self.process.pid, field)
