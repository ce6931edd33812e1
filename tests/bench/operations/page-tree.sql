-- The place of the organization is given, so that the page is planned for its range.
SELECT tree_order FROM organizations WHERE tenant_id = :tenant AND id = substr(:ids, :i, 36)::uuid;
SELECT p.id, p.name, p.stage, o.tree_order, p.name_key
FROM organizations o
CROSS JOIN LATERAL (
    SELECT id, name, stage, name_key FROM people
    WHERE path = o.path AND stage IN ('probationary', 'full')
    ORDER BY name_key, id
    LIMIT 51
) AS p
WHERE o.tree_order >= rtrim(substr(:places, :l, 64)) COLLATE "C" AND o.tree_order < rtrim(substr(:places, :l, 64)) || '~' COLLATE "C"
ORDER BY o.tree_order, p.name_key, p.id
LIMIT 51;
