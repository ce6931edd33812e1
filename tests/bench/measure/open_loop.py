"""Requests at a steady rate, whether or not earlier ones were answered.

Each has a moment at which it is due, drawn beforehand (Poisson), and its time counts from there: a server that
stands still is charged for all who wait. wrk, hey and autocannon ask again only when they were answered (autocannon
corrects its numbers afterwards); wrk2, vegeta and oha are not in Debian, and building one takes longer than the
measurement. The sender is a process of its own: `python3 -m measure.open_loop` reads its task as JSON.
"""

import asyncio
import itertools
import json
import random
import statistics
import subprocess
import sys
import time
from collections import deque

CONNECTIONS = 64


class Connection(asyncio.Protocol):
    """One connection, which has one request under way at a time."""

    def __init__(self, sender):
        self.sender, self.buffer, self.due = sender, b"", None

    def connection_made(self, transport):
        self.transport = transport

    def send(self, due, request):
        self.due = due
        self.transport.write(request)

    def data_received(self, data):
        self.buffer += data
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        headers = head.lower()
        if b"\r\ntransfer-encoding: chunked" in headers:
            complete = body.endswith(b"0\r\n\r\n")
        else:
            complete = len(body) >= int(headers.split(b"\r\ncontent-length:", 1)[1].split(b"\r\n", 1)[0])
        if complete:
            self.buffer = b""
            good = head.startswith(b"HTTP/1.1 200") and b'"errors":' not in body and b'"userErrors":[{' not in body
            self.sender.answered(self, good, body)

    def connection_lost(self, _):
        self.sender.lost()


class Sender:
    """Sends what is due, on a free connection or on the first that becomes free."""

    def __init__(self, task, bodies):
        self.task, self.bodies = task, bodies
        self.free, self.waiting, self.times, self.wrong, self.example = deque(), deque(), [], 0, b""
        headers = f"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1:{task['port']}\r\nContent-Type: application/json\r\nAccept: application/json\r\n"
        if task["token"]:
            headers += f"Authorization: Bearer {task['token']}\r\n"
        self.headers = headers

    def request(self):
        """The next, made when it is due: those of ten minutes would not fit into memory."""
        encoded = next(self.bodies).encode()
        return f"{self.headers}Content-Length: {len(encoded)}\r\n\r\n".encode() + encoded

    async def run(self):
        loop = asyncio.get_running_loop()
        self.done = loop.create_future()
        for _ in range(CONNECTIONS):
            _, connection = await loop.create_connection(lambda: Connection(self), "127.0.0.1", self.task["port"])
            self.free.append(connection)
        chance = random.Random(1)
        due = time.monotonic() + 0.05
        end = due + self.task["seconds"]
        self.open = 0
        self.sent_all = False
        while due < end:
            pause = due - time.monotonic()
            if pause > 0:
                await asyncio.sleep(pause)
            request = self.request()
            self.open += 1
            if self.free:
                self.free.popleft().send(due, request)
            else:
                self.waiting.append((due, request))
            due += chance.expovariate(self.task["rate"])
        self.sent_all = True
        if self.open > 0:
            await asyncio.wait_for(self.done, 30)

    def answered(self, connection, good, body):
        self.times.append((time.monotonic() - connection.due) * 1e3)
        if not good:
            self.wrong += 1
            self.example = body[:300]
        self.open -= 1
        if self.waiting:
            connection.send(*self.waiting.popleft())
        else:
            self.free.append(connection)
        if self.sent_all and self.open == 0 and not self.done.done():
            self.done.set_result(None)

    def lost(self):
        if not self.sent_all or self.open > 0:
            sys.exit("A connection was closed during the load.")


def at_a_rate(side, bodies, rate, seconds):
    """Times of requests that are sent at a rate."""
    task = {"port": side.port, "token": side.token, "bodies": bodies, "rate": rate, "seconds": seconds}
    done = subprocess.run(
        [sys.executable, "-m", "measure.open_loop"], input=json.dumps(task), capture_output=True, text=True, timeout=seconds + 60
    )
    if done.returncode != 0:
        sys.exit(done.stdout + done.stderr)
    return json.loads(done.stdout)


def summary(sender):
    """The times of what was answered, or the end when an answer was wrong."""
    if sender.wrong:
        sys.exit(f"{sender.wrong} wrong answers, as {sender.example!r}")
    cuts = statistics.quantiles(sender.times, n=100)
    return {"count": len(sender.times), "rate": sender.task["rate"], "p50": cuts[49], "p95": cuts[94], "p99": cuts[98]}


def main():
    task = json.load(sys.stdin)
    sender = Sender(task, itertools.cycle(task.pop("bodies")))
    asyncio.run(sender.run())
    print(json.dumps(summary(sender)))


if __name__ == "__main__":
    main()
