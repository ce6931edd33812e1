-- Functions of the database, replaced at every start.
--
-- Every SECURITY DEFINER function of the project is in this file, with the reason why it
-- may look past a policy. They are owned by banyan_keeper, which cannot sign in and holds
-- rights on single columns only (migration scope). None of them takes SQL text.
--
-- What runs at every request is in PL/pgSQL, whose plans are kept: a function in SQL that cannot be
-- inlined is planned anew at every call (session_viewer: 0.98 ms against 0.12).

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

-- Who asks: reading the grants must come before the scope that is made from them.
-- One row a running grant; one row with nulls for an account that holds none.
CREATE OR REPLACE FUNCTION session_viewer(token bytea, at timestamptz)
RETURNS TABLE (
    tenant_id uuid, read_only boolean, expires_at timestamptz,
    account_id uuid, account_name text, person_id uuid, branch_id uuid,
    grant_id uuid, grant_role text, grant_path text
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY SELECT s.tenant_id, s.read_only, s.expires_at,
           a.id, a.name, a.person_id, p.organization_id,
           g.id, g.role, g.path
    FROM sessions s
    JOIN accounts a ON a.tenant_id = s.tenant_id AND a.id = s.account_id AND a.active
    LEFT JOIN people p ON p.tenant_id = a.tenant_id AND p.id = a.person_id AND p.stage <> 'left'
    LEFT JOIN grants g ON g.tenant_id = a.tenant_id AND g.account_id = a.id
        AND g.ended_at IS NULL AND g.valid_from <= at AND (g.valid_until IS NULL OR g.valid_until > at)
        AND (s.grant_id IS NULL OR g.id = s.grant_id)
    WHERE s.token_hash = token AND s.ended_at IS NULL AND s.expires_at > at
    ORDER BY g.path, g.id;
END
$$;

-- Signing in: nobody is anybody yet. Only for the demonstration's own accounts; the caller checks the mode.
CREATE OR REPLACE FUNCTION session_open(for_account uuid, session uuid, token bytea, at timestamptz, until timestamptz)
RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    WITH opened AS (
        INSERT INTO sessions (tenant_id, id, account_id, token_hash, kind, read_only, created_at, expires_at)
        SELECT a.tenant_id, session, a.id, token, 'browser', false, at, until
        FROM accounts a WHERE a.id = for_account AND a.active
        RETURNING 1
    )
    SELECT EXISTS (SELECT FROM opened)
$$;

-- Signing out is possible without any scope: whoever shows the token may end it.
CREATE OR REPLACE FUNCTION session_end(token bytea, at timestamptz)
RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    WITH ended AS (
        UPDATE sessions SET ended_at = at WHERE token_hash = token AND ended_at IS NULL RETURNING 1
    )
    SELECT EXISTS (SELECT FROM ended)
$$;

-- A move (B11): every table that carries a path follows in one transaction. The tables come
-- from the catalogue, so that a table added later cannot be forgotten; the deferred foreign
-- keys would refuse the commit if one were. The journal is among them: its path is an index of
-- where the organization stands, not part of what was recorded. Both places must be in scope.
CREATE OR REPLACE FUNCTION relocate_subtree(tenant uuid, moved uuid, old_path text, new_parent uuid, new_label text, new_path text, new_sort integer)
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
    scope path_multirange := current_setting('app.scope')::path_multirange;
    follower regclass;
    touched bigint;
    total bigint := 0;
BEGIN
    IF NOT (old_path <@ scope AND new_path <@ scope) THEN
        RAISE EXCEPTION 'relocation outside the scope' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE organizations SET
        path = new_path || substr(path, length(old_path) + 1),
        parent_id = CASE WHEN id = moved THEN new_parent ELSE parent_id END,
        label = CASE WHEN id = moved THEN new_label ELSE label END,
        sort_order = CASE WHEN id = moved THEN new_sort ELSE sort_order END
    WHERE tenant_id = tenant AND path >= old_path COLLATE "C" AND path < (old_path || '~') COLLATE "C";
    FOR follower IN
        SELECT DISTINCT c.conrelid::regclass
        FROM pg_constraint c
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attname = 'path'
        WHERE c.contype = 'f' AND c.confrelid = 'organizations'::regclass AND c.conrelid <> 'organizations'::regclass
          AND a.attnum = ANY (c.conkey)
    LOOP
        EXECUTE format('UPDATE %s SET path = $1 || substr(path, length($2) + 1) WHERE tenant_id = $3 AND path >= $2 COLLATE "C" AND path < ($2 || ''~'') COLLATE "C"', follower)
            USING new_path, old_path, tenant;
        GET DIAGNOSTICS touched = ROW_COUNT;
        total := total + touched;
    END LOOP;
    RETURN total;
END
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

-- Search by a part of a name: array operators are not leakproof, so an index on them is not
-- used under a policy. These two apply the scope themselves, then the range that is browsed.
CREATE OR REPLACE FUNCTION people_named(grams text[], low text, high text)
RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT id FROM people
    WHERE name_grams @> grams
      AND path >= low COLLATE "C" AND path < high COLLATE "C"
      AND path <@ current_setting('app.scope_people')::path_multirange
    LIMIT 5000
$$;

-- letters: the initials must contain them; empty for none.
CREATE OR REPLACE FUNCTION organizations_named(grams text[], letters text, low text, high text)
RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT id FROM organizations
    WHERE name_grams @> grams
      AND position(letters IN name_initials) > 0
      AND path >= low COLLATE "C" AND path < high COLLATE "C"
      AND path <@ current_setting('app.scope')::path_multirange
    LIMIT 5000
$$;

DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY[
        'session_viewer(bytea, timestamptz)',
        'session_open(uuid, uuid, bytea, timestamptz, timestamptz)',
        'session_end(bytea, timestamptz)',
        'relocate_subtree(uuid, uuid, text, uuid, text, text, integer)',
        'identity_number_taken(uuid, bytea, uuid)',
        'people_named(text[], text, text)',
        'organizations_named(text[], text, text, text)'
    ] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO banyan_keeper', kept);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', kept);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO banyan_app', kept);
    END LOOP;
END
$$;
