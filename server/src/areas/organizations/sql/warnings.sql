-- A row is a warning about one of the organizations $2.
SELECT o.id, w.code, w.figure, w.bound
FROM organizations o
CROSS JOIN LATERAL organization_warnings(o.tenant_id, o.id, o.path, o.kind, o.status) AS w
WHERE o.tenant_id = $1 AND o.id = ANY ($2)
ORDER BY o.id, w.place
