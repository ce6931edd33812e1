//! A role begins with the post that carries it and ends with it (A17, R03, R04).

use banyan_tests::TestApp;
use serde_json::{Value, json};

use super::{COUNTY, ending, named, post, rights, term};
use crate::acting::{account, denied, done, organization, person, refused, rows, send};

/// What stands in the log of grants, without the seed's.
async fn log(app: &TestApp) -> String {
    rows(
        app,
        "SELECT j.event, j.account_name, coalesce(j.account_id::text, '-'), o.code, j.subject_name, coalesce(j.after ->> 'role', j.before ->> 'role')
         FROM journal j JOIN organizations o ON o.id = j.organization_id WHERE j.event LIKE 'GRANT%' ORDER BY j.id",
    )
    .await
}

/// covers: A17
#[tokio::test]
async fn the_role_is_there_while_the_post_is_held() {
    let app = TestApp::new().await;
    let n1a = organization(&app, "N1A");
    term(&app, "N1A", "2025-03-01").await;
    assert!(rights(&app, "member").await.is_empty());
    let secretary = post(&app, "N1A", "N1A-1", "1").await;
    // The very session that was open as a member's has it, and goes on as a person's.
    let held = rights(&app, "member").await;
    assert_eq!(held, rights(&app, "secretary").await);
    let grants = "{ viewer { grants { role running post { code name } givenBy organization { code } until } } }";
    let shown = app.sign_in("member").ask(grants).await.at("/viewer/grants");
    let by_post =
        shown.as_array().expect("grants").iter().find(|grant| !grant["post"].is_null()).expect("a grant by post").clone();
    assert_eq!(
        by_post,
        json!({ "role": "SECRETARY", "running": true, "post": { "code": "1", "name": "Secretary" }, "givenBy": "系统 / system", "organization": { "code": "N1A" }, "until": null })
    );
    assert_eq!(
        app.sign_in("member").ask(&format!("{{ people(under: \"{n1a}\") {{ totalCount }} }}")).await.at("/people/totalCount"),
        5
    );
    assert_eq!(log(&app).await, "GRANT_GIVEN | 系统 / system | - | N1A | member | secretary");
    // Nobody ends it but by the post, and an error in the entry changes nothing of it.
    let grant = app.database.owner().await.query_one("SELECT id FROM grants WHERE post = '1'", &[]).await.expect("a grant");
    let end = json!({ "id": banyan_tests::global("gra", grant.get(0)), "version": 1 });
    let by_post = (
        "id GRANT_BY_POST 该角色随职务产生，请在领导班子中办理免职",
        "id GRANT_BY_POST The role goes with a post; end the post instead",
    );
    refused(&app, COUNTY, "grantEnd", end, by_post.0, by_post.1).await;
    done(&app, COUNTY, "leadershipPostEdit", json!({ "id": secretary, "version": 1, "duty": "主持" })).await;
    assert_eq!(rights(&app, "member").await, held);
    // Another post, another role; the end of it, none.
    done(&app, COUNTY, "leadershipPostEdit", json!({ "id": secretary, "version": 2, "post": "41" })).await;
    assert_eq!(rights(&app, "member").await, rights(&app, "committee-member").await);
    done(&app, COUNTY, "leadershipPostEnd", ending(&secretary, 3)).await;
    assert!(rights(&app, "member").await.is_empty());
    assert_eq!(app.sign_in("member").ask("{ people { totalCount } }").await.code(), "FORBIDDEN");
    assert_eq!(
        log(&app).await,
        "GRANT_GIVEN | 系统 / system | - | N1A | member | secretary\nGRANT_ENDED | 系统 / system | - | N1A | member | secretary\n\
         GRANT_GIVEN | 系统 / system | - | N1A | member | committee_member\nGRANT_ENDED | 系统 / system | - | N1A | member | committee_member"
    );
    // Two posts are two grants: one may end without the other. A wrong entry takes its role along.
    let wrong = post(&app, "N1A", "N1A-1", "42").await;
    let right = post(&app, "N1A", "N1A-1", "43").await;
    done(&app, COUNTY, "leadershipPostDelete", json!({ "id": wrong, "version": 1 })).await;
    assert_eq!(rights(&app, "member").await, rights(&app, "committee-member").await);
    assert_eq!(
        rows(&app, "SELECT post, post_id IS NULL, ended_at IS NULL FROM grants WHERE post IN ('42', '43') ORDER BY post").await,
        "42 | t | f\n43 | f | t"
    );
    // The next term ends what is still held.
    done(&app, COUNTY, "leadershipTermBegin", json!({ "organizationId": n1a, "from": "2026-01-05" })).await;
    assert!(rights(&app, "member").await.is_empty(), "{right}");
}

/// Naming someone for a post that carries a role takes the right to give that role there.
#[tokio::test]
async fn nobody_gives_by_a_post_more_than_they_could_give() {
    let app = TestApp::new().await;
    term(&app, "N1A", "2025-03-01").await;
    term(&app, "N1", "2025-03-01").await;
    for (who, code) in [
        ("branch-administrator", "FORBIDDEN"),
        ("committee-member", "FORBIDDEN"),
        ("auditor", "FORBIDDEN"),
        ("member", "FORBIDDEN"),
        ("system-administrator", "FORBIDDEN"),
        ("security-administrator", "FORBIDDEN"),
        ("other-county-administrator", "NOT_FOUND"),
        ("reading-token", "READ_ONLY"),
    ] {
        denied(&app, who, "leadershipPostAdd", named(&app, "N1A", "N1A-1", "1"), code).await;
    }
    denied(&app, "secretary", "leadershipPostAdd", named(&app, "N1", "N1A-1", "1"), "NOT_FOUND").await;
    // A post without a role is everyday work; making it one with a role is not.
    let mut officer = named(&app, "N1A", "N1A-3", "81");
    officer["organizationId"] = json!(organization(&app, "N1A"));
    let (officer, _) = done(&app, "branch-administrator", "leadershipPostAdd", officer).await;
    let administers = json!({ "id": officer, "version": 1, "administers": true });
    denied(&app, "branch-administrator", "leadershipPostEdit", administers.clone(), "FORBIDDEN").await;
    done(&app, "secretary", "leadershipPostEdit", administers).await;
    denied(&app, "branch-administrator", "leadershipPostEnd", ending(&officer, 2), "FORBIDDEN").await;
    denied(&app, "branch-administrator", "leadershipPostDelete", json!({ "id": officer, "version": 2 }), "FORBIDDEN").await;
    // An account that is opened for the holder of a post brings its role, so the opener must hold it.
    post(&app, "N1A", "N1A-2", "1").await;
    let opening = json!({ "i": { "organizationId": organization(&app, "N1A"), "personId": person(&app, "N1A-2") } });
    let open = "mutation ($i: AccountCreateInput!) { accountCreate(input: $i) { account { id } userErrors { code path } } }";
    let answer = app.sign_in("branch-administrator").send(open, opening.clone()).await;
    assert_eq!(answer.user_errors(), "personId ACCOUNT_BEYOND_OWN_RIGHTS");
    assert_eq!(rows(&app, "SELECT count(*) FROM accounts WHERE name = '李芳'").await, "0");
    assert_eq!(app.sign_in("secretary").send(open, opening).await.user_errors(), "");
    assert_eq!(
        rows(&app, "SELECT g.role, g.post, g.ended_at IS NULL FROM grants g JOIN accounts a ON a.id = g.account_id WHERE a.name = '李芳' ORDER BY 1").await,
        "member | - | t\nsecretary | 1 | t"
    );
    // The same for an account that is enabled after its person was named for the post.
    app.database.change("UPDATE accounts SET state = 'disabled' WHERE name = 'member'").await;
    let mut deputy = named(&app, "N1A", "N1A-1", "2");
    deputy["administers"] = json!(true);
    done(&app, COUNTY, "leadershipPostAdd", deputy).await;
    post(&app, "N1", "N1A-1", "41").await;
    let enable = json!({ "i": { "id": account(&app, "member"), "version": 1 } });
    let enabling = "mutation ($i: AccountTurnInput!) { accountEnable(input: $i) { account { id } userErrors { code path } } }";
    assert_eq!(app.sign_in("secretary").send(enabling, enable.clone()).await.user_errors(), "id ACCOUNT_BEYOND_OWN_RIGHTS");
    assert_eq!(app.sign_in("township-administrator").send(enabling, enable).await.user_errors(), "");
    assert_eq!(
        rows(
            &app,
            "SELECT count(*) FROM grants WHERE post IS NOT NULL AND account_id = (SELECT id FROM accounts WHERE name = 'member')"
        )
        .await,
        "2"
    );
}

/// covers: R03, R04
#[tokio::test]
async fn the_secretary_and_whoever_is_named_administer_the_own_level() {
    let app = TestApp::new().await;
    term(&app, "N1A", "2025-03-01").await;
    // The secretary by the post alone: every right of a branch administrator.
    let secretary = post(&app, "N1A", "N1A-1", "1").await;
    let held = rights(&app, "member").await;
    for right in rights(&app, "branch-administrator").await {
        assert!(held.contains(&right), "{right}");
    }
    done(&app, COUNTY, "leadershipPostEnd", ending(&secretary, 1)).await;
    // A committee member who is named an administrator of the own level by the organization itself, and a trained
    // member without a seat in the committee.
    for post in ["41", "81"] {
        let mut input = named(&app, "N1A", "N1A-1", post);
        input["administers"] = json!(true);
        let (named, _) = done(&app, "secretary", "leadershipPostAdd", input).await;
        assert_eq!(rights(&app, "member").await, rights(&app, "branch-administrator").await, "{post}");
        let own = app.sign_in("member").ask("{ viewer { roots { code } } }").await.at("/viewer/roots");
        assert_eq!(own, json!([{ "code": "N1A" }]), "the own level only");
        let without = json!({ "id": named, "version": 1, "administers": false });
        done(&app, "secretary", "leadershipPostEdit", without).await;
        let expected: Vec<String> = if post == "41" { rights(&app, "committee-member").await } else { Vec::new() };
        assert_eq!(rights(&app, "member").await, expected);
        done(&app, COUNTY, "leadershipPostEnd", ending(&named, 2)).await;
    }
}

/// covers: D16
#[tokio::test]
async fn a_person_sees_the_own_posts_and_so_does_whoever_reads_the_record() {
    let app = TestApp::new().await;
    term(&app, "N1", "2025-03-01").await;
    term(&app, "N1A", "2025-03-01").await;
    let first = post(&app, "N1A", "N1A-1", "41").await;
    post(&app, "N1", "N1A-1", "82").await;
    done(&app, COUNTY, "leadershipPostEnd", ending(&first, 1)).await;
    let ask = format!(
        "{{ node(id: \"{}\") {{ ... on Person {{ posts {{ post {{ code }} until organization {{ code }} term {{ number }} }} }} }} }}",
        person(&app, "N1A-1")
    );
    let held = |organization: Value, term: Value| json!({ "post": { "code": "82" }, "until": null, "organization": organization, "term": term });
    let ended =
        |term: Value| json!({ "post": { "code": "41" }, "until": "2026-01-05", "organization": { "code": "N1A" }, "term": term });
    let number = json!({ "number": 1 });
    assert_eq!(
        app.sign_in(COUNTY).ask(&ask).await.at("/node/posts"),
        json!([held(json!({ "code": "N1" }), number.clone()), ended(number.clone())])
    );
    // The branch's secretary reads what the branch keeps; the member reads all of their own.
    assert_eq!(app.sign_in("secretary").ask(&ask).await.at("/node/posts"), json!([ended(number)]));
    assert_eq!(
        app.sign_in("member").ask(&ask).await.at("/node/posts"),
        json!([held(Value::Null, Value::Null), ended(Value::Null)])
    );
    let other = app.sign_in("member").ask(&ask.replace(&person(&app, "N1A-1"), &person(&app, "N1A-2"))).await;
    assert_eq!(other.code(), "NOT_FOUND");
    assert_eq!(
        send(&app.sign_in("member"), "leadershipPostDelete", &json!({ "id": first, "version": 2 })).await.code(),
        "FORBIDDEN"
    );
}
