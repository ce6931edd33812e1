-- What the older program does not know of must not become more than it was.
UPDATE sessions s SET ended_at = now(), ended_reason = 'schema', grant_id = NULL FROM grants g
    WHERE s.tenant_id = g.tenant_id AND s.grant_id = g.id AND g.role = 'reader';
DELETE FROM grants WHERE role = 'reader' AND delegated_from IS NOT NULL;
DELETE FROM grants WHERE role = 'reader';
ALTER TABLE grants
    DROP CONSTRAINT grants_role_known,
    ADD CONSTRAINT grants_role_known CHECK (role IN ('system_administrator', 'security_administrator', 'organization_administrator',
        'branch_administrator', 'secretary', 'committee_member', 'member', 'auditor'));
