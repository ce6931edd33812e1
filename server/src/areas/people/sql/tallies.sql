-- A row is a dimension and one of its values: how many members of the span have it.
SELECT dimension, value, sum(members)::bigint
FROM organization_tallies
WHERE path >= $1 COLLATE "C" AND path < $2 COLLATE "C" AND members > 0
GROUP BY dimension, value
ORDER BY dimension, value
