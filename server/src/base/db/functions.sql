-- Functions of the database, replaced at every start.
--
-- Every SECURITY DEFINER function of the project is in this file, with the reason why it
-- may look past a policy. They are owned by banyan_keeper, which cannot sign in and holds
-- rights on single columns only (migration scope). None of them takes SQL text.
--
-- What runs at every request is in PL/pgSQL, whose plans are kept: a function in SQL that cannot be
-- inlined is planned anew at every call (session_viewer: 0.98 ms against 0.12).

-- A trigger holds its function fast; it is made again below, in the same transaction.
DROP TRIGGER IF EXISTS journal_to_seal ON journal;

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
        || journal_field(convert_to(entry.request_id, 'UTF8')))
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
    FOREACH kept IN ARRAY ARRAY[
        'session_viewer(bytea, timestamptz)',
        'session_open(uuid, uuid, bytea, timestamptz, timestamptz)',
        'session_end(bytea, timestamptz)',
        'journal_field(bytea)',
        'journal_entry_hash(journal)',
        'journal_to_seal()',
        'journal_heads()',
        'journal_head(uuid)',
        'journal_seal(uuid, integer)',
        'journal_checkpoint(uuid, bigint, bytea, bigint, timestamptz, integer, bytea)',
        'journal_checkpoints_after(uuid, bigint)',
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
