-- Leadership: terms of an organization, who holds which post in them, and the roles that follow the posts (J15 to J21, A17, R04).

CREATE TABLE leadership_terms (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    path text COLLATE "C" NOT NULL,
    number integer NOT NULL,
    from_day date NOT NULL,
    planned_until date,
    until_day date,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT leadership_terms_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT leadership_terms_number_unique UNIQUE (tenant_id, organization_id, number),
    CONSTRAINT leadership_terms_organization_fkey FOREIGN KEY (tenant_id, organization_id, path)
        REFERENCES organizations (tenant_id, id, path) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT leadership_terms_number_positive CHECK (number > 0),
    CONSTRAINT leadership_terms_in_order CHECK (until_day >= from_day AND planned_until > from_day)
);
CREATE UNIQUE INDEX leadership_terms_one_current ON leadership_terms (tenant_id, organization_id) WHERE until_day IS NULL;
CREATE INDEX leadership_terms_by_path ON leadership_terms (path);
COMMENT ON TABLE leadership_terms IS 'Terms of the leadership of an organization (J15, J19).';
COMMENT ON COLUMN leadership_terms.planned_until IS 'The end by the regulations (U55); null where the kind of organization has no term.';

CREATE TABLE leadership_posts (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    path text COLLATE "C" NOT NULL,
    term_id uuid NOT NULL,
    person_id uuid NOT NULL,
    person_name text NOT NULL,
    post text COLLATE "C" NOT NULL,
    administers boolean NOT NULL DEFAULT false,
    role text,
    duty text,
    sort_order integer NOT NULL,
    from_day date NOT NULL,
    until_day date,
    leave_reason text,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT leadership_posts_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT leadership_posts_organization_fkey FOREIGN KEY (tenant_id, organization_id, path)
        REFERENCES organizations (tenant_id, id, path) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT leadership_posts_term_fkey FOREIGN KEY (tenant_id, term_id) REFERENCES leadership_terms (tenant_id, id),
    CONSTRAINT leadership_posts_person_fkey FOREIGN KEY (tenant_id, person_id) REFERENCES people (tenant_id, id),
    CONSTRAINT leadership_posts_role_known CHECK (role IN ('secretary', 'committee_member', 'branch_administrator')),
    CONSTRAINT leadership_posts_in_order CHECK (until_day >= from_day),
    CONSTRAINT leadership_posts_left_for_a_reason CHECK ((until_day IS NULL) = (leave_reason IS NULL))
);
CREATE INDEX leadership_posts_by_organization ON leadership_posts (tenant_id, organization_id);
CREATE INDEX leadership_posts_by_term ON leadership_posts (tenant_id, term_id, sort_order);
CREATE INDEX leadership_posts_by_person ON leadership_posts (tenant_id, person_id);
CREATE INDEX leadership_posts_by_path ON leadership_posts (path);
CREATE INDEX leadership_posts_secretaries ON leadership_posts (path) WHERE post = '1' AND until_day IS NULL;
CREATE UNIQUE INDEX leadership_posts_one_secretary ON leadership_posts (tenant_id, term_id) WHERE post = '1' AND until_day IS NULL;
CREATE UNIQUE INDEX leadership_posts_once ON leadership_posts (tenant_id, term_id, person_id, post) WHERE until_day IS NULL;
COMMENT ON TABLE leadership_posts IS 'Who holds which post in a term of leadership, from and until (J15 to J18, D16).';
COMMENT ON COLUMN leadership_posts.person_name IS 'The name when the entry was made: it stays in the list of former terms when the person has gone elsewhere.';
COMMENT ON COLUMN leadership_posts.administers IS 'Named as an administrator of the own level (R03, R04).';
COMMENT ON COLUMN leadership_posts.role IS 'The role that goes with the post while it is held, for whoever has an account (A17).';

-- A grant by a post lives as long as the post does; settle_posts (functions.sql) gives and ends it.
ALTER TABLE grants
    ADD COLUMN post_id uuid,
    ADD COLUMN post text COLLATE "C",
    ADD CONSTRAINT grants_post_fkey FOREIGN KEY (tenant_id, post_id) REFERENCES leadership_posts (tenant_id, id)
        ON DELETE SET NULL (post_id),
    ADD CONSTRAINT grants_by_post_in_whole CHECK (
        post_id IS NULL OR (post IS NOT NULL AND delegated_from IS NULL AND NOT pending AND valid_until IS NULL)),
    DROP CONSTRAINT grants_no_overlap,
    ADD CONSTRAINT grants_no_overlap EXCLUDE USING gist
        (tenant_id WITH =, account_id WITH =, organization_id WITH =, role WITH =, tstzrange(valid_from, valid_until) WITH &&)
        WHERE (ended_at IS NULL AND delegated_from IS NULL AND post IS NULL);
CREATE UNIQUE INDEX grants_one_by_post ON grants (tenant_id, post_id) WHERE post_id IS NOT NULL AND ended_at IS NULL;
CREATE INDEX grants_by_post ON grants (tenant_id, post_id) WHERE post_id IS NOT NULL;
COMMENT ON COLUMN grants.post_id IS 'The post that the role goes with; null for a role that someone gave, and when the entry was deleted.';
COMMENT ON COLUMN grants.post IS 'That post, a code of party_post; it stays when the entry is deleted.';

DO $$
DECLARE
    guarded record;
BEGIN
    FOR guarded IN
        SELECT * FROM (VALUES
            ('leadership_terms', 'app.scope', 'SELECT, INSERT, UPDATE', 'SELECT, UPDATE (path)'),
            ('leadership_posts', 'app.scope_people', 'SELECT, INSERT, UPDATE, DELETE',
                'SELECT, UPDATE (path, until_day, leave_reason, version, updated_at)')
        ) AS guarded (table_name, setting, rights, kept)
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded.table_name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', guarded.table_name);
        EXECUTE format(
            'CREATE POLICY scope ON %I FOR ALL TO banyan_app '
            'USING (path <@ (SELECT current_setting(%L)::path_multirange)) '
            'WITH CHECK (path <@ (SELECT current_setting(%L)::path_multirange))',
            guarded.table_name, guarded.setting, guarded.setting);
        EXECUTE format('CREATE POLICY keeper ON %I FOR ALL TO banyan_keeper USING (true) WITH CHECK (true)', guarded.table_name);
        EXECUTE format('GRANT %s ON %I TO banyan_app', guarded.rights, guarded.table_name);
        EXECUTE format('GRANT %s ON %I TO banyan_keeper', guarded.kept, guarded.table_name);
    END LOOP;
END
$$;
CREATE POLICY own ON leadership_posts FOR SELECT TO banyan_app
    USING (person_id = (SELECT nullif(current_setting('app.person'), '')::uuid));

-- What the system ends or gives by itself it writes as the keeper, with an entry of the log for each (V.7).
GRANT INSERT (post_id, post), UPDATE (version) ON grants TO banyan_keeper;
GRANT UPDATE (state, version, updated_at) ON accounts TO banyan_keeper;
GRANT INSERT (tenant_id, id, organization_id, path, at, account_name, event, subject_kind, subject_id, subject_name, before, after, reason,
    request_id) ON journal TO banyan_keeper;
