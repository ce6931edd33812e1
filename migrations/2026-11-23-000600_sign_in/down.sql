REVOKE SELECT (name, code) ON organizations FROM banyan_keeper;
REVOKE SELECT (name, birth_date) ON people FROM banyan_keeper;
REVOKE INSERT ON accounts, grants FROM banyan_keeper;
GRANT INSERT ON sessions TO banyan_keeper;
REVOKE UPDATE (ended_at) ON grants FROM banyan_keeper;
REVOKE UPDATE (path, last_used_at, ended_reason) ON sessions FROM banyan_keeper;
ALTER TABLE journal DROP COLUMN confirmation;
DROP TABLE tenant_policies, throttles, ceremonies, security_events, claim_codes, invitations;
REVOKE ALL ON sessions FROM banyan_app;
DROP POLICY own ON sessions;
DROP POLICY scope_end ON sessions;
DROP POLICY scope ON sessions;
DROP POLICY own_change ON accounts;
ALTER TABLE sessions
    DROP COLUMN organization_id, DROP COLUMN path, DROP COLUMN method, DROP COLUMN key_id, DROP COLUMN last_used_at,
    DROP COLUMN idle_seconds, DROP COLUMN source, DROP COLUMN agent, DROP COLUMN ended_reason;
DROP TABLE account_keys, account_passwords;
DROP INDEX accounts_by_person, accounts_one_per_person, accounts_by_user_name, accounts_one_user_name;
CREATE UNIQUE INDEX accounts_one_per_person ON accounts (tenant_id, person_id) WHERE person_id IS NOT NULL;
ALTER TABLE accounts DROP COLUMN active;
ALTER TABLE accounts ADD COLUMN active boolean NOT NULL DEFAULT true;
UPDATE accounts SET active = state IN ('provisioned', 'active');
ALTER TABLE accounts DROP COLUMN state, DROP COLUMN user_name, DROP COLUMN activated_at, DROP COLUMN last_signed_in_at;
