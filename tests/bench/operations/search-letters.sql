SELECT path FROM organizations WHERE tenant_id = :tenant AND id = substr(:ids, :i, 36)::uuid;
SELECT id, name, stage, path, name_key FROM people
WHERE path >= rtrim(substr(:paths, :j, 18)) COLLATE "C" AND path < rtrim(substr(:paths, :j, 18)) || '~' COLLATE "C"
  AND stage <> 'left'
  AND (name_initials >= rtrim(substr(:names, :k, 8)) AND name_initials < rtrim(substr(:names, :k, 8)) || '~'
    OR name_pinyin >= rtrim(substr(:names, :k, 8)) AND name_pinyin < rtrim(substr(:names, :k, 8)) || '~')
ORDER BY path, name_key, id
LIMIT 21;
