-- One row is a checkpoint of one tenant.
COPY (
    SELECT seq, previous, link_hash, at, key_number::bigint, signature
    FROM journal_checkpoints
    WHERE tenant_id = current_setting('banyan.tenant')::uuid
    ORDER BY seq
) TO STDOUT (FORMAT binary)
