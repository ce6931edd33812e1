-- A row is an organization whose headline figures are not those of a recount of its people.
WITH recount AS (
    SELECT p.tenant_id, p.organization_id,
        count(*) FILTER (WHERE p.stage = 'applicant') AS applicants,
        count(*) FILTER (WHERE p.stage = 'activist') AS activists,
        count(*) FILTER (WHERE p.stage = 'candidate') AS candidates,
        count(*) FILTER (WHERE p.stage = 'probationary') AS probationary,
        count(*) FILTER (WHERE p.stage = 'full') AS full_members,
        count(*) FILTER (WHERE m.is_member AND p.sex = '2') AS women,
        count(*) FILTER (WHERE m.is_member AND e.attributes ->> 'is_minority' = 'Y') AS minority,
        count(*) FILTER (WHERE m.is_member AND d.attributes ->> 'report_group' IN ('graduate', 'bachelor', 'junior_college')) AS college
    FROM people p
    CROSS JOIN LATERAL (SELECT p.stage IN ('probationary', 'full') AS is_member) m
    LEFT JOIN codes e ON e.table_name = 'ethnic_group' AND e.code = p.ethnic_group
    LEFT JOIN codes d ON d.table_name = 'education' AND d.code = p.education
    GROUP BY p.tenant_id, p.organization_id
)
SELECT o.code
FROM organizations o
LEFT JOIN organization_counts c ON c.tenant_id = o.tenant_id AND c.organization_id = o.id
LEFT JOIN recount r ON r.tenant_id = o.tenant_id AND r.organization_id = o.id
WHERE (c.applicants, c.activists, c.candidates, c.probationary, c.full_members, c.women, c.minority, c.college_and_above)
    IS DISTINCT FROM (coalesce(r.applicants, 0), coalesce(r.activists, 0), coalesce(r.candidates, 0), coalesce(r.probationary, 0),
                      coalesce(r.full_members, 0), coalesce(r.women, 0), coalesce(r.minority, 0), coalesce(r.college, 0))
ORDER BY o.path
