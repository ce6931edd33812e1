-- A row is a kind of organization: how many active ones are in the span, and how many of these have a secretary
-- in their present term. The posts of a term end with it.
SELECT o.kind, count(*), count(*) FILTER (WHERE s.organization_id IS NOT NULL)
FROM organizations o
LEFT JOIN (
    SELECT DISTINCT tenant_id, organization_id FROM leadership_posts
    WHERE post = '1' AND until_day IS NULL AND path >= $1 COLLATE "C" AND path < $2 COLLATE "C"
) AS s ON s.tenant_id = o.tenant_id AND s.organization_id = o.id
WHERE o.path >= $1 COLLATE "C" AND o.path < $2 COLLATE "C" AND o.status = 'active'
GROUP BY o.kind
ORDER BY o.kind
