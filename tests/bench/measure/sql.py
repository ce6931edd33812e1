"""The same in SQL, for pgbench."""

from .operations import key_of, read

READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
WRITE = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
# UUIDv7, as the server's keys.
KEY = (
    "(lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 3)"
    " || 'a' || substr(md5(random()::text), 1, 15))::uuid"
)


class Sql:
    """The statements that pgbench runs: the server's settings, then one statement written by hand."""

    def __init__(self, server):
        [[self.tenant, path, self.account]] = server.sql(
            "SELECT o.tenant_id, o.path, a.id FROM organizations o JOIN accounts a ON a.tenant_id = o.tenant_id AND a.organization_id = o.id "
            "AND a.kind = 'machine' WHERE o.code = '500000' ORDER BY a.created_at DESC LIMIT 1"
        )
        scope = f"{{[{path},{path}~)}}"
        settings = {"scope": scope, "scope_people": scope, "scope_journal": scope, "scope_grants": scope}
        settings |= {"person": "", "branch": "", "account": self.account}
        self.settings = [f"SET LOCAL app.{name} = '{value}';" for name, value in settings.items()]
        self.settings.append("SET LOCAL statement_timeout = 10000;")

    def statement(self, name):
        return read(name + ".sql").replace("@key@", KEY)

    def script(self, name, writes, ids):
        begin = [WRITE if writes else READ]
        lines = [f"\\set i 1 + 36 * random(0, {ids - 1})", "\\startpipeline", begin[0] + ";", *self.settings]
        return "\n".join([*lines, self.statement(name), "COMMIT;", "\\endpipeline", ""])

    def rows(self, server, name, one):
        """The rows for one id."""
        text = self.statement(name).replace(":tenant", f"'{self.tenant}'").replace(":account", f"'{self.account}'")
        text = text.replace(":ids", f"'{key_of(one)}'").replace(":i", "1")
        return server.sql("\n".join([READ + ";", *self.settings, text, "COMMIT;"]), "banyan_app")
