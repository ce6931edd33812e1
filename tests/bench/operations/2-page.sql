WITH t AS MATERIALIZED (
    SELECT tree_order FROM organizations WHERE tenant_id = :tenant AND id = substr(:ids, :i, 36)::uuid
), page AS MATERIALIZED (
    SELECT p.*, b.id AS organization_id, b.name AS organization_name, b.parent_id, b.tree_order
    FROM organizations b
    CROSS JOIN LATERAL (
        SELECT id, name, stage, birth_date, name_key FROM people
        WHERE path = b.path AND stage <> 'left'
        ORDER BY name_key, id
        LIMIT 21
    ) AS p
    WHERE b.tree_order >= (SELECT tree_order FROM t) AND b.tree_order < (SELECT tree_order || '~' FROM t)
    ORDER BY b.tree_order, p.name_key, p.id
    LIMIT 21
)
SELECT p.id, p.name, p.stage, p.birth_date, p.organization_id, p.organization_name, s.id, s.name
FROM page p
LEFT JOIN organizations s ON s.tenant_id = :tenant AND s.id = p.parent_id
ORDER BY p.tree_order, p.name_key, p.id;
