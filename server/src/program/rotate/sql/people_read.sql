-- One row is a person behind ($2, $3) with a value that is not sealed with key $1; at most $4.
SELECT tenant_id, id, identity_number, phone, address, email
FROM people
WHERE (tenant_id, id) > ($2::uuid, $3::uuid)
  AND (get_byte(identity_number, 1) <> $1::integer OR get_byte(phone, 1) <> $1 OR get_byte(address, 1) <> $1
    OR get_byte(email, 1) <> $1)
ORDER BY tenant_id, id
LIMIT $4
