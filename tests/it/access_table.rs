//! Who may do what: every root field for every role, inside and outside the own subtree. The
//! snapshot is read like a diff of rights; a field without a line here fails the test.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use banyan_tests::{Answer, Client, Database, Seed, TOKENS, TestApp, clone_of_template};
use serde_json::{Value, json};
use std::time::Duration;

use crate::live::Events;

/// A stream that is refused says so at once; one that says nothing for so long is open.
const QUIET: Duration = Duration::from_millis(400);

/// The organizations, people and things of one side of the table.
pub struct Side {
    township: &'static str,
    other_township: &'static str,
    branch: &'static str,
    sibling: &'static str,
    empty: &'static str,
    group: &'static str,
    spare_group: &'static str,
    grant: &'static str,
    code: &'static str,
    sequence: u16,
}

pub const INSIDE: Side = Side {
    township: "N1",
    other_township: "N2",
    branch: "N1A",
    sibling: "N1B",
    empty: "N1E",
    group: "N1A-group",
    spare_group: "N1A-spare",
    grant: "N1A-grant",
    code: "NEW1",
    sequence: 901,
};
const OUTSIDE: Side = Side {
    township: "S1",
    other_township: "S",
    branch: "S1A",
    sibling: "S1B",
    empty: "S1E",
    group: "S1A-group",
    spare_group: "S1A-spare",
    grant: "S1A-grant",
    code: "NEW2",
    sequence: 903,
};

/// What the mutations need beside the seed: an empty branch, two groups and a grant on each side.
pub const THINGS: &str = r"
INSERT INTO organizations (tenant_id, id, parent_id, label, path, kind, name, code, name_pinyin, name_initials, name_grams, sort_order, created_at, updated_at)
SELECT o.tenant_id, md5(o.code || 'E')::uuid, o.id, 'zzz', o.path || 'zzz', '631', '空支部', o.code || 'E', 'kong', 'kzb', '{空}', 99, o.created_at, o.created_at
FROM organizations o WHERE o.code IN ('N1', 'S1');
SELECT order_below(id, NULL) FROM tenants;
INSERT INTO organization_counts (tenant_id, organization_id, path) SELECT tenant_id, id, path FROM organizations WHERE code IN ('N1E', 'S1E');
INSERT INTO party_groups (tenant_id, id, organization_id, path, name, created_at, updated_at)
SELECT o.tenant_id, md5(o.code || '-' || g)::uuid, o.id, o.path, g, o.created_at, o.created_at
FROM organizations o CROSS JOIN unnest(ARRAY['group', 'spare']) AS g WHERE o.code IN ('N1A', 'S1A');
INSERT INTO accounts (tenant_id, id, organization_id, path, kind, name, created_at, updated_at)
SELECT o.tenant_id, md5(o.code || '-spare-account')::uuid, o.id, o.path, 'administrator', 'spare', o.created_at, o.created_at
FROM organizations o WHERE o.code IN ('N1A', 'S1A');
INSERT INTO grants (tenant_id, id, account_id, role, organization_id, path, valid_from, given_by_name)
SELECT o.tenant_id, md5(o.code || '-grant')::uuid, md5(o.code || '-spare-account')::uuid, 'auditor', o.id, o.path, o.created_at, 'test'
FROM organizations o WHERE o.code IN ('N1A', 'S1A');
INSERT INTO accounts (tenant_id, id, organization_id, path, kind, name, person_id, user_name, state, created_at, updated_at)
SELECT o.tenant_id, md5(o.code || '-' || a)::uuid, o.id, o.path, CASE WHEN a = 'reset' THEN 'person' ELSE 'administrator' END, a,
       CASE WHEN a = 'reset' THEN (SELECT p.id FROM people p WHERE p.organization_id = o.id ORDER BY p.id OFFSET 2 LIMIT 1) END,
       CASE WHEN a = 'reset' THEN o.code || '-reset' END, CASE WHEN a = 'enable' THEN 'disabled' ELSE 'active' END, o.created_at, o.created_at
FROM organizations o CROSS JOIN unnest(ARRAY['reset', 'edit', 'disable', 'enable', 'close', 'invite', 'keys']) AS a WHERE o.code IN ('N1A', 'S1A');
INSERT INTO account_keys (tenant_id, id, account_id, organization_id, path, name, credential_id, credential, verifies_user, backed_up, bound, enrolled_at)
SELECT o.tenant_id, md5(o.code || '-' || k)::uuid, md5(o.code || '-keys')::uuid, o.id, o.path, k, (o.code || k)::bytea, '{}', true, false, true, o.created_at
FROM organizations o CROSS JOIN unnest(ARRAY['key', 'key-two']) AS k WHERE o.code IN ('N1A', 'S1A');
INSERT INTO invitations (tenant_id, id, account_id, organization_id, path, code_hash, replaces, bound, created_by_name, created_at, expires_at)
SELECT o.tenant_id, md5(o.code || '-invitation')::uuid, md5(o.code || '-keys')::uuid, o.id, o.path, o.code::bytea, false, true, 'test', o.created_at, '2099-01-01'
FROM organizations o WHERE o.code IN ('N1A', 'S1A');
INSERT INTO claim_codes (tenant_id, id, organization_id, path, code_hash, created_by_name, created_at, expires_at)
SELECT o.tenant_id, md5(o.code || '-claim')::uuid, o.id, o.path, o.code::bytea, 'test', o.created_at, '2099-01-01'
FROM organizations o WHERE o.code IN ('N1A', 'S1A');
INSERT INTO units (tenant_id, id, organization_id, path, name, kind, legal_person, created_at, updated_at)
SELECT o.tenant_id, md5(o.code || '-' || u)::uuid, o.id, o.path, u, '11', false, o.created_at, o.created_at
FROM organizations o CROSS JOIN unnest(ARRAY['unit', 'spare-unit']) AS u WHERE o.code IN ('N1A', 'S1A');
INSERT INTO attachments (tenant_id, id, organization_id, path, person_id, kind, name, media_type, bytes, digest, object, content_key, added_by, added_by_name, created_at, updated_at)
SELECT o.tenant_id, md5(o.code || '-' || f)::uuid, o.id, o.path, CASE WHEN f = 'person-file' THEN (SELECT p.id FROM people p WHERE p.organization_id = o.id ORDER BY p.id LIMIT 1) END,
       '99', f || '.pdf', 'application/pdf', 9, sha256(''), md5(o.code || f)::uuid, 'x', md5(o.code || '-keys')::uuid, 'test', o.created_at, o.created_at
FROM organizations o CROSS JOIN unnest(ARRAY['file', 'person-file']) AS f WHERE o.code IN ('N1A', 'S1A');
INSERT INTO jobs (tenant_id, id, organization_id, path, kind, state, input, account_id, account_name, session_id, role, request_id, total, created_at, ended_at)
SELECT o.tenant_id, md5(o.code || '-job')::uuid, o.id, o.path, 'organization_move', 'done', '{}', s.account_id, 'test', s.id, 'organization_administrator', 'test', 1, o.created_at, o.created_at
FROM organizations o CROSS JOIN (SELECT s.* FROM sessions s JOIN accounts a ON a.id = s.account_id WHERE a.name = 'municipal-administrator') AS s WHERE o.code IN ('N1A', 'S1A');
INSERT INTO leadership_terms (tenant_id, id, organization_id, path, number, from_day, created_at, updated_at)
SELECT o.tenant_id, md5(o.code || '-term')::uuid, o.id, o.path, 1, '2025-01-01', o.created_at, o.created_at FROM organizations o WHERE o.code IN ('N1A', 'S1A');
INSERT INTO leadership_posts (tenant_id, id, organization_id, path, term_id, person_id, person_name, post, role, sort_order, from_day, created_at, updated_at)
SELECT o.tenant_id, md5(o.code || '-post-' || l.post)::uuid, o.id, o.path, md5(o.code || '-term')::uuid, p.id, p.name, l.post, l.role, l.place, '2025-01-01', o.created_at, o.created_at
FROM organizations o JOIN (VALUES ('41', 'committee_member', 1), ('42', 'committee_member', 2), ('43', 'committee_member', 3), ('82', NULL, 4)) AS l (post, role, place) ON true
JOIN people p ON p.organization_id = o.id AND p.name LIKE '李%' WHERE o.code IN ('N1A', 'S1A');
INSERT INTO sessions (tenant_id, id, account_id, organization_id, path, token_hash, kind, read_only, created_at, expires_at)
SELECT o.tenant_id, md5(o.code || '-session')::uuid, md5(o.code || '-keys')::uuid, o.id, o.path, o.code::bytea, 'browser', false, o.created_at, '2099-01-01'
FROM organizations o WHERE o.code IN ('N1A', 'S1A');
INSERT INTO grants (tenant_id, id, account_id, role, organization_id, path, valid_from, given_by, given_by_name, pending)
SELECT o.tenant_id, md5(o.code || '-' || r)::uuid, md5(o.code || '-keys')::uuid, r, o.id, o.path, o.created_at, g.id, 'test', true
FROM organizations o CROSS JOIN unnest(ARRAY['committee_member', 'branch_administrator', 'member']) AS r
CROSS JOIN (SELECT id, tenant_id FROM accounts WHERE name = 'municipal-administrator') AS g WHERE o.code IN ('N1A', 'S1A');
INSERT INTO accounts (tenant_id, id, organization_id, path, kind, name, created_at, updated_at)
SELECT o.tenant_id, md5('reader')::uuid, o.id, o.path, 'administrator', 'reader', o.created_at, o.created_at FROM organizations o WHERE o.code = 'M';
INSERT INTO grants (tenant_id, id, account_id, role, organization_id, path, valid_from, given_by_name)
SELECT o.tenant_id, md5('reader-grant')::uuid, md5('reader')::uuid, 'reader', o.id, o.path, o.created_at, 'test' FROM organizations o WHERE o.code = 'N';
INSERT INTO sessions (tenant_id, id, account_id, organization_id, path, token_hash, kind, method, read_only, created_at, expires_at)
SELECT o.tenant_id, md5('reader-session')::uuid, md5('reader')::uuid, o.id, o.path, sha256('reader'), 'browser', 'demonstration', false, o.created_at, '2099-01-01'
FROM organizations o WHERE o.code = 'M';
";

/// A role that nobody of the seed holds, at the district.
const READER: &str = "reader";

async fn id_of(database: &Database, prefix: &str, name: &str) -> String {
    let row = database.owner().await.query_one("SELECT replace(md5($1)::uuid::text, '-', '')", &[&name]).await.expect("an id");
    let hex: String = row.get(0);
    let bytes = data_encoding::HEXLOWER.decode(hex.as_bytes()).expect("hex");
    format!("{prefix}_{}", data_encoding::BASE64URL_NOPAD.encode(&bytes))
}

/// Every root field with a document and its variables; `is_write` ones say what came of them.
pub async fn calls(side: &Side, database: &Database) -> Vec<(&'static str, &'static str, Value)> {
    let seed: &Seed = &database.seed;
    let organization = |code: &str| seed.organization(code).to_owned();
    let person = |number: u8| seed.person(&format!("{}-{number}", side.branch)).to_owned();
    let (group, spare, grant) = (
        id_of(database, "grp", side.group).await,
        id_of(database, "grp", side.spare_group).await,
        id_of(database, "gra", side.grant).await,
    );
    let empty = id_of(database, "org", side.empty).await;
    let mut accounts = HashMap::new();
    for name in ["reset", "edit", "disable", "enable", "close", "invite", "keys"] {
        accounts.insert(name, id_of(database, "acc", &format!("{}-{name}", side.branch)).await);
    }
    let thing = async |prefix: &'static str, name: &str| id_of(database, prefix, &format!("{}-{name}", side.branch)).await;
    let (key, second_key) = (thing("key", "key").await, thing("key", "key-two").await);
    let (invitation, claim, session) =
        (thing("inv", "invitation").await, thing("clm", "claim").await, thing("ses", "session").await);
    let pending =
        [thing("gra", "committee_member").await, thing("gra", "branch_administrator").await, thing("gra", "member").await];
    let number = banyan::testing::identity::IdentityNumber::make(
        500_101,
        chrono::NaiveDate::from_ymd_opt(1990, 1, 2).expect("a day"),
        side.sequence,
    )
    .expect("a number");
    vec![
        ("server", "{ server { version } }", json!({})),
        ("viewer", "{ viewer { account { name } } }", json!({})),
        ("node", "query ($id: ID!) { node(id: $id) { id } }", json!({ "id": organization(side.branch) })),
        (
            "organizations",
            "query ($id: ID!) { organizations(under: $id) { totalCount } }",
            json!({ "id": organization(side.township) }),
        ),
        ("people", "query ($id: ID!) { people(under: $id) { totalCount } }", json!({ "id": organization(side.township) })),
        ("journal", "query ($id: ID!) { journal(under: $id) { totalCount } }", json!({ "id": organization(side.township) })),
        ("jobs", "query ($id: ID!) { jobs(under: $id) { totalCount } }", json!({ "id": organization(side.township) })),
        ("grants", "query ($id: ID!) { grants(under: $id) { totalCount } }", json!({ "id": organization(side.township) })),
        ("accounts", "query ($id: ID!) { accounts(under: $id) { totalCount } }", json!({ "id": organization(side.township) })),
        ("codeTables", "{ codeTables { totalCount } }", json!({})),
        ("codes", "{ codes(table: \"sex\") { totalCount } }", json!({})),
        ("divisions", "{ divisions(parent: \"500000\") { totalCount } }", json!({})),
        (
            "organizationCreate",
            "mutation ($i: OrganizationCreateInput!) { organizationCreate(input: $i) { userErrors { code path } } }",
            json!({ "i": { "parentId": organization(side.township), "kind": "631", "name": "新支部", "code": side.code } }),
        ),
        (
            "organizationEdit",
            "mutation ($i: OrganizationEditInput!) { organizationEdit(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": organization(side.branch), "version": 1, "address": "山路一号" } }),
        ),
        (
            "organizationRename",
            "mutation ($i: OrganizationRenameInput!) { organizationRename(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": organization(side.sibling), "version": 1, "name": "改名支部", "on": "2026-01-02", "document": "文件" } }),
        ),
        (
            "organizationReorder",
            "mutation ($i: OrganizationReorderInput!) { organizationReorder(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": empty, "version": 1, "afterId": null } }),
        ),
        (
            "organizationMove",
            "mutation ($i: OrganizationMoveInput!) { organizationMove(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": organization(&format!("{}B", side.township)), "version": 2, "newSuperiorId": organization(side.other_township), "on": "2026-01-03" } }),
        ),
        (
            "organizationDissolve",
            "mutation ($i: OrganizationDissolveInput!) { organizationDissolve(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": empty, "version": 2, "on": "2026-01-02", "reason": "合并" } }),
        ),
        (
            "partyGroupCreate",
            "mutation ($i: PartyGroupCreateInput!) { partyGroupCreate(input: $i) { userErrors { code path } } }",
            json!({ "i": { "organizationId": organization(side.branch), "name": "第一小组" } }),
        ),
        (
            "partyGroupEdit",
            "mutation ($i: PartyGroupEditInput!) { partyGroupEdit(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": group, "version": 1, "name": "第二小组" } }),
        ),
        (
            "partyGroupAssign",
            "mutation ($i: PartyGroupAssignInput!) { partyGroupAssign(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": group, "version": 2, "personIds": [person(1)] } }),
        ),
        (
            "partyGroupDissolve",
            "mutation ($i: PartyGroupDissolveInput!) { partyGroupDissolve(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": spare, "version": 1 } }),
        ),
        (
            "personAdd",
            "mutation ($i: PersonAddInput!) { personAdd(input: $i) { userErrors { code path } } }",
            json!({ "i": { "organizationId": organization(side.branch), "stage": "APPLICANT", "name": "周正", "sex": "1", "ethnicGroup": "01",
                "identityNumber": number.as_str(), "birthDate": "1990-01-02", "education": "21" } }),
        ),
        (
            "personEdit",
            "mutation ($i: PersonEditInput!) { personEdit(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": person(2), "version": 1, "education": "11" } }),
        ),
        (
            "personSetPhoto",
            "mutation ($i: PersonSetPhotoInput!) { personSetPhoto(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": person(3), "version": 1, "base64": null } }),
        ),
        ("units", "query ($id: ID!) { units(under: $id) { totalCount } }", json!({ "id": organization(side.township) })),
        (
            "unitCreate",
            "mutation ($i: UnitCreateInput!) { unitCreate(input: $i) { userErrors { code path } } }",
            json!({ "i": { "organizationId": organization(side.branch), "name": "新单位", "kind": "11", "legalPerson": false, "link": false } }),
        ),
        (
            "unitEdit",
            "mutation ($i: UnitEditInput!) { unitEdit(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": thing("unt", "unit").await, "version": 1, "address": "山路一号" } }),
        ),
        (
            "unitLink",
            "mutation ($i: UnitLinkInput!) { unitLink(input: $i) { userErrors { code path } } }",
            json!({ "i": { "organizationId": organization(side.branch), "unitId": thing("unt", "unit").await } }),
        ),
        (
            "unitUnlink",
            "mutation ($i: UnitLinkInput!) { unitUnlink(input: $i) { userErrors { code path } } }",
            json!({ "i": { "organizationId": organization(side.branch), "unitId": thing("unt", "unit").await } }),
        ),
        (
            "unitDelete",
            "mutation ($i: UnitDeleteInput!) { unitDelete(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": thing("unt", "spare-unit").await, "version": 1 } }),
        ),
        (
            "leadershipPostAdd",
            "mutation ($i: LeadershipPostAddInput!) { leadershipPostAdd(input: $i) { userErrors { code path } } }",
            json!({ "i": { "organizationId": organization(side.branch), "personId": person(2), "post": "4", "from": "2025-01-01" } }),
        ),
        (
            "leadershipPostEdit",
            "mutation ($i: LeadershipPostEditInput!) { leadershipPostEdit(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": thing("pst", "post-82").await, "version": 1, "duty": "党务" } }),
        ),
        (
            "leadershipPostReorder",
            "mutation ($i: LeadershipPostReorderInput!) { leadershipPostReorder(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": thing("pst", "post-43").await, "version": 1, "afterId": null } }),
        ),
        (
            "leadershipPostEnd",
            "mutation ($i: LeadershipPostEndInput!) { leadershipPostEnd(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": thing("pst", "post-41").await, "version": 1, "on": "2025-06-01", "reason": "4" } }),
        ),
        (
            "leadershipPostDelete",
            "mutation ($i: LeadershipPostDeleteInput!) { leadershipPostDelete(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": thing("pst", "post-42").await, "version": 1 } }),
        ),
        (
            "leadershipTermBegin",
            "mutation ($i: LeadershipTermBeginInput!) { leadershipTermBegin(input: $i) { userErrors { code path } } }",
            json!({ "i": { "organizationId": organization(side.branch), "from": "2026-01-02" } }),
        ),
        (
            "attachmentAdd",
            "mutation ($i: AttachmentAddInput!) { attachmentAdd(input: $i) { userErrors { code path } } }",
            json!({ "i": { "ownerId": organization(side.branch), "uploadId": thing("upl", "upload").await, "kind": "23" } }),
        ),
        (
            "attachmentEdit",
            "mutation ($i: AttachmentEditInput!) { attachmentEdit(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": thing("att", "file").await, "version": 1, "kind": "24" } }),
        ),
        (
            "attachmentRemove",
            "mutation ($i: AttachmentRemoveInput!) { attachmentRemove(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": thing("att", "person-file").await, "version": 1 } }),
        ),
        (
            "grantGive",
            "mutation ($i: GrantGiveInput!) { grantGive(input: $i) { userErrors { code path } } }",
            json!({ "i": { "accountId": seed.accounts["committee-member"], "role": "MEMBER", "organizationId": organization(side.branch) } }),
        ),
        (
            "grantEnd",
            "mutation ($i: GrantEndInput!) { grantEnd(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": grant, "version": 1 } }),
        ),
        (
            "securityEvents",
            "query ($id: ID!) { securityEvents(under: $id) { totalCount } }",
            json!({ "id": organization(side.township) }),
        ),
        (
            "invitations",
            "query ($id: ID!) { invitations(under: $id) { totalCount } }",
            json!({ "id": organization(side.township) }),
        ),
        (
            "accountRoster",
            "query ($id: ID!) { accountRoster(organization: $id) { totalCount } }",
            json!({ "id": organization(side.branch) }),
        ),
        ("claimCodes", "query ($id: ID!) { claimCodes(organization: $id) { id } }", json!({ "id": organization(side.branch) })),
        ("policy", "{ policy { version } }", json!({})),
        (
            "accountCreate",
            "mutation ($i: AccountCreateInput!) { accountCreate(input: $i) { userErrors { code path } } }",
            json!({ "i": { "organizationId": organization(side.branch), "name": "新管理员" } }),
        ),
        (
            "accountReset",
            "mutation ($i: AccountTurnInput!) { accountReset(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": accounts["reset"], "version": 1 } }),
        ),
        (
            "accountDisable",
            "mutation ($i: AccountTurnInput!) { accountDisable(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": accounts["disable"], "version": 1 } }),
        ),
        (
            "accountEdit",
            "mutation ($i: AccountEditInput!) { accountEdit(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": accounts["edit"], "version": 1, "userName": format!("改过的登录名{}", side.branch) } }),
        ),
        (
            "accountEnable",
            "mutation ($i: AccountTurnInput!) { accountEnable(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": accounts["enable"], "version": 1 } }),
        ),
        (
            "accountClose",
            "mutation ($i: AccountTurnInput!) { accountClose(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": accounts["close"], "version": 1 } }),
        ),
        (
            "accountRename",
            "mutation ($i: AccountRenameInput!) { accountRename(input: $i) { userErrors { code path } } }",
            json!({ "i": { "version": 1, "userName": "新登录名" } }),
        ),
        (
            "accountInvite",
            "mutation ($i: AccountInviteInput!) { accountInvite(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": accounts["invite"], "version": 1 } }),
        ),
        (
            "invitationEnd",
            "mutation ($i: EndInput!) { invitationEnd(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": invitation } }),
        ),
        (
            "keyInviteOwn",
            "mutation ($i: KeyInviteOwnInput!) { keyInviteOwn(input: $i) { userErrors { code path } } }",
            json!({ "i": {} }),
        ),
        (
            "keyRename",
            "mutation ($i: KeyRenameInput!) { keyRename(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": key, "version": 1, "name": "备用密钥" } }),
        ),
        (
            "keyRemove",
            "mutation ($i: KeyRemoveInput!) { keyRemove(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": second_key, "version": 1 } }),
        ),
        (
            "sessionEnd",
            "mutation ($i: EndInput!) { sessionEnd(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": session } }),
        ),
        (
            "sessionEndOthers",
            "mutation ($i: SessionEndOthersInput!) { sessionEndOthers(input: $i) { userErrors { code path } } }",
            json!({ "i": { "accountId": accounts["keys"] } }),
        ),
        (
            "claimCodeIssue",
            "mutation ($i: ClaimCodeIssueInput!) { claimCodeIssue(input: $i) { userErrors { code path } } }",
            json!({ "i": { "organizationId": organization(side.branch) } }),
        ),
        (
            "claimCodeEnd",
            "mutation ($i: ClaimCodeEndInput!) { claimCodeEnd(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": claim } }),
        ),
        (
            "policySet",
            "mutation ($i: PolicySetInput!) { policySet(input: $i) { userErrors { code path } } }",
            json!({ "i": { "version": 1, "passwordProfile": "GRADED", "rotationDays": 90, "initialSecret": "GENERATED", "twoPersonDepth": 2, "unmaskDailyBudget": 30 } }),
        ),
        (
            "grantDelegate",
            "mutation ($i: GrantDelegateInput!) { grantDelegate(input: $i) { userErrors { code path } } }",
            json!({ "i": { "grantId": seed.grants["county-administrator"], "accountId": seed.accounts["committee-member"],
                "organizationId": organization(side.branch), "until": "2098-01-01T00:00:00Z", "reason": "出差" } }),
        ),
        (
            "grantEdit",
            "mutation ($i: GrantEditInput!) { grantEdit(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": pending[0], "version": 1, "reason": "补充说明" } }),
        ),
        (
            "grantApprove",
            "mutation ($i: GrantApproveInput!) { grantApprove(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": pending[1], "version": 1 } }),
        ),
        (
            "grantRefuse",
            "mutation ($i: GrantRefuseInput!) { grantRefuse(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": pending[2], "version": 1, "reason": "不同意" } }),
        ),
        (
            "personUnmask",
            "mutation ($i: PersonUnmaskInput!) { personUnmask(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": person(1), "fields": ["PHONE"], "purpose": "核对" } }),
        ),
        ("changes", "subscription ($i: ID!) { changes(under: $i) { kind } }", json!({ "i": organization(side.branch) })),
    ]
}

/// An answer in a word: `yes`, how many, a code, or nothing.
fn word(field: &str, answer: &Answer) -> String {
    if !answer.code().is_empty() {
        return answer.code().to_owned();
    }
    let data = &answer.json["data"][field];
    if let Some(errors) = data["userErrors"].as_array() {
        return errors.first().map_or("yes".into(), |error| error["code"].as_str().unwrap_or_default().to_owned());
    }
    match (&data["totalCount"], data) {
        (Value::Number(count), _) => count.to_string(),
        (_, Value::Null) => "nothing".into(),
        (_, Value::Array(items)) => items.len().to_string(),
        _ => "yes".into(),
    }
}

/// Asks as clients do; of a stream it is the first event that tells, or that there is none yet.
async fn send(app: &TestApp, client: &Client, document: &str, variables: Value) -> Answer {
    if !document.starts_with("subscription") {
        return client.send(document, variables).await;
    }
    let body = json!({ "query": document, "variables": variables });
    let refused = |json: Value| Answer { text: json.to_string(), json, status: StatusCode::OK, headers: HeaderMap::new() };
    let Some(token) = &client.token else {
        let request = Request::post("/graphql/stream").header(header::CONTENT_TYPE, "application/json");
        return client.request(request, Body::from(body.to_string())).await;
    };
    let mut events = Events::begin(app, token, &body).await;
    match tokio::time::timeout(QUIET, events.next()).await {
        Ok(first) => refused(first.unwrap_or_default()),
        Err(_) => refused(json!({ "data": { "changes": { "open": true } } })),
    }
}

async fn root_fields(client: &Client) -> BTreeSet<String> {
    let answer = client.ask("{ __schema { queryType { fields { name } } mutationType { fields { name } } subscriptionType { fields { name } } } }").await;
    ["queryType", "mutationType", "subscriptionType"]
        .iter()
        .flat_map(|kind| answer.at(&format!("/__schema/{kind}/fields")).as_array().cloned().unwrap_or_default())
        .filter_map(|field| field["name"].as_str().map(str::to_owned))
        .collect()
}

/// Entries of the log that leave out who acted, as what, when, from where, or upon what.
async fn incomplete(app: &TestApp, who: &str) -> i64 {
    let whole = format!(
        "account_id IS NOT NULL AND account_name = '{who}' AND role IS NOT NULL AND source = '192.0.2.7' AND request_id <> ''
         AND event <> '' AND subject_kind <> '' AND subject_name <> '' AND path <> ''"
    );
    app.database.number(&format!("SELECT count(*) FROM journal WHERE ({whole}) IS NOT TRUE")).await
}

/// Every write, and every look at what is hidden, leaves one record, which says who, when, from where and what.
///
/// covers: R02, SEC-F01
#[tokio::test]
async fn every_root_field_for_every_role_inside_and_outside() {
    let mut table = String::new();
    let seeded = TOKENS.iter().map(|(token, ..)| *token);
    let tokens: Vec<Option<&str>> = std::iter::once(None).chain(seeded.chain([READER]).map(Some)).collect();
    for token in tokens {
        let database = clone_of_template().await;
        database.change(THINGS).await;
        let (inside, outside) = (calls(&INSIDE, &database).await, calls(&OUTSIDE, &database).await);
        let app = TestApp::on(database, true, Duration::from_secs(20)).await;
        let client = token.map_or_else(|| app.stranger(), |token| app.sign_in(token));
        if token == Some("municipal-administrator") {
            let listed: BTreeSet<String> = inside.iter().map(|(field, ..)| (*field).to_owned()).collect();
            assert_eq!(root_fields(&client).await, listed, "a root field has no line in the access table");
        }
        let client = client.calling_from([192, 0, 2, 7]);
        let before = incomplete(&app, token.unwrap_or_default()).await;
        writeln!(table, "{}", token.unwrap_or("stranger")).expect("a line");
        for ((field, document, within), (_, _, beyond)) in inside.into_iter().zip(outside) {
            // A term that begins ends the one before and the posts in it, each with an entry: one request all the same.
            let recorded = app.database.number("SELECT count(DISTINCT request_id) FROM journal").await;
            let here = word(field, &send(&app, &client, document, within).await);
            let entries = app.database.number("SELECT count(DISTINCT request_id) FROM journal").await - recorded;
            // What was done is recorded once; what was refused, and what only reads, is not.
            assert_eq!(entries, i64::from(document.starts_with("mutation") && here == "yes"), "{field} as {token:?}");
            let there = word(field, &send(&app, &client, document, beyond).await);
            writeln!(table, "    {field:<22} {here:<28} {there}").expect("a line");
            assert_eq!(incomplete(&app, token.unwrap_or_default()).await, before, "{field} as {token:?}: an entry is incomplete");
        }
    }
    insta::assert_snapshot!("access_table", table);
}
