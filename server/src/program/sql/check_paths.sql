-- A row is an organization whose path is not its superior's path and its own label, whose superior is
-- missing or in another tenant, or that has a label its superior never gave.
SELECT o.code
FROM organizations o
LEFT JOIN organizations p ON p.tenant_id = o.tenant_id AND p.id = o.parent_id
LEFT JOIN tenants t ON t.id = o.tenant_id
WHERE (o.parent_id IS NULL AND o.path IS DISTINCT FROM t.path)
   OR (o.parent_id IS NOT NULL AND (p.id IS NULL OR o.path <> p.path || o.label OR left(o.path, 3) <> t.path))
   OR (o.status = 'active' AND p.status = 'dissolved')
ORDER BY o.path
