-- Who may sign in, who is signed in, who may do what where, and who did what.

CREATE TABLE accounts (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    path text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    person_id uuid,
    active boolean NOT NULL DEFAULT true,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT accounts_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT accounts_organization_fkey FOREIGN KEY (tenant_id, organization_id, path)
        REFERENCES organizations (tenant_id, id, path) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT accounts_person_fkey FOREIGN KEY (tenant_id, person_id) REFERENCES people (tenant_id, id),
    CONSTRAINT accounts_kind_known CHECK (kind IN ('person', 'administrator', 'machine')),
    CONSTRAINT accounts_of_a_person_name_it CHECK ((kind = 'person') = (person_id IS NOT NULL))
);
CREATE UNIQUE INDEX accounts_one_per_person ON accounts (tenant_id, person_id) WHERE person_id IS NOT NULL;
CREATE INDEX accounts_by_organization ON accounts (tenant_id, organization_id);
CREATE INDEX accounts_by_path ON accounts (path, id);
COMMENT ON TABLE accounts IS 'Who signs in: a member, an administrator or a machine (A).';

CREATE TABLE grants (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    role text NOT NULL,
    organization_id uuid NOT NULL,
    path text COLLATE "C" NOT NULL,
    valid_from timestamptz NOT NULL,
    valid_until timestamptz,
    given_by uuid,
    given_by_name text,
    reason text,
    ended_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT grants_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT grants_account_fkey FOREIGN KEY (tenant_id, account_id) REFERENCES accounts (tenant_id, id),
    CONSTRAINT grants_organization_fkey FOREIGN KEY (tenant_id, organization_id, path)
        REFERENCES organizations (tenant_id, id, path) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT grants_role_known CHECK (role IN ('system_administrator', 'organization_administrator', 'branch_administrator', 'secretary', 'committee_member', 'member', 'auditor')),
    CONSTRAINT grants_end_after_start CHECK (valid_until IS NULL OR valid_until > valid_from),
    CONSTRAINT grants_no_overlap EXCLUDE USING gist
        (tenant_id WITH =, account_id WITH =, organization_id WITH =, role WITH =, tstzrange(valid_from, valid_until) WITH &&)
        WHERE (ended_at IS NULL)
);
CREATE INDEX grants_by_account ON grants (tenant_id, account_id);
CREATE INDEX grants_by_organization ON grants (tenant_id, organization_id);
CREATE INDEX grants_by_path ON grants (path, id);
COMMENT ON TABLE grants IS 'A role at an organization, from and until (R02).';

CREATE TABLE sessions (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    grant_id uuid,
    token_hash bytea NOT NULL,
    kind text NOT NULL,
    read_only boolean NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT sessions_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT sessions_token_unique UNIQUE (tenant_id, token_hash),
    CONSTRAINT sessions_account_fkey FOREIGN KEY (tenant_id, account_id) REFERENCES accounts (tenant_id, id),
    CONSTRAINT sessions_grant_fkey FOREIGN KEY (tenant_id, grant_id) REFERENCES grants (tenant_id, id),
    CONSTRAINT sessions_kind_known CHECK (kind IN ('browser', 'token'))
);
CREATE INDEX sessions_by_token ON sessions (token_hash);
CREATE INDEX sessions_by_account ON sessions (tenant_id, account_id);
CREATE INDEX sessions_by_grant ON sessions (tenant_id, grant_id) WHERE grant_id IS NOT NULL;
COMMENT ON TABLE sessions IS 'Browser sessions and bearer tokens; only the hash of the secret is kept. A token uses one grant.';

CREATE TABLE idempotency_keys (
    tenant_id uuid NOT NULL,
    account_id uuid NOT NULL,
    key text NOT NULL,
    body_hash bytea NOT NULL,
    answer text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (tenant_id, account_id, key),
    CONSTRAINT idempotency_keys_account_fkey FOREIGN KEY (tenant_id, account_id) REFERENCES accounts (tenant_id, id)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
COMMENT ON TABLE idempotency_keys IS 'Answers of mutations by the client''s key, written in the mutation''s own transaction (API29).';

CREATE TABLE journal (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    path text COLLATE "C" NOT NULL,
    at timestamptz NOT NULL,
    account_id uuid,
    account_name text NOT NULL,
    role text,
    on_behalf_of text,
    event text NOT NULL,
    subject_kind text NOT NULL,
    subject_id uuid NOT NULL,
    subject_name text NOT NULL,
    before jsonb NOT NULL,
    after jsonb NOT NULL,
    reason text,
    source text,
    request_id text NOT NULL,
    CONSTRAINT journal_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT journal_organization_fkey FOREIGN KEY (tenant_id, organization_id, path)
        REFERENCES organizations (tenant_id, id, path) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX journal_by_path ON journal (path, id);
CREATE INDEX journal_in_order ON journal (id, path);
CREATE INDEX journal_by_subject ON journal (tenant_id, subject_id, id);
CREATE INDEX journal_by_account ON journal (tenant_id, account_id, id);
CREATE INDEX journal_by_organization ON journal (tenant_id, organization_id, id);
COMMENT ON TABLE journal IS 'The operation log (R07): who did what, before and after. The application can add to it and read it, nothing else.';
