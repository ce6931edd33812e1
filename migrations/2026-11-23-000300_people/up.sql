-- A person from application to history, the groups inside branches, figures and the ledger.

CREATE TABLE party_groups (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    path text COLLATE "C" NOT NULL,
    name text NOT NULL,
    leader_id uuid,
    active boolean NOT NULL DEFAULT true,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT party_groups_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT party_groups_in_organization_unique UNIQUE (tenant_id, id, organization_id),
    CONSTRAINT party_groups_organization_fkey FOREIGN KEY (tenant_id, organization_id, path)
        REFERENCES organizations (tenant_id, id, path) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT party_groups_name_not_empty CHECK (name <> '')
);
CREATE UNIQUE INDEX party_groups_one_name_per_branch ON party_groups (tenant_id, organization_id, name) WHERE active;
CREATE INDEX party_groups_by_organization ON party_groups (tenant_id, organization_id, id);
CREATE INDEX party_groups_by_path ON party_groups (path, id);
COMMENT ON TABLE party_groups IS 'Groups inside a branch with a leader (B21).';

CREATE TABLE people (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    path text COLLATE "C" NOT NULL,
    party_group_id uuid,
    stage text NOT NULL,
    name text NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    name_pinyin text COLLATE "C" NOT NULL GENERATED ALWAYS AS (replace(split_part(name_key, '  ', 1), ' ', '')) STORED,
    name_initials text COLLATE "C" NOT NULL,
    name_grams text[] NOT NULL,
    sex text NOT NULL,
    ethnic_group text NOT NULL,
    birth_date date NOT NULL,
    identity_number bytea NOT NULL,
    identity_index bytea NOT NULL,
    education text NOT NULL,
    job_category text,
    native_place text COLLATE "C",
    phone bytea,
    address bytea,
    applied_on date,
    joined_on date,
    confirmed_on date,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT people_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT people_organization_fkey FOREIGN KEY (tenant_id, organization_id, path)
        REFERENCES organizations (tenant_id, id, path) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT people_party_group_fkey FOREIGN KEY (tenant_id, party_group_id, organization_id)
        REFERENCES party_groups (tenant_id, id, organization_id),
    CONSTRAINT people_stage_known CHECK (stage IN ('applicant', 'activist', 'candidate', 'probationary', 'full', 'left')),
    CONSTRAINT people_joined_by_stage CHECK (stage = 'left' OR (stage IN ('probationary', 'full')) = (joined_on IS NOT NULL)),
    CONSTRAINT people_confirmed_by_stage CHECK (stage = 'left' OR (stage = 'full') = (confirmed_on IS NOT NULL)),
    CONSTRAINT people_name_not_empty CHECK (name <> '')
);
-- U82: one active record for an identity number in the tenant.
CREATE UNIQUE INDEX people_one_active_identity ON people (tenant_id, identity_index) WHERE stage <> 'left';
CREATE INDEX people_by_identity ON people (tenant_id, identity_index);
CREATE INDEX people_by_organization ON people (tenant_id, organization_id);
CREATE INDEX people_by_party_group ON people (tenant_id, party_group_id, organization_id) WHERE party_group_id IS NOT NULL;
-- Page indexes carry their filter as a key column: a page then touches only its own rows.
CREATE INDEX people_in_tree_order ON people (path, name_key, id, stage);
CREATE INDEX people_in_name_order ON people (name_key, id, path, stage);
CREATE INDEX people_by_initials ON people (name_initials, path);
CREATE INDEX people_by_pinyin ON people (name_pinyin, path);
CREATE INDEX people_by_grams ON people USING gin (name_grams);
COMMENT ON TABLE people IS 'Persons from application to history; members are those of stage probationary or full (D, E).';
COMMENT ON COLUMN people.name_key IS 'Pinyin by syllables, two spaces, the name: the key of name order.';
COMMENT ON COLUMN people.identity_number IS 'AES-256-GCM with the key number before it; see base/secret.rs.';
COMMENT ON COLUMN people.identity_index IS 'Keyed hash of the identity number, for uniqueness and exact search.';

ALTER TABLE party_groups ADD CONSTRAINT party_groups_leader_fkey
    FOREIGN KEY (tenant_id, leader_id) REFERENCES people (tenant_id, id);
CREATE INDEX party_groups_by_leader ON party_groups (tenant_id, leader_id) WHERE leader_id IS NOT NULL;

CREATE TABLE person_photos (
    tenant_id uuid NOT NULL,
    person_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    path text COLLATE "C" NOT NULL,
    media_type text NOT NULL,
    content bytea NOT NULL,
    CONSTRAINT person_photos_pkey PRIMARY KEY (tenant_id, person_id),
    CONSTRAINT person_photos_person_fkey FOREIGN KEY (tenant_id, person_id) REFERENCES people (tenant_id, id),
    CONSTRAINT person_photos_organization_fkey FOREIGN KEY (tenant_id, organization_id, path)
        REFERENCES organizations (tenant_id, id, path) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT person_photos_size CHECK (octet_length(content) BETWEEN 1 AND 204800),
    CONSTRAINT person_photos_media_type_known CHECK (media_type IN ('image/jpeg', 'image/png'))
);
CREATE INDEX person_photos_by_organization ON person_photos (tenant_id, organization_id);
CREATE INDEX person_photos_by_path ON person_photos (path);
COMMENT ON TABLE person_photos IS 'One portrait a person (D12, D30).';

CREATE TABLE organization_counts (
    tenant_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    path text COLLATE "C" NOT NULL,
    applicants integer NOT NULL DEFAULT 0,
    activists integer NOT NULL DEFAULT 0,
    candidates integer NOT NULL DEFAULT 0,
    probationary integer NOT NULL DEFAULT 0,
    full_members integer NOT NULL DEFAULT 0,
    women integer NOT NULL DEFAULT 0,
    minority integer NOT NULL DEFAULT 0,
    college_and_above integer NOT NULL DEFAULT 0,
    CONSTRAINT organization_counts_pkey PRIMARY KEY (tenant_id, organization_id),
    CONSTRAINT organization_counts_organization_fkey FOREIGN KEY (tenant_id, organization_id, path)
        REFERENCES organizations (tenant_id, id, path) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT organization_counts_not_negative CHECK (least(applicants, activists, candidates, probationary, full_members, women, minority, college_and_above) >= 0)
);
ALTER TABLE organization_counts SET (fillfactor = 80);
CREATE INDEX organization_counts_by_path ON organization_counts (path);
COMMENT ON TABLE organization_counts IS 'Headline figures of each organization''s own people, kept in the transaction that changes a person. Women, minority and college count members.';

CREATE TABLE organization_tallies (
    tenant_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    path text COLLATE "C" NOT NULL,
    dimension text NOT NULL,
    value text COLLATE "C" NOT NULL,
    members integer NOT NULL,
    CONSTRAINT organization_tallies_pkey PRIMARY KEY (tenant_id, organization_id, dimension, value),
    CONSTRAINT organization_tallies_organization_fkey FOREIGN KEY (tenant_id, organization_id, path)
        REFERENCES organizations (tenant_id, id, path) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT organization_tallies_dimension_known CHECK (dimension IN ('sex', 'ethnic_group', 'education', 'birth_year')),
    CONSTRAINT organization_tallies_not_negative CHECK (members >= 0)
);
-- The number is not in the index: a row whose index entries stay is changed in place (HOT).
ALTER TABLE organization_tallies SET (fillfactor = 80);
CREATE INDEX organization_tallies_by_path ON organization_tallies (path, dimension, value);
COMMENT ON TABLE organization_tallies IS 'Members of each organization by sex, ethnic group, education and year of birth (D01). The year of birth, because an age would go stale by itself.';

CREATE TABLE membership_ledger (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    path text COLLATE "C" NOT NULL,
    day date NOT NULL,
    kind text NOT NULL,
    delta smallint NOT NULL,
    CONSTRAINT membership_ledger_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT membership_ledger_person_fkey FOREIGN KEY (tenant_id, person_id) REFERENCES people (tenant_id, id),
    CONSTRAINT membership_ledger_organization_fkey FOREIGN KEY (tenant_id, organization_id, path)
        REFERENCES organizations (tenant_id, id, path) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT membership_ledger_delta_is_one CHECK (delta IN (-1, 1)),
    CONSTRAINT membership_ledger_kind_known CHECK (kind IN ('admitted', 'entered', 'transferred_in', 'transferred_out', 'left', 'died', 'restored'))
);
CREATE INDEX membership_ledger_by_person ON membership_ledger (tenant_id, person_id, day);
CREATE INDEX membership_ledger_by_organization ON membership_ledger (tenant_id, organization_id);
CREATE INDEX membership_ledger_by_path ON membership_ledger (path, day) INCLUDE (delta);
COMMENT ON TABLE membership_ledger IS 'Every change of membership; the head count of a subtree on a day is the sum up to that day.';
COMMENT ON COLUMN membership_ledger.kind IS 'entered: known to the system from here on, without being an admission (D05).';
