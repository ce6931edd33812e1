DROP INDEX people_without_identity;
-- Records without a number did not exist before; the step back waits until they have one.
ALTER TABLE people DROP CONSTRAINT people_identity_or_reason;
ALTER TABLE people ALTER COLUMN identity_index SET NOT NULL;
ALTER TABLE people ALTER COLUMN identity_number SET NOT NULL;
ALTER TABLE people DROP COLUMN no_identity_reason;
ALTER TABLE people DROP COLUMN email;
