-- A row is an organization whose members today are not the sum of its ledger.
WITH summed AS (
    SELECT tenant_id, organization_id, sum(delta) AS members FROM membership_ledger GROUP BY tenant_id, organization_id
)
SELECT o.code
FROM organizations o
JOIN organization_counts c ON c.tenant_id = o.tenant_id AND c.organization_id = o.id
LEFT JOIN summed s ON s.tenant_id = o.tenant_id AND s.organization_id = o.id
WHERE c.probationary + c.full_members <> coalesce(s.members, 0)
ORDER BY o.path
