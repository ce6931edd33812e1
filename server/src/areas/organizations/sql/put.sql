-- Puts the subtree that stands at $2 to $3.
UPDATE organizations
SET tree_order = $3 || substr(tree_order, length($2) + 1)
WHERE tenant_id = $1 AND tree_order >= $2 COLLATE "C" AND tree_order < ($2 || '~') COLLATE "C"
