-- All that the mutation writes: the person, the figures, the ledger and the operation log. Without its
-- notice: that is no row.
WITH o AS MATERIALIZED (
    SELECT id, path FROM organizations
    WHERE tenant_id = :tenant AND id = substr(:ids, :i, 36)::uuid AND status = 'active'
    FOR SHARE
), p AS (
    INSERT INTO people (tenant_id, id, organization_id, path, stage, name, name_key, name_initials, name_grams, sex,
                        ethnic_group, birth_date, identity_number, identity_index, education, joined_on, confirmed_on,
                        created_at, updated_at)
    SELECT :tenant::uuid, @key@, o.id, o.path, 'full', '胡菲艳', 'hu fei yan  胡菲艳', 'hfy', '{胡,菲,艳,胡菲,菲艳}', '2', '01',
           '1980-01-01', decode(repeat(md5(random()::text), 3), 'hex'), sha256(gen_random_uuid()::text::bytea), '21',
           '2010-01-01', '2011-01-01', now(), now()
    FROM o
    RETURNING id, organization_id, path, name
), c AS (
    UPDATE organization_counts AS c
    SET full_members = c.full_members + 1, women = c.women + 1, college_and_above = c.college_and_above + 1
    FROM p WHERE c.tenant_id = :tenant AND c.organization_id = p.organization_id
), t AS (
    INSERT INTO organization_tallies AS t (tenant_id, organization_id, path, dimension, value, members)
    SELECT :tenant::uuid, p.organization_id, p.path, step.dimension, step.value, 1
    FROM p CROSS JOIN (VALUES ('sex', '2'), ('ethnic_group', '01'), ('education', '21'), ('birth_year', '1980'))
        AS step (dimension, value)
    ON CONFLICT (tenant_id, organization_id, dimension, value) DO UPDATE SET members = t.members + 1
), l AS (
    INSERT INTO membership_ledger (tenant_id, id, person_id, organization_id, path, day, kind, delta)
    SELECT :tenant::uuid, @key@, p.id, p.organization_id, p.path, current_date, 'entered', 1 FROM p
), j AS (
    INSERT INTO journal (tenant_id, id, organization_id, path, at, account_id, account_name, role, event, subject_kind,
                         subject_id, subject_name, before, after, request_id)
    SELECT :tenant::uuid, @key@, p.organization_id, p.path, now(), :account::uuid, 'bench',
           'organization_administrator', 'PERSON_ADDED', 'person', p.id, p.name, '{}',
           '{"sex": "2", "name": "胡菲艳", "stage": "full", "birthDate": "1980-01-01", "education": "21", "joinedOn": "2010-01-01", "confirmedOn": "2011-01-01", "ethnicGroup": "01", "identityNumber": "********"}',
           'bench'
    FROM p
)
SELECT id FROM p;
