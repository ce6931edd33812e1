SELECT c.id, c.name, n.members, n.full_members, n.probationary, m.id, m.name, m.stage
FROM (
    SELECT id, name, path, tree_order, sort_order FROM organizations
    WHERE tenant_id = :tenant AND parent_id = substr(:ids, :i, 36)::uuid AND status = 'active'
    ORDER BY sort_order, id
    LIMIT 50
) AS c
CROSS JOIN LATERAL (
    SELECT sum(full_members + probationary) AS members, sum(full_members) AS full_members, sum(probationary) AS probationary
    FROM organization_counts WHERE path >= c.path AND path < c.path || '~'
) AS n
LEFT JOIN LATERAL (
    SELECT b.tree_order, p.* FROM organizations b
    CROSS JOIN LATERAL (
        SELECT id, name, stage, name_key FROM people
        WHERE path = b.path AND stage IN ('probationary', 'full')
        ORDER BY name_key, id
        LIMIT 3
    ) AS p
    WHERE b.tree_order >= c.tree_order AND b.tree_order < c.tree_order || '~'
    ORDER BY b.tree_order, p.name_key, p.id
    LIMIT 3
) AS m ON true
ORDER BY c.sort_order, c.id, m.tree_order, m.name_key, m.id;
