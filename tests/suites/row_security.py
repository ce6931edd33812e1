"""Row-level security of a migrated database: pgrls, and the facts behind its exceptions.

    python row_security.py postgresql://banyan_owner@/banyan?host=FOLDER
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import psycopg

HERE = Path(__file__).resolve().parent
CONFIG = HERE / "pgrls.toml"
PGRLS = Path(sys.executable).with_name("pgrls")
BAD = ("error", "warning")

passed = 0
failed = 0


def note(name: str, reason: object = "") -> None:
    """Notes one check; the reason is empty when it passed."""
    global passed, failed
    if reason:
        failed += 1
        print(f"FAILED {name}: {reason}")
    else:
        passed += 1


def lint(url: str, config: Path) -> list[dict[str, str]]:
    run = subprocess.run(
        [PGRLS, "lint", "--database-url", url, "--config", config, "--format", "json"],
        capture_output=True,
        text=True,
        check=False,
    )
    if not run.stdout.startswith("{"):
        raise SystemExit(run.stderr or run.stdout)
    return json.loads(run.stdout)["violations"]


def rule_of(finding: dict[str, str]) -> str:
    return finding.get("rule_id") or finding["rule"]


def matches(exception: str, location: str) -> bool:
    # A unique constraint is found as "table (constraint)", and allowed by its table.
    return location == exception or location.startswith(f"{exception} (")


def check_lint(url: str) -> None:
    findings = [finding for finding in lint(url, CONFIG) if finding["severity"] in BAD]
    for severity in BAD:
        these = [f"{rule_of(f)} {f['location']}: {f['message']}" for f in findings if f["severity"] == severity]
        note(f"pgrls: no {severity}s", "\n  ".join(these))

    bare = HERE / ".venv" / "pgrls-bare.toml"
    bare.write_text('[database]\nschemas = ["public"]\n', encoding="utf-8")
    without = lint(url, bare)
    rules = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["lint"]["rules"]
    for rule, options in rules.items():
        found = [f["location"] for f in without if rule_of(f) == rule]
        idle = [e for e in options["allowlist"] if not any(matches(e, location) for location in found)]
        note(f"exceptions of {rule} are needed", ", ".join(idle))


FACTS: dict[str, str] = {
    "nobody signs in as the keeper, and it bypasses nothing": """
        SELECT rolname FROM pg_roles
        WHERE rolname = 'banyan_keeper' AND (rolcanlogin OR rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)""",
    "the application bypasses nothing": """
        SELECT rolname FROM pg_roles
        WHERE rolname = 'banyan_app' AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)""",
    "nobody is a member of the keeper or of the application, nor they of others": """
        SELECT roleid::regrole || ' <- ' || member::regrole FROM pg_auth_members
        WHERE roleid::regrole::text IN ('banyan_keeper', 'banyan_app') OR member::regrole::text IN ('banyan_keeper', 'banyan_app')""",
    "neither owns a table": """
        SELECT relname FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
          AND relowner::regrole::text IN ('banyan_keeper', 'banyan_app')""",
    "every table with a tenant or a path is guarded, also against its owner": """
        SELECT DISTINCT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attname IN ('tenant_id', 'path')
          AND NOT (c.relrowsecurity AND c.relforcerowsecurity)""",
    "policies that admit everything are the keeper's alone": """
        SELECT tablename || '.' || policyname FROM pg_policies
        WHERE schemaname = 'public' AND (qual = 'true' OR with_check = 'true') AND roles <> '{banyan_keeper}'""",
    "no policy is for everyone": """
        SELECT tablename || '.' || policyname FROM pg_policies WHERE schemaname = 'public' AND 'public' = ANY (roles)""",
    "the keeper writes places, ends, challenges, waits, passwords, policies, discarded files, links of the chain, claimed accounts, how far jobs are and what follows from posts only": """
        WITH allowed (place, privilege, columns) AS (VALUES
            ('organizations', 'UPDATE', '{parent_id,label,path,sort_order,tree_order}'::text[]),
            ('sessions', 'UPDATE', '{path,last_used_at,ended_at,ended_reason}'),
            ('grants', 'UPDATE', '{path,ended_at,version}'),
            ('grants', 'INSERT', '{tenant_id,id,account_id,role,organization_id,path,valid_from,given_by_name,reason,post_id,post}'),
            ('accounts', 'INSERT', '{tenant_id,id,organization_id,path,kind,name,person_id,user_name,state,activated_at,created_at,updated_at}'),
            ('accounts', 'UPDATE', '{path,state,gone_with_person,version,updated_at}'),
            ('leadership_posts', 'UPDATE', '{path,until_day,leave_reason,version,updated_at}'),
            ('jobs', 'UPDATE', '{path,state,done,attempts,lease,lease_until,error_code,error_field,error_value,started_at,ended_at}'),
            ('journal', 'INSERT', '{tenant_id,id,organization_id,path,at,account_name,event,subject_kind,subject_id,subject_name,before,after,reason,request_id}'),
            ('account_passwords', 'INSERT', NULL), ('account_passwords', 'UPDATE', NULL),
            ('ceremonies', 'INSERT', NULL), ('ceremonies', 'DELETE', NULL),
            ('throttles', 'INSERT', NULL), ('throttles', 'UPDATE', NULL), ('throttles', 'DELETE', NULL),
            ('tenant_policies', 'INSERT', NULL), ('tenant_policies', 'UPDATE', NULL),
            ('uploads', 'DELETE', NULL), ('discarded_files', 'INSERT', NULL), ('discarded_files', 'DELETE', NULL),
            ('journal_unsealed', 'INSERT', NULL), ('journal_unsealed', 'DELETE', NULL),
            ('journal_chain', 'INSERT', NULL), ('journal_checkpoints', 'INSERT', NULL))
        SELECT c.table_name || '.' || c.column_name || ' ' || c.privilege_type FROM information_schema.column_privileges c
        WHERE c.grantee = 'banyan_keeper' AND c.privilege_type IN ('INSERT', 'UPDATE') AND (c.privilege_type, c.column_name) <> ('UPDATE', 'path')
          AND NOT EXISTS (SELECT FROM allowed a WHERE a.place = c.table_name AND a.privilege = c.privilege_type
                          AND (a.columns IS NULL OR c.column_name = ANY (a.columns)))
        UNION ALL
        SELECT t.table_name || ' ' || t.privilege_type FROM information_schema.role_table_grants t
        WHERE t.grantee = 'banyan_keeper' AND t.privilege_type <> 'SELECT'
          AND NOT EXISTS (SELECT FROM allowed a WHERE a.place = t.table_name AND a.privilege = t.privilege_type AND a.columns IS NULL)""",
    "the application has no right on the journal's chain": """
        SELECT table_name || ' ' || privilege_type FROM information_schema.role_table_grants
        WHERE grantee IN ('banyan_app', 'PUBLIC') AND table_name IN ('journal_unsealed', 'journal_chain', 'journal_checkpoints', 'journal_segments')""",
    "every entry of the journal is put on the list of what waits": """
        SELECT 'no trigger' WHERE NOT EXISTS (
            SELECT FROM pg_trigger WHERE tgrelid = 'journal'::regclass AND tgname = 'journal_to_seal' AND tgenabled = 'O')""",
    "functions with their owner's rights are the keeper's, for the application only, with a fixed search path": """
        SELECT p.oid::regprocedure FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef
          AND (p.proowner::regrole::text <> 'banyan_keeper'
               OR NOT p.proconfig @> ARRAY['search_path=public, pg_temp']
               OR p.proacl IS NULL
               OR EXISTS (SELECT FROM aclexplode(p.proacl) g WHERE g.grantee::regrole::text NOT IN ('banyan_keeper', 'banyan_app')))""",
    "one function a name: an older form would keep its rights": """
        SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef GROUP BY 1 HAVING count(*) > 1""",
    "the application only reads the code tables": """
        SELECT table_name || ' ' || privilege_type FROM information_schema.role_table_grants
        WHERE grantee = 'banyan_app' AND table_name IN ('codes', 'divisions') AND privilege_type <> 'SELECT'""",
    "the application has no right on what only the server's start touches": """
        SELECT table_name || ' ' || privilege_type FROM information_schema.role_table_grants
        WHERE grantee IN ('banyan_app', 'PUBLIC') AND table_name IN ('loaded_files', '__diesel_schema_migrations', 'tenants')""",
    "the application has no right on challenges, waits and policies": """
        SELECT table_name || ' ' || privilege_type FROM information_schema.role_table_grants
        WHERE grantee IN ('banyan_app', 'PUBLIC') AND table_name IN ('ceremonies', 'throttles', 'tenant_policies')
        UNION ALL
        SELECT table_name || '.' || column_name FROM information_schema.column_privileges
        WHERE grantee IN ('banyan_app', 'PUBLIC') AND table_name IN ('ceremonies', 'throttles', 'tenant_policies')""",
    "the application opens and ends sessions, and cannot read the hash of one's secret": """
        SELECT privilege_type || ' ' || column_name FROM information_schema.column_privileges
        WHERE grantee IN ('banyan_app', 'PUBLIC') AND table_name = 'sessions'
          AND (privilege_type NOT IN ('SELECT', 'INSERT', 'UPDATE') OR (privilege_type, column_name) = ('SELECT', 'token_hash')
               OR privilege_type = 'UPDATE' AND column_name NOT IN ('ended_at', 'ended_reason'))""",
    "a session is opened for the own account only": """
        SELECT policyname FROM pg_policies
        WHERE tablename = 'sessions' AND cmd IN ('INSERT', 'ALL') AND policyname NOT IN ('own', 'keeper')""",
    "the application orders jobs and cannot change them, nor read what was signed for them or who has the lease": """
        SELECT privilege_type || ' ' || column_name FROM information_schema.column_privileges
        WHERE grantee IN ('banyan_app', 'PUBLIC') AND table_name = 'jobs'
          AND (privilege_type NOT IN ('SELECT', 'INSERT') OR privilege_type = 'SELECT' AND column_name IN ('confirmation', 'lease', 'input'))""",
    "a password is seen as the own account only": """
        SELECT policyname FROM pg_policies
        WHERE tablename = 'account_passwords' AND policyname NOT IN ('own', 'keeper')""",
    "the application cannot change or remove what was recorded": """
        SELECT table_name || ' ' || privilege_type FROM information_schema.role_table_grants
        WHERE grantee = 'banyan_app' AND table_name IN ('journal', 'membership_ledger', 'security_events') AND privilege_type NOT IN ('SELECT', 'INSERT')""",
}


def check_facts(rows: Callable[[str], list[str]]) -> None:
    for fact, query in FACTS.items():
        note(fact, ", ".join(rows(query)))


def main() -> int:
    url = sys.argv[1]
    check_lint(url)
    with psycopg.connect(url) as connection:
        check_facts(lambda query: [str(row[0]) for row in connection.execute(query)])
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
