-- The tree. parent_id is the truth, path its index; the database refuses a path that does not follow.

CREATE TABLE organizations (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    parent_id uuid,
    label text COLLATE "C" NOT NULL,
    path text COLLATE "C" NOT NULL,
    parent_path text COLLATE "C" GENERATED ALWAYS AS (left(path, -3)) STORED,
    children_ever integer NOT NULL DEFAULT 0,
    kind text NOT NULL,
    setting text,
    name text NOT NULL,
    short_name text,
    code text COLLATE "C" NOT NULL,
    name_pinyin text COLLATE "C" NOT NULL,
    name_initials text COLLATE "C" NOT NULL,
    name_grams text[] NOT NULL,
    territory text COLLATE "C",
    sort_order integer NOT NULL DEFAULT 0,
    founded_on date,
    contact_person text,
    contact_phone text,
    address text,
    status text NOT NULL DEFAULT 'active',
    dissolved_on date,
    dissolved_reason text,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT organizations_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT organizations_place_unique UNIQUE (tenant_id, id, path),
    CONSTRAINT organizations_path_unique UNIQUE (tenant_id, path),
    CONSTRAINT organizations_code_unique UNIQUE (tenant_id, code),
    CONSTRAINT organizations_tenant_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (id),
    CONSTRAINT organizations_parent_fkey FOREIGN KEY (tenant_id, parent_id, parent_path)
        REFERENCES organizations (tenant_id, id, path) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT organizations_label_form CHECK (label ~ '^[0-9a-z]{3}$'),
    CONSTRAINT organizations_path_ends_with_label CHECK (right(path, 3) = label),
    CONSTRAINT organizations_root_has_no_parent CHECK ((parent_id IS NULL) = (length(path) = 3)),
    CONSTRAINT organizations_status_known CHECK (status IN ('active', 'dissolved')),
    CONSTRAINT organizations_dissolved_with_date CHECK ((status = 'dissolved') = (dissolved_on IS NOT NULL)),
    CONSTRAINT organizations_name_not_empty CHECK (name <> '')
);
CREATE UNIQUE INDEX organizations_one_name_per_parent ON organizations (tenant_id, parent_id, name) WHERE status = 'active';
CREATE INDEX organizations_by_path ON organizations (path, id, status, kind);
CREATE INDEX organizations_by_parent ON organizations (tenant_id, parent_id, sort_order, id) INCLUDE (status);
CREATE INDEX organizations_by_name ON organizations (name_pinyin, id, path, status);
CREATE INDEX organizations_by_initials ON organizations (name_initials, path);
CREATE INDEX organizations_by_grams ON organizations USING gin (name_grams);
COMMENT ON TABLE organizations IS 'Nodes of the trees of organizations (B).';
COMMENT ON COLUMN organizations.label IS 'Three characters, unique among siblings and never given again.';
COMMENT ON COLUMN organizations.children_ever IS 'How many labels this organization has given to children, dissolved and moved ones included.';
COMMENT ON COLUMN organizations.kind IS 'Code of data/codes/org_kind.csv.';

CREATE TABLE organization_versions (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    path text COLLATE "C" NOT NULL,
    valid daterange NOT NULL,
    parent_id uuid,
    path_then text COLLATE "C" NOT NULL,
    name text NOT NULL,
    short_name text,
    kind text NOT NULL,
    status text NOT NULL,
    change text NOT NULL,
    document text,
    CONSTRAINT organization_versions_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT organization_versions_organization_fkey FOREIGN KEY (tenant_id, organization_id, path)
        REFERENCES organizations (tenant_id, id, path) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT organization_versions_not_empty CHECK (NOT isempty(valid)),
    CONSTRAINT organization_versions_no_overlap EXCLUDE USING gist
        (tenant_id WITH =, organization_id WITH =, valid WITH &&) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX organization_versions_by_organization ON organization_versions (tenant_id, organization_id, id);
CREATE INDEX organization_versions_by_path ON organization_versions (path);
COMMENT ON TABLE organization_versions IS 'What an organization was called, where it stood and what it was, from which day until which (B09, BEYOND1).';
COMMENT ON COLUMN organization_versions.path IS 'Where the organization stands now: the scope of the row.';
COMMENT ON COLUMN organization_versions.path_then IS 'Where it stood in the time of the row.';
COMMENT ON COLUMN organization_versions.change IS 'Code of data/codes/org_change_kind.csv: what began this state.';
