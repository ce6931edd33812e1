-- Grants in depth: three duties that nobody combines, rights that are lent, and high roles that two people give.

ALTER TABLE grants
    DROP CONSTRAINT grants_role_known,
    DROP CONSTRAINT grants_no_overlap,
    ADD COLUMN duty text GENERATED ALWAYS AS (
        CASE WHEN role IN ('system_administrator', 'security_administrator', 'auditor') THEN role END) STORED,
    ADD COLUMN delegated_from uuid,
    ADD COLUMN on_behalf_of uuid,
    ADD COLUMN on_behalf_of_name text,
    ADD COLUMN permissions text[],
    ADD COLUMN pending boolean NOT NULL DEFAULT false,
    ADD COLUMN approved_by uuid,
    ADD COLUMN approved_by_name text,
    ADD COLUMN approved_at timestamptz;

ALTER TABLE grants
    ADD CONSTRAINT grants_role_known CHECK (role IN ('system_administrator', 'security_administrator', 'organization_administrator',
        'branch_administrator', 'secretary', 'committee_member', 'member', 'auditor')),
    ADD CONSTRAINT grants_delegated_from_fkey FOREIGN KEY (tenant_id, delegated_from) REFERENCES grants (tenant_id, id),
    ADD CONSTRAINT grants_on_behalf_of_fkey FOREIGN KEY (tenant_id, on_behalf_of) REFERENCES accounts (tenant_id, id),
    ADD CONSTRAINT grants_lent_in_whole CHECK (
        (delegated_from IS NULL) = (on_behalf_of IS NULL) AND (delegated_from IS NULL) = (on_behalf_of_name IS NULL)
        AND (delegated_from IS NOT NULL OR permissions IS NULL) AND (delegated_from IS NULL OR valid_until IS NOT NULL)),
    ADD CONSTRAINT grants_not_lent_to_oneself CHECK (on_behalf_of <> account_id),
    ADD CONSTRAINT grants_two_people CHECK (NOT (pending AND approved_at IS NOT NULL) AND approved_by <> given_by AND approved_by <> account_id),
    ADD CONSTRAINT grants_no_overlap EXCLUDE USING gist
        (tenant_id WITH =, account_id WITH =, organization_id WITH =, role WITH =, tstzrange(valid_from, valid_until) WITH &&)
        WHERE (ended_at IS NULL AND delegated_from IS NULL),
    ADD CONSTRAINT grants_no_overlap_lent EXCLUDE USING gist
        (tenant_id WITH =, account_id WITH =, organization_id WITH =, delegated_from WITH =, tstzrange(valid_from, valid_until) WITH &&)
        WHERE (ended_at IS NULL AND delegated_from IS NOT NULL),
    -- BEYOND17: also for what is lent, and for what only begins later.
    ADD CONSTRAINT grants_one_duty EXCLUDE USING gist
        (tenant_id WITH =, account_id WITH =, duty WITH <>, tstzrange(valid_from, valid_until) WITH &&)
        WHERE (ended_at IS NULL AND duty IS NOT NULL);
CREATE INDEX grants_by_source ON grants (tenant_id, delegated_from) WHERE delegated_from IS NOT NULL;
CREATE INDEX grants_by_lender ON grants (tenant_id, on_behalf_of) WHERE on_behalf_of IS NOT NULL;
CREATE INDEX grants_pending ON grants (path, id) WHERE pending AND ended_at IS NULL;
COMMENT ON COLUMN grants.duty IS 'System, security or audit administrator: no account holds two of them at a time (BEYOND17).';
COMMENT ON COLUMN grants.delegated_from IS 'The grant of which this is lent; it gives rights only while that one does (BEYOND4).';
COMMENT ON COLUMN grants.on_behalf_of IS 'Who lent it.';
COMMENT ON COLUMN grants.permissions IS 'The part that is lent; null for all of the role that can be lent.';
COMMENT ON COLUMN grants.pending IS 'Waits for a second person and gives no rights (SEC-A11).';

-- Who lent something sees it; lender and borrower can end it, and nothing else.
CREATE POLICY lent ON grants FOR SELECT TO banyan_app
    USING (on_behalf_of = (SELECT nullif(current_setting('app.account'), '')::uuid));
CREATE POLICY give_back ON grants FOR UPDATE TO banyan_app
    USING (delegated_from IS NOT NULL
        AND (SELECT nullif(current_setting('app.account'), '')::uuid) IN (account_id, on_behalf_of))
    WITH CHECK (ended_at IS NOT NULL AND delegated_from IS NOT NULL
        AND (SELECT nullif(current_setting('app.account'), '')::uuid) IN (account_id, on_behalf_of));

-- Who looked behind the mask: counted by the day for whoever looks, listed for the person (SEC-H02, BEYOND19).
CREATE INDEX journal_unmasked_by ON journal (tenant_id, account_id, at) WHERE event = 'PERSON_UNMASKED';
CREATE INDEX journal_unmasked_of ON journal (tenant_id, subject_id, id) WHERE event = 'PERSON_UNMASKED';
GRANT SELECT (id, organization_id, at, account_id, account_name, role, on_behalf_of, event, subject_id, after, reason) ON journal TO banyan_keeper;
-- Whoever ends a session says why, also the functions.
GRANT UPDATE (ended_reason) ON sessions TO banyan_keeper;
