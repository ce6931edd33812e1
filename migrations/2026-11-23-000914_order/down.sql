REVOKE SELECT (tree_order), UPDATE (tree_order) ON organizations FROM banyan_keeper;
DROP INDEX people_without_group;
DROP INDEX organizations_in_order;
ALTER TABLE organizations DROP CONSTRAINT organizations_order_fkey;
ALTER TABLE organizations DROP CONSTRAINT organizations_order_unique;
ALTER TABLE organizations DROP COLUMN parent_order;
ALTER TABLE organizations DROP COLUMN tree_order;
