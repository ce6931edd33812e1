-- The row of the person alone.
INSERT INTO people (tenant_id, id, organization_id, path, stage, name, name_key, name_initials, name_grams, sex,
                    ethnic_group, birth_date, identity_number, identity_index, education, joined_on, confirmed_on,
                    created_at, updated_at)
SELECT :tenant::uuid, @key@, o.id, o.path, 'full', '胡菲艳', 'hu fei yan  胡菲艳', 'hfy', '{胡,菲,艳,胡菲,菲艳}', '2', '01',
       '1980-01-01', decode(repeat(md5(random()::text), 3), 'hex'), sha256(gen_random_uuid()::text::bytea), '21',
       '2010-01-01', '2011-01-01', now(), now()
FROM organizations o
WHERE o.tenant_id = :tenant AND o.id = substr(:ids, :i, 36)::uuid;
