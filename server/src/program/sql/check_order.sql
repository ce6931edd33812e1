-- A row is an organization that does not stand where its superior and the order of its siblings put it.
SELECT code
FROM (
    SELECT o.code, o.path, o.parent_id, o.tree_order, p.tree_order AS above,
           lag(o.tree_order) OVER (PARTITION BY o.tenant_id, o.parent_id ORDER BY o.sort_order, o.id) AS previous
    FROM organizations o
    LEFT JOIN organizations p ON p.tenant_id = o.tenant_id AND p.id = o.parent_id
) AS placed
WHERE (parent_id IS NULL AND tree_order <> path)
   OR (parent_id IS NOT NULL AND (left(tree_order, -10) IS DISTINCT FROM above OR tree_order <= previous))
ORDER BY path
