WITH o AS MATERIALIZED (
    SELECT id, name, path FROM organizations WHERE tenant_id = :tenant AND id = substr(:ids, :i, 36)::uuid
)
SELECT o.id, o.name, c.*
FROM o CROSS JOIN LATERAL (
    SELECT sum(full_members + probationary), sum(full_members), sum(probationary), sum(candidates), sum(activists),
           sum(applicants), sum(women), sum(minority), sum(college_and_above)
    FROM organization_counts WHERE path >= o.path AND path < o.path || '~'
) AS c;
