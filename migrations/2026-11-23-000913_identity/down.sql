REVOKE SELECT (name, code, status) ON organizations FROM banyan_keeper;
DROP INDEX people_with_converted_number;
ALTER TABLE people DROP COLUMN identity_converted;
