SELECT path FROM organizations WHERE tenant_id = :tenant AND id = substr(:ids, :i, 36)::uuid;
SELECT p.id, p.name, p.stage, o.tree_order, p.name_key
FROM (
    SELECT * FROM people
    WHERE path >= rtrim(substr(:paths, :j, 18)) COLLATE "C" AND path < rtrim(substr(:paths, :j, 18)) || '~' COLLATE "C"
      AND stage <> 'left'
      AND (name_initials >= rtrim(substr(:names, :k, 8)) AND name_initials < rtrim(substr(:names, :k, 8)) || '~'
        OR name_pinyin >= rtrim(substr(:names, :k, 8)) AND name_pinyin < rtrim(substr(:names, :k, 8)) || '~')
    OFFSET 0
) AS p
JOIN organizations o ON o.path = p.path
ORDER BY o.tree_order, p.name_key, p.id
LIMIT 21;
