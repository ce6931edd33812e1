-- The last role of the list: whoever reads an organization without belonging to its committee (R02).
ALTER TABLE grants
    DROP CONSTRAINT grants_role_known,
    ADD CONSTRAINT grants_role_known CHECK (role IN ('system_administrator', 'security_administrator', 'organization_administrator',
        'branch_administrator', 'secretary', 'committee_member', 'member', 'auditor', 'reader'));
