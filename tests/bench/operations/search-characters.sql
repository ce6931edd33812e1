-- Two characters are one pair, three are two.
SELECT path FROM organizations WHERE tenant_id = :tenant AND id = substr(:ids, :i, 36)::uuid;
SELECT p.id, p.name, p.stage, o.tree_order, p.name_key
FROM (
    SELECT * FROM people
    WHERE path >= rtrim(substr(:paths, :j, 18)) COLLATE "C" AND path < rtrim(substr(:paths, :j, 18)) || '~' COLLATE "C"
      AND stage <> 'left'
      AND tenant_id = :tenant AND id = ANY (ARRAY (SELECT people_named(
          CASE length(rtrim(substr(:names, :k, 8))) WHEN 2 THEN ARRAY[rtrim(substr(:names, :k, 8))]
              ELSE ARRAY[left(rtrim(substr(:names, :k, 8)), 2), right(rtrim(substr(:names, :k, 8)), 2)] END,
          rtrim(substr(:paths, :j, 18)), rtrim(substr(:paths, :j, 18)) || '~')))
    OFFSET 0
) AS p
JOIN organizations o ON o.path = p.path
ORDER BY o.tree_order, p.name_key, p.id
LIMIT 21;
