"""Questions one after the other on one connection: figures of any subtree, and the scoped beside the unscoped."""

import http.client
import json
import random
import statistics
import sys
import time

from .operations import OPERATIONS
from .samples import Sample, body_of

ASKED = 400


class Client:
    """One connection with one token."""

    def __init__(self, port, token):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.headers = {"Content-Type": "application/json", "Authorization": "Bearer " + token}

    def ask(self, body):
        """The answer and the milliseconds that it took."""
        began = time.perf_counter()
        self.connection.request("POST", "/graphql", body.encode(), self.headers)
        text = self.connection.getresponse().read()
        took = (time.perf_counter() - began) * 1e3
        if b'"errors":' in text:
            sys.exit(f"An error instead of an answer: {text[:500]}")
        return text, took


def percentiles(times):
    cuts = statistics.quantiles(times, n=100)
    return {"p50": cuts[49], "p95": cuts[94], "p99": cuts[98]}


def figures_of_any_subtree(server, samples):
    """Of organizations of all levels, each level as often as the next."""
    document = OPERATIONS["5-figures"].graphql("banyan")
    client = Client(server.port, server.token)
    levels = list(samples.levels.values())
    bodies = [body_of(document, {"id": random.choice(level).id}) for _ in range(ASKED // len(levels)) for level in levels]
    for body in bodies[:20]:
        client.ask(body)
    return percentiles([client.ask(body)[1] for body in bodies])


def scoped_beside_unscoped(server, samples, token, county, rounds):
    """The same pages, asked in turn by who may see the municipality and by who may see the county."""
    rows = server.sql(
        f"SELECT o.id FROM organizations o WHERE o.path >= '{county.path}' AND o.path < '{county.path}~' AND length(o.path) > 3 "
        "ORDER BY md5(o.path) LIMIT 64"
    )
    below = [county, *[Sample(samples.of_key(key), key) for [key] in rows]]
    document = OPERATIONS["page-county-tree"].graphql("banyan")
    bodies = [
        body_of(document, {"id": random.choice(below).id, "order": order})
        for _ in range(ASKED // 2)
        for order in ("TREE", "NAME")
    ]
    unscoped, scoped = Client(server.port, server.token), Client(server.port, token)
    found = []
    for number in range(rounds + 1):
        times = [], []
        for at, body in enumerate(bodies):
            turns = [(unscoped, times[0]), (scoped, times[1])]
            answers = []
            for client, kept in turns if at % 2 else reversed(turns):
                text, took = client.ask(body)
                kept.append(took)
                answers.append(json.loads(text)["data"]["people"]["nodes"])
            if answers[0] != answers[1]:
                sys.exit(f"The scoped and the unscoped see different pages: {body}")
        if number:
            one, other = percentiles(times[0]), percentiles(times[1])
            found.append({"unscoped": one["p95"], "scoped": other["p95"], "ratio": other["p95"] / one["p95"]})
    return found
