"""What is measured, by whom it is answered, and the budgets."""

import base64
import os
import uuid
from typing import NamedTuple

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SIDES = {"banyan": "Banyan", "mercurius": "Mercurius", "postgraphile": "PostGraphile", "sql": "SQL (pgbench)"}
GRAPHQL = ("banyan", "mercurius", "postgraphile")
ALL = tuple(SIDES)


class Operation(NamedTuple):
    """One thing that is asked for; `document` and `statement` name its files where they are not its own."""

    name: str
    title: str
    sides: tuple = ALL
    writes: bool = False
    document: str = ""
    statement: str = ""
    order: str = ""

    def graphql(self, side):
        """The document for a side, in one line."""
        between = "." if side == "banyan" else f".{side}."
        return " ".join(read(f"{self.document or self.name}{between}graphql").split())

    def sql(self):
        return read(f"{self.statement or self.name}.sql")


MAIN = [
    Operation("1-person", "person by id"),
    Operation("2-page", "page of 20 people with organization and its parent"),
    Operation("3-children", "50 children with counts and 3 members each"),
    Operation("4-tree", "4 ancestors and 2 levels of children"),
    Operation("5-figures", "headline figures of a county"),
    Operation("5-figures-live", "the same figures counted live", ("mercurius", "sql")),
    Operation("6-add", "add a person", writes=True),
    Operation("6-add-row", "the row of a person alone", ("sql",), writes=True),
]
LEVELS = ["municipality", "county", "township", "village"]
PAGES = [
    Operation(
        f"page-{level}-{order}",
        f"50 members of a {level} in {order} order",
        ("banyan", "mercurius", "sql"),
        document="page",
        statement=f"page-{order}",
        order=order.upper(),
    )
    for level in LEVELS
    for order in ("tree", "name")
]
SEARCHES = [
    Operation("search-letters", "search by initials in the municipality", ("banyan", "mercurius", "sql"), document="search"),
    Operation(
        "search-two", "search by two characters", ("banyan", "mercurius", "sql"), document="search", statement="search-characters"
    ),
    Operation(
        "search-three",
        "search by three characters",
        ("banyan", "mercurius", "sql"),
        document="search",
        statement="search-characters",
    ),
]
OPERATIONS = {one.name: one for one in [*MAIN, *PAGES, *SEARCHES]}
# Those that clients send at a steady rate too.
AT_A_RATE = [one for one in MAIN if one.sides == ALL]


class Budget(NamedTuple):
    """Least throughput, most p99 and most CPU of the server as multiples of Mercurius's; most CPU of PostgreSQL as a
    multiple of that of the SQL named. `against` is Mercurius's operation where it is not the same."""

    throughput: float
    p99: float
    server_cpu: float
    postgres_cpu: float
    limit: str
    against: str = ""


BUDGETS = {
    "1-person": Budget(2, 0.5, 0.5, 1.3, "1-person"),
    "2-page": Budget(2.5, 0.5, 0.33, 1.5, "2-page"),
    "3-children": Budget(1.2, 0.9, 0.33, 1.1, "3-children"),
    "4-tree": Budget(2.5, 0.5, 0.33, 1.5, "4-tree"),
    "5-figures": Budget(10, 0.1, 0.5, 0.1, "5-figures-live", "5-figures-live"),
    "6-add": Budget(1, 1, 0.5, 3, "6-add-row"),
}


def read(name):
    with open(os.path.join(HERE, "operations", name), encoding="utf-8") as file:
        return file.read()


def key_of(global_id):
    body = global_id.split("_", 1)[1]
    return str(uuid.UUID(bytes=base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))


def global_of(prefix, key):
    return prefix + "_" + base64.urlsafe_b64encode(uuid.UUID(key).bytes).decode().rstrip("=")
