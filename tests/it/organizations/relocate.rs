use banyan_tests::TestApp;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::acting::{account, denied, done, newest_entry, organization, person, refused, rows, sound};

fn relocation(app: &TestApp, code: &str, superior: &str) -> Value {
    json!({ "id": organization(app, code), "version": 1, "newSuperiorId": organization(app, superior), "on": "2025-06-01" })
}

/// A subtree in which every table that carries a path has a row.
async fn furnished() -> TestApp {
    furnished_with(TestApp::new().await).await
}

pub(super) async fn furnished_with(app: TestApp) -> TestApp {
    let group = json!({ "organizationId": organization(&app, "N1A"), "name": "第一党小组", "leaderId": person(&app, "N1A-2") });
    done(&app, "branch-administrator", "partyGroupCreate", group).await;
    let photo = json!({ "id": person(&app, "N1A-1"), "version": 1, "base64": "iVBORw0KGgo=" });
    done(&app, "branch-administrator", "personSetPhoto", photo).await;
    app.database
        .change(
            "INSERT INTO account_keys (tenant_id, id, account_id, organization_id, path, name, credential_id, credential, verifies_user, backed_up, bound, enrolled_at)
             SELECT tenant_id, id, id, organization_id, path, name, 'x', '{}', true, false, true, now() FROM accounts WHERE name = 'secretary';
             INSERT INTO invitations (tenant_id, id, account_id, organization_id, path, code_hash, replaces, bound, created_by_name, created_at, expires_at)
             SELECT tenant_id, id, id, organization_id, path, 'x', false, true, 'x', now(), now() FROM accounts WHERE name = 'secretary';
             INSERT INTO claim_codes (tenant_id, id, organization_id, path, code_hash, created_by_name, created_at, expires_at)
             SELECT tenant_id, id, organization_id, path, 'x', 'x', now(), now() FROM accounts WHERE name = 'secretary';
             INSERT INTO security_events (tenant_id, id, account_id, organization_id, path, at, kind, account_name, request_id)
             SELECT tenant_id, id, id, organization_id, path, now(), 'signed_in', name, 'x' FROM accounts WHERE name = 'secretary';
             INSERT INTO units (tenant_id, id, organization_id, path, name, kind, legal_person, created_at, updated_at)
             SELECT tenant_id, id, organization_id, path, 'x', '11', false, now(), now() FROM accounts WHERE name = 'secretary';
             INSERT INTO organization_units (tenant_id, organization_id, path, unit_id, created_at)
             SELECT tenant_id, organization_id, path, id, now() FROM accounts WHERE name = 'secretary';
             INSERT INTO leadership_terms (tenant_id, id, organization_id, path, number, from_day, created_at, updated_at)
             SELECT tenant_id, id, organization_id, path, 1, '2025-01-01', now(), now() FROM accounts WHERE name = 'secretary';
             INSERT INTO leadership_posts (tenant_id, id, organization_id, path, term_id, person_id, person_name, post, sort_order, from_day, created_at, updated_at)
             SELECT a.tenant_id, a.id, a.organization_id, a.path, a.id, p.id, p.name, '82', 1, '2025-01-01', now(), now()
             FROM accounts a JOIN people p ON p.organization_id = a.organization_id AND p.stage = 'full' WHERE a.name = 'secretary' ORDER BY p.id LIMIT 1;
             INSERT INTO jobs (tenant_id, id, organization_id, path, kind, state, input, account_id, account_name, session_id, role, request_id, total, created_at, ended_at)
             SELECT tenant_id, id, organization_id, path, 'organization_move', 'done', '{}', id, name, id, 'secretary', 'x', 1, now(), now() FROM accounts WHERE name = 'secretary';
             INSERT INTO attachments (tenant_id, id, organization_id, path, kind, name, media_type, bytes, digest, object, content_key, added_by, added_by_name, created_at, updated_at)
             SELECT tenant_id, id, organization_id, path, '23', 'x.pdf', 'application/pdf', 1, sha256(''), id, 'x', id, 'x', now(), now() FROM accounts WHERE name = 'secretary';",
        )
        .await;
    app
}

/// Tables with a path and how many of their rows stand under it.
pub(super) async fn standing_under(app: &TestApp, path: &str) -> String {
    let names = "SELECT table_name FROM information_schema.columns
                 WHERE table_schema = 'public' AND column_name = 'path' AND table_name <> 'tenants' ORDER BY table_name";
    let mut counts = Vec::new();
    for table in rows(app, names).await.lines() {
        let count = app.database.number(&format!("SELECT count(*) FROM {table} WHERE starts_with(path, '{path}')")).await;
        counts.push(format!("{table} {count}"));
    }
    counts.join("\n")
}

/// covers: B11
#[tokio::test]
async fn everything_under_a_moved_organization_follows_it() {
    let app = furnished().await;
    let before = standing_under(&app, "a01000000").await;
    assert!(!before.lines().any(|line| line.ends_with(" 0")), "a table without a row proves nothing:\n{before}");
    let mut input = relocation(&app, "N1", "S");
    input["document"] = json!("示范委〔2025〕3号");
    let (_, version) = done(&app, "municipal-administrator", "organizationMove", input).await;
    assert_eq!(version, 2);

    assert_snapshot!(rows(&app, "SELECT code, label, path, sort_order, version FROM organizations WHERE code LIKE 'N1%' OR code LIKE 'S%' ORDER BY path").await, @"
    S | 001 | a01001 | 8 | 1
    S1 | 000 | a01001000 | 9 | 1
    S1A | 000 | a01001000000 | 10 | 1
    S1B | 001 | a01001000001 | 11 | 1
    N1 | 001 | a01001001 | 10 | 2
    N1A | 000 | a01001001000 | 3 | 1
    N1B | 001 | a01001001001 | 4 | 1
    ");
    let entry = newest_entry(&app).await;
    app.database
        .change("DELETE FROM journal WHERE event = 'ORGANIZATION_MOVED'; DELETE FROM organization_versions WHERE change = '8'")
        .await;
    assert_eq!(standing_under(&app, "a01001001").await, before);
    assert!(standing_under(&app, "a01000000").await.lines().all(|line| line.ends_with(" 0")));
    assert_snapshot!(entry, @r#"ORGANIZATION_MOVED | municipal-administrator | organization_administrator | N1 | organization | 中国共产党北山区青石镇委员会 | {"superior": "中国共产党北山区委员会"} | {"on": "2025-06-01", "document": "示范委〔2025〕3号", "superior": "中国共产党南川区委员会"} | -"#);
}

/// covers: B11
#[tokio::test]
async fn a_move_ends_the_present_state_and_begins_a_new_one() {
    let app = TestApp::new().await;
    done(&app, "county-administrator", "organizationMove", relocation(&app, "N1A", "N2")).await;
    let versions = "SELECT o.code, v.valid, v.path, v.path_then, p.code, v.change, v.status
                    FROM organization_versions v JOIN organizations o ON o.id = v.organization_id JOIN organizations p ON p.id = v.parent_id
                    WHERE o.code = 'N1A' ORDER BY v.valid";
    assert_snapshot!(rows(&app, versions).await, @"
    N1A | [2001-07-01,2025-06-01) | a01000001002 | a01000000000 | N1 | 1 | active
    N1A | [2025-06-01,) | a01000001002 | a01000001002 | N2 | 8 | active
    ");
    let counts = "{ viewer { roots { children { nodes { code childCount counts { members applicants } } } } } }";
    let answer = app.sign_in("county-administrator").ask(counts).await;
    assert_eq!(
        answer.at("/viewer/roots/0/children/nodes"),
        json!([
            { "code": "N1", "childCount": 1, "counts": { "members": 4, "applicants": 1 } },
            { "code": "N2", "childCount": 3, "counts": { "members": 12, "applicants": 3 } },
        ])
    );
}

/// covers: B11
#[tokio::test]
async fn a_move_that_makes_no_tree_or_leaves_the_scope_is_refused() {
    let app = TestApp::new().await;
    let into_itself = (
        "newSuperiorId ORGANIZATION_MOVE_INTO_ITSELF 不能移动到自身或下级",
        "newSuperiorId ORGANIZATION_MOVE_INTO_ITSELF An organization cannot move below itself",
    );
    let leaf = (
        "newSuperiorId ORGANIZATION_IS_LEAF 该类别党组织不能新增下级组织",
        "newSuperiorId ORGANIZATION_IS_LEAF An organization of this kind cannot have subordinate organizations",
    );
    let nowhere = (
        "newSuperiorId ORGANIZATION_MOVE_NOWHERE 新上级与现上级相同",
        "newSuperiorId ORGANIZATION_MOVE_NOWHERE It already stands under this superior",
    );
    let kind = (
        "newSuperiorId ORGANIZATION_KIND_NOT_ALLOWED 上级党组织不能包含该类别的党组织",
        "newSuperiorId ORGANIZATION_KIND_NOT_ALLOWED The superior cannot contain an organization of this kind",
    );
    let own_root = (
        "id ORGANIZATION_IS_OWN_ROOT 本级的上级、类别和撤销只能由上级办理",
        "id ORGANIZATION_IS_OWN_ROOT Superior, kind and dissolution of your own root are decided from above",
    );
    for (who, code, superior, (zh, en)) in [
        ("county-administrator", "N1", "N1", into_itself),
        ("municipal-administrator", "N", "N1", into_itself),
        ("municipal-administrator", "N", "N1A", into_itself),
        ("county-administrator", "N1A", "N2A", leaf),
        ("county-administrator", "N1A", "N1", nowhere),
        ("municipal-administrator", "S", "N1", kind),
        ("county-administrator", "N1A", "N", kind),
        ("county-administrator", "N", "N2", own_root),
        ("municipal-administrator", "M", "N", own_root),
    ] {
        refused(&app, who, "organizationMove", relocation(&app, code, superior), zh, en).await;
    }
    denied(&app, "county-administrator", "organizationMove", relocation(&app, "N1A", "S1"), "NOT_FOUND").await;
    denied(&app, "county-administrator", "organizationMove", relocation(&app, "S1A", "N1"), "NOT_FOUND").await;
    denied(&app, "municipal-administrator", "organizationMove", relocation(&app, "N1A", "X1"), "NOT_FOUND").await;
    denied(&app, "secretary", "organizationMove", relocation(&app, "N1A", "N1A"), "FORBIDDEN").await;
    denied(&app, "auditor", "organizationMove", relocation(&app, "N1A", "N2"), "FORBIDDEN").await;
}

/// covers: B11
#[tokio::test]
async fn a_move_with_a_wrong_day_or_a_name_that_is_taken_there_is_refused() {
    let app = TestApp::new().await;
    app.database.change("UPDATE organizations SET name = '中国共产党青石镇东村支部委员会' WHERE code = 'N2A'").await;
    let same = (
        "id ORGANIZATION_SAME_NAME 同一上级下已有同名党组织",
        "id ORGANIZATION_SAME_NAME An organization of this name exists under the same superior",
    );
    refused(&app, "county-administrator", "organizationMove", relocation(&app, "N1A", "N2"), same.0, same.1).await;
    for (field, value, zh, en) in [
        ("on", json!("2999-01-01"), "on DATE_IN_FUTURE 日期不能晚于今天", "on DATE_IN_FUTURE The date lies in the future"),
        (
            "on",
            json!("2001-06-30"),
            "on ORGANIZATION_BEFORE_FOUNDING 日期早于成立日期或上次变更日期2001-07-01",
            "on ORGANIZATION_BEFORE_FOUNDING The date lies before the founding or the last change, 2001-07-01",
        ),
        (
            "version",
            json!(2),
            "version STALE_VERSION 数据已被他人修改，请刷新后重试（当前版本1）",
            "version STALE_VERSION Changed by someone else since you read it; refresh and try again (current version 1)",
        ),
    ] {
        let mut input = relocation(&app, "N1B", "N2");
        input[field] = value;
        refused(&app, "county-administrator", "organizationMove", input, zh, en).await;
    }
    app.database
        .change("UPDATE organizations SET status = 'dissolved', dissolved_on = '2026-01-01' WHERE code IN ('N2', 'S1B')")
        .await;
    let dissolved = ("ORGANIZATION_DISSOLVED 党组织已撤销", "ORGANIZATION_DISSOLVED The organization is dissolved");
    for (code, superior, field) in [("N1B", "N2", "newSuperiorId"), ("S1B", "N1", "id")] {
        let (zh, en) = (format!("{field} {}", dissolved.0), format!("{field} {}", dissolved.1));
        refused(&app, "municipal-administrator", "organizationMove", relocation(&app, code, superior), &zh, &en).await;
    }
}

#[tokio::test]
async fn a_label_is_not_given_again_when_its_organization_went_away() {
    let app = TestApp::new().await;
    done(&app, "county-administrator", "organizationMove", relocation(&app, "N1B", "N2")).await;
    let mut back = relocation(&app, "N1B", "N1");
    back["version"] = json!(2);
    back["on"] = json!("2025-07-01");
    done(&app, "county-administrator", "organizationMove", back).await;
    assert_eq!(rows(&app, "SELECT label, path FROM organizations WHERE code = 'N1B'").await, "002 | a01000000002");
    assert_eq!(
        rows(&app, "SELECT code, children_ever FROM organizations WHERE code IN ('N1', 'N2') ORDER BY code").await,
        "N1 | 3\nN2 | 3"
    );
    let states = "SELECT valid, path_then FROM organization_versions v JOIN organizations o ON o.id = v.organization_id WHERE o.code = 'N1B' ORDER BY valid";
    assert_snapshot!(rows(&app, states).await, @"
    [2001-07-01,2025-06-01) | a01000000001
    [2025-06-01,2025-07-01) | a01000001002
    [2025-07-01,) | a01000000002
    ");
}

#[tokio::test]
async fn what_moved_out_of_reach_is_gone_at_the_next_request() {
    let app = TestApp::new().await;
    let (county, branch) = (app.sign_in("county-administrator"), app.sign_in("secretary"));
    let ask = |id: String| format!("{{ node(id: \"{id}\") {{ id }} people {{ totalCount }} }}");
    let organization_of = |code| ask(organization(&app, code));
    assert_eq!(county.ask(&organization_of("N1A")).await.at("/people/totalCount"), 20);
    done(&app, "municipal-administrator", "organizationMove", relocation(&app, "N1", "S")).await;
    for gone in [organization(&app, "N1"), organization(&app, "N1A"), person(&app, "N1A-1"), account(&app, "secretary")] {
        assert_eq!(county.ask(&ask(gone)).await.code(), "NOT_FOUND");
    }
    assert_eq!(county.ask("{ people { totalCount } }").await.at("/people/totalCount"), 10);
    // Its own people go on with it, and the new superior sees it.
    assert_eq!(branch.ask(&organization_of("N1A")).await.at("/people/totalCount"), 5);
    let neighbour = app.sign_in("other-county-administrator");
    assert_eq!(neighbour.ask(&organization_of("N1A")).await.at("/people/totalCount"), 20);
}

#[tokio::test]
async fn every_table_with_a_path_follows_a_move_also_one_that_is_added_later() {
    let app = TestApp::new().await;
    app.database
        .change(
            "CREATE TABLE notices (tenant_id uuid, organization_id uuid, path text COLLATE \"C\",
                 CONSTRAINT notices_organization_fkey FOREIGN KEY (tenant_id, organization_id, path)
                     REFERENCES organizations (tenant_id, id, path) DEFERRABLE INITIALLY DEFERRED);
             GRANT ALL ON notices TO banyan_keeper;
             INSERT INTO notices SELECT tenant_id, id, path FROM organizations WHERE code = 'N1A'",
        )
        .await;
    let with_a_path = "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'path'
                       AND table_name NOT IN ('organizations', 'tenants') ORDER BY 1";
    let followers = "SELECT DISTINCT c.conrelid::regclass::text FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attname = 'path'
                     WHERE c.contype = 'f' AND c.confrelid = 'organizations'::regclass AND c.conrelid <> c.confrelid AND a.attnum = ANY (c.conkey) ORDER BY 1";
    assert_eq!(rows(&app, with_a_path).await, rows(&app, followers).await);
    assert_snapshot!(rows(&app, followers).await, @"
    account_keys
    accounts
    attachments
    claim_codes
    grants
    invitations
    jobs
    journal
    leadership_posts
    leadership_terms
    membership_ledger
    notices
    organization_counts
    organization_tallies
    organization_units
    organization_versions
    party_groups
    people
    person_photos
    security_events
    sessions
    units
    ");
    done(&app, "municipal-administrator", "organizationMove", relocation(&app, "N1", "S")).await;
    assert_eq!(rows(&app, "SELECT path FROM notices").await, "a01001001000");
    sound(&app).await;
}
