-- A row is a row of some table whose path is not that of its organization.
SELECT 'people ' || r.id FROM people r JOIN organizations o ON o.tenant_id = r.tenant_id AND o.id = r.organization_id WHERE o.path <> r.path
UNION ALL
SELECT 'party_groups ' || r.id FROM party_groups r JOIN organizations o ON o.tenant_id = r.tenant_id AND o.id = r.organization_id WHERE o.path <> r.path
UNION ALL
SELECT 'organization_counts ' || r.organization_id FROM organization_counts r JOIN organizations o ON o.tenant_id = r.tenant_id AND o.id = r.organization_id WHERE o.path <> r.path
UNION ALL
SELECT 'organization_tallies ' || r.organization_id FROM organization_tallies r JOIN organizations o ON o.tenant_id = r.tenant_id AND o.id = r.organization_id WHERE o.path <> r.path
UNION ALL
SELECT 'membership_ledger ' || r.id FROM membership_ledger r JOIN organizations o ON o.tenant_id = r.tenant_id AND o.id = r.organization_id WHERE o.path <> r.path
UNION ALL
SELECT 'grants ' || r.id FROM grants r JOIN organizations o ON o.tenant_id = r.tenant_id AND o.id = r.organization_id WHERE o.path <> r.path
UNION ALL
SELECT 'accounts ' || r.id FROM accounts r JOIN organizations o ON o.tenant_id = r.tenant_id AND o.id = r.organization_id WHERE o.path <> r.path
UNION ALL
SELECT 'journal ' || r.id FROM journal r JOIN organizations o ON o.tenant_id = r.tenant_id AND o.id = r.organization_id WHERE o.path <> r.path
UNION ALL
SELECT 'organization_versions ' || r.id FROM organization_versions r JOIN organizations o ON o.tenant_id = r.tenant_id AND o.id = r.organization_id WHERE o.path <> r.path
UNION ALL
SELECT 'person_photos ' || r.person_id FROM person_photos r JOIN organizations o ON o.tenant_id = r.tenant_id AND o.id = r.organization_id WHERE o.path <> r.path
UNION ALL
SELECT 'attachments ' || r.id FROM attachments r JOIN organizations o ON o.tenant_id = r.tenant_id AND o.id = r.organization_id WHERE o.path <> r.path
UNION ALL
SELECT 'units ' || r.id FROM units r JOIN organizations o ON o.tenant_id = r.tenant_id AND o.id = r.organization_id WHERE o.path <> r.path
UNION ALL
SELECT 'organization_units ' || r.unit_id FROM organization_units r JOIN organizations o ON o.tenant_id = r.tenant_id AND o.id = r.organization_id WHERE o.path <> r.path
UNION ALL
SELECT 'account_keys ' || r.id FROM account_keys r JOIN organizations o ON o.tenant_id = r.tenant_id AND o.id = r.organization_id WHERE o.path <> r.path
UNION ALL
SELECT 'invitations ' || r.id FROM invitations r JOIN organizations o ON o.tenant_id = r.tenant_id AND o.id = r.organization_id WHERE o.path <> r.path
UNION ALL
SELECT 'claim_codes ' || r.id FROM claim_codes r JOIN organizations o ON o.tenant_id = r.tenant_id AND o.id = r.organization_id WHERE o.path <> r.path
UNION ALL
SELECT 'sessions ' || r.id FROM sessions r JOIN organizations o ON o.tenant_id = r.tenant_id AND o.id = r.organization_id WHERE o.path <> r.path
UNION ALL
SELECT 'security_events ' || r.id FROM security_events r JOIN organizations o ON o.tenant_id = r.tenant_id AND o.id = r.organization_id WHERE o.path <> r.path
UNION ALL
SELECT 'leadership_terms ' || r.id FROM leadership_terms r JOIN organizations o ON o.tenant_id = r.tenant_id AND o.id = r.organization_id WHERE o.path <> r.path
UNION ALL
SELECT 'leadership_posts ' || r.id FROM leadership_posts r JOIN organizations o ON o.tenant_id = r.tenant_id AND o.id = r.organization_id WHERE o.path <> r.path
UNION ALL
SELECT 'jobs ' || r.id FROM jobs r JOIN organizations o ON o.tenant_id = r.tenant_id AND o.id = r.organization_id WHERE o.path <> r.path
