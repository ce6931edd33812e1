SELECT p.id, p.name, p.stage, p.birth_date, p.joined_on, p.sex, p.education, p.identity_number
FROM people p
WHERE p.tenant_id = :tenant AND p.id = substr(:ids, :i, 36)::uuid;
