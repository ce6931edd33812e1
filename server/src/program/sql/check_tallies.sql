-- A row is a tally that is not that of a recount of the organization's members.
WITH recount AS (
    SELECT p.tenant_id, p.organization_id, d.dimension, d.value, count(*) AS members
    FROM people p
    CROSS JOIN LATERAL (VALUES
        ('sex', p.sex), ('ethnic_group', p.ethnic_group), ('education', p.education), ('birth_year', extract(year FROM p.birth_date)::text)
    ) AS d (dimension, value)
    WHERE p.stage IN ('probationary', 'full')
    GROUP BY p.tenant_id, p.organization_id, d.dimension, d.value
), kept AS (
    SELECT tenant_id, organization_id, dimension, value, members FROM organization_tallies WHERE members > 0
)
SELECT o.code || ' ' || dimension || ' ' || value
FROM (
    (SELECT tenant_id, organization_id, dimension, value, members FROM recount EXCEPT SELECT tenant_id, organization_id, dimension, value, members FROM kept)
    UNION
    (SELECT tenant_id, organization_id, dimension, value, members FROM kept EXCEPT SELECT tenant_id, organization_id, dimension, value, members FROM recount)
) AS differing
JOIN organizations o ON o.tenant_id = differing.tenant_id AND o.id = differing.organization_id
ORDER BY 1
