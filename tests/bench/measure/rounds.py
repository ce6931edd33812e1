"""The rounds: every operation, every side, one beside the other."""

import sys

from .closed_loop import FEWEST, TooFew, end_left_open, through_graphql, through_pgbench, until_sealed
from .figures import steady_rate
from .open_loop import at_a_rate
from .operations import AT_A_RATE, MAIN, PAGES, SEARCHES
from .samples import ADDED_A_SECOND

# How much longer those are asked who answer seldom, and by how many: so many clients would only wait for each other.
LONGER = [(1, None), (5, 2), (20, 2)]
GROWN = "SELECT (SELECT count(*) FROM people), (SELECT count(*) FROM membership_ledger), (SELECT count(*) FROM journal)"


class Rounds:
    """Runs them and keeps what they gave: name of the operation, side, rounds."""

    def __init__(self, server, sides, samples, sql, folder, options, refused, say):
        self.server, self.sides, self.samples, self.sql = server, sides, samples, sql
        self.folder, self.options, self.refused, self.say = folder, options, refused, say
        self.closed, self.at_rate, self.left_open = {}, {}, 0
        # By operation and side: which of LONGER is needed; and who answers too seldom all the same.
        self.longer, self.seldom = {}, {}

    def run(self):
        count = self.options.rounds
        short = max(1, self.options.seconds - 1)
        for number in range(count + 1):
            # The first round only warms all sides up.
            self.say(f"round {number} of {count}" if number else "warming up")
            for operation in MAIN:
                self.measure(operation, self.options.seconds if number else 1, number)
            for operation in [*PAGES, *SEARCHES]:
                self.measure(operation, short if number else 1, number)
            if number:
                for operation in AT_A_RATE:
                    self.measure_at_rate(operation, short, number)

    def in_turn(self, operation, number):
        """Each round another side goes first."""
        first = number % len(operation.sides)
        return operation.sides[first:] + operation.sides[:first]

    def measure(self, operation, seconds, number):
        for side in self.in_turn(operation, number):
            if side == "banyan" and operation.name in self.refused:
                continue
            before = self.grown()
            one = self.long_enough(operation, side, seconds)
            self.must_have_grown(operation, side, before)
            if number and one:
                self.closed.setdefault(operation.name, {}).setdefault(side, []).append(one)

    def long_enough(self, operation, side, seconds):
        """A measurement, longer and longer until it tells something; none when nothing is long enough."""
        key = operation.name, side
        for at in range(self.longer.get(key, 0), len(LONGER)):
            self.longer[key] = at
            times, connections = LONGER[at]
            try:
                return self.once(operation, side, seconds * times, connections or self.options.connections)
            except TooFew as few:
                self.left_open += end_left_open(self.server)
                self.seldom[key] = f"{few} answers in {seconds * times} s"
        return None

    def once(self, operation, side, seconds, connections):
        name = operation.name
        if side == "sql":
            script, values = self.sql.script(name, self.samples.of[name])
            one = through_pgbench(self.server, self.folder, script, values, seconds, connections)
        else:
            bodies = self.samples.bodies(name, side, seconds * ADDED_A_SECOND)
            sealed = operation.writes and side == "banyan"
            server, database = self.sides[side], self.server
            one = through_graphql(server, database, self.folder, bodies, operation.writes, seconds, connections, sealed)
        self.left_open += end_left_open(self.server)
        return one

    def measure_at_rate(self, operation, seconds, number):
        name = operation.name
        for side in self.in_turn(operation, number):
            rate = steady_rate(self.closed, name, side)
            if rate * seconds < 2 * FEWEST:
                continue
            if side == "sql":
                script, values = self.sql.script(name, self.samples.of[name])
                one = through_pgbench(self.server, self.folder, script, values, seconds, self.options.connections, rate)
            else:
                bodies = self.samples.bodies(name, side, rate * seconds * 2 + 100)
                one = at_a_rate(self.sides[side], bodies, rate, seconds)
            if operation.writes:
                until_sealed(self.server)
            self.at_rate.setdefault(name, {}).setdefault(side, []).append(one)

    def grown(self):
        return [int(count) for count in self.server.sql(GROWN)[0]]

    def must_have_grown(self, operation, side, before):
        """Banyan and the SQL of the whole mutation write person, ledger and log; the others the row alone."""
        added = [after - count for after, count in zip(self.grown(), before)]
        whole = operation.name == "6-add" and side in ("banyan", "sql")
        row = operation.writes and not whole
        if whole and (len(set(added)) != 1 or not added[0]) or row and (not added[0] or any(added[1:])):
            sys.exit(f"{operation.name} of {side}: people, ledger and log grew by {added}")
        if not operation.writes and any(added):
            sys.exit(f"{operation.name} of {side} wrote: {added}")
