"""What is measured, and the budgets of architecture."""

import base64
import os
import uuid

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
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


def read(name):
    with open(os.path.join(HERE, "operations", name), encoding="utf-8") as file:
        return file.read()


def key_of(global_id):
    body = global_id.split("_", 1)[1]
    return str(uuid.UUID(bytes=base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))
