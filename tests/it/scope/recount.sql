-- Figures of what was thrown, counted from its people; the seed has its own already.
INSERT INTO organization_counts (tenant_id, organization_id, path, applicants, activists, candidates, probationary, full_members, women, minority, college_and_above)
SELECT o.tenant_id, o.id, o.path,
    count(p.id) FILTER (WHERE p.stage = 'applicant'),
    count(p.id) FILTER (WHERE p.stage = 'activist'),
    count(p.id) FILTER (WHERE p.stage = 'candidate'),
    count(p.id) FILTER (WHERE p.stage = 'probationary'),
    count(p.id) FILTER (WHERE p.stage = 'full'),
    count(p.id) FILTER (WHERE p.stage IN ('probationary', 'full') AND p.sex = '2'),
    count(p.id) FILTER (WHERE p.stage IN ('probationary', 'full') AND p.ethnic_group <> '01'),
    count(p.id) FILTER (WHERE p.stage IN ('probationary', 'full') AND d.attributes ->> 'report_group' IN ('graduate', 'bachelor', 'junior_college'))
FROM organizations o
LEFT JOIN people p ON p.tenant_id = o.tenant_id AND p.organization_id = o.id
LEFT JOIN codes d ON d.table_name = 'education' AND d.code = p.education
WHERE NOT EXISTS (SELECT FROM organization_counts c WHERE c.tenant_id = o.tenant_id AND c.organization_id = o.id)
GROUP BY o.tenant_id, o.id, o.path;

INSERT INTO organization_tallies (tenant_id, organization_id, path, dimension, value, members)
SELECT p.tenant_id, p.organization_id, p.path, d.dimension, d.value, count(*)
FROM people p
CROSS JOIN LATERAL (VALUES
    ('sex', p.sex), ('ethnic_group', p.ethnic_group), ('education', p.education), ('birth_year', extract(year FROM p.birth_date)::text)
) AS d (dimension, value)
WHERE p.stage IN ('probationary', 'full')
  AND NOT EXISTS (SELECT FROM organization_tallies t WHERE t.tenant_id = p.tenant_id AND t.organization_id = p.organization_id)
GROUP BY p.tenant_id, p.organization_id, p.path, d.dimension, d.value;
