-- One row is a link of one tenant.
COPY (
    SELECT seq, entry_id, entry_hash, link_hash
    FROM journal_chain
    WHERE tenant_id = current_setting('banyan.tenant')::uuid
    ORDER BY seq
) TO STDOUT (FORMAT binary)
