ALTER TABLE tenant_policies DROP COLUMN member_key_required;
