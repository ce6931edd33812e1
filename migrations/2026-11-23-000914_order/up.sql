-- The manual order of siblings (B13) as an index of the whole tree: the superior's tree_order and ten digits of one's
-- own, so that a subtree in the order in which it is read is a range. sort_order is the truth, as parent_id is of path.

ALTER TABLE organizations ADD COLUMN tree_order text COLLATE "C" NOT NULL DEFAULT '';

-- Whoever migrates need not be a superuser: the guard lets nobody but the application see rows.
ALTER TABLE organizations NO FORCE ROW LEVEL SECURITY;
WITH RECURSIVE ranked AS (
    SELECT tenant_id, id, parent_id, path,
           lpad(to_hex(16777216 * row_number() OVER (PARTITION BY tenant_id, parent_id ORDER BY sort_order, id)), 10, '0') AS place
    FROM organizations
), placed AS (
    SELECT tenant_id, id, path::text AS place FROM ranked WHERE parent_id IS NULL
    UNION ALL
    SELECT r.tenant_id, r.id, p.place || r.place FROM placed p JOIN ranked r ON r.tenant_id = p.tenant_id AND r.parent_id = p.id
)
UPDATE organizations o SET tree_order = p.place FROM placed p WHERE o.tenant_id = p.tenant_id AND o.id = p.id;
ALTER TABLE organizations FORCE ROW LEVEL SECURITY;

ALTER TABLE organizations ADD COLUMN parent_order text COLLATE "C" GENERATED ALWAYS AS (left(tree_order, -10)) STORED;
ALTER TABLE organizations ADD CONSTRAINT organizations_order_unique UNIQUE (tenant_id, id, tree_order);
-- Whoever creates below an organization that is put elsewhere meanwhile cannot commit, as with a path.
ALTER TABLE organizations ADD CONSTRAINT organizations_order_fkey FOREIGN KEY (tenant_id, parent_id, parent_order)
    REFERENCES organizations (tenant_id, id, tree_order) DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX organizations_in_order ON organizations (tree_order, path, status, kind);
COMMENT ON COLUMN organizations.tree_order IS 'Where it stands in the tree as it is read: a path for the root, below it the superior''s and ten hexadecimal digits that rise with sort_order (B13).';

-- Members without a group, by branch (U63).
CREATE INDEX people_without_group ON people (tenant_id, organization_id) WHERE party_group_id IS NULL AND stage IN ('probationary', 'full');

GRANT SELECT (tree_order), UPDATE (tree_order) ON organizations TO banyan_keeper;
