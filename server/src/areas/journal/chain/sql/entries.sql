-- One row is an entry of one tenant: the columns of chain/encoding.rs in their order.
COPY (
    SELECT tenant_id, id, organization_id, at, account_id, account_name, role, on_behalf_of, event, subject_kind, subject_id, subject_name, before, after, reason, source, request_id, confirmation
    FROM journal
    WHERE tenant_id = current_setting('banyan.tenant')::uuid
    ORDER BY id
) TO STDOUT (FORMAT binary)
