-- Entries of the journal are chained and sealed (BEYOND6, SEC-F02): see areas/journal/chain.
--
-- No foreign key leads to the journal: a link must outlive a deleted entry, so that the deletion is found.

CREATE TABLE journal_unsealed (
    tenant_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    CONSTRAINT journal_unsealed_pkey PRIMARY KEY (tenant_id, entry_id)
);
COMMENT ON TABLE journal_unsealed IS 'Entries of the journal that wait to be chained; written by a trigger in the transaction of the entry.';

CREATE TABLE journal_chain (
    tenant_id uuid NOT NULL,
    seq bigint NOT NULL,
    entry_id uuid NOT NULL,
    entry_hash bytea NOT NULL,
    link_hash bytea NOT NULL,
    CONSTRAINT journal_chain_pkey PRIMARY KEY (tenant_id, seq),
    CONSTRAINT journal_chain_entry_unique UNIQUE (tenant_id, entry_id),
    CONSTRAINT journal_chain_seq_positive CHECK (seq > 0),
    CONSTRAINT journal_chain_hash_length CHECK (octet_length(entry_hash) = 32 AND octet_length(link_hash) = 32)
);
COMMENT ON TABLE journal_chain IS 'One link for each sealed entry of the journal, in the order of sealing (BEYOND6).';
COMMENT ON COLUMN journal_chain.seq IS 'From 1 in each tenant, without a gap.';
COMMENT ON COLUMN journal_chain.link_hash IS 'Over the link before and this entry: a change anywhere changes every later link.';

CREATE TABLE journal_checkpoints (
    tenant_id uuid NOT NULL,
    seq bigint NOT NULL,
    link_hash bytea NOT NULL,
    previous bigint NOT NULL,
    at timestamptz NOT NULL,
    key_number smallint NOT NULL,
    signature bytea NOT NULL,
    CONSTRAINT journal_checkpoints_pkey PRIMARY KEY (tenant_id, seq),
    CONSTRAINT journal_checkpoints_in_order CHECK (previous >= 0 AND previous < seq)
);
COMMENT ON TABLE journal_checkpoints IS 'Signatures (Ed25519) over the chain up to a link.';
COMMENT ON COLUMN journal_checkpoints.previous IS 'The checkpoint before, 0 for none: one taken out of the middle is missed.';

CREATE TABLE journal_segments (
    tenant_id uuid NOT NULL,
    first_seq bigint NOT NULL,
    last_seq bigint NOT NULL,
    previous_link bytea NOT NULL,
    last_link bytea NOT NULL,
    digest bytea NOT NULL,
    at timestamptz NOT NULL,
    key_number smallint NOT NULL,
    signature bytea NOT NULL,
    CONSTRAINT journal_segments_pkey PRIMARY KEY (tenant_id, last_seq),
    CONSTRAINT journal_segments_in_order CHECK (first_seq > 0 AND first_seq <= last_seq)
);
COMMENT ON TABLE journal_segments IS 'Parts of the chain that stand in an archive only: the signed manifest of each (SEC-F07).';

DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['journal_unsealed', 'journal_chain', 'journal_checkpoints', 'journal_segments'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY keeper ON %I FOR ALL TO banyan_keeper USING (true) WITH CHECK (true)', guarded);
    END LOOP;
END
$$;

-- The application has no right on any of them; the functions that seal belong to the keeper.
GRANT SELECT, INSERT, DELETE ON journal_unsealed TO banyan_keeper;
GRANT SELECT, INSERT ON journal_chain, journal_checkpoints TO banyan_keeper;
GRANT SELECT ON journal_segments TO banyan_keeper;
GRANT SELECT ON journal TO banyan_keeper;

INSERT INTO journal_unsealed (tenant_id, entry_id) SELECT tenant_id, id FROM journal;
