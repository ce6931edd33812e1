-- Compare and swap: a value that is no longer the old one was changed by someone, who wins.
UPDATE people AS p SET
    identity_number = CASE WHEN p.identity_number = n.old_number THEN n.new_number ELSE p.identity_number END,
    phone = CASE WHEN p.phone = n.old_phone THEN n.new_phone ELSE p.phone END,
    address = CASE WHEN p.address = n.old_address THEN n.new_address ELSE p.address END,
    email = CASE WHEN p.email = n.old_email THEN n.new_email ELSE p.email END
FROM unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::bytea[], $5::bytea[], $6::bytea[], $7::bytea[], $8::bytea[],
        $9::bytea[], $10::bytea[])
    AS n (tenant_id, id, old_number, new_number, old_phone, new_phone, old_address, new_address, old_email, new_email)
WHERE p.tenant_id = n.tenant_id AND p.id = n.id
  AND (p.identity_number = n.old_number OR p.phone = n.old_phone OR p.address = n.old_address OR p.email = n.old_email)
