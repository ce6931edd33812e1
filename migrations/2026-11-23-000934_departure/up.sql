-- An account that was disabled because its person left comes back with the person; one that an administrator had
-- disabled does not (V.7).
ALTER TABLE accounts
    ADD COLUMN gone_with_person boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT accounts_gone_are_disabled CHECK (NOT gone_with_person OR state IN ('disabled', 'closed'));
COMMENT ON COLUMN accounts.gone_with_person IS 'Disabled because the person left, not by an administrator.';
GRANT SELECT (gone_with_person), UPDATE (gone_with_person) ON accounts TO banyan_keeper;
