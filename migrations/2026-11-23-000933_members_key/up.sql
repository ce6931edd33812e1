-- A tenant may want a second factor of every member, as administrators have it always (SEC-B01).
ALTER TABLE tenant_policies ADD COLUMN member_key_required boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN tenant_policies.member_key_required IS 'A password alone opens nothing to a member but the way to a key.';
