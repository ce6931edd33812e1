WITH t AS MATERIALIZED (
    SELECT path FROM organizations WHERE tenant_id = :tenant AND id = substr(:ids, :i, 36)::uuid
), page AS MATERIALIZED (
    SELECT id, name, stage, birth_date, organization_id, path, name_key FROM people
    WHERE path >= (SELECT path FROM t) AND path < (SELECT path || '~' FROM t) AND stage <> 'left'
    ORDER BY path, name_key, id
    LIMIT 21
)
SELECT p.id, p.name, p.stage, p.birth_date, o.id, o.name, s.id, s.name
FROM page p
JOIN organizations o ON o.tenant_id = :tenant AND o.id = p.organization_id
LEFT JOIN organizations s ON s.tenant_id = :tenant AND s.id = o.parent_id
ORDER BY p.path, p.name_key, p.id;
