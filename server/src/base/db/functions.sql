-- Functions of the database, replaced at every start.
--
-- Every SECURITY DEFINER function of the project is in this file, with the reason why it
-- may look past a policy. They are owned by banyan_keeper, which cannot sign in and holds
-- rights on single columns only (migration scope). None of them takes SQL text.
--
-- What runs at every request is in PL/pgSQL, whose plans are kept: a function in SQL that cannot be
-- inlined is planned anew at every call (session_viewer: 0.98 ms against 0.12).

-- A trigger holds its function fast; each is made again below, in the same transaction.
DROP TRIGGER IF EXISTS journal_to_seal ON journal;
DROP TRIGGER IF EXISTS people_settle_posts ON people;
DROP TRIGGER IF EXISTS accounts_settle_posts ON accounts;
DROP TRIGGER IF EXISTS leadership_posts_settle ON leadership_posts;

-- What an earlier program left: a function whose arguments changed would stay beside its new form.
DO $$
DECLARE
    left_behind regprocedure;
BEGIN
    FOR left_behind IN
        SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner
        WHERE p.pronamespace = 'public'::regnamespace AND r.rolname = 'banyan_keeper'
    LOOP
        EXECUTE format('DROP FUNCTION %s', left_behind);
    END LOOP;
END
$$;

-- Whether what was lent is still held by whoever lent it, and reaches to the place (BEYOND4).
CREATE OR REPLACE FUNCTION lender_still_holds(tenant uuid, lent_from uuid, place text, at timestamptz, moment timestamptz)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM grants b JOIN accounts l ON l.tenant_id = b.tenant_id AND l.id = b.account_id AND l.active
        WHERE b.tenant_id = tenant AND b.id = lent_from AND b.ended_at IS NULL AND NOT b.pending AND b.valid_from <= at
          AND (b.valid_until IS NULL OR b.valid_until > moment)
          AND place >= b.path AND place < b.path || '~');
END
$$;

-- Who asks: reading the grants must come before the scope that is made from them.
-- One row a running grant; one row with nulls for an account that holds none.
--
-- A session never sees a time before its own last use: a clock that is set back makes nothing valid again.
-- A grant is asleep in a session that was opened with a password alone, but for the member's role (A01, A17). Where the
-- tenant wants a key of members, that one sleeps too, and there is no person and no branch (SEC-B01).
-- A bound key opens the rights at its own organization and what was lent to the account (A02).
-- What was lent gives rights only while the lender's own grant does, and where that one reaches (BEYOND4).
CREATE OR REPLACE FUNCTION session_viewer(token bytea, at timestamptz)
RETURNS TABLE (
    tenant_id uuid, read_only boolean, expires_at timestamptz,
    account_id uuid, account_name text, account_organization uuid, account_path text, person_id uuid, branch_id uuid,
    session_id uuid, method text, must_touch boolean, must_change boolean,
    grant_id uuid, grant_role text, grant_path text, grant_asleep boolean,
    grant_permissions text[], grant_lender uuid, grant_lender_name text
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    opened record;
    -- A clock that was set back does not bring anything to life.
    moment timestamptz;
    bound_to uuid;
    branch uuid;
    must boolean := false;
    key_is_due boolean := false;
    touch boolean;
BEGIN
    -- One join of all would open nine tables and their indexes at every request; most sessions need three.
    SELECT s.tenant_id, s.id, s.account_id, s.read_only, s.expires_at, s.created_at, s.last_used_at, s.idle_seconds, s.method,
           s.administrator_expires_at, s.administrator_idle_seconds, s.key_id, s.grant_id,
           a.name AS account_name, a.organization_id AS home, a.path AS home_path, a.person_id AS person
    INTO opened
    FROM sessions s JOIN accounts a ON a.tenant_id = s.tenant_id AND a.id = s.account_id AND a.active
    WHERE s.token_hash = token AND s.ended_at IS NULL;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    moment := greatest(at, opened.last_used_at, opened.created_at);
    IF opened.expires_at <= moment
        OR coalesce(opened.last_used_at, opened.created_at) + opened.idle_seconds * interval '1 second' <= moment THEN
        RETURN;
    END IF;
    IF opened.key_id IS NOT NULL THEN
        SELECT CASE WHEN k.bound THEN k.organization_id END INTO bound_to
        FROM account_keys k WHERE k.tenant_id = opened.tenant_id AND k.id = opened.key_id AND k.ended_at IS NULL;
        IF NOT FOUND THEN
            RETURN;
        END IF;
    END IF;
    -- Rights beyond the member's that a session got after it was opened bring the administrators' limits with them.
    IF (opened.administrator_expires_at <= moment
            OR coalesce(opened.last_used_at, opened.created_at) + opened.administrator_idle_seconds * interval '1 second' <= moment)
        AND EXISTS (
            SELECT FROM grants g WHERE g.tenant_id = opened.tenant_id AND g.account_id = opened.account_id AND g.role <> 'member'
                AND g.ended_at IS NULL AND NOT g.pending AND g.valid_from <= at
                AND (g.valid_until IS NULL OR g.valid_until > moment)) THEN
        RETURN;
    END IF;
    IF opened.method IN ('password', 'key_and_password') THEN
        SELECT coalesce(w.initial OR w.changed_at + t.rotation_days * interval '1 day' < at, w.initial),
               opened.method = 'password' AND t.member_key_required
        INTO must, key_is_due
        FROM account_passwords w LEFT JOIN tenant_policies t ON t.tenant_id = w.tenant_id
        WHERE w.tenant_id = opened.tenant_id AND w.account_id = opened.account_id;
    END IF;
    IF key_is_due THEN
        opened.person := NULL;
    END IF;
    IF opened.person IS NOT NULL THEN
        SELECT p.organization_id INTO branch FROM people p
        WHERE p.tenant_id = opened.tenant_id AND p.id = opened.person AND p.stage <> 'left';
    END IF;
    touch := opened.idle_seconds IS NOT NULL AND coalesce(opened.last_used_at, opened.created_at) < at - interval '1 minute';
    -- One table and no order: each node of a plan is made anew at every call, and costs more than reading its few rows.
    RETURN QUERY SELECT opened.tenant_id, opened.read_only, opened.expires_at,
           opened.account_id, opened.account_name, opened.home, opened.home_path, opened.person, branch,
           opened.id, opened.method, touch, coalesce(must, false),
           g.id, g.role, g.path, opened.method = 'password' AND (g.role <> 'member' OR coalesce(key_is_due, false)),
           g.permissions, g.on_behalf_of, g.on_behalf_of_name
    FROM grants g
    WHERE g.tenant_id = opened.tenant_id AND g.account_id = opened.account_id
        AND g.ended_at IS NULL AND NOT g.pending AND g.valid_from <= at
        AND (g.valid_until IS NULL OR g.valid_until > moment)
        AND (opened.grant_id IS NULL OR g.id = opened.grant_id)
        AND (bound_to IS NULL OR g.organization_id = bound_to OR g.delegated_from IS NOT NULL)
        AND (g.delegated_from IS NULL OR lender_still_holds(g.tenant_id, g.delegated_from, g.path, at, moment));
    IF NOT FOUND THEN
        RETURN QUERY SELECT opened.tenant_id, opened.read_only, opened.expires_at,
               opened.account_id, opened.account_name, opened.home, opened.home_path, opened.person, branch,
               opened.id, opened.method, touch, coalesce(must, false),
               NULL::uuid, NULL::text, NULL::text, NULL::boolean, NULL::text[], NULL::uuid, NULL::text;
    END IF;
END
$$;

-- Whoever ordered a job, with the rights that they hold now, for the server that has taken it. As session_viewer, but
-- that the session may have ended meanwhile: who orders something and signs out still wants it. An account that is
-- disabled, and a key that was ended, order nothing any more.
CREATE OR REPLACE FUNCTION job_viewer(of_tenant uuid, job uuid, taken uuid, at timestamptz)
RETURNS TABLE (
    tenant_id uuid, read_only boolean, expires_at timestamptz,
    account_id uuid, account_name text, account_organization uuid, account_path text, person_id uuid, branch_id uuid,
    session_id uuid, method text, must_touch boolean, must_change boolean,
    grant_id uuid, grant_role text, grant_path text, grant_asleep boolean,
    grant_permissions text[], grant_lender uuid, grant_lender_name text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT s.tenant_id, s.read_only, s.expires_at, a.id, a.name, a.organization_id, a.path, a.person_id, p.organization_id,
           s.id, s.method, false, false,
           g.id, g.role, g.path, s.method = 'password' AND g.role <> 'member',
           g.permissions, g.on_behalf_of, g.on_behalf_of_name
    FROM jobs j
    JOIN sessions s ON s.tenant_id = j.tenant_id AND s.id = j.session_id
    JOIN accounts a ON a.tenant_id = j.tenant_id AND a.id = j.account_id AND a.active
    LEFT JOIN account_keys k ON k.tenant_id = s.tenant_id AND k.id = s.key_id
    LEFT JOIN people p ON p.tenant_id = a.tenant_id AND p.id = a.person_id AND p.stage <> 'left'
    LEFT JOIN grants g ON g.tenant_id = a.tenant_id AND g.account_id = a.id
        AND g.ended_at IS NULL AND NOT g.pending AND g.valid_from <= at AND (g.valid_until IS NULL OR g.valid_until > at)
        AND (s.grant_id IS NULL OR g.id = s.grant_id)
        AND (k.bound IS NOT TRUE OR g.organization_id = k.organization_id OR g.delegated_from IS NOT NULL)
        AND (g.delegated_from IS NULL OR lender_still_holds(g.tenant_id, g.delegated_from, g.path, at, at))
    WHERE j.tenant_id = of_tenant AND j.id = job AND j.lease = taken AND j.state = 'running'
      AND (s.key_id IS NULL OR k.ended_at IS NULL)
    ORDER BY g.path, g.id
$$;

-- Notes that a session is in use; the application may not write sessions otherwise. A row that somebody else writes,
-- as a move does with those of everybody below, is not waited for: a reader would wait for the end of the move.
CREATE OR REPLACE FUNCTION session_touch(token bytea, at timestamptz)
RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    UPDATE sessions s SET last_used_at = at
    FROM (
        SELECT f.tenant_id, f.id FROM sessions f
        WHERE f.token_hash = token AND f.ended_at IS NULL AND coalesce(f.last_used_at, f.created_at) < at
        FOR NO KEY UPDATE SKIP LOCKED
    ) AS free
    WHERE s.tenant_id = free.tenant_id AND s.id = free.id
$$;

-- Signing out is possible without any scope: whoever shows the token may end it.
CREATE OR REPLACE FUNCTION session_end(token bytea, at timestamptz)
RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    WITH ended AS (
        UPDATE sessions SET ended_at = at, ended_reason = 'signed_out' WHERE token_hash = token AND ended_at IS NULL RETURNING 1
    )
    SELECT EXISTS (SELECT FROM ended)
$$;

-- What ran out is closed for good, so that a clock that is set back brings nothing to life. Nobody's scope: time passes for all.
-- At least a minute over: whoever is in the middle of a request ends it by the same time as everyone.
CREATE OR REPLACE FUNCTION close_expired(at timestamptz)
RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    UPDATE sessions SET ended_at = at, ended_reason = 'expired'
    WHERE ended_at IS NULL AND (expires_at < at - interval '1 minute'
        OR coalesce(last_used_at, created_at) + idle_seconds * interval '1 second' < at - interval '1 minute');
    UPDATE sessions s SET ended_at = at, ended_reason = 'expired'
    WHERE s.ended_at IS NULL AND (s.administrator_expires_at < at - interval '1 minute'
            OR coalesce(s.last_used_at, s.created_at) + s.administrator_idle_seconds * interval '1 second' < at - interval '1 minute')
        AND EXISTS (
            SELECT FROM grants g WHERE g.tenant_id = s.tenant_id AND g.account_id = s.account_id AND g.role <> 'member'
                AND g.ended_at IS NULL AND NOT g.pending AND g.valid_from <= at AND (g.valid_until IS NULL OR g.valid_until > at));
    UPDATE grants SET ended_at = valid_until WHERE ended_at IS NULL AND valid_until < at - interval '1 minute';
    DELETE FROM ceremonies WHERE expires_at < at - interval '1 minute';
    DELETE FROM throttles WHERE last_at < at - interval '1 day' AND free_at < at
$$;

-- Signing in: nobody is anybody yet. These find out who would be, and tell no more than that; everything
-- else is read as that account itself.
CREATE OR REPLACE FUNCTION account_of_credential(presented bytea)
RETURNS TABLE (tenant_id uuid, account_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT k.tenant_id, k.account_id FROM account_keys k WHERE k.credential_id = presented AND k.ended_at IS NULL
$$;

-- A login name is unique in its tenant only; root is the code of the tenant's outermost organization, empty for any.
CREATE OR REPLACE FUNCTION accounts_of_name(wanted text, root text)
RETURNS TABLE (tenant_id uuid, account_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT a.tenant_id, a.id FROM accounts a
    WHERE a.user_name = wanted AND a.active
      AND (root = '' OR EXISTS (SELECT FROM organizations o WHERE o.tenant_id = a.tenant_id AND o.code = root AND length(o.path) = 3))
    LIMIT 2
$$;

-- Whether a name that nobody has would be at home in the tree with this root: in one of them, as a real name is.
CREATE OR REPLACE FUNCTION nobody_at_home(dice bigint, root text)
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT coalesce((
        SELECT o.code = root FROM tenants t
        JOIN organizations o ON o.tenant_id = t.id AND o.path = t.path
        ORDER BY t.path
        OFFSET dice % (SELECT greatest(count(*), 1) FROM tenants)
        LIMIT 1
    ), false)
$$;

CREATE OR REPLACE FUNCTION account_of_invitation(code bytea, at timestamptz)
RETURNS TABLE (tenant_id uuid, account_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT i.tenant_id, i.account_id FROM invitations i
    JOIN accounts a ON a.tenant_id = i.tenant_id AND a.id = i.account_id AND a.active
    WHERE i.code_hash = code AND i.used_at IS NULL AND i.ended_at IS NULL AND i.created_at <= at AND i.expires_at > at
$$;

-- Ceremonies belong to nobody until they are answered.
CREATE OR REPLACE FUNCTION ceremony_open(ceremony uuid, of_kind text, tenant uuid, account uuid, holds jsonb, at timestamptz, until timestamptz)
RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    INSERT INTO ceremonies (id, kind, tenant_id, account_id, state, created_at, expires_at)
    VALUES (ceremony, of_kind, tenant, account, holds, at, until)
$$;

-- A challenge for a stranger: `most` of one source wait at a time, so that nobody fills the table and its
-- backups. Returns when the next can be had, or null when this one is written.
CREATE OR REPLACE FUNCTION ceremony_begin(ceremony uuid, of_kind text, tenant uuid, account uuid, holds jsonb,
                                          at timestamptz, until timestamptz, asker bytea, most integer)
RETURNS timestamptz
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
    waiting integer;
    free_at timestamptz;
BEGIN
    -- Those of one source wait for each other, so that many at once count as many.
    PERFORM pg_advisory_xact_lock(hashtextextended(encode(asker, 'hex'), 8));
    DELETE FROM ceremonies c WHERE c.source = asker AND c.expires_at <= at;
    SELECT count(*), min(c.expires_at) INTO waiting, free_at FROM ceremonies c WHERE c.source = asker;
    IF waiting >= most THEN
        RETURN free_at;
    END IF;
    INSERT INTO ceremonies (id, kind, tenant_id, account_id, state, created_at, expires_at, source)
    VALUES (ceremony, of_kind, tenant, account, holds, at, until, asker);
    RETURN NULL;
END
$$;

-- Taken once, by whichever server the answer reaches; too late is as never.
CREATE OR REPLACE FUNCTION ceremony_take(ceremony uuid, of_kind text, at timestamptz)
RETURNS TABLE (tenant_id uuid, account_id uuid, state jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        WITH taken AS (DELETE FROM ceremonies c WHERE c.id = ceremony AND c.kind = of_kind RETURNING c.*)
        SELECT t.tenant_id, t.account_id, t.state FROM taken t WHERE t.created_at <= at AND t.expires_at > at;
END
$$;

-- A try is counted before it is known how it ends, so that many at once count as many. The first five
-- of a name are free, the first fifty of a source (each_free); then every one doubles the wait, to an hour at most.
-- Returns when the next try is possible, or null when this one may be made.
CREATE OR REPLACE FUNCTION throttle_enter(subjects bytea[], each_free integer[], at timestamptz)
RETURNS timestamptz
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
    waiting timestamptz;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(encode(s.subject, 'hex'), 7))
        FROM (SELECT DISTINCT unnest(subjects) AS subject ORDER BY 1) s;
    SELECT max(t.free_at) INTO waiting FROM throttles t WHERE t.key = ANY (subjects) AND t.free_at > at;
    IF waiting IS NOT NULL THEN
        RETURN waiting;
    END IF;
    INSERT INTO throttles AS t (key, failures, last_at, free_at)
    -- Free at once: the moment itself would stop whoever came at the same time with a slightly earlier one.
    SELECT s.subject, 1, at, '-infinity' FROM unnest(subjects, each_free) AS s (subject, free)
    ON CONFLICT (key) DO UPDATE SET
        failures = CASE WHEN t.last_at < at - interval '1 day' THEN 1 ELSE t.failures + 1 END,
        last_at = at,
        free_at = '-infinity';
    UPDATE throttles t SET free_at = at + least(60 * power(2, least(t.failures - s.free, 6)), 3600) * interval '1 second'
    FROM unnest(subjects, each_free) AS s (subject, free) WHERE t.key = s.subject AND t.failures >= s.free;
    RETURN NULL;
END
$$;

-- A try that succeeded: the name is free again, the source has one less against it.
CREATE OR REPLACE FUNCTION throttle_leave(name_subject bytea, source_subject bytea)
RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    DELETE FROM throttles WHERE key = name_subject;
    UPDATE throttles SET failures = greatest(failures - 1, 0), free_at = '-infinity' WHERE key = source_subject
$$;

-- Until when a login name must wait; null for not at all. For the account's own page and its administrators.
CREATE OR REPLACE FUNCTION throttled_until(subjects bytea[], at timestamptz)
RETURNS TABLE (key bytea, free_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT t.key, t.free_at FROM throttles t WHERE t.key = ANY (subjects) AND t.free_at > at
$$;

-- Login names are unique in the whole tenant (A07), past any scope; the answer is which of some are taken.
CREATE OR REPLACE FUNCTION user_names_taken(tenant uuid, names text[])
RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT coalesce(array_agg(user_name), '{}') FROM accounts WHERE tenant_id = tenant AND user_name = ANY (names)
$$;

-- Someone else's password is set and never read: the application sees its own account's row only.
CREATE OR REPLACE FUNCTION password_reset(tenant uuid, account uuid, new_hash text, at timestamptz)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM accounts a WHERE a.tenant_id = tenant AND a.id = account
                   AND a.path <@ current_setting('app.scope_grants')::path_multirange) THEN
        RETURN false;
    END IF;
    INSERT INTO account_passwords AS p (tenant_id, account_id, hash, initial, changed_at) VALUES (tenant, account, new_hash, true, at)
    ON CONFLICT (tenant_id, account_id) DO UPDATE SET hash = new_hash, initial = true, changed_at = at,
        earlier = (ARRAY[p.hash] || p.earlier)[1:5];
    RETURN true;
END
$$;

-- A password that was right before the account was disabled must be changed when it is enabled again.
CREATE OR REPLACE FUNCTION password_expire(tenant uuid, account uuid)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    UPDATE account_passwords p SET initial = true FROM accounts a
    WHERE p.tenant_id = tenant AND p.account_id = account AND a.tenant_id = p.tenant_id AND a.id = p.account_id
      AND a.path <@ current_setting('app.scope_grants')::path_multirange;
    RETURN FOUND;
END
$$;

-- Which accounts have a password, for the list of their administrators.
CREATE OR REPLACE FUNCTION accounts_with_password(tenant uuid, wanted uuid[])
RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT p.account_id FROM account_passwords p
    JOIN accounts a ON a.tenant_id = p.tenant_id AND a.id = p.account_id
    WHERE p.tenant_id = tenant AND p.account_id = ANY (wanted)
      AND (a.path <@ current_setting('app.scope_grants')::path_multirange OR a.id = nullif(current_setting('app.account'), '')::uuid)
$$;

-- Whether an account holds rights where the asker cannot see them: it is then not the asker's to manage.
CREATE OR REPLACE FUNCTION account_holds_beyond(tenant uuid, account uuid, at timestamptz)
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM grants g WHERE g.tenant_id = tenant AND g.account_id = account
          AND g.ended_at IS NULL AND (g.valid_until IS NULL OR g.valid_until > at)
          AND NOT g.path <@ current_setting('app.scope_grants')::path_multirange)
$$;

-- The policy of one's own tenant; the defaults of the columns where it has set none.
CREATE OR REPLACE FUNCTION tenant_policy(tenant uuid)
RETURNS TABLE (password_profile text, rotation_days integer, initial_secret text, two_person_depth integer, unmask_daily_budget integer, version integer,
    member_key_required boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT p.password_profile, p.rotation_days, p.initial_secret, p.two_person_depth, p.unmask_daily_budget, p.version,
           p.member_key_required
    FROM tenant_policies p WHERE p.tenant_id = tenant
$$;

-- Set by whoever keeps the grants of the tenant's root; returns whether the version was the one that was read.
CREATE OR REPLACE FUNCTION tenant_policy_set(tenant uuid, read_version integer, profile text, rotation integer, secret text, depth integer, budget integer,
    key_of_members boolean DEFAULT NULL)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
    known integer;
BEGIN
    IF NOT EXISTS (SELECT FROM tenants t WHERE t.id = tenant AND t.path <@ current_setting('app.scope_grants')::path_multirange) THEN
        RAISE EXCEPTION 'policy outside the scope' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO tenant_policies (tenant_id) VALUES (tenant) ON CONFLICT DO NOTHING;
    SELECT version INTO known FROM tenant_policies WHERE tenant_id = tenant FOR UPDATE;
    IF known <> read_version THEN
        RETURN false;
    END IF;
    UPDATE tenant_policies SET password_profile = profile, rotation_days = rotation, initial_secret = secret,
        two_person_depth = depth, unmask_daily_budget = budget,
        -- An older program beside this one does not know of it.
        member_key_required = coalesce(key_of_members, member_key_required), version = version + 1
    WHERE tenant_id = tenant;
    RETURN true;
END
$$;

-- A claim (A15): whoever knows the name, the identity number and the branch's code of a member is that member.
-- All three must fit at once; the answer tells nothing of which did not.
CREATE OR REPLACE FUNCTION claimant(code bytea, identity bytea, person_name text, at timestamptz)
RETURNS TABLE (tenant_id uuid, person_id uuid, organization_id uuid, path text, birth_date date, has_account boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT p.tenant_id, p.id, p.organization_id, p.path, p.birth_date,
           EXISTS (SELECT FROM accounts a WHERE a.tenant_id = p.tenant_id AND a.person_id = p.id AND a.state <> 'closed')
    FROM claim_codes c
    JOIN people p ON p.tenant_id = c.tenant_id AND p.identity_index = identity AND p.name = person_name
        AND p.stage IN ('probationary', 'full') AND p.path >= c.path AND p.path < c.path || '~'
    WHERE c.code_hash = code AND c.ended_at IS NULL AND c.created_at <= at AND c.expires_at > at
$$;

-- Opens the claimed account with the member's role: the claimant has no scope to write in.
CREATE OR REPLACE FUNCTION claim_open(code bytea, identity bytea, person_name text, account uuid, role_grant uuid, login text, at timestamptz)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
    found record;
BEGIN
    SELECT * INTO found FROM claimant(code, identity, person_name, at);
    IF found IS NULL OR found.has_account THEN
        RETURN false;
    END IF;
    INSERT INTO accounts (tenant_id, id, organization_id, path, kind, name, person_id, user_name, state, activated_at, created_at, updated_at)
    VALUES (found.tenant_id, account, found.organization_id, found.path, 'person', person_name, found.person_id, login, 'active', at, at, at);
    INSERT INTO grants (tenant_id, id, account_id, role, organization_id, path, valid_from, given_by_name, reason)
    VALUES (found.tenant_id, role_grant, account, 'member', found.organization_id, found.path, at, person_name, 'claim');
    RETURN true;
END
$$;

-- Whether an organization would be left without an administrator if an account, or one grant of it, gave no
-- rights any more (R01). Administrators may be kept anywhere, so their accounts are looked at past the scope;
-- the answer is yes or no. Held until the end of the transaction, so that two do not leave each other's place.
CREATE OR REPLACE FUNCTION would_orphan(tenant uuid, account uuid, only_grant uuid, at timestamptz)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(place::text, 11)) FROM (
        SELECT DISTINCT g.organization_id AS place FROM grants g
        WHERE g.tenant_id = tenant AND g.account_id = account AND g.role = 'organization_administrator' AND g.ended_at IS NULL
        ORDER BY 1) AS places;
    RETURN EXISTS (
        SELECT FROM grants g WHERE g.tenant_id = tenant AND g.account_id = account AND (only_grant IS NULL OR g.id = only_grant)
          AND g.role = 'organization_administrator' AND g.ended_at IS NULL AND NOT g.pending AND g.delegated_from IS NULL
          AND g.valid_from <= at AND (g.valid_until IS NULL OR g.valid_until > at)
          AND NOT EXISTS (
              SELECT FROM grants o JOIN accounts a ON a.tenant_id = o.tenant_id AND a.id = o.account_id AND a.active
              WHERE o.tenant_id = tenant AND o.organization_id = g.organization_id AND o.account_id <> account
                AND o.role = g.role AND o.ended_at IS NULL AND NOT o.pending AND o.delegated_from IS NULL AND o.valid_from <= at
                AND (o.valid_until IS NULL OR o.valid_until > at AND o.valid_until >= g.valid_until)));
END
$$;

-- The roles of its own that an account holds over a place now, for whoever approves what that account gave:
-- the giver may stand above the approver's scope. Asked about places in the caller's scope only. The account is
-- held until the end of the transaction, so that its rights are not taken away meanwhile.
CREATE OR REPLACE FUNCTION own_roles_over(tenant uuid, account uuid, place text, at timestamptz)
RETURNS SETOF text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    IF NOT place <@ current_setting('app.scope_grants')::path_multirange THEN
        RAISE EXCEPTION 'place outside the scope' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM FROM accounts a WHERE a.tenant_id = tenant AND a.id = account AND a.active FOR SHARE;
    IF FOUND THEN
        RETURN QUERY SELECT g.role FROM grants g
            WHERE g.tenant_id = tenant AND g.account_id = account AND g.ended_at IS NULL AND NOT g.pending AND g.delegated_from IS NULL
              AND g.valid_from <= at AND (g.valid_until IS NULL OR g.valid_until > at)
              AND place >= g.path AND place < g.path || '~';
    END IF;
END
$$;

-- Ends the sessions of an account that holds nothing any more and has no record of its own: whoever asks, it
-- does so only when that is the case, and says how many. The account may be kept outside the asker's scope.
CREATE OR REPLACE FUNCTION end_sessions_without_rights(tenant uuid, account uuid, at timestamptz)
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
    ended bigint;
BEGIN
    UPDATE sessions s SET ended_at = at, ended_reason = 'no_rights'
    WHERE s.tenant_id = tenant AND s.account_id = account AND s.ended_at IS NULL
      AND EXISTS (SELECT FROM accounts a WHERE a.tenant_id = tenant AND a.id = account AND a.person_id IS NULL)
      AND NOT EXISTS (
          SELECT FROM grants g WHERE g.tenant_id = tenant AND g.account_id = account AND g.ended_at IS NULL AND NOT g.pending
            AND g.valid_from <= at AND (g.valid_until IS NULL OR g.valid_until > at));
    GET DIAGNOSTICS ended = ROW_COUNT;
    RETURN ended;
END
$$;

-- How often the asker looked behind the mask since a moment, whatever part of the log they may read. Held until
-- the end of the transaction: two at once would both find room for one (SEC-H02).
CREATE OR REPLACE FUNCTION own_lookups_since(tenant uuid, since timestamptz)
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
    asker uuid := nullif(current_setting('app.account'), '')::uuid;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(asker::text, 13));
    RETURN (SELECT count(*) FROM journal j
            WHERE j.tenant_id = tenant AND j.account_id = asker AND j.event = 'PERSON_UNMASKED' AND j.at >= since);
END
$$;

-- Who looked behind the mask of one's own record, newest first (BEYOND19); nobody else's can be asked for.
CREATE OR REPLACE FUNCTION lookups_of_own_record(tenant uuid)
RETURNS TABLE (id uuid, at timestamptz, account_name text, on_behalf_of text, role text, organization text, after jsonb, reason text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT j.id, j.at, j.account_name, j.on_behalf_of, j.role, o.name, j.after, j.reason
    FROM journal j JOIN organizations o ON o.tenant_id = j.tenant_id AND o.id = j.organization_id
    WHERE j.tenant_id = tenant AND j.event = 'PERSON_UNMASKED'
      AND j.subject_id = nullif(current_setting('app.person'), '')::uuid
    ORDER BY j.id DESC LIMIT 10001
$$;

-- Who may see a person and why (BEYOND16): also those above the asker's reach, by name, role and place only.
-- Answered for people whom the asker may see, or who the asker is.
CREATE OR REPLACE FUNCTION who_may_see(tenant uuid, wanted uuid[], reading text[], at timestamptz)
RETURNS TABLE (person_id uuid, path text, id uuid, holder text, role text, organization text, until timestamptz, on_behalf_of text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    WITH asked AS (
        SELECT p.id, p.path, p.organization_id FROM people p
        WHERE p.tenant_id = tenant AND p.id = ANY (wanted)
          AND (p.path <@ current_setting('app.scope_people')::path_multirange OR p.id = nullif(current_setting('app.person'), '')::uuid))
    SELECT p.id, g.path, g.id, a.name, g.role, o.name, g.valid_until, g.on_behalf_of_name
    FROM asked p
    CROSS JOIN LATERAL generate_series(3, length(p.path), 3) AS level (length)
    JOIN grants g ON g.tenant_id = tenant AND g.path = left(p.path, level.length) COLLATE "C"
        AND g.ended_at IS NULL AND NOT g.pending AND g.valid_from <= at AND (g.valid_until IS NULL OR g.valid_until > at)
        AND g.role = ANY (reading) AND (g.permissions IS NULL OR 'READ_PEOPLE' = ANY (g.permissions))
    JOIN accounts a ON a.tenant_id = tenant AND a.id = g.account_id AND a.active
    JOIN organizations o ON o.tenant_id = tenant AND o.id = g.organization_id
    WHERE g.delegated_from IS NULL OR EXISTS (
        SELECT FROM grants b JOIN accounts l ON l.tenant_id = b.tenant_id AND l.id = b.account_id AND l.active
        WHERE b.tenant_id = tenant AND b.id = g.delegated_from AND b.ended_at IS NULL AND NOT b.pending AND b.valid_from <= at
          AND (b.valid_until IS NULL OR b.valid_until > at) AND g.path >= b.path AND g.path < b.path || '~')
    UNION ALL
    SELECT p.id, p.path, a.id, a.name, 'member', o.name, NULL, NULL
    FROM asked p
    JOIN accounts a ON a.tenant_id = tenant AND a.person_id = p.id AND a.active
    JOIN organizations o ON o.tenant_id = tenant AND o.id = p.organization_id
$$;

-- Posts of the leadership and the roles that go with them (A17, R04, V.7): what follows when a post begins or ends,
-- an account opens or a person leaves, in the transaction of that change, whoever makes it. It looks past the scope
-- because a person's posts and rights may lie anywhere in the tenant; it takes rights away, and gives only the role
-- of a post that is held and, to whoever is back, the member's. Each step is an entry of the log in the name of the system.
-- left_path: the branch that the person has just left, if that is what happened.
CREATE OR REPLACE FUNCTION settle_posts(tenant uuid, person uuid, left_path text, at timestamptz)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
    system constant text := '系统 / system';
    who record;
    holder record;
BEGIN
    SELECT p.path, p.stage IN ('probationary', 'full') AS is_member, p.stage = 'left' AS has_left INTO who
    FROM people p WHERE p.tenant_id = tenant AND p.id = person;
    -- The update comes back here by the posts' own trigger, and ends what goes with them.
    WITH ended AS (
        UPDATE leadership_posts l
        SET until_day = greatest(l.from_day, (at AT TIME ZONE 'Asia/Shanghai')::date),
            leave_reason = CASE WHEN who.has_left THEN '9' ELSE '2' END, version = l.version + 1, updated_at = at
        WHERE l.tenant_id = tenant AND l.person_id = person AND l.until_day IS NULL
          AND NOT (who.is_member AND starts_with(who.path, l.path))
        RETURNING l.*
    )
    INSERT INTO journal (tenant_id, id, organization_id, path, at, account_name, event, subject_kind, subject_id, subject_name,
                         before, after, reason, request_id)
    SELECT e.tenant_id, key_at(clock_timestamp()), e.organization_id, e.path, at, system, 'LEADERSHIP_POST_ENDED', 'leadership_post',
           e.id, e.person_name, '{}',
           jsonb_build_object('post', jsonb_build_object('table', 'party_post', 'code', e.post), 'until', e.until_day),
           CASE WHEN who.has_left THEN '人员已离开 / the person has left' ELSE '人员已转出 / the person has moved' END, 'system'
    FROM ended e;

    SELECT a.id, a.name, a.active, a.organization_id, a.path, a.state, a.gone_with_person INTO holder
    FROM accounts a WHERE a.tenant_id = tenant AND a.person_id = person AND a.state <> 'closed' FOR UPDATE;
    IF holder.id IS NULL THEN
        RETURN;
    END IF;

    WITH gone AS (
        UPDATE grants g SET ended_at = at, version = g.version + 1
        WHERE g.tenant_id = tenant AND g.account_id = holder.id AND g.ended_at IS NULL AND (
            who.has_left
            OR (g.post IS NOT NULL AND NOT EXISTS (
                SELECT FROM leadership_posts l
                WHERE l.tenant_id = tenant AND l.id = g.post_id AND l.until_day IS NULL AND l.role = g.role))
            OR (g.role <> 'member' AND left_path IS NOT NULL AND starts_with(left_path, g.path) AND NOT starts_with(who.path, g.path)))
        RETURNING g.*
    ), lent AS (
        UPDATE grants g SET ended_at = at, version = g.version + 1
        FROM gone WHERE g.tenant_id = tenant AND g.delegated_from = gone.id AND g.ended_at IS NULL
        RETURNING g.*
    )
    INSERT INTO journal (tenant_id, id, organization_id, path, at, account_name, event, subject_kind, subject_id, subject_name,
                         before, after, reason, request_id)
    SELECT e.tenant_id, key_at(clock_timestamp()), e.organization_id, e.path, at, system, 'GRANT_ENDED', 'grant', e.id, a.name,
           jsonb_strip_nulls(jsonb_build_object('account', a.name, 'role', e.role,
               'post', CASE WHEN e.post IS NOT NULL THEN jsonb_build_object('table', 'party_post', 'code', e.post) END)),
           '{}',
           CASE WHEN who.has_left THEN '人员已离开 / the person has left'
                WHEN left_path IS NOT NULL THEN '人员已转出 / the person has moved'
                ELSE '随职务结束 / ended with the post' END
           -- It cannot be refused as an administrator's own end can: the person has gone. Those above see it in their log.
           || CASE WHEN e.role = 'organization_administrator' AND e.delegated_from IS NULL AND NOT EXISTS (
                SELECT FROM grants o JOIN accounts oa ON oa.tenant_id = o.tenant_id AND oa.id = o.account_id AND oa.active
                WHERE o.tenant_id = tenant AND o.organization_id = e.organization_id AND o.account_id <> holder.id
                  AND o.role = e.role AND o.ended_at IS NULL AND NOT o.pending AND o.delegated_from IS NULL AND o.valid_from <= at
                  AND (o.valid_until IS NULL OR o.valid_until > at))
              THEN '；该组织已无管理员 / no administrator is left' ELSE '' END, 'system'
    FROM (SELECT * FROM gone UNION ALL SELECT * FROM lent) e
    JOIN accounts a ON a.tenant_id = e.tenant_id AND a.id = e.account_id;

    IF who.has_left AND holder.active THEN
        UPDATE accounts a SET state = 'disabled', gone_with_person = true, version = a.version + 1, updated_at = at
        WHERE a.tenant_id = tenant AND a.id = holder.id;
        UPDATE sessions s SET ended_at = at, ended_reason = 'account_disabled'
        WHERE s.tenant_id = tenant AND s.account_id = holder.id AND s.ended_at IS NULL;
        INSERT INTO journal (tenant_id, id, organization_id, path, at, account_name, event, subject_kind, subject_id, subject_name,
                             before, after, reason, request_id)
        VALUES (tenant, key_at(clock_timestamp()), holder.organization_id, holder.path, at, system, 'ACCOUNT_DISABLED', 'account',
                holder.id, holder.name, jsonb_build_object('state', holder.state), jsonb_build_object('state', 'disabled'),
                '人员已离开 / the person has left', 'system');
    ELSIF holder.gone_with_person AND NOT who.has_left THEN
        -- Whoever is restored has an account again, with the rights of a member and a password to be changed; posts and
        -- roles are given anew by those who give them.
        UPDATE accounts a SET state = 'provisioned', gone_with_person = false, version = a.version + 1, updated_at = at
        WHERE a.tenant_id = tenant AND a.id = holder.id;
        UPDATE account_passwords w SET initial = true WHERE w.tenant_id = tenant AND w.account_id = holder.id;
        WITH given AS (
            INSERT INTO grants (tenant_id, id, account_id, role, organization_id, path, valid_from, given_by_name, reason)
            VALUES (tenant, key_at(clock_timestamp()), holder.id, 'member', holder.organization_id, holder.path, at, system,
                    '人员已恢复 / the person is back')
            RETURNING *
        )
        INSERT INTO journal (tenant_id, id, organization_id, path, at, account_name, event, subject_kind, subject_id, subject_name,
                             before, after, reason, request_id)
        SELECT tenant, key_at(clock_timestamp()), holder.organization_id, holder.path, at, system, 'ACCOUNT_ENABLED', 'account',
               holder.id, holder.name, '{"state": "disabled"}'::jsonb, '{"state": "provisioned"}'::jsonb,
               '人员已恢复 / the person is back', 'system'
        UNION ALL
        SELECT tenant, key_at(clock_timestamp()), g.organization_id, g.path, at, system, 'GRANT_GIVEN', 'grant', g.id, holder.name,
               '{}'::jsonb, jsonb_build_object('account', holder.name, 'role', g.role), g.reason, 'system'
        FROM given g;
    ELSIF holder.active AND who.is_member THEN
        WITH given AS (
            INSERT INTO grants (tenant_id, id, account_id, role, organization_id, path, valid_from, given_by_name, reason, post_id, post)
            SELECT l.tenant_id, key_at(clock_timestamp()), holder.id, l.role, l.organization_id, l.path, at, system,
                   '随职务授予 / given with the post', l.id, l.post
            FROM leadership_posts l
            WHERE l.tenant_id = tenant AND l.person_id = person AND l.until_day IS NULL AND l.role IS NOT NULL
              AND NOT EXISTS (SELECT FROM grants g WHERE g.tenant_id = tenant AND g.post_id = l.id AND g.ended_at IS NULL)
            RETURNING *
        )
        INSERT INTO journal (tenant_id, id, organization_id, path, at, account_name, event, subject_kind, subject_id, subject_name,
                             before, after, reason, request_id)
        SELECT g.tenant_id, key_at(clock_timestamp()), g.organization_id, g.path, at, system, 'GRANT_GIVEN', 'grant', g.id, holder.name,
               '{}', jsonb_build_object('account', holder.name, 'role', g.role,
                   'post', jsonb_build_object('table', 'party_post', 'code', g.post)),
               g.reason, 'system'
        FROM given g;
    END IF;
    -- As with every right that is lost.
    PERFORM end_sessions_without_rights(tenant, holder.id, at);
END
$$;

-- A key whose order is that of the time, as the program makes them (UUID version 7), to a quarter of a microsecond.
CREATE OR REPLACE FUNCTION key_at(at timestamptz)
RETURNS uuid
LANGUAGE sql VOLATILE
AS $$
    SELECT encode(overlay(overlay(uuid_send(gen_random_uuid())
        PLACING substring(int8send(micro / 1000) FROM 3) FROM 1 FOR 6)
        PLACING substring(int4send((28672 + micro % 1000 * 4096 / 1000)::integer) FROM 3) FROM 7 FOR 2), 'hex')::uuid
    FROM (SELECT floor(extract(epoch FROM at) * 1000000)::bigint AS micro) AS moment
$$;

-- The three tables whose changes may end a post or the role that goes with it. As the keeper, who alone may settle.
CREATE OR REPLACE FUNCTION people_settle_posts()
RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    PERFORM settle_posts(NEW.tenant_id, NEW.id, CASE WHEN OLD.organization_id <> NEW.organization_id THEN OLD.path END, NEW.updated_at);
    RETURN NULL;
END
$$;
CREATE TRIGGER people_settle_posts AFTER UPDATE OF organization_id, stage ON people FOR EACH ROW
    WHEN (OLD.organization_id <> NEW.organization_id OR OLD.stage <> NEW.stage) EXECUTE FUNCTION people_settle_posts();

CREATE OR REPLACE FUNCTION accounts_settle_posts()
RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    PERFORM settle_posts(NEW.tenant_id, NEW.person_id, NULL, NEW.updated_at);
    RETURN NULL;
END
$$;
CREATE TRIGGER accounts_settle_posts AFTER INSERT OR UPDATE OF state ON accounts FOR EACH ROW
    WHEN (NEW.person_id IS NOT NULL) EXECUTE FUNCTION accounts_settle_posts();

CREATE OR REPLACE FUNCTION leadership_posts_settle()
RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM settle_posts(OLD.tenant_id, OLD.person_id, NULL, now());
    ELSE
        PERFORM settle_posts(NEW.tenant_id, NEW.person_id, NULL, NEW.updated_at);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER leadership_posts_settle AFTER INSERT OR UPDATE OF until_day, role OR DELETE ON leadership_posts
    FOR EACH ROW EXECUTE FUNCTION leadership_posts_settle();

-- A move (B11): every table that carries a path follows in one transaction. The tables come from the catalogue, so that
-- a table added later cannot be forgotten; the deferred foreign keys would refuse the commit if one were. The journal is
-- among them: its path is an index of where the organization stands, not part of what was recorded.
CREATE OR REPLACE FUNCTION path_keys()
RETURNS TABLE (key_name name, follower regclass)
LANGUAGE sql STABLE
AS $$
    SELECT c.conname, c.conrelid::regclass
    FROM pg_constraint c
    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attname = 'path'
    WHERE c.contype = 'f' AND c.confrelid = 'organizations'::regclass AND c.conrelid <> 'organizations'::regclass
      AND a.attnum = ANY (c.conkey)
    ORDER BY 2
$$;

-- The part of a moved subtree between two paths, with everything that stands in it. An organization comes before its
-- rows: from then on a row that somebody adds there waits with its key, and is refused, so none is left behind. Jobs
-- come at the end (relocate_end), because their progress is written while the move is under way.
-- Both places must be in scope.
CREATE OR REPLACE FUNCTION relocate_part(tenant uuid, moved uuid, old_path text, new_parent uuid, new_label text, new_path text,
    new_sort integer, old_order text, new_order text, low text, high text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
    scope path_multirange := current_setting('app.scope')::path_multirange;
    follower regclass;
    touched bigint;
    total bigint := 0;
BEGIN
    IF NOT (old_path <@ scope AND new_path <@ scope) OR low < old_path COLLATE "C" OR high > (old_path || '~') COLLATE "C" THEN
        RAISE EXCEPTION 'relocation outside the scope' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE organizations SET
        path = new_path || substr(path, length(old_path) + 1),
        tree_order = new_order || substr(tree_order, length(old_order) + 1),
        parent_id = CASE WHEN id = moved THEN new_parent ELSE parent_id END,
        label = CASE WHEN id = moved THEN new_label ELSE label END,
        sort_order = CASE WHEN id = moved THEN new_sort ELSE sort_order END
    WHERE tenant_id = tenant AND path >= low COLLATE "C" AND path < high COLLATE "C";
    FOR follower IN SELECT DISTINCT k.follower FROM path_keys() k WHERE k.follower <> 'jobs'::regclass
    LOOP
        EXECUTE format('UPDATE %s SET path = $1 || substr(path, length($2) + 1) WHERE tenant_id = $3 AND path >= $4 COLLATE "C" AND path < $5 COLLATE "C"', follower)
            USING new_path, old_path, tenant, low, high;
        GET DIAGNOSTICS touched = ROW_COUNT;
        total := total + touched;
    END LOOP;
    RETURN total;
END
$$;

-- What comes at the end of a move.
CREATE OR REPLACE FUNCTION relocate_end(tenant uuid, old_path text, new_path text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
    scope path_multirange := current_setting('app.scope')::path_multirange;
    leaver uuid;
    touched bigint;
BEGIN
    IF NOT (old_path <@ scope AND new_path <@ scope) THEN
        RAISE EXCEPTION 'relocation outside the scope' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE jobs SET path = new_path || substr(path, length(old_path) + 1)
    WHERE tenant_id = tenant AND path >= old_path COLLATE "C" AND path < (old_path || '~') COLLATE "C";
    GET DIAGNOSTICS touched = ROW_COUNT;
    -- Whoever went along holds no post of a superior that was left behind.
    FOR leaver IN
        SELECT DISTINCT l.person_id
        FROM generate_series(3, length(old_path) - 3, 3) AS level (length)
        JOIN leadership_posts l ON l.path = left(old_path, level.length) COLLATE "C" AND l.until_day IS NULL
        JOIN people p ON p.tenant_id = l.tenant_id AND p.id = l.person_id
        WHERE l.tenant_id = tenant AND NOT starts_with(p.path, l.path)
    LOOP
        PERFORM settle_posts(tenant, leaver, NULL, now());
    END LOOP;
    RETURN touched;
END
$$;

-- A move in one step, behind the last sibling, whatever its number (B13).
CREATE OR REPLACE FUNCTION relocate_subtree(tenant uuid, moved uuid, old_path text, new_parent uuid, new_label text, new_path text, new_sort integer)
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
    old_order text := (SELECT o.tree_order FROM organizations o WHERE o.tenant_id = tenant AND o.id = moved);
    new_place integer;
    new_order text;
BEGIN
    SELECT greatest(new_sort, coalesce(max(o.sort_order), 0) + 1),
           p.tree_order || lpad(to_hex(16777216 + coalesce(max(('x' || right(o.tree_order, 10))::bit(40)::bigint), 0)), 10, '0')
    INTO new_place, new_order
    FROM organizations p LEFT JOIN organizations o ON o.tenant_id = p.tenant_id AND o.parent_id = p.id AND o.id <> moved
    WHERE p.tenant_id = tenant AND p.id = new_parent
    GROUP BY p.tree_order;
    RETURN relocate_part(tenant, moved, old_path, new_parent, new_label, new_path, new_place, old_order, new_order, old_path, old_path || '~')
         + relocate_end(tenant, old_path, new_path);
END
$$;

-- Checks now what the keys of paths would check at the commit, of some tables: the commit of a large move is short then,
-- and what it takes can be told of. As the caller; a key that is checked twice does no harm.
CREATE OR REPLACE FUNCTION check_path_keys(tables text[])
RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp
AS $$
DECLARE
    names text := (SELECT string_agg(quote_ident(k.key_name), ', ') FROM path_keys() k WHERE k.follower::text = ANY (tables));
BEGIN
    IF names IS NOT NULL THEN
        EXECUTE format('SET CONSTRAINTS %s IMMEDIATE', names);
    END IF;
END
$$;

-- Whether a job moves something that another move would touch: the same subtree, one above or below it, where either of
-- them goes. The jobs may lie outside the asker's scope; asked about places inside it only, and the answer is yes or no.
-- Whoever orders a job holds the tenant's turn until the end of the transaction, so that two do not order at once.
CREATE OR REPLACE FUNCTION move_in_the_way(tenant uuid, moved text, superior text, ordering boolean)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
    scope path_multirange := current_setting('app.scope')::path_multirange;
BEGIN
    IF NOT (moved <@ scope AND superior <@ scope) THEN
        RAISE EXCEPTION 'places outside the scope' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF ordering THEN
        PERFORM pg_advisory_xact_lock(hashtextextended(tenant::text, 19));
    END IF;
    RETURN EXISTS (
        SELECT FROM jobs j
        LEFT JOIN organizations o ON o.tenant_id = j.tenant_id AND o.id = (j.input ->> 'newSuperior')::uuid
        WHERE j.tenant_id = tenant AND j.kind = 'organization_move' AND j.state IN ('waiting', 'running')
          AND (starts_with(j.path, moved) OR starts_with(moved, j.path) OR starts_with(superior, j.path) OR starts_with(o.path, moved)));
END
$$;

-- Jobs (areas/jobs): which server does what belongs to no tenant. These give a server one job at a time, and let nobody
-- end one whose lease is another's. The time of leases is the database's, which all servers share.

-- Takes the oldest job that waits or whose server gave no sign of life; one that ended its server too often is given up.
-- kinds: those that the program knows, so that an older one leaves what a newer one ordered.
CREATE OR REPLACE FUNCTION job_take(kinds text[], new_lease uuid, seconds integer, most integer, at timestamptz)
RETURNS TABLE (tenant_id uuid, id uuid, lease uuid, organization_id uuid, kind text, input jsonb, confirmation jsonb, source text, request_id text,
    total integer, attempts integer)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    next record;
BEGIN
    LOOP
        SELECT j.tenant_id, j.id, j.attempts INTO next FROM jobs j
        WHERE j.kind = ANY (kinds) AND (j.state = 'waiting' OR (j.state = 'running' AND j.lease_until < clock_timestamp()))
        ORDER BY j.id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED;
        IF NOT FOUND THEN
            RETURN;
        END IF;
        IF next.attempts < most THEN
            RETURN QUERY UPDATE jobs j
            SET state = 'running', lease = new_lease, lease_until = clock_timestamp() + seconds * interval '1 second',
                attempts = j.attempts + 1, done = 0, started_at = coalesce(j.started_at, at)
            WHERE j.tenant_id = next.tenant_id AND j.id = next.id
            RETURNING j.tenant_id, j.id, j.lease, j.organization_id, j.kind, j.input, j.confirmation, j.source, j.request_id, j.total, j.attempts;
            RETURN;
        END IF;
        UPDATE jobs j SET state = 'failed', lease = NULL, lease_until = NULL, error_code = 'JOB_GIVEN_UP', error_field = 'id', ended_at = at
        WHERE j.tenant_id = next.tenant_id AND j.id = next.id;
    END LOOP;
END
$$;

-- Says how far a job is, and that its server lives. Not waited for: at its end the work itself holds the row. Whether the
-- lease is still the one that was taken; null when the job has ended, as it may have by the work that is asked about.
CREATE OR REPLACE FUNCTION job_renew(of_tenant uuid, job uuid, taken uuid, reached integer, seconds integer)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    PERFORM FROM jobs j WHERE j.tenant_id = of_tenant AND j.id = job FOR NO KEY UPDATE SKIP LOCKED;
    IF FOUND THEN
        UPDATE jobs j SET done = least(greatest(j.done, reached), j.total), lease_until = clock_timestamp() + seconds * interval '1 second'
        WHERE j.tenant_id = of_tenant AND j.id = job AND j.lease = taken AND j.state = 'running';
    END IF;
    RETURN (SELECT CASE WHEN j.state IN ('waiting', 'running') THEN j.lease IS NOT DISTINCT FROM taken END
            FROM jobs j WHERE j.tenant_id = of_tenant AND j.id = job);
END
$$;

-- Ends a job: done, in the transaction of its work, or failed for a reason. False for one that is another's by now.
CREATE OR REPLACE FUNCTION job_end(of_tenant uuid, job uuid, taken uuid, code text, field text, value text, at timestamptz)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    UPDATE jobs j SET state = CASE WHEN code IS NULL THEN 'done' ELSE 'failed' END, done = CASE WHEN code IS NULL THEN j.total ELSE j.done END,
        lease = NULL, lease_until = NULL, error_code = code, error_field = field, error_value = value, ended_at = at
    WHERE j.tenant_id = of_tenant AND j.id = job AND j.lease = taken AND j.state = 'running';
    RETURN FOUND;
END
$$;

-- Gives a job back that was not done: a server that stops, or another transaction that came first. Stopping costs no try.
CREATE OR REPLACE FUNCTION job_give_back(of_tenant uuid, job uuid, taken uuid, stopping boolean)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    UPDATE jobs j SET state = 'waiting', lease = NULL, lease_until = NULL, done = 0,
        attempts = CASE WHEN stopping THEN j.attempts - 1 ELSE j.attempts END
    WHERE j.tenant_id = of_tenant AND j.id = job AND j.lease = taken AND j.state = 'running';
    RETURN FOUND;
END
$$;

-- Places everything below an organization anew by the manual order of siblings (B13), far apart; a whole tenant
-- without one. As the caller, within the caller's rights: when there is no number left between two siblings, and
-- after rows were loaded without the application.
CREATE OR REPLACE FUNCTION order_below(tenant uuid, superior uuid)
RETURNS void
LANGUAGE sql VOLATILE SET search_path = public, pg_temp
AS $$
    WITH RECURSIVE placed AS (
        SELECT o.id, CASE WHEN superior IS NULL THEN o.path ELSE o.tree_order END::text AS place
        FROM organizations o
        WHERE o.tenant_id = tenant AND CASE WHEN superior IS NULL THEN o.parent_id IS NULL ELSE o.id = superior END
        UNION ALL
        SELECT o.id, p.place || lpad(to_hex(16777216 * row_number() OVER (PARTITION BY o.parent_id ORDER BY o.sort_order, o.id)), 10, '0')
        FROM placed p JOIN organizations o ON o.tenant_id = tenant AND o.parent_id = p.id
    )
    UPDATE organizations o SET tree_order = p.place FROM placed p
    WHERE o.tenant_id = tenant AND o.id = p.id AND o.tree_order <> p.place
$$;

-- What is unusual about an organization (U51, U52, U53, U63), for the page of one and the list of many. As the caller,
-- under the caller's policies; without settings of its own, so that it becomes a part of the statement that asks. The
-- bounds are those of data/codes/org_kind.csv, which a test compares. Figures come from the counters; of people, only
-- the leaders of groups are read, and the members of branches that have groups.
CREATE OR REPLACE FUNCTION organization_warnings(tenant uuid, organization uuid, place_of text, of_kind text, of_status text)
RETURNS TABLE (place integer, code text, figure bigint, bound integer)
LANGUAGE sql STABLE
AS $$
    SELECT 1, 'few_full_members', c.full_members::bigint, 3
    FROM organization_counts c
    WHERE of_status = 'active' AND of_kind IN ('631', '632', '633', '634')
      AND c.tenant_id = tenant AND c.organization_id = organization AND c.full_members < 3
    UNION ALL
    SELECT 2, 'many_members', (c.full_members + c.probationary)::bigint, 50
    FROM organization_counts c
    WHERE of_status = 'active' AND of_kind IN ('631', '632', '633', '634')
      AND c.tenant_id = tenant AND c.organization_id = organization AND c.full_members + c.probationary > 50
    UNION ALL
    SELECT CASE WHEN s.members < s.lowest THEN 3 ELSE 2 END,
           CASE WHEN s.members < s.lowest THEN 'few_members' ELSE 'many_members' END,
           s.members, CASE WHEN s.members < s.lowest THEN s.lowest ELSE 99 END
    FROM (
        SELECT coalesce(sum(c.full_members + c.probationary), 0)::bigint AS members,
               CASE WHEN of_kind IN ('621', '622') THEN 51 ELSE 100 END AS lowest
        FROM organization_counts c
        WHERE of_kind IN ('611', '612', '613', '621', '622')
          AND c.path >= place_of COLLATE "C" AND c.path < (place_of || '~') COLLATE "C"
    ) AS s
    WHERE of_status = 'active' AND of_kind IN ('611', '612', '613', '621', '622')
      AND (s.members < s.lowest OR (of_kind IN ('621', '622') AND s.members > 99))
    UNION ALL
    SELECT 4, 'many_units', u.units, 5
    FROM (SELECT count(*) AS units FROM organization_units l WHERE l.tenant_id = tenant AND l.organization_id = organization) AS u
    WHERE of_status = 'active' AND of_kind = '632' AND u.units > 5
    UNION ALL
    SELECT 5, 'leader_not_full', l.leaders, 0
    FROM (
        SELECT count(*) AS leaders
        FROM party_groups g JOIN people p ON p.tenant_id = g.tenant_id AND p.id = g.leader_id
        WHERE g.tenant_id = tenant AND g.organization_id = organization AND g.active
          AND (p.stage <> 'full' OR p.organization_id <> g.organization_id)
    ) AS l
    WHERE of_status = 'active' AND of_kind IN ('631', '632', '633', '634') AND l.leaders > 0
    UNION ALL
    SELECT 6, 'without_group', m.members, 0
    FROM (
        SELECT count(*) AS members FROM people p
        WHERE p.tenant_id = tenant AND p.organization_id = organization AND p.party_group_id IS NULL
          AND p.stage IN ('probationary', 'full')
          AND EXISTS (SELECT FROM party_groups g WHERE g.tenant_id = tenant AND g.organization_id = organization AND g.active)
    ) AS m
    WHERE of_status = 'active' AND of_kind IN ('631', '632', '633', '634') AND m.members > 0
$$;

-- U82 holds in the whole tenant, so the question must look past the scope; the answer is yes or no.
-- The caller's own tenant is the only one that can be asked about.
CREATE OR REPLACE FUNCTION identity_number_taken(tenant uuid, identity bytea, except_person uuid)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM people p
        JOIN accounts a ON a.tenant_id = p.tenant_id AND a.id = nullif(current_setting('app.account'), '')::uuid
        WHERE p.tenant_id = tenant AND p.identity_index = identity AND p.stage <> 'left'
          AND (except_person IS NULL OR p.id <> except_person)
    );
END
$$;

-- A name is unique among siblings, of which the asker may see none, and a code in the whole tenant; the answer is
-- two times yes or no. The caller's own tenant is the only one that can be asked about.
CREATE OR REPLACE FUNCTION organization_names_taken(tenant uuid, superior uuid, wanted_name text, wanted_code text, except_organization uuid)
RETURNS TABLE (name_taken boolean, code_taken boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    RETURN QUERY SELECT
        EXISTS (SELECT FROM organizations o
                WHERE o.tenant_id = a.tenant_id AND o.parent_id = superior AND o.name = wanted_name AND o.status = 'active'
                  AND (except_organization IS NULL OR o.id <> except_organization)),
        EXISTS (SELECT FROM organizations o
                WHERE o.tenant_id = a.tenant_id AND o.code = wanted_code COLLATE "C"
                  AND (except_organization IS NULL OR o.id <> except_organization))
    FROM accounts a WHERE a.tenant_id = tenant AND a.id = nullif(current_setting('app.account'), '')::uuid;
END
$$;

-- Search by a part of a name: array operators are not leakproof, so an index on them is not
-- used under a policy. These two apply the scope themselves, then the range that is browsed.
-- Planned for the very range and letters: a plan for any range reads all of a county for a rare name (133 ms against 0.12).
CREATE OR REPLACE FUNCTION people_named(grams text[], low text, high text)
RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
    RETURN QUERY SELECT id FROM people
    WHERE name_grams @> grams
      AND path >= low COLLATE "C" AND path < high COLLATE "C"
      AND path <@ current_setting('app.scope_people')::path_multirange
    LIMIT 5000;
END
$$;

-- letters: the initials must contain them; empty for none.
CREATE OR REPLACE FUNCTION organizations_named(grams text[], letters text, low text, high text)
RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
    RETURN QUERY SELECT id FROM organizations
    WHERE name_grams @> grams
      AND position(letters IN name_initials) > 0
      AND path >= low COLLATE "C" AND path < high COLLATE "C"
      AND path <@ current_setting('app.scope')::path_multirange
    LIMIT 5000;
END
$$;

-- Files (areas/attachments). Bytes that are kept in an organization, those of its people included: the quota
-- counts them for whoever may see the organization, also without a right to read people. Held until the end of
-- the transaction, so that two who add at once do not both find room for one.
CREATE OR REPLACE FUNCTION attachment_bytes(tenant uuid, organization uuid)
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(organization::text, 17));
    RETURN (SELECT coalesce(sum(a.bytes), 0)::bigint FROM attachments a
            WHERE a.tenant_id = tenant AND a.organization_id = organization
              AND a.path <@ current_setting('app.scope')::path_multirange);
END
$$;

-- The units that organizations in the asker's scope are set up in, wherever they are kept: what is linked is
-- seen where it is linked (C03), and a joint branch may be set up in units of several townships (B19).
CREATE OR REPLACE FUNCTION units_linked(tenant uuid, wanted uuid[])
RETURNS TABLE (linked_to uuid, tenant_id uuid, id uuid, organization_id uuid, path text, name text, credit_code text, kind text,
    industry text, scale text, address text, legal_person boolean, superior_name text, version integer,
    created_at timestamptz, updated_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT l.organization_id, u.tenant_id, u.id, u.organization_id, u.path, u.name, u.credit_code, u.kind,
           u.industry, u.scale, u.address, u.legal_person, u.superior_name, u.version, u.created_at, u.updated_at
    FROM organization_units l JOIN units u ON u.tenant_id = l.tenant_id AND u.id = l.unit_id
    WHERE l.tenant_id = tenant AND l.organization_id = ANY (wanted)
      AND l.path <@ current_setting('app.scope')::path_multirange
    ORDER BY u.name, u.id
$$;

-- Puts an object on the list of what the sweep removes; the application cannot read or shorten that list. Only
-- what nothing refers to any more in this transaction.
CREATE OR REPLACE FUNCTION discard_file(tenant uuid, wanted uuid, remove_after timestamptz)
RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    INSERT INTO discarded_files (tenant_id, object, remove_after)
    SELECT tenant, wanted, remove_after
    WHERE NOT EXISTS (SELECT FROM attachments a WHERE a.tenant_id = tenant AND a.object = wanted)
      AND NOT EXISTS (SELECT FROM uploads u WHERE u.tenant_id = tenant AND u.object = wanted)
    ON CONFLICT DO NOTHING
$$;

-- The sweep belongs to no tenant. These give up what was sent long ago and never attached, and tell names of
-- objects that nothing refers to; no name of a file and no key.
CREATE OR REPLACE FUNCTION expire_uploads(sent_before timestamptz, at timestamptz)
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
    expired bigint;
BEGIN
    WITH gone AS (DELETE FROM uploads u WHERE u.created_at < sent_before RETURNING u.tenant_id, u.object)
    INSERT INTO discarded_files (tenant_id, object, remove_after) SELECT gone.tenant_id, gone.object, at FROM gone;
    GET DIAGNOSTICS expired = ROW_COUNT;
    RETURN expired;
END
$$;

CREATE OR REPLACE FUNCTION files_to_remove(at timestamptz)
RETURNS TABLE (tenant uuid, object uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT d.tenant_id, d.object FROM discarded_files d WHERE d.remove_after <= at ORDER BY d.remove_after LIMIT 1000
$$;

CREATE OR REPLACE FUNCTION files_removed(tenants uuid[], objects uuid[])
RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    DELETE FROM discarded_files d USING unnest(tenants, objects) AS gone (tenant_id, object)
    WHERE d.tenant_id = gone.tenant_id AND d.object = gone.object
$$;

-- The journal's chain (areas/journal/chain has the words and the encoding). Entries are hashed here, so that
-- sealing needs no reader of the whole journal: these functions give out hashes, never an entry.

-- One column: its length in four bytes and its value, or a length of -1 for null.
CREATE OR REPLACE FUNCTION journal_field(value bytea)
RETURNS bytea
LANGUAGE sql IMMUTABLE
AS $$ SELECT coalesce(int4send(length(value)) || value, '\xffffffff'::bytea) $$;

-- All columns but path. A nullable column that is added later goes to the end, and is left out when it is
-- null, so that earlier hashes stay: CASE WHEN entry.x IS NULL THEN '' ELSE journal_field(...) END.
-- The same list in the same order: chain/encoding.rs and chain/sql/entries.sql.
CREATE OR REPLACE FUNCTION journal_entry_hash(entry journal)
RETURNS bytea
LANGUAGE sql STABLE
AS $$
    SELECT sha256('banyan journal entry 1'::bytea
        || journal_field(uuid_send(entry.tenant_id))
        || journal_field(uuid_send(entry.id))
        || journal_field(uuid_send(entry.organization_id))
        || journal_field(timestamptz_send(entry.at))
        || journal_field(uuid_send(entry.account_id))
        || journal_field(convert_to(entry.account_name, 'UTF8'))
        || journal_field(convert_to(entry.role, 'UTF8'))
        || journal_field(convert_to(entry.on_behalf_of, 'UTF8'))
        || journal_field(convert_to(entry.event, 'UTF8'))
        || journal_field(convert_to(entry.subject_kind, 'UTF8'))
        || journal_field(uuid_send(entry.subject_id))
        || journal_field(convert_to(entry.subject_name, 'UTF8'))
        || journal_field('\x01'::bytea || convert_to(entry.before::text, 'UTF8'))
        || journal_field('\x01'::bytea || convert_to(entry.after::text, 'UTF8'))
        || journal_field(convert_to(entry.reason, 'UTF8'))
        || journal_field(convert_to(entry.source, 'UTF8'))
        || journal_field(convert_to(entry.request_id, 'UTF8'))
        || CASE WHEN entry.confirmation IS NULL THEN ''::bytea
           ELSE journal_field('\x01'::bytea || convert_to(entry.confirmation::text, 'UTF8')) END)
$$;

-- An entry waits to be sealed from the moment of its commit, whoever wrote it. As the keeper, because the
-- application has no right on the list: it could take an entry off it.
CREATE OR REPLACE FUNCTION journal_to_seal()
RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    INSERT INTO journal_unsealed (tenant_id, entry_id) VALUES (NEW.tenant_id, NEW.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER journal_to_seal AFTER INSERT ON journal FOR EACH ROW EXECUTE FUNCTION journal_to_seal();

-- Where the chain of every tenant stands: the sealer belongs to no tenant. Gives numbers and hashes.
CREATE OR REPLACE FUNCTION journal_heads()
RETURNS TABLE (tenant uuid, waiting boolean, head bigint, signed bigint, signed_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT t.id,
           EXISTS (SELECT FROM journal_unsealed u JOIN journal j ON j.tenant_id = u.tenant_id AND j.id = u.entry_id
                   WHERE u.tenant_id = t.id),
           coalesce((SELECT c.seq FROM journal_chain c WHERE c.tenant_id = t.id ORDER BY c.seq DESC LIMIT 1), 0),
           coalesce(k.seq, 0), k.at
    FROM tenants t
    LEFT JOIN LATERAL (SELECT seq, at FROM journal_checkpoints WHERE tenant_id = t.id ORDER BY seq DESC LIMIT 1) k ON true
$$;

-- Chains what waits in one tenant, in the order in which it is found here, and takes it off the list. The
-- list is emptied by nothing else, so an entry that commits late waits for the next call; the lock lets one
-- server at a time go on, and what it finds after waiting is what the one before left. Returns how many.
CREATE OR REPLACE FUNCTION journal_seal(tenant uuid, batch integer)
RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
    head bigint;
    link bytea;
    waiting record;
    sealed integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('journal chain ' || tenant, 0));
    SELECT c.seq, c.link_hash INTO head, link FROM journal_chain c WHERE c.tenant_id = tenant ORDER BY c.seq DESC LIMIT 1;
    IF head IS NULL THEN
        SELECT s.last_seq, s.last_link INTO head, link FROM journal_segments s WHERE s.tenant_id = tenant ORDER BY s.last_seq DESC LIMIT 1;
    END IF;
    head := coalesce(head, 0);
    link := coalesce(link, decode(repeat('00', 32), 'hex'));
    FOR waiting IN
        SELECT j.id, journal_entry_hash(j) AS hash
        FROM journal_unsealed u
        JOIN journal j ON j.tenant_id = u.tenant_id AND j.id = u.entry_id
        WHERE u.tenant_id = tenant
        ORDER BY u.entry_id
        LIMIT batch
    LOOP
        head := head + 1;
        link := sha256('banyan journal link 1'::bytea || uuid_send(tenant) || int8send(head) || link || uuid_send(waiting.id) || waiting.hash);
        INSERT INTO journal_chain (tenant_id, seq, entry_id, entry_hash, link_hash) VALUES (tenant, head, waiting.id, waiting.hash, link);
        DELETE FROM journal_unsealed u WHERE u.tenant_id = tenant AND u.entry_id = waiting.id;
        sealed := sealed + 1;
    END LOOP;
    RETURN sealed;
END
$$;

-- The end of a chain, to be signed: its number, its link and the checkpoint before.
CREATE OR REPLACE FUNCTION journal_head(tenant uuid)
RETURNS TABLE (head bigint, link bytea, previous bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT c.seq, c.link_hash,
           coalesce((SELECT k.seq FROM journal_checkpoints k WHERE k.tenant_id = tenant ORDER BY k.seq DESC LIMIT 1), 0)
    FROM journal_chain c WHERE c.tenant_id = tenant ORDER BY c.seq DESC LIMIT 1
$$;

-- Keeps a signed checkpoint, if it is of this chain and nobody signed beyond it. A wrong signature would be
-- found by the verification and hide nothing.
CREATE OR REPLACE FUNCTION journal_checkpoint(tenant uuid, number bigint, link bytea, before bigint, signed_at timestamptz, key integer, proof bytea)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('journal chain ' || tenant, 0));
    INSERT INTO journal_checkpoints (tenant_id, seq, link_hash, previous, at, key_number, signature)
    SELECT tenant, c.seq, c.link_hash, before, signed_at, key, proof
    FROM journal_chain c
    WHERE c.tenant_id = tenant AND c.seq = number AND c.link_hash = link AND number > before
      AND before = coalesce((SELECT k.seq FROM journal_checkpoints k WHERE k.tenant_id = tenant ORDER BY k.seq DESC LIMIT 1), 0);
    RETURN FOUND;
END
$$;

-- Checkpoints that a server has not yet written beside the database, at most a thousand. They hold no entry.
CREATE OR REPLACE FUNCTION journal_checkpoints_after(tenant uuid, number bigint)
RETURNS TABLE (seq bigint, link bytea, previous bigint, signed_at timestamptz, key integer, proof bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT k.seq, k.link_hash, k.previous, k.at, k.key_number::integer, k.signature
    FROM journal_checkpoints k WHERE k.tenant_id = tenant AND k.seq > number ORDER BY k.seq LIMIT 1000
$$;

DO $$
DECLARE
    kept text;
BEGIN
    -- Nobody calls these but the keeper's own functions.
    FOREACH kept IN ARRAY ARRAY[
        'lender_still_holds(uuid, uuid, text, timestamptz, timestamptz)',
        'settle_posts(uuid, uuid, text, timestamptz)',
        'key_at(timestamptz)'
    ] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO banyan_keeper', kept);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, banyan_app', kept);
    END LOOP;
    FOREACH kept IN ARRAY ARRAY[
        'people_settle_posts()',
        'accounts_settle_posts()',
        'leadership_posts_settle()',
        'session_viewer(bytea, timestamptz)',
        'job_viewer(uuid, uuid, uuid, timestamptz)',
        'session_touch(bytea, timestamptz)',
        'session_end(bytea, timestamptz)',
        'close_expired(timestamptz)',
        'account_of_credential(bytea)',
        'accounts_of_name(text, text)',
        'nobody_at_home(bigint, text)',
        'account_of_invitation(bytea, timestamptz)',
        'ceremony_open(uuid, text, uuid, uuid, jsonb, timestamptz, timestamptz)',
        'ceremony_begin(uuid, text, uuid, uuid, jsonb, timestamptz, timestamptz, bytea, integer)',
        'ceremony_take(uuid, text, timestamptz)',
        'throttle_enter(bytea[], integer[], timestamptz)',
        'throttle_leave(bytea, bytea)',
        'throttled_until(bytea[], timestamptz)',
        'user_names_taken(uuid, text[])',
        'password_reset(uuid, uuid, text, timestamptz)',
        'password_expire(uuid, uuid)',
        'accounts_with_password(uuid, uuid[])',
        'account_holds_beyond(uuid, uuid, timestamptz)',
        'tenant_policy(uuid)',
        'tenant_policy_set(uuid, integer, text, integer, text, integer, integer, boolean)',
        'claimant(bytea, bytea, text, timestamptz)',
        'claim_open(bytea, bytea, text, uuid, uuid, text, timestamptz)',
        'journal_field(bytea)',
        'journal_entry_hash(journal)',
        'journal_to_seal()',
        'journal_heads()',
        'journal_head(uuid)',
        'journal_seal(uuid, integer)',
        'journal_checkpoint(uuid, bigint, bytea, bigint, timestamptz, integer, bytea)',
        'journal_checkpoints_after(uuid, bigint)',
        'attachment_bytes(uuid, uuid)',
        'units_linked(uuid, uuid[])',
        'discard_file(uuid, uuid, timestamptz)',
        'expire_uploads(timestamptz, timestamptz)',
        'files_to_remove(timestamptz)',
        'files_removed(uuid[], uuid[])',
        'would_orphan(uuid, uuid, uuid, timestamptz)',
        'own_roles_over(uuid, uuid, text, timestamptz)',
        'end_sessions_without_rights(uuid, uuid, timestamptz)',
        'own_lookups_since(uuid, timestamptz)',
        'lookups_of_own_record(uuid)',
        'who_may_see(uuid, uuid[], text[], timestamptz)',
        'path_keys()',
        'relocate_part(uuid, uuid, text, uuid, text, text, integer, text, text, text, text)',
        'relocate_end(uuid, text, text)',
        'relocate_subtree(uuid, uuid, text, uuid, text, text, integer)',
        'check_path_keys(text[])',
        'move_in_the_way(uuid, text, text, boolean)',
        'job_take(text[], uuid, integer, integer, timestamptz)',
        'job_renew(uuid, uuid, uuid, integer, integer)',
        'job_end(uuid, uuid, uuid, text, text, text, timestamptz)',
        'job_give_back(uuid, uuid, uuid, boolean)',
        'order_below(uuid, uuid)',
        'organization_warnings(uuid, uuid, text, text, text)',
        'identity_number_taken(uuid, bytea, uuid)',
        'organization_names_taken(uuid, uuid, text, text, uuid)',
        'people_named(text[], text, text)',
        'organizations_named(text[], text, text, text)'
    ] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO banyan_keeper', kept);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', kept);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO banyan_app', kept);
    END LOOP;
END
$$;
