WITH o AS MATERIALIZED (
    SELECT id, name, path FROM organizations WHERE tenant_id = :tenant AND id = substr(:ids, :i, 36)::uuid
), child AS MATERIALIZED (
    SELECT c.id, c.name, c.sort_order FROM o JOIN organizations c ON c.tenant_id = :tenant AND c.parent_id = o.id AND c.status = 'active'
    ORDER BY c.sort_order, c.id
    LIMIT 20
)
SELECT id, name, NULL::uuid AS parent_id, 0 AS place, 0 AS below FROM o
UNION ALL
SELECT id, name, NULL, length(path), 0 FROM organizations
WHERE tenant_id = :tenant
  AND path = ANY (ARRAY(SELECT left(o.path, above) FROM o CROSS JOIN generate_series(3, length(o.path) - 3, 3) AS above))
UNION ALL
SELECT id, name, NULL, sort_order, 1 FROM child
UNION ALL
SELECT g.id, g.name, child.id, g.sort_order, 2
FROM child CROSS JOIN LATERAL (
    SELECT id, name, sort_order FROM organizations
    WHERE tenant_id = :tenant AND parent_id = child.id AND status = 'active'
    ORDER BY sort_order, id
    LIMIT 20
) AS g;
