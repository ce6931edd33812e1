-- The row of a person alone; its path is that of the organization.
INSERT INTO people (tenant_id, id, organization_id, path, stage, name, name_key, name_initials, name_grams, sex, ethnic_group,
                    birth_date, identity_number, identity_index, education, joined_on, confirmed_on, created_at, updated_at)
SELECT $1, $2, o.id, o.path, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, now(), now()
FROM organizations o
WHERE o.tenant_id = $1 AND o.id = $3 AND o.status = 'active'
RETURNING id, name, version
