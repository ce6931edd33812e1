-- What everything else stands on: roles, the type of a scope, tenants, code tables.

CREATE EXTENSION IF NOT EXISTS btree_gist;

-- banyan_app serves requests: it owns nothing and cannot bypass a policy.
-- banyan_keeper owns the few SECURITY DEFINER functions; nobody signs in as it.
-- Roles belong to the whole cluster, so another database may have made them already.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'banyan_app') THEN
        CREATE ROLE banyan_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'banyan_keeper') THEN
        CREATE ROLE banyan_keeper NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL; -- two databases of one cluster were migrated at the same moment
END
$$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO banyan_app;
GRANT USAGE, CREATE ON SCHEMA public TO banyan_keeper;

-- A scope is a set of subtrees, a subtree a range of paths.
CREATE TYPE path_range AS RANGE (
    subtype = text,
    collation = "C",
    multirange_type_name = path_multirange
);

CREATE TABLE tenants (
    id uuid CONSTRAINT tenants_pkey PRIMARY KEY,
    path text COLLATE "C" NOT NULL,
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT tenants_path_unique UNIQUE (path),
    CONSTRAINT tenants_path_is_a_root_label CHECK (path ~ '^[0-9a-z]{3}$')
);
COMMENT ON TABLE tenants IS 'One tree of organizations each; its path is the label of its root.';

CREATE TABLE codes (
    table_name text NOT NULL,
    code text NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    parent_code text,
    note text NOT NULL,
    attributes jsonb NOT NULL,
    position integer NOT NULL,
    CONSTRAINT codes_pkey PRIMARY KEY (table_name, code)
);
COMMENT ON TABLE codes IS 'Values of the code tables, a copy of data/codes for reports in SQL.';

CREATE TABLE divisions (
    code text COLLATE "C" NOT NULL,
    parent_code text COLLATE "C",
    level text NOT NULL,
    name text NOT NULL,
    full_name text NOT NULL,
    CONSTRAINT divisions_pkey PRIMARY KEY (code)
);
CREATE INDEX divisions_parent ON divisions (parent_code, code);
CREATE INDEX divisions_name ON divisions (name text_pattern_ops);
COMMENT ON TABLE divisions IS 'Administrative divisions: counties of China, townships and villages of Chongqing.';

CREATE TABLE loaded_files (
    name text CONSTRAINT loaded_files_pkey PRIMARY KEY,
    digest bytea NOT NULL
);
COMMENT ON TABLE loaded_files IS 'Which built-in data file was loaded in which version, so that a start loads only what changed.';
