-- One row is a link of one tenant between two numbers, with its entry: two columns of the link, then those of chain/encoding.rs.
COPY (
    SELECT c.seq, c.link_hash, j.tenant_id, j.id, j.organization_id, j.at, j.account_id, j.account_name, j.role, j.on_behalf_of, j.event, j.subject_kind, j.subject_id, j.subject_name, j.before, j.after, j.reason, j.source, j.request_id, j.confirmation
    FROM journal_chain c
    JOIN journal j ON j.tenant_id = c.tenant_id AND j.id = c.entry_id
    WHERE c.tenant_id = current_setting('banyan.tenant')::uuid 
      AND c.seq BETWEEN current_setting('banyan.from')::bigint AND current_setting('banyan.until')::bigint
    ORDER BY c.seq
) TO STDOUT (FORMAT binary)
