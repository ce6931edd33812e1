-- The place of the organization is looked up by itself, so that the page is planned for its range.
SELECT path FROM organizations WHERE tenant_id = :tenant AND id = substr(:ids, :i, 36)::uuid;
SELECT id, name, stage, path, name_key FROM people
WHERE path >= rtrim(substr(:paths, :j, 18)) COLLATE "C" AND path < rtrim(substr(:paths, :j, 18)) || '~' COLLATE "C"
  AND stage IN ('probationary', 'full')
ORDER BY path, name_key, id
LIMIT 51;
