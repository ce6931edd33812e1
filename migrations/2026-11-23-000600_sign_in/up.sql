-- Signing in: login names, passwords, security keys, invitations, ceremonies, and what happened.

-- An account's life (V.7). `locked` is not a state: it passes by itself, see throttles.
ALTER TABLE accounts
    ADD COLUMN user_name text COLLATE "C",
    ADD COLUMN state text NOT NULL DEFAULT 'active',
    ADD COLUMN activated_at timestamptz,
    ADD COLUMN last_signed_in_at timestamptz,
    DROP COLUMN active,
    ADD CONSTRAINT accounts_state_known CHECK (state IN ('provisioned', 'active', 'disabled', 'closed')),
    ADD CONSTRAINT accounts_user_name_not_empty CHECK (user_name <> '');
ALTER TABLE accounts ADD COLUMN active boolean NOT NULL GENERATED ALWAYS AS (state IN ('provisioned', 'active')) STORED;
-- Of closed accounts too: a name is not given again.
CREATE UNIQUE INDEX accounts_one_user_name ON accounts (tenant_id, user_name);
CREATE INDEX accounts_by_user_name ON accounts (user_name);
COMMENT ON COLUMN accounts.user_name IS 'Login name (A07); machines have none.';

-- A person whose record is closed for good may get an account again only after the old one is closed.
DROP INDEX accounts_one_per_person;
CREATE UNIQUE INDEX accounts_one_per_person ON accounts (tenant_id, person_id) WHERE state <> 'closed';
CREATE INDEX accounts_by_person ON accounts (tenant_id, person_id) WHERE person_id IS NOT NULL;

CREATE TABLE account_passwords (
    tenant_id uuid NOT NULL,
    account_id uuid NOT NULL,
    hash text NOT NULL,
    earlier text[] NOT NULL DEFAULT '{}',
    initial boolean NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT account_passwords_pkey PRIMARY KEY (tenant_id, account_id),
    CONSTRAINT account_passwords_account_fkey FOREIGN KEY (tenant_id, account_id) REFERENCES accounts (tenant_id, id)
);
COMMENT ON TABLE account_passwords IS 'Argon2id in PHC form, seen by nobody but the account''s own sign-in (A08 to A12).';
COMMENT ON COLUMN account_passwords.initial IS 'Given by someone else: it opens nothing but the change of itself (A09).';
COMMENT ON COLUMN account_passwords.earlier IS 'The last ones, newest first, for the profile that forbids to use them again.';

CREATE TABLE account_keys (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    path text COLLATE "C" NOT NULL,
    name text NOT NULL,
    credential_id bytea NOT NULL,
    credential jsonb NOT NULL,
    model uuid,
    verifies_user boolean NOT NULL,
    backed_up boolean NOT NULL,
    bound boolean NOT NULL,
    enrolled_at timestamptz NOT NULL,
    last_used_at timestamptz,
    ended_at timestamptz,
    ended_reason text,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT account_keys_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT account_keys_account_fkey FOREIGN KEY (tenant_id, account_id) REFERENCES accounts (tenant_id, id),
    CONSTRAINT account_keys_organization_fkey FOREIGN KEY (tenant_id, organization_id, path)
        REFERENCES organizations (tenant_id, id, path) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT account_keys_name_not_empty CHECK (name <> '')
);
-- WebAuthn: a credential id is registered once, for whomever; also a removed key does not come back for someone else.
CREATE UNIQUE INDEX account_keys_one_credential ON account_keys (credential_id);
CREATE INDEX account_keys_by_account ON account_keys (tenant_id, account_id);
CREATE INDEX account_keys_by_organization ON account_keys (tenant_id, organization_id);
CREATE INDEX account_keys_by_path ON account_keys (path);
COMMENT ON TABLE account_keys IS 'Security keys: credentials of WebAuthn (A01, A02).';
COMMENT ON COLUMN account_keys.model IS 'AAGUID, when an attestation told it.';
COMMENT ON COLUMN account_keys.bound IS 'Opens the rights at the key''s own organization only, and what was lent to the account (A02).';

CREATE TABLE invitations (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    path text COLLATE "C" NOT NULL,
    code_hash bytea NOT NULL,
    organization_name text,
    replaces boolean NOT NULL,
    bound boolean NOT NULL,
    reason text,
    created_by_name text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    ended_at timestamptz,
    CONSTRAINT invitations_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT invitations_account_fkey FOREIGN KEY (tenant_id, account_id) REFERENCES accounts (tenant_id, id),
    CONSTRAINT invitations_organization_fkey FOREIGN KEY (tenant_id, organization_id, path)
        REFERENCES organizations (tenant_id, id, path) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX invitations_by_code ON invitations (code_hash);
CREATE INDEX invitations_by_account ON invitations (tenant_id, account_id);
CREATE INDEX invitations_by_organization ON invitations (tenant_id, organization_id);
CREATE INDEX invitations_by_path ON invitations (path, id);
COMMENT ON TABLE invitations IS 'One-time codes with which a security key is enrolled; only their hash is kept (A01).';

CREATE TABLE claim_codes (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    path text COLLATE "C" NOT NULL,
    code_hash bytea NOT NULL,
    created_by_name text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT claim_codes_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT claim_codes_organization_fkey FOREIGN KEY (tenant_id, organization_id, path)
        REFERENCES organizations (tenant_id, id, path) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX claim_codes_by_code ON claim_codes (code_hash);
CREATE INDEX claim_codes_by_organization ON claim_codes (tenant_id, organization_id);
CREATE INDEX claim_codes_by_path ON claim_codes (path);
COMMENT ON TABLE claim_codes IS 'Codes that a branch hands out, with which its members claim their own record (A15).';

ALTER TABLE sessions
    ADD COLUMN organization_id uuid,
    ADD COLUMN path text COLLATE "C",
    ADD COLUMN method text NOT NULL DEFAULT 'token',
    ADD COLUMN key_id uuid,
    ADD COLUMN last_used_at timestamptz,
    ADD COLUMN idle_seconds integer,
    ADD COLUMN source text,
    ADD COLUMN agent text,
    ADD COLUMN ended_reason text,
    ADD CONSTRAINT sessions_method_known CHECK (method IN ('key', 'key_and_password', 'password', 'demonstration', 'token')),
    ADD CONSTRAINT sessions_key_fkey FOREIGN KEY (tenant_id, key_id) REFERENCES account_keys (tenant_id, id),
    ADD CONSTRAINT sessions_organization_fkey FOREIGN KEY (tenant_id, organization_id, path)
        REFERENCES organizations (tenant_id, id, path) DEFERRABLE INITIALLY DEFERRED;
UPDATE sessions s SET organization_id = a.organization_id, path = a.path
FROM accounts a WHERE a.tenant_id = s.tenant_id AND a.id = s.account_id;
ALTER TABLE sessions ALTER COLUMN organization_id SET NOT NULL, ALTER COLUMN path SET NOT NULL;
CREATE INDEX sessions_by_organization ON sessions (tenant_id, organization_id);
CREATE INDEX sessions_by_path ON sessions (path) WHERE ended_at IS NULL;
CREATE INDEX sessions_by_key ON sessions (tenant_id, key_id) WHERE key_id IS NOT NULL;
COMMENT ON COLUMN sessions.idle_seconds IS 'Ends when it was not used for so long; null for never.';
COMMENT ON COLUMN sessions.last_used_at IS 'Written at most once a minute.';

CREATE TABLE security_events (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    path text COLLATE "C" NOT NULL,
    at timestamptz NOT NULL,
    kind text NOT NULL,
    method text,
    account_name text NOT NULL,
    reason text,
    source text,
    agent text,
    request_id text NOT NULL,
    CONSTRAINT security_events_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT security_events_account_fkey FOREIGN KEY (tenant_id, account_id) REFERENCES accounts (tenant_id, id),
    CONSTRAINT security_events_organization_fkey FOREIGN KEY (tenant_id, organization_id, path)
        REFERENCES organizations (tenant_id, id, path) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX security_events_by_account ON security_events (tenant_id, account_id, id);
CREATE INDEX security_events_by_organization ON security_events (tenant_id, organization_id);
CREATE INDEX security_events_by_path ON security_events (path, id);
CREATE INDEX security_events_in_order ON security_events (id, path);
COMMENT ON TABLE security_events IS 'Sign-ins, failures, step-ups, changes of keys and passwords: told to the account, open to those who read the log (SEC-B11).';
COMMENT ON COLUMN security_events.reason IS 'Why a try failed, for those who read the log; the one who tried is told one message for all.';

CREATE TABLE ceremonies (
    id uuid CONSTRAINT ceremonies_pkey PRIMARY KEY,
    kind text NOT NULL,
    tenant_id uuid,
    account_id uuid,
    state jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX ceremonies_by_age ON ceremonies (expires_at);
COMMENT ON TABLE ceremonies IS 'Challenges given out and not yet answered: any server can take the answer, once, within two minutes.';

CREATE TABLE throttles (
    key bytea CONSTRAINT throttles_pkey PRIMARY KEY,
    failures integer NOT NULL,
    last_at timestamptz NOT NULL,
    free_at timestamptz NOT NULL
);
CREATE INDEX throttles_by_age ON throttles (last_at);
COMMENT ON TABLE throttles IS 'Failed tries by hashed login name and by source, whether or not there is such an account (SEC-B08).';

CREATE TABLE tenant_policies (
    tenant_id uuid CONSTRAINT tenant_policies_pkey PRIMARY KEY,
    password_profile text NOT NULL DEFAULT 'asvs',
    rotation_days integer,
    initial_secret text NOT NULL DEFAULT 'generated',
    two_person_depth integer NOT NULL DEFAULT 2,
    unmask_daily_budget integer NOT NULL DEFAULT 30,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT tenant_policies_tenant_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (id),
    CONSTRAINT tenant_policies_profile_known CHECK (password_profile IN ('asvs', 'graded')),
    CONSTRAINT tenant_policies_secret_known CHECK (initial_secret IN ('generated', 'fixed', 'identity_tail')),
    CONSTRAINT tenant_policies_bounds CHECK (rotation_days BETWEEN 30 AND 365 AND two_person_depth BETWEEN 0 AND 12
        AND unmask_daily_budget BETWEEN 0 AND 10000)
);
COMMENT ON TABLE tenant_policies IS 'What a tenant decides of passwords, high roles and masked fields; a tenant without a row has the defaults.';

-- The signed assertion of a dangerous action, with all that is needed to verify it later (BEYOND5).
ALTER TABLE journal ADD COLUMN confirmation jsonb;

-- The guard, as migration scope explains it.
DO $$
DECLARE
    guarded record;
BEGIN
    FOR guarded IN
        SELECT * FROM (VALUES
            ('account_keys', 'app.scope_grants', 'SELECT, INSERT, UPDATE'),
            ('invitations', 'app.scope_grants', 'SELECT, INSERT, UPDATE'),
            ('claim_codes', 'app.scope_grants', 'SELECT, INSERT, UPDATE'),
            ('security_events', 'app.scope_journal', 'SELECT, INSERT')
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

-- What hangs on one's own account.
CREATE POLICY own ON account_keys FOR ALL TO banyan_app
    USING (account_id = (SELECT nullif(current_setting('app.account'), '')::uuid))
    WITH CHECK (account_id = (SELECT nullif(current_setting('app.account'), '')::uuid));
CREATE POLICY own ON invitations FOR ALL TO banyan_app
    USING (account_id = (SELECT nullif(current_setting('app.account'), '')::uuid))
    WITH CHECK (account_id = (SELECT nullif(current_setting('app.account'), '')::uuid));
CREATE POLICY own ON security_events FOR SELECT TO banyan_app
    USING (account_id = (SELECT nullif(current_setting('app.account'), '')::uuid));
-- What happens to someone else's account is written by whoever did it, also one who may not read the log.
CREATE POLICY record ON security_events FOR INSERT TO banyan_app
    WITH CHECK (path <@ (SELECT current_setting('app.scope_grants')::path_multirange)
        OR account_id = (SELECT nullif(current_setting('app.account'), '')::uuid));
CREATE POLICY own_change ON accounts FOR UPDATE TO banyan_app
    USING (id = (SELECT nullif(current_setting('app.account'), '')::uuid))
    WITH CHECK (id = (SELECT nullif(current_setting('app.account'), '')::uuid));

ALTER TABLE account_passwords ENABLE ROW LEVEL SECURITY;
ALTER TABLE account_passwords FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON account_passwords FOR ALL TO banyan_app
    USING (account_id = (SELECT nullif(current_setting('app.account'), '')::uuid))
    WITH CHECK (account_id = (SELECT nullif(current_setting('app.account'), '')::uuid));
GRANT SELECT, INSERT, UPDATE ON account_passwords TO banyan_app;

-- Sessions: everything but the hash of the secret, which only the keeper's functions look at.
-- Whoever keeps the grants sees and ends them; only the account itself opens one.
CREATE POLICY scope ON sessions FOR SELECT TO banyan_app
    USING (path <@ (SELECT current_setting('app.scope_grants')::path_multirange));
CREATE POLICY scope_end ON sessions FOR UPDATE TO banyan_app
    USING (path <@ (SELECT current_setting('app.scope_grants')::path_multirange))
    WITH CHECK (path <@ (SELECT current_setting('app.scope_grants')::path_multirange));
CREATE POLICY own ON sessions FOR ALL TO banyan_app
    USING (account_id = (SELECT nullif(current_setting('app.account'), '')::uuid))
    WITH CHECK (account_id = (SELECT nullif(current_setting('app.account'), '')::uuid));
GRANT SELECT (tenant_id, id, account_id, organization_id, path, grant_id, kind, method, key_id, read_only, created_at, expires_at,
              last_used_at, idle_seconds, source, agent, ended_at, ended_reason),
      INSERT, UPDATE (ended_at, ended_reason) ON sessions TO banyan_app;

-- A tenant's policy is read by everyone of the tenant and set at its root.
ALTER TABLE tenant_policies ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_policies FORCE ROW LEVEL SECURITY;

ALTER TABLE ceremonies ENABLE ROW LEVEL SECURITY;
ALTER TABLE ceremonies FORCE ROW LEVEL SECURITY;
ALTER TABLE throttles ENABLE ROW LEVEL SECURITY;
ALTER TABLE throttles FORCE ROW LEVEL SECURITY;

DO $$
DECLARE
    kept record;
BEGIN
    FOR kept IN
        SELECT * FROM (VALUES
            ('account_keys', 'SELECT, UPDATE (path)'),
            ('invitations', 'SELECT, UPDATE (path)'),
            ('claim_codes', 'SELECT, UPDATE (path)'),
            ('security_events', 'SELECT (tenant_id, path), UPDATE (path)'),
            ('account_passwords', 'SELECT, INSERT, UPDATE'),
            ('ceremonies', 'SELECT, INSERT, DELETE'),
            ('throttles', 'SELECT, INSERT, UPDATE, DELETE'),
            ('tenant_policies', 'SELECT, INSERT, UPDATE')
        ) AS kept (table_name, rights)
    LOOP
        EXECUTE format('CREATE POLICY keeper ON %I FOR ALL TO banyan_keeper USING (true) WITH CHECK (true)', kept.table_name);
        EXECUTE format('GRANT %s ON %I TO banyan_keeper', kept.rights, kept.table_name);
    END LOOP;
END
$$;
GRANT UPDATE (path, last_used_at, ended_reason) ON sessions TO banyan_keeper;
GRANT SELECT (name, birth_date) ON people TO banyan_keeper;
GRANT SELECT (name, code) ON organizations TO banyan_keeper;
-- No function of the keeper's opens sessions any more.
REVOKE INSERT ON sessions FROM banyan_keeper;
GRANT INSERT (tenant_id, id, organization_id, path, kind, name, person_id, user_name, state, activated_at, created_at, updated_at)
    ON accounts TO banyan_keeper;
GRANT INSERT (tenant_id, id, account_id, role, organization_id, path, valid_from, given_by_name, reason) ON grants TO banyan_keeper;
GRANT UPDATE (ended_at) ON grants TO banyan_keeper;
