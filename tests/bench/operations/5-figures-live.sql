-- The same figures counted from the people themselves, without the counters.
WITH o AS MATERIALIZED (
    SELECT id, name, path FROM organizations WHERE tenant_id = :tenant AND id = substr(:ids, :i, 36)::uuid
)
SELECT o.id, o.name, c.*
FROM o CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE stage IN ('full', 'probationary')), count(*) FILTER (WHERE stage = 'full'),
           count(*) FILTER (WHERE stage = 'probationary'), count(*) FILTER (WHERE stage = 'candidate'),
           count(*) FILTER (WHERE stage = 'activist'), count(*) FILTER (WHERE stage = 'applicant'),
           count(*) FILTER (WHERE stage IN ('full', 'probationary') AND sex = '2'),
           count(*) FILTER (WHERE stage IN ('full', 'probationary') AND ethnic_group <> '01')
    FROM people WHERE path >= o.path AND path < o.path || '~'
) AS c;
