"""The same in SQL, for pgbench."""

import re

from .operations import OPERATIONS

READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
WRITE = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
# UUIDv7, as the server's keys.
KEY = (
    "(lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 3)"
    " || 'a' || substr(md5(random()::text), 1, 15))::uuid"
)
CUSTOM = "SET LOCAL plan_cache_mode = force_custom_plan;"
# Organization by organization until the page is full: the planner, which cannot know how many people there are behind
# each, would read and sort all of them.
IN_ORDER = "SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off;"
# Widths of the places in the lists that pgbench takes its values from.
KEY_WIDTH, PATH_WIDTH, NAME_WIDTH, PLACE_WIDTH = 36, 18, 8, 64


def scope_settings(path, account):
    """The settings under which the server would answer an administrator of this place."""
    scope = f"{{[{path},{path}~)}}"
    settings = {"scope": scope, "scope_people": scope, "scope_journal": scope, "scope_grants": scope}
    settings |= {"person": "", "branch": "", "account": account}
    return {**{f"app.{name}": value for name, value in settings.items()}, "statement_timeout": "10000"}


class Sql:
    """The statements that pgbench runs: the server's settings, then what was written by hand."""

    def __init__(self, server):
        [[self.tenant, self.path, self.account]] = server.sql(
            "SELECT o.tenant_id, o.path, a.id FROM organizations o JOIN accounts a ON a.tenant_id = o.tenant_id AND a.organization_id = o.id "
            "AND a.kind = 'machine' WHERE o.code = '500000' ORDER BY a.created_at DESC LIMIT 1"
        )
        self.settings = scope_settings(self.path, self.account)
        self.opening = [f"SET LOCAL {name} = '{value}';" for name, value in self.settings.items()]

    def statement(self, name):
        return OPERATIONS[name].sql().replace("@key@", KEY)

    def script(self, name, samples):
        """What pgbench runs, and the values that it is given."""
        lines = [f"\\set n random(0, {len(samples) - 1})"]
        lines += [f"\\set {at} 1 + {width} * :n" for at, width in (("i", KEY_WIDTH), ("j", PATH_WIDTH), ("k", NAME_WIDTH), ("l", PLACE_WIDTH))]
        begin = WRITE if OPERATIONS[name].writes else READ
        # A list is planned for its own range: a plan for any range reads the whole municipality to sort it.
        plans = [CUSTOM] if OPERATIONS[name].document else []
        plans += [IN_ORDER] if name in ("2-page", "3-children") or OPERATIONS[name].order == "TREE" else []
        lines += ["\\startpipeline", begin + ";", *self.opening, *plans, self.statement(name), "COMMIT;", "\\endpipeline", ""]
        values = {"tenant": self.tenant, "account": self.account, "ids": "".join(one.key for one in samples)}
        values["paths"] = "".join(one.path.ljust(PATH_WIDTH) for one in samples)
        values["places"] = "".join(one.place.ljust(PLACE_WIDTH) for one in samples)
        values["names"] = "".join(one.name.ljust(NAME_WIDTH) for one in samples)
        return "\n".join(lines), values

    def rows(self, server, name, sample):
        """The rows of the last statement for one sample."""
        text = self.statement(name)
        values = {"tenant": self.tenant, "account": self.account, "ids": sample.key, "paths": sample.path, "names": sample.name}
        values["places"] = sample.place
        for key, value in values.items():
            text = re.sub(rf":{key}\b", f"'{value}'", text)
        text = re.sub(r"(?<!:):[ijkl]\b", "1", text)
        found = server.sql("\n".join([READ + ";", *self.opening, text, "COMMIT;"]), "banyan_app")
        return found[text.count(";\n") - 1 :]
