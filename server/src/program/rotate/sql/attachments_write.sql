-- An upload that was attached meanwhile, or a file that was removed, is found by the next look or not at all.
UPDATE attachments AS a SET content_key = n.new_key
FROM unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::bytea[]) AS n (tenant_id, id, old_key, new_key)
WHERE a.tenant_id = n.tenant_id AND a.id = n.id AND a.content_key = n.old_key
