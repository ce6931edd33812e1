-- Units: who employs, houses or educates people, and which organizations are set up in them (C, B19).

CREATE TABLE units (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    path text COLLATE "C" NOT NULL,
    name text NOT NULL,
    credit_code text COLLATE "C",
    kind text NOT NULL,
    industry text,
    scale text,
    address text,
    legal_person boolean NOT NULL,
    superior_name text,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT units_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT units_credit_code_unique UNIQUE (tenant_id, credit_code),
    CONSTRAINT units_organization_fkey FOREIGN KEY (tenant_id, organization_id, path)
        REFERENCES organizations (tenant_id, id, path) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT units_name_not_empty CHECK (name <> ''),
    CONSTRAINT units_superior_of_parts CHECK (superior_name IS NULL OR NOT legal_person),
    CONSTRAINT units_legal_person_has_code CHECK (NOT legal_person OR credit_code IS NOT NULL)
);
CREATE INDEX units_by_organization ON units (tenant_id, organization_id);
CREATE INDEX units_by_path ON units (path, name, id);
COMMENT ON TABLE units IS 'Units as legal persons or parts of them (C01 to C05).';
COMMENT ON COLUMN units.organization_id IS 'The organization that keeps the row: it is seen there and above, and where it is linked.';
COMMENT ON COLUMN units.credit_code IS 'Unified social credit code (GB 32100); parts of a legal person may have none.';
COMMENT ON COLUMN units.superior_name IS 'The legal person that a unit belongs to which is none itself (C05).';

CREATE TABLE organization_units (
    tenant_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    path text COLLATE "C" NOT NULL,
    unit_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT organization_units_pkey PRIMARY KEY (tenant_id, organization_id, unit_id),
    CONSTRAINT organization_units_organization_fkey FOREIGN KEY (tenant_id, organization_id, path)
        REFERENCES organizations (tenant_id, id, path) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT organization_units_unit_fkey FOREIGN KEY (tenant_id, unit_id) REFERENCES units (tenant_id, id)
);
CREATE INDEX organization_units_by_unit ON organization_units (tenant_id, unit_id);
CREATE INDEX organization_units_by_path ON organization_units (path);
COMMENT ON TABLE organization_units IS 'Which units an organization is set up in: a joint branch in several, every other in one (B19).';

DO $$
DECLARE
    guarded record;
BEGIN
    FOR guarded IN
        SELECT * FROM (VALUES
            ('units', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT, UPDATE (path)'),
            ('organization_units', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT, UPDATE (path)')
        ) AS guarded (table_name, rights, kept)
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded.table_name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', guarded.table_name);
        EXECUTE format(
            'CREATE POLICY scope ON %I FOR ALL TO banyan_app '
            'USING (path <@ (SELECT current_setting(''app.scope'')::path_multirange)) '
            'WITH CHECK (path <@ (SELECT current_setting(''app.scope'')::path_multirange))', guarded.table_name);
        EXECUTE format('CREATE POLICY keeper ON %I FOR ALL TO banyan_keeper USING (true) WITH CHECK (true)', guarded.table_name);
        EXECUTE format('GRANT %s ON %I TO banyan_app', guarded.rights, guarded.table_name);
        EXECUTE format('GRANT %s ON %I TO banyan_keeper', guarded.kept, guarded.table_name);
    END LOOP;
END
$$;
