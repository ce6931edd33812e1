-- Work that takes longer than a request may: recorded by the request, done by whichever server takes it (architecture, Jobs).

CREATE TABLE jobs (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    path text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    state text NOT NULL DEFAULT 'waiting',
    input jsonb NOT NULL,
    confirmation jsonb,
    account_id uuid NOT NULL,
    account_name text NOT NULL,
    session_id uuid NOT NULL,
    role text NOT NULL,
    on_behalf_of text,
    source text,
    request_id text NOT NULL,
    done integer NOT NULL DEFAULT 0,
    total integer NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    lease uuid,
    lease_until timestamptz,
    error_code text,
    error_field text,
    error_value text,
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    ended_at timestamptz,
    CONSTRAINT jobs_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT jobs_organization_fkey FOREIGN KEY (tenant_id, organization_id, path)
        REFERENCES organizations (tenant_id, id, path) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT jobs_account_fkey FOREIGN KEY (tenant_id, account_id) REFERENCES accounts (tenant_id, id),
    CONSTRAINT jobs_session_fkey FOREIGN KEY (tenant_id, session_id) REFERENCES sessions (tenant_id, id),
    CONSTRAINT jobs_kind_known CHECK (kind IN ('organization_move')),
    CONSTRAINT jobs_state_known CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    CONSTRAINT jobs_progress_within CHECK (done >= 0 AND done <= total),
    CONSTRAINT jobs_taken_in_whole CHECK ((lease IS NULL) = (lease_until IS NULL)),
    CONSTRAINT jobs_ended_by_state CHECK ((state IN ('done', 'failed')) = (ended_at IS NOT NULL)),
    CONSTRAINT jobs_failed_for_a_reason CHECK ((state = 'failed') = (error_code IS NOT NULL))
);
CREATE INDEX jobs_by_path ON jobs (path, id);
CREATE INDEX jobs_by_organization ON jobs (tenant_id, organization_id);
CREATE INDEX jobs_by_account ON jobs (tenant_id, account_id);
CREATE INDEX jobs_by_session ON jobs (tenant_id, session_id);
CREATE INDEX jobs_unfinished ON jobs (tenant_id, id) WHERE state IN ('waiting', 'running');
COMMENT ON TABLE jobs IS 'Work that a request ordered and a server does behind it, once: each is one transaction, which also says that it is done.';
COMMENT ON COLUMN jobs.organization_id IS 'What it is done to.';
COMMENT ON COLUMN jobs.input IS 'What was asked for, in the form of its kind.';
COMMENT ON COLUMN jobs.confirmation IS 'What the key signed when it was ordered; it is kept with the entry of the log that the work makes.';
COMMENT ON COLUMN jobs.session_id IS 'The session that ordered it: its key bounds the rights of the work, also after it ended.';
COMMENT ON COLUMN jobs.done IS 'Written beside the transaction of the work, so that everybody sees it while that runs.';
COMMENT ON COLUMN jobs.lease IS 'Who is at it. When lease_until is over another server takes it up, and the work of the first cannot be kept any more.';
COMMENT ON COLUMN jobs.error_value IS 'What the text of the code speaks of, as in UserError.hint.';

-- The application orders and reads; taking, progress and end are functions of the keeper.
ALTER TABLE jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE jobs FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON jobs FOR SELECT TO banyan_app
    USING (path <@ (SELECT current_setting('app.scope')::path_multirange));
CREATE POLICY own ON jobs FOR SELECT TO banyan_app
    USING (account_id = (SELECT nullif(current_setting('app.account'), '')::uuid));
CREATE POLICY record ON jobs FOR INSERT TO banyan_app
    WITH CHECK (path <@ (SELECT current_setting('app.scope')::path_multirange)
        AND account_id = (SELECT nullif(current_setting('app.account'), '')::uuid));
CREATE POLICY keeper ON jobs FOR ALL TO banyan_keeper USING (true) WITH CHECK (true);
GRANT SELECT (tenant_id, id, organization_id, path, kind, state, account_id, account_name, role, on_behalf_of, request_id, done, total, attempts,
        error_code, error_field, error_value, created_at, started_at, ended_at),
    INSERT (tenant_id, id, organization_id, path, kind, input, confirmation, account_id, account_name, session_id, role,
    on_behalf_of, source, request_id, total, created_at) ON jobs TO banyan_app;
GRANT SELECT, UPDATE (path, state, done, attempts, lease, lease_until, error_code, error_field, error_value, started_at, ended_at)
    ON jobs TO banyan_keeper;
