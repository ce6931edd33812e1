//! What the system ends by itself, row by row of V.7: post ended, member moved out, member in history. Each step is
//! an entry of the log in the name of the system.

use banyan_tests::TestApp;
use serde_json::json;

use super::{COUNTY, ending, post, rights, term};
use crate::acting::{done, organization, rows};

/// The member of the seed as secretary of the branch, in the committee of the township, and with a grant by hand.
async fn in_office() -> TestApp {
    let app = TestApp::new().await;
    term(&app, "N1", "2025-03-01").await;
    term(&app, "N1A", "2025-03-01").await;
    post(&app, "N1A", "N1A-1", "1").await;
    post(&app, "N1", "N1A-1", "41").await;
    let by_hand = json!({ "accountId": app.database.seed.accounts["member"], "role": "AUDITOR", "organizationId": organization(&app, "N1A") });
    done(&app, COUNTY, "grantGive", by_hand).await;
    app
}

/// What the system has written, the posts and grants that are left, and the state of the account.
async fn outcome(app: &TestApp) -> (String, String, String) {
    let log = "SELECT j.event, o.code, coalesce(j.before ->> 'role', j.after ->> 'role', j.before ->> 'state', j.after #>> '{post,code}'), j.reason
               FROM journal j JOIN organizations o ON o.id = j.organization_id WHERE j.request_id = 'system' AND j.account_id IS NULL AND j.event <> 'GRANT_GIVEN'
               ORDER BY j.event, o.code, 3";
    let left = "SELECT string_agg(what, ', ' ORDER BY what) FROM (
                    SELECT o.code || ' ' || l.post AS what FROM leadership_posts l JOIN organizations o ON o.id = l.organization_id WHERE l.until_day IS NULL
                    UNION ALL SELECT o.code || ' ' || g.role FROM grants g JOIN organizations o ON o.id = g.organization_id JOIN accounts a ON a.id = g.account_id
                    WHERE a.name = 'member' AND g.ended_at IS NULL) AS everything";
    let state = "SELECT a.state, count(*) FILTER (WHERE s.ended_at IS NULL) FROM accounts a JOIN sessions s ON s.account_id = a.id WHERE a.name = 'member' GROUP BY 1";
    (rows(app, log).await, rows(app, left).await, rows(app, state).await)
}

/// In part (post ended): V.7
#[tokio::test]
async fn the_end_of_a_post_ends_its_role_only() {
    let app = in_office().await;
    let post =
        app.database.owner().await.query_one("SELECT id FROM leadership_posts WHERE post = '1'", &[]).await.expect("a post");
    done(&app, COUNTY, "leadershipPostEnd", ending(&banyan_tests::global("pst", post.get(0)), 1)).await;
    let (log, left, state) = outcome(&app).await;
    assert_eq!(log, "GRANT_ENDED | N1A | secretary | 随职务结束 / ended with the post");
    assert_eq!(left, "N1 41, N1 committee_member, N1A auditor, N1A member");
    assert_eq!(state, "active | 1");
}

/// In part (member moved out): V.7
#[tokio::test]
async fn whoever_moves_to_another_branch_leaves_posts_and_roles_of_the_old_one() {
    let app = in_office().await;
    let moved = |code: &str| {
        format!(
            "UPDATE people p SET organization_id = o.id, path = o.path, updated_at = now() FROM organizations o
             WHERE o.code = '{code}' AND p.id = (SELECT person_id FROM accounts WHERE name = 'member')"
        )
    };
    app.database.change(&moved("N1B")).await;
    let (log, left, state) = outcome(&app).await;
    assert_eq!(
        log,
        "GRANT_ENDED | N1A | auditor | 人员已转出 / the person has moved\nGRANT_ENDED | N1A | secretary | 随职务结束 / ended with the post\n\
         LEADERSHIP_POST_ENDED | N1A | 1 | 人员已转出 / the person has moved"
    );
    // Still below the township, in whose committee the member stays.
    assert_eq!(left, "N1 41, N1 committee_member, N1A member");
    assert_eq!(state, "active | 1");
    assert_eq!(rows(&app, "SELECT leave_reason FROM leadership_posts WHERE post = '1'").await, "2");
    app.database.change(&moved("S1A")).await;
    assert_eq!(outcome(&app).await.1, "N1A member");
    assert!(rights(&app, "member").await.is_empty());
}

/// In part (member in history): V.7
#[tokio::test]
async fn whoever_goes_to_history_loses_posts_roles_and_the_account() {
    let app = in_office().await;
    let left =
        "UPDATE people SET stage = 'left', updated_at = now() WHERE id = (SELECT person_id FROM accounts WHERE name = 'member')";
    app.database.change(left).await;
    let (log, left, state) = outcome(&app).await;
    assert_eq!(
        log,
        "ACCOUNT_DISABLED | N1A | active | 人员已离开 / the person has left\nGRANT_ENDED | N1 | committee_member | 人员已离开 / the person has left\n\
         GRANT_ENDED | N1A | auditor | 人员已离开 / the person has left\nGRANT_ENDED | N1A | member | 人员已离开 / the person has left\n\
         GRANT_ENDED | N1A | secretary | 人员已离开 / the person has left\nLEADERSHIP_POST_ENDED | N1 | 41 | 人员已离开 / the person has left\n\
         LEADERSHIP_POST_ENDED | N1A | 1 | 人员已离开 / the person has left"
    );
    assert_eq!((left.as_str(), state.as_str()), ("-", "disabled | 0"));
    assert_eq!(app.sign_in("member").ask("{ viewer { account { name } } }").await.at("/viewer"), json!(null));
    assert_eq!(
        rows(&app, "SELECT ended_reason FROM sessions s JOIN accounts a ON a.id = s.account_id WHERE a.name = 'member'").await,
        "account_disabled"
    );
}

/// Whoever comes back has the account again, to be opened with a password that must be changed, and the rights of a
/// member; posts and roles are given anew. An account that an administrator had disabled stays so.
///
/// covers: V.7 (member restored; its other rows are asserted above and in `sign_in/accounts.rs`)
#[tokio::test]
async fn whoever_comes_back_has_an_account_again() {
    let staged = |stage: &str| {
        format!(
            "UPDATE people SET stage = '{stage}', updated_at = now() WHERE id = (SELECT person_id FROM accounts WHERE name = 'member')"
        )
    };
    let app = in_office().await;
    let id = app.database.seed.accounts["member"].clone();
    app.database.change(&staged("left")).await;
    let enable = |version: i64| json!({ "id": id, "version": version });
    let version = crate::sign_in::version(&app, &id).await;
    let refused =
        crate::sign_in::mutate(&app.sign_in("county-administrator"), "accountEnable", &enable(version), "account { state }")
            .await;
    assert_eq!(refused.user_errors(), "id PERSON_HAS_LEFT", "{}", refused.text);
    app.database.change(&staged("full")).await;
    let (log, left, state) = outcome(&app).await;
    assert!(log.starts_with("ACCOUNT_DISABLED | N1A | active | 人员已离开 / the person has left\nACCOUNT_ENABLED | N1A | disabled | 人员已恢复 / the person is back\n"), "{log}");
    assert_eq!((left.as_str(), state.as_str()), ("N1A member", "provisioned | 0"));
    assert_eq!(
        rows(&app, "SELECT before ->> 'state', after ->> 'state' FROM journal WHERE event = 'ACCOUNT_ENABLED'").await,
        "disabled | provisioned"
    );
    assert_eq!(
        rows(&app, "SELECT reason, after ->> 'role' FROM journal WHERE event = 'GRANT_GIVEN' AND request_id = 'system' AND after ->> 'post' IS NULL").await,
        "人员已恢复 / the person is back | member"
    );
    // Another change of the person gives nothing once more.
    let moved = "UPDATE people p SET organization_id = o.id, path = o.path, updated_at = now() FROM organizations o
                 WHERE o.code = 'N1B' AND p.id = (SELECT person_id FROM accounts WHERE name = 'member')";
    app.database.change(moved).await;
    assert_eq!(outcome(&app).await.1, "N1A member");
    // Disabled by hand before: leaving and coming back change nothing of that.
    let version = crate::sign_in::version(&app, &id).await;
    crate::sign_in::good(
        &crate::sign_in::mutate(&app.sign_in("county-administrator"), "accountDisable", &enable(version), "account { state }")
            .await,
    );
    app.database.change(&staged("left")).await;
    app.database.change(&staged("full")).await;
    assert_eq!(outcome(&app).await.2, "disabled | 0");
}

/// A person's leaving cannot be refused for being the last administrator. That the organization has none any more stands
/// in the log of those above, who cover it and give the next one; with another one there, nothing is said.
#[tokio::test]
async fn the_last_administrator_who_leaves_is_told_of_in_the_log() {
    for (alone, said) in [
        (true, "人员已离开 / the person has left；该组织已无管理员 / no administrator is left"),
        (false, "人员已离开 / the person has left"),
    ] {
        let app = in_office().await;
        let administrator = |name: &str| {
            format!(
                "INSERT INTO grants (tenant_id, id, account_id, role, organization_id, path, valid_from, given_by_name)
                 SELECT a.tenant_id, gen_random_uuid(), a.id, 'organization_administrator', o.id, o.path, '2026-01-01', 'test'
                 FROM accounts a, organizations o WHERE a.name = '{name}' AND o.code = 'N1B'"
            )
        };
        app.database.change(&administrator("member")).await;
        if !alone {
            app.database.change(&administrator("secretary")).await;
        }
        let left = "UPDATE people SET stage = 'left', updated_at = now() WHERE id = (SELECT person_id FROM accounts WHERE name = 'member')";
        app.database.change(left).await;
        let ask = "{ journal(filter: { events: [\"GRANT_ENDED\"] }) { nodes { reason organization { code } } } }";
        let seen = app.sign_in("township-administrator").ask(ask).await.at("/journal/nodes");
        let of_n1b =
            seen.as_array().expect("entries").iter().find(|entry| entry["organization"]["code"] == "N1B").expect("an entry");
        assert_eq!(of_n1b["reason"], said);
    }
}

/// What was lent of a role by post ends with it, for whoever borrowed it.
#[tokio::test]
async fn what_was_lent_of_a_role_by_post_ends_with_the_post() {
    let app = in_office().await;
    let grant = app.database.owner().await.query_one("SELECT id FROM grants WHERE post = '1'", &[]).await.expect("a grant");
    let lend = json!({ "grantId": banyan_tests::global("gra", grant.get(0)), "accountId": app.database.seed.accounts["committee-member"],
        "organizationId": organization(&app, "N1A"), "permissions": ["EDIT_PERSON"], "until": "2098-01-01T00:00:00Z", "reason": "出差" });
    done(&app, "member", "grantDelegate", lend).await;
    let may_edit = async || rights(&app, "committee-member").await.contains(&"EDIT_PERSON".to_owned());
    assert!(may_edit().await);
    let post =
        app.database.owner().await.query_one("SELECT id FROM leadership_posts WHERE post = '1'", &[]).await.expect("a post");
    done(&app, COUNTY, "leadershipPostEnd", ending(&banyan_tests::global("pst", post.get(0)), 1)).await;
    assert!(!may_edit().await);
    assert_eq!(
        rows(&app, "SELECT count(*) FROM journal WHERE event = 'GRANT_ENDED' AND subject_name = 'committee-member'").await,
        "1"
    );
}

/// A branch that gets another superior takes its people out of the committees that it leaves behind.
#[tokio::test]
async fn a_branch_that_moves_leaves_the_posts_of_its_people_at_the_old_superior() {
    let app = in_office().await;
    let input =
        json!({ "id": organization(&app, "N1A"), "version": 1, "newSuperiorId": organization(&app, "N2"), "on": "2026-01-05" });
    done(&app, COUNTY, "organizationMove", input).await;
    let (log, left, _) = outcome(&app).await;
    assert_eq!(
        log,
        "GRANT_ENDED | N1 | committee_member | 随职务结束 / ended with the post\nLEADERSHIP_POST_ENDED | N1 | 41 | 人员已转出 / the person has moved"
    );
    assert_eq!(left, "N1A 1, N1A auditor, N1A member, N1A secretary");
}
