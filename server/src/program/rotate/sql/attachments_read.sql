-- One row is an attachment behind ($2, $3) whose key is not sealed with key $1; at most $4.
SELECT tenant_id, id, content_key
FROM attachments
WHERE (tenant_id, id) > ($2::uuid, $3::uuid) AND get_byte(content_key, 1) <> $1::integer
ORDER BY tenant_id, id
LIMIT $4
