-- One row is a tenant that has, or had, a journal: the keys are walked, not read one by one.
WITH RECURSIVE
chained AS (
    (SELECT tenant_id FROM journal_chain ORDER BY tenant_id LIMIT 1)
    UNION ALL
    SELECT (SELECT c.tenant_id FROM journal_chain c WHERE c.tenant_id > chained.tenant_id ORDER BY c.tenant_id LIMIT 1)
    FROM chained WHERE chained.tenant_id IS NOT NULL
),
noted AS (
    (SELECT tenant_id FROM journal ORDER BY tenant_id LIMIT 1)
    UNION ALL
    SELECT (SELECT j.tenant_id FROM journal j WHERE j.tenant_id > noted.tenant_id ORDER BY j.tenant_id LIMIT 1)
    FROM noted WHERE noted.tenant_id IS NOT NULL
)
SELECT id FROM tenants
UNION SELECT tenant_id FROM chained WHERE tenant_id IS NOT NULL
UNION SELECT tenant_id FROM noted WHERE tenant_id IS NOT NULL
UNION SELECT tenant_id FROM journal_checkpoints
UNION SELECT tenant_id FROM journal_segments
