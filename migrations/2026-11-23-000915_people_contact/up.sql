-- A15: the e-mail address, sealed like the phone. A13: a record may be without an identity number, with the reason why.
ALTER TABLE people ADD COLUMN email bytea;
ALTER TABLE people ADD COLUMN no_identity_reason text;
ALTER TABLE people ALTER COLUMN identity_number DROP NOT NULL;
ALTER TABLE people ALTER COLUMN identity_index DROP NOT NULL;
ALTER TABLE people ADD CONSTRAINT people_identity_or_reason CHECK (
    (identity_number IS NULL) = (identity_index IS NULL)
    AND (identity_number IS NULL) = (no_identity_reason IS NOT NULL)
);
-- What the list of accounts looks for.
CREATE INDEX people_without_identity ON people (tenant_id, id) WHERE identity_number IS NULL;
COMMENT ON COLUMN people.email IS 'Sealed like the phone (A15).';
COMMENT ON COLUMN people.no_identity_reason IS 'Why there is no identity number; such a record cannot be claimed (A13, A15).';
