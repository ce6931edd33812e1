DROP TRIGGER IF EXISTS journal_to_seal ON journal;
REVOKE SELECT ON journal FROM banyan_keeper;
GRANT SELECT (tenant_id, path) ON journal TO banyan_keeper;
DROP TABLE journal_segments, journal_checkpoints, journal_chain, journal_unsealed;
