DROP TABLE organization_versions;
DROP TABLE organizations;
