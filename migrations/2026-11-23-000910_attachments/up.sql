-- Files of organizations and people. The rows are here, the bytes in the store of files (areas/attachments).
--
-- Nothing lies in the store without a row: the row of an upload is written first, and whatever is no longer
-- wanted goes through discarded_files, from which the sweep takes it.

CREATE TABLE uploads (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    object uuid NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    bytes bigint NOT NULL,
    digest bytea NOT NULL,
    content_key bytea NOT NULL,
    stored boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL,
    CONSTRAINT uploads_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT uploads_object_unique UNIQUE (tenant_id, object),
    CONSTRAINT uploads_account_fkey FOREIGN KEY (tenant_id, account_id) REFERENCES accounts (tenant_id, id),
    CONSTRAINT uploads_bytes_positive CHECK (bytes > 0),
    CONSTRAINT uploads_digest_length CHECK (octet_length(digest) = 32)
);
CREATE INDEX uploads_by_account ON uploads (tenant_id, account_id);
CREATE INDEX uploads_by_age ON uploads (created_at);
COMMENT ON TABLE uploads IS 'Files that were sent and are not yet attached to anything; seen by whoever sent them, gone after an hour.';
COMMENT ON COLUMN uploads.object IS 'Generated name in the store of files.';
COMMENT ON COLUMN uploads.content_key IS 'The key of this one file, sealed.';
COMMENT ON COLUMN uploads.stored IS 'Whether the bytes have arrived in the store.';

CREATE TABLE attachments (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    path text COLLATE "C" NOT NULL,
    person_id uuid,
    kind text NOT NULL,
    name text NOT NULL,
    dated_on date,
    media_type text NOT NULL,
    bytes bigint NOT NULL,
    digest bytea NOT NULL,
    object uuid NOT NULL,
    content_key bytea NOT NULL,
    added_by uuid NOT NULL,
    added_by_name text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT attachments_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT attachments_object_unique UNIQUE (tenant_id, object),
    CONSTRAINT attachments_organization_fkey FOREIGN KEY (tenant_id, organization_id, path)
        REFERENCES organizations (tenant_id, id, path) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT attachments_person_fkey FOREIGN KEY (tenant_id, person_id) REFERENCES people (tenant_id, id),
    CONSTRAINT attachments_added_by_fkey FOREIGN KEY (tenant_id, added_by) REFERENCES accounts (tenant_id, id),
    CONSTRAINT attachments_name_not_empty CHECK (name <> ''),
    CONSTRAINT attachments_bytes_positive CHECK (bytes > 0),
    CONSTRAINT attachments_digest_length CHECK (octet_length(digest) = 32)
);
CREATE INDEX attachments_by_organization ON attachments (tenant_id, organization_id, id);
CREATE INDEX attachments_by_person ON attachments (tenant_id, person_id, id) WHERE person_id IS NOT NULL;
CREATE INDEX attachments_by_adder ON attachments (tenant_id, added_by);
CREATE INDEX attachments_by_path ON attachments (path);
COMMENT ON TABLE attachments IS 'Files of an organization, or of a person in it (Q01, Q02, B08, D07).';
COMMENT ON COLUMN attachments.person_id IS 'The person whose file it is; null for one of the organization itself.';
COMMENT ON COLUMN attachments.kind IS 'Code of data/codes/attachment_kind.csv.';
COMMENT ON COLUMN attachments.dated_on IS 'The day that the document bears.';
COMMENT ON COLUMN attachments.digest IS 'SHA-256 of the bytes as they were sent.';
COMMENT ON COLUMN attachments.object IS 'Generated name in the store of files.';
COMMENT ON COLUMN attachments.content_key IS 'The key of this one file, sealed: without the row the file cannot be read.';

CREATE TABLE discarded_files (
    tenant_id uuid NOT NULL,
    object uuid NOT NULL,
    remove_after timestamptz NOT NULL,
    CONSTRAINT discarded_files_pkey PRIMARY KEY (tenant_id, object)
);
CREATE INDEX discarded_files_by_time ON discarded_files (remove_after);
COMMENT ON TABLE discarded_files IS 'Objects of the store that nothing refers to any more; the sweep removes them after a time, so that a backup of the database finds its files.';

ALTER TABLE attachments ENABLE ROW LEVEL SECURITY;
ALTER TABLE attachments FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON attachments FOR ALL TO banyan_app
    USING (person_id IS NULL AND path <@ (SELECT current_setting('app.scope')::path_multirange))
    WITH CHECK (person_id IS NULL AND path <@ (SELECT current_setting('app.scope')::path_multirange));
CREATE POLICY scope_people ON attachments FOR ALL TO banyan_app
    USING (person_id IS NOT NULL AND path <@ (SELECT current_setting('app.scope_people')::path_multirange))
    WITH CHECK (person_id IS NOT NULL AND path <@ (SELECT current_setting('app.scope_people')::path_multirange));
-- A member's own file: to be read.
CREATE POLICY own ON attachments FOR SELECT TO banyan_app
    USING (person_id = (SELECT nullif(current_setting('app.person'), '')::uuid));
GRANT SELECT, INSERT, UPDATE, DELETE ON attachments TO banyan_app;

ALTER TABLE uploads ENABLE ROW LEVEL SECURITY;
ALTER TABLE uploads FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON uploads FOR ALL TO banyan_app
    USING (account_id = (SELECT nullif(current_setting('app.account'), '')::uuid))
    WITH CHECK (account_id = (SELECT nullif(current_setting('app.account'), '')::uuid));
GRANT SELECT, INSERT, UPDATE (stored), DELETE ON uploads TO banyan_app;

-- The application adds to the list through the transaction that removes a row; it cannot take anything off it.
ALTER TABLE discarded_files ENABLE ROW LEVEL SECURITY;
ALTER TABLE discarded_files FORCE ROW LEVEL SECURITY;

DO $$
DECLARE
    kept record;
BEGIN
    FOR kept IN
        SELECT * FROM (VALUES
            ('attachments', 'SELECT (tenant_id, organization_id, path, object, bytes), UPDATE (path)'),
            ('uploads', 'SELECT (tenant_id, object, created_at), DELETE'),
            ('discarded_files', 'SELECT, INSERT, DELETE')
        ) AS kept (table_name, rights)
    LOOP
        EXECUTE format('CREATE POLICY keeper ON %I FOR ALL TO banyan_keeper USING (true) WITH CHECK (true)', kept.table_name);
        EXECUTE format('GRANT %s ON %I TO banyan_keeper', kept.rights, kept.table_name);
    END LOOP;
END
$$;
