REVOKE INSERT (tenant_id, id, organization_id, path, at, account_name, event, subject_kind, subject_id, subject_name, before, after, reason,
    request_id) ON journal FROM banyan_keeper;
REVOKE UPDATE (state, version, updated_at) ON accounts FROM banyan_keeper;
REVOKE UPDATE (version) ON grants FROM banyan_keeper;
DROP TRIGGER IF EXISTS people_settle_posts ON people;
DROP TRIGGER IF EXISTS accounts_settle_posts ON accounts;
-- The older program would let a role outlive its post.
UPDATE sessions s SET ended_at = now(), ended_reason = 'schema', grant_id = NULL FROM grants g
    WHERE s.tenant_id = g.tenant_id AND s.grant_id = g.id AND g.post IS NOT NULL;
DELETE FROM grants g USING grants source
    WHERE g.tenant_id = source.tenant_id AND g.delegated_from = source.id AND source.post IS NOT NULL;
DELETE FROM grants WHERE post IS NOT NULL;
ALTER TABLE grants
    DROP CONSTRAINT grants_no_overlap,
    DROP CONSTRAINT grants_by_post_in_whole,
    DROP CONSTRAINT grants_post_fkey,
    DROP COLUMN post_id,
    DROP COLUMN post,
    ADD CONSTRAINT grants_no_overlap EXCLUDE USING gist
        (tenant_id WITH =, account_id WITH =, organization_id WITH =, role WITH =, tstzrange(valid_from, valid_until) WITH &&)
        WHERE (ended_at IS NULL AND delegated_from IS NULL);
DROP TABLE leadership_posts, leadership_terms;
