-- Row-level security: the guard of every scoped table, and what the application may do at all.
--
-- Settings, all made from the viewer's running grants when a request begins, each a
-- set of subtrees; one for each kind of reading that a role can hold or lack:
--   app.scope          organizations and what hangs on them
--   app.scope_people   persons, their photos, the ledger and the figures by person
--   app.scope_journal  the operation log
--   app.scope_grants   accounts and grants
-- A setting that is not set, or empty on a connection used before, is an error, never rows.
-- Three more name single rows and never widen a scope: app.person and app.branch (a member's
-- own record and own branch), app.account (one's own account and grants).

DO $$
DECLARE
    guarded record;
BEGIN
    FOR guarded IN
        SELECT * FROM (VALUES
            ('organizations', 'app.scope', 'SELECT, INSERT, UPDATE'),
            ('organization_versions', 'app.scope', 'SELECT, INSERT, UPDATE'),
            ('organization_counts', 'app.scope', 'SELECT, INSERT, UPDATE'),
            ('party_groups', 'app.scope', 'SELECT, INSERT, UPDATE'),
            ('organization_tallies', 'app.scope_people', 'SELECT, INSERT, UPDATE'),
            ('people', 'app.scope_people', 'SELECT, INSERT, UPDATE'),
            ('person_photos', 'app.scope_people', 'SELECT, INSERT, UPDATE, DELETE'),
            ('membership_ledger', 'app.scope_people', 'SELECT, INSERT'),
            ('accounts', 'app.scope_grants', 'SELECT, INSERT, UPDATE'),
            ('grants', 'app.scope_grants', 'SELECT, INSERT, UPDATE')
        ) AS guarded (table_name, setting, rights)
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded.table_name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', guarded.table_name);
        EXECUTE format(
            'CREATE POLICY scope ON %I FOR ALL TO banyan_app '
            'USING (path <@ (SELECT current_setting(%L)::path_multirange)) '
            'WITH CHECK (path <@ (SELECT current_setting(%L)::path_multirange))',
            guarded.table_name, guarded.setting, guarded.setting);
        EXECUTE format('GRANT %s ON %I TO banyan_app', guarded.rights, guarded.table_name);
    END LOOP;
END
$$;

-- Whoever acts in an organization is recorded there, also those who may not read the log.
ALTER TABLE journal ENABLE ROW LEVEL SECURITY;
ALTER TABLE journal FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON journal FOR SELECT TO banyan_app
    USING (path <@ (SELECT current_setting('app.scope_journal')::path_multirange));
CREATE POLICY record ON journal FOR INSERT TO banyan_app
    WITH CHECK (path <@ (SELECT current_setting('app.scope')::path_multirange)
        OR account_id = (SELECT nullif(current_setting('app.account'), '')::uuid));
GRANT SELECT, INSERT ON journal TO banyan_app;

-- Single rows of one's own.
CREATE POLICY own ON people FOR SELECT TO banyan_app
    USING (id = (SELECT nullif(current_setting('app.person'), '')::uuid));
CREATE POLICY own ON person_photos FOR SELECT TO banyan_app
    USING (person_id = (SELECT nullif(current_setting('app.person'), '')::uuid));
CREATE POLICY own ON organizations FOR SELECT TO banyan_app
    USING (id = (SELECT nullif(current_setting('app.branch'), '')::uuid));
CREATE POLICY own ON accounts FOR SELECT TO banyan_app
    USING (id = (SELECT nullif(current_setting('app.account'), '')::uuid));
CREATE POLICY own ON grants FOR SELECT TO banyan_app
    USING (account_id = (SELECT nullif(current_setting('app.account'), '')::uuid));

ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON idempotency_keys FOR ALL TO banyan_app
    USING (account_id = (SELECT nullif(current_setting('app.account'), '')::uuid))
    WITH CHECK (account_id = (SELECT nullif(current_setting('app.account'), '')::uuid));
GRANT SELECT, INSERT ON idempotency_keys TO banyan_app;

-- Sessions and tenants are reached through functions of banyan_keeper only.
ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE sessions FORCE ROW LEVEL SECURITY;
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;

-- The keeper: what the functions of base/db/functions.sql need, column by column.
DO $$
DECLARE
    kept record;
BEGIN
    FOR kept IN
        SELECT * FROM (VALUES
            ('organizations', 'SELECT (tenant_id, id, parent_id, label, path, sort_order, name_grams, name_initials), UPDATE (parent_id, label, path, sort_order)'),
            ('organization_versions', 'SELECT (tenant_id, path), UPDATE (path)'),
            ('organization_counts', 'SELECT (tenant_id, path), UPDATE (path)'),
            ('organization_tallies', 'SELECT (tenant_id, path), UPDATE (path)'),
            ('party_groups', 'SELECT (tenant_id, path), UPDATE (path)'),
            ('people', 'SELECT (tenant_id, id, organization_id, path, stage, name_grams, identity_index), UPDATE (path)'),
            ('person_photos', 'SELECT (tenant_id, path), UPDATE (path)'),
            ('membership_ledger', 'SELECT (tenant_id, path), UPDATE (path)'),
            ('accounts', 'SELECT, UPDATE (path)'),
            ('grants', 'SELECT, UPDATE (path)'),
            ('journal', 'SELECT (tenant_id, path), UPDATE (path)'),
            ('sessions', 'SELECT, INSERT, UPDATE (ended_at)'),
            ('tenants', 'SELECT')
        ) AS kept (table_name, rights)
    LOOP
        EXECUTE format('CREATE POLICY keeper ON %I FOR ALL TO banyan_keeper USING (true) WITH CHECK (true)', kept.table_name);
        EXECUTE format('GRANT %s ON %I TO banyan_keeper', kept.rights, kept.table_name);
    END LOOP;
END
$$;

GRANT SELECT ON codes, divisions TO banyan_app;
