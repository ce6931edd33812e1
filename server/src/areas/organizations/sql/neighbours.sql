-- A row is $3 or a sibling beside it, in manual order; the numbers of siblings have no gap after a reordering.
SELECT s.id, s.tree_order
FROM organizations o
JOIN organizations s ON s.tenant_id = o.tenant_id AND s.parent_id = o.parent_id AND s.sort_order BETWEEN o.sort_order - 1 AND o.sort_order + 1
WHERE o.tenant_id = $1 AND o.parent_id = $2 AND o.id = $3
ORDER BY s.sort_order, s.id
