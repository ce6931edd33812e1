//! Moves that are too large for a request: ordered by it, done by a server behind it.

use std::time::{Duration, Instant};

use banyan::testing::Ended;
use banyan_tests::{Answer, TestApp};
use insta::assert_snapshot;
use serde_json::{Value, json};
use tokio_postgres::Client as Database;

use super::relocate::{furnished_with, standing_under};
use crate::acting::{account, done, newest_entry, organization, rows, sound};

const ORDER: &str = "mutation ($input: OrganizationMoveInput!) { organizationMove(input: $input) {
    organization { id code version } job { id kind state progress { done total } organization { code } orderedBy { id } orderedByName startedAt }
    current { id } userErrors { code path message } } }";
const LOOK: &str = "query ($id: ID!) { node(id: $id) { ... on Job {
    state progress { done total } organization { code } orderedByName startedAt endedAt error { code message path rule hint } } } }";

fn input(app: &TestApp, code: &str, superior: &str) -> Value {
    json!({ "id": organization(app, code), "version": 1, "newSuperiorId": organization(app, superior), "on": "2025-06-01", "document": "示范委〔2025〕3号" })
}

async fn ask(app: &TestApp, who: &str, code: &str, superior: &str) -> Answer {
    app.sign_in(who).send(ORDER, json!({ "input": input(app, code, superior) })).await
}

/// Orders a move; the id of the job.
async fn order(app: &TestApp, who: &str, code: &str, superior: &str) -> String {
    let answer = ask(app, who, code, superior).await;
    assert_eq!(answer.user_errors(), "", "{}", answer.text);
    answer.at("/organizationMove/job/id").as_str().expect("a job").to_owned()
}

async fn look(app: &TestApp, who: &str, job: &str) -> Value {
    app.sign_in(who).send(LOOK, json!({ "id": job })).await.at("/node")
}

/// Waits for what must come soon.
async fn until<F: Future<Output = bool>>(what: &str, mut is_so: impl FnMut() -> F) {
    let began = Instant::now();
    while !is_so().await {
        assert!(began.elapsed() < Duration::from_secs(20), "{what} did not come");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Puts branches below N1 and holds the last of them, so that a move stands still before its end.
async fn held(app: &TestApp) -> Database {
    app.database
        .change(
            "INSERT INTO organizations (tenant_id, id, parent_id, label, path, kind, name, code, name_pinyin, name_initials, name_grams, sort_order, created_at, updated_at)
             SELECT o.tenant_id, gen_random_uuid(), o.id, 'z' || lpad(n::text, 2, '0'), o.path || 'z' || lpad(n::text, 2, '0'), '611', 'T' || n, 'T' || n, 't', 't', '{t}', 100 + n, o.created_at, o.created_at
             FROM organizations o, generate_series(0, 24) AS n WHERE o.code = 'N1';
             INSERT INTO organizations (tenant_id, id, parent_id, label, path, kind, name, code, name_pinyin, name_initials, name_grams, sort_order, created_at, updated_at)
             SELECT o.tenant_id, gen_random_uuid(), o.id, lpad(n::text, 3, '0'), o.path || lpad(n::text, 3, '0'), '631', 'B' || n, o.code || 'B' || n, 'b', 'b', '{b}', n, o.created_at, o.created_at
             FROM organizations o, generate_series(0, 99) AS n WHERE o.code ~ '^T[0-9]+$';
             INSERT INTO organization_counts (tenant_id, organization_id, path) SELECT tenant_id, id, path FROM organizations WHERE code ~ '^T[0-9]+';
             SELECT order_below(id, NULL) FROM tenants;",
        )
        .await;
    let holder = app.database.owner().await;
    holder.batch_execute("BEGIN; SELECT FROM organizations WHERE code = 'T24B99' FOR KEY SHARE").await.expect("a lock");
    holder
}

async fn let_go(holder: &Database) {
    holder.batch_execute("COMMIT").await.expect("the end of the lock");
}

/// Whether a move stands still before what is held.
async fn stands_still(app: &TestApp) -> bool {
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%relocate_part%'";
    app.database.number(waiting).await == 1
}

const TREE: &str =
    "SELECT code, label, path, sort_order, version FROM organizations WHERE code LIKE 'N1%' OR code LIKE 'S%' ORDER BY path";

#[tokio::test]
async fn a_move_that_is_too_large_for_a_request_is_done_once_by_one_of_two_servers() {
    let first = TestApp::moving_at_once(2).await;
    let answer = ask(&first, "municipal-administrator", "N1", "S").await;
    let ordered = answer.at("/organizationMove");
    assert_eq!(ordered["organization"], json!({ "id": organization(&first, "N1"), "code": "N1", "version": 1 }));
    let job = ordered["job"]["id"].as_str().expect("an id").to_owned();
    let me = account(&first, "municipal-administrator");
    assert_eq!(
        ordered["job"],
        json!({ "id": job, "kind": "ORGANIZATION_MOVE", "state": "WAITING", "progress": { "done": 0, "total": 3 }, "organization": { "code": "N1" },
            "orderedBy": { "id": me }, "orderedByName": "municipal-administrator", "startedAt": null })
    );
    assert_eq!(rows(&first, "SELECT path, version FROM organizations WHERE code = 'N1'").await, "a01000000 | 1");
    assert_eq!(first.database.number("SELECT count(*) FROM journal").await, 0);

    let second = TestApp::moving_on(first.database.again(), 2);
    let (here, there) = (first.worker(), second.worker());
    let (here, there) = tokio::join!(here.work_once(), there.work_once());
    let mut ended = [here.expect("a look"), there.expect("a look")];
    ended.sort_by_key(Option::is_some);
    assert_eq!(ended, [None, Some(Ended::Done)]);
    assert_eq!(first.worker().work_once().await.expect("a look"), None);
    sound(&first).await;
    assert_snapshot!(rows(&first, TREE).await, @"
    S | 001 | a01001 | 8 | 1
    S1 | 000 | a01001000 | 9 | 1
    S1A | 000 | a01001000000 | 10 | 1
    S1B | 001 | a01001000001 | 11 | 1
    N1 | 001 | a01001001 | 10 | 2
    N1A | 000 | a01001001000 | 3 | 1
    N1B | 001 | a01001001001 | 4 | 1
    ");
    assert_snapshot!(newest_entry(&first).await, @r#"ORGANIZATION_MOVED | municipal-administrator | organization_administrator | N1 | organization | 中国共产党北山区青石镇委员会 | {"superior": "中国共产党北山区委员会"} | {"on": "2025-06-01", "document": "示范委〔2025〕3号", "superior": "中国共产党南川区委员会"} | -"#);
    // What was signed when it was ordered stands with the entry, and the request that ordered it.
    assert_eq!(
        rows(&first, "SELECT count(*), count(e.confirmation), bool_and(e.request_id = j.request_id AND e.confirmation = j.confirmation) FROM journal e, jobs j").await,
        "1 | 1 | t"
    );
    let seen = look(&first, "municipal-administrator", &job).await;
    assert_eq!(
        (&seen["state"], &seen["progress"], &seen["error"]),
        (&json!("DONE"), &json!({ "done": 3, "total": 3 }), &Value::Null)
    );
    assert!(seen["startedAt"].is_string() && seen["endedAt"].is_string(), "{seen}");
}

/// The same move, at once and as a job, leaves the same in every table.
#[tokio::test]
async fn a_job_moves_what_a_request_moves() {
    let mut left = Vec::new();
    for at_once in [2_000, 2] {
        let app = furnished_with(TestApp::moving_at_once(at_once).await).await;
        let before = standing_under(&app, "a01000000").await;
        let answer = ask(&app, "municipal-administrator", "N1", "S").await;
        assert_eq!(answer.user_errors(), "", "{}", answer.text);
        let is_job = answer.at("/organizationMove/job").is_object();
        assert_eq!(is_job, at_once == 2);
        if is_job {
            assert_eq!(app.worker().work_once().await.expect("a look"), Some(Ended::Done));
            app.database.change("DELETE FROM jobs WHERE state = 'done' AND account_name = 'municipal-administrator'").await;
        }
        sound(&app).await;
        let changed = rows(
            &app,
            "SELECT v.valid, v.path, v.path_then, v.change, v.document FROM organization_versions v JOIN organizations o ON o.id = v.organization_id WHERE o.code = 'N1' ORDER BY 1",
        )
        .await;
        left.push((rows(&app, TREE).await, changed, newest_entry(&app).await, standing_under(&app, "a01001001").await, before));
    }
    assert_eq!(left[0], left[1]);
}

#[tokio::test]
async fn while_a_move_is_under_way_its_progress_shows_and_nobody_waits_to_read() {
    let app = TestApp::moving_at_once(2).await;
    let holder = held(&app).await;
    let job = order(&app, "municipal-administrator", "N1", "S").await;
    // Someone of the moved subtree whose session was not noted as used for a while: that must not wait for the move.
    app.database.change("UPDATE sessions SET idle_seconds = 3600, last_used_at = now() - interval '5 minutes' WHERE id = (SELECT id FROM accounts WHERE name = 'secretary')").await;
    let worker = app.worker();
    let work = tokio::spawn(async move { worker.work_once().await });
    until("the lock", || stands_still(&app)).await;
    until("progress", async || look(&app, "municipal-administrator", &job).await["progress"]["done"].as_i64() > Some(0)).await;
    let seen = look(&app, "municipal-administrator", &job).await;
    assert_eq!((&seen["state"], &seen["progress"]["total"]), (&json!("RUNNING"), &json!(2_528)), "{seen}");
    assert!(seen["progress"]["done"].as_i64() < Some(2_528), "{seen}");

    for (who, document) in [
        ("secretary", "{ people(first: 5) { totalCount } }"),
        (
            "county-administrator",
            "{ people { totalCount } organizations { totalCount } viewer { roots { counts { members } } } }",
        ),
        ("other-county-administrator", "{ organizations { totalCount } }"),
    ] {
        let reader = app.sign_in(who);
        let answer = tokio::time::timeout(Duration::from_secs(5), reader.ask(document)).await;
        let answer = answer.expect("a reader does not wait for the move");
        assert!(!answer.data().is_null());
    }
    // Who writes elsewhere, also below the new superior, does not wait either.
    let elsewhere = json!({ "parentId": organization(&app, "S"), "kind": "611", "name": "新镇党委", "code": "NEW1" });
    let create = app.sign_in("other-county-administrator");
    let create = create.send(
        "mutation ($i: OrganizationCreateInput!) { organizationCreate(input: $i) { userErrors { code path } } }",
        json!({ "i": elsewhere }),
    );
    let created = tokio::time::timeout(Duration::from_secs(5), create).await.expect("a writer elsewhere does not wait");
    assert_eq!(created.user_errors(), "");
    assert!(stands_still(&app).await, "the move is still under way");
    assert_eq!(rows(&app, "SELECT path FROM organizations WHERE code = 'N1'").await, "a01000000");

    let_go(&holder).await;
    assert_eq!(work.await.expect("an end").expect("a look"), Some(Ended::Done));
    sound(&app).await;
    // Behind the one that came meanwhile.
    assert_eq!(
        rows(
            &app,
            "SELECT code FROM organizations WHERE parent_id = (SELECT id FROM organizations WHERE code = 'S') ORDER BY tree_order"
        )
        .await,
        "S1\nNEW1\nN1"
    );
}

#[tokio::test]
async fn a_server_that_dies_in_the_middle_leaves_nothing_and_another_does_the_job() {
    let app = TestApp::moving_at_once(2).await;
    let holder = held(&app).await;
    let job = order(&app, "municipal-administrator", "N1", "S").await;
    let worker = app.worker();
    let work = tokio::spawn(async move { worker.work_once().await });
    until("the lock", || stands_still(&app)).await;
    work.abort();
    assert!(work.await.expect_err("it was killed").is_cancelled());
    let_go(&holder).await;
    let busy = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' AND query LIKE '%relocate_part%'";
    let other = app.database.owner().await;
    until("the end of its connection", async || other.query_one(busy, &[]).await.expect("a look").get::<_, i64>(0) <= 1).await;
    assert_eq!(rows(&app, "SELECT count(*) FROM organizations WHERE path LIKE 'a01001%'").await, "4");
    assert_eq!(look(&app, "municipal-administrator", &job).await["state"], "RUNNING");

    // As long as its lease lasts nobody takes the job; then somebody does.
    assert_eq!(app.worker().work_once().await.expect("a look"), None);
    app.database.change("UPDATE jobs SET lease_until = now() - interval '1 second'").await;
    assert_eq!(app.worker().work_once().await.expect("a look"), Some(Ended::Done));
    sound(&app).await;
    assert_eq!(rows(&app, "SELECT state, attempts FROM jobs").await, "done | 2");
    assert_eq!(app.database.number("SELECT count(*) FROM journal").await, 1);
}

#[tokio::test]
async fn a_server_that_was_thought_dead_keeps_nothing() {
    let app = TestApp::moving_at_once(2).await;
    let holder = held(&app).await;
    order(&app, "municipal-administrator", "N1", "S").await;
    let (slow, quick) = (app.worker(), app.worker());
    let slow = tokio::spawn(async move { slow.work_once().await });
    until("the lock", || stands_still(&app)).await;
    app.database.change("UPDATE jobs SET lease = gen_random_uuid(), lease_until = now() - interval '1 second'").await;
    assert_eq!(slow.await.expect("an end").expect("a look"), Some(Ended::Lost));
    let quick = tokio::spawn(async move { quick.work_once().await });
    let_go(&holder).await;
    assert_eq!(quick.await.expect("an end").expect("a look"), Some(Ended::Done));
    sound(&app).await;
    assert_eq!(rows(&app, "SELECT state, attempts FROM jobs").await, "done | 2");
    assert_eq!(app.database.number("SELECT count(*) FROM journal").await, 1);
}

#[tokio::test]
async fn a_server_is_woken_by_an_order_and_gives_back_what_it_cannot_end_before_it_stops() {
    let app = TestApp::moving_at_once(2).await;
    let holder = held(&app).await;
    let mut worker = app.worker();
    worker.pace.look = Duration::from_secs(3_600);
    let running = worker.clone().start();
    // It looks once at its start; from then on only what is told wakes it.
    app.engine.changes().subscribe().await.expect("ears");
    let job = order(&app, "municipal-administrator", "N1", "S").await;
    until("the lock", || stands_still(&app)).await;
    running.stop().await;
    assert_eq!(rows(&app, "SELECT state, attempts, done, lease IS NULL FROM jobs").await, "waiting | 0 | 0 | t");
    let_go(&holder).await;
    let running = worker.start();
    until("the end", async || look(&app, "municipal-administrator", &job).await["state"] == "DONE").await;
    running.stop().await;
    sound(&app).await;
}

#[tokio::test]
async fn whoever_lost_the_right_meanwhile_has_ordered_nothing() {
    let app = TestApp::moving_at_once(2).await;
    for (end, again) in [
        (
            "UPDATE grants SET ended_at = now() WHERE id = (SELECT g.id FROM grants g JOIN accounts a ON a.id = g.account_id WHERE a.name = 'municipal-administrator')",
            "UPDATE grants SET ended_at = NULL",
        ),
        ("UPDATE accounts SET state = 'disabled' WHERE name = 'municipal-administrator'", "UPDATE accounts SET state = 'active'"),
    ] {
        let job = order(&app, "municipal-administrator", "N1", "S").await;
        app.database.change(end).await;
        assert_eq!(app.worker().work_once().await.expect("a look"), Some(Ended::Failed));
        app.database.change(again).await;
        let seen = look(&app, "municipal-administrator", &job).await;
        let error = json!({ "code": "JOB_RIGHTS_ENDED", "message": "Whoever ordered it no longer holds the right, so it was not done", "path": ["input", "id"], "rule": "R02", "hint": null });
        assert_eq!((&seen["state"], &seen["error"]), (&json!("FAILED"), &error));
        let told = app.sign_in("municipal-administrator").speaking("zh").send(LOOK, json!({ "id": job })).await;
        assert_eq!(told.at("/node/error/message"), "办理人已不再具有所需权限，未执行");
        assert_eq!(rows(&app, "SELECT path, version FROM organizations WHERE code = 'N1'").await, "a01000000 | 1");
    }
    assert_eq!(app.database.number("SELECT count(*) FROM journal").await, 0);
    // Signing out, or a session that ends, takes no right away.
    order(&app, "municipal-administrator", "N1", "S").await;
    app.database.change("UPDATE sessions SET ended_at = now(), ended_reason = 'signed_out'").await;
    assert_eq!(app.worker().work_once().await.expect("a look"), Some(Ended::Done));
    sound(&app).await;
}

#[tokio::test]
async fn a_move_of_what_was_changed_meanwhile_fails_as_a_stale_one() {
    let app = TestApp::moving_at_once(2).await;
    let job = order(&app, "municipal-administrator", "N1", "S").await;
    let renaming = json!({ "id": organization(&app, "N1"), "version": 1, "name": "中国共产党北山区新石镇委员会", "on": "2025-05-01", "document": "文件" });
    done(&app, "municipal-administrator", "organizationRename", renaming).await;
    assert_eq!(app.worker().work_once().await.expect("a look"), Some(Ended::Failed));
    let seen = look(&app, "county-administrator", &job).await;
    assert_eq!(seen["error"]["code"], "STALE_VERSION");
    assert_eq!(seen["error"]["message"], "Changed by someone else since you read it; refresh and try again (current version 2)");
    assert_eq!(seen["error"]["hint"], "2");
    assert_eq!(rows(&app, "SELECT path FROM organizations WHERE code = 'N1'").await, "a01000000");
}

#[tokio::test]
async fn a_move_that_would_touch_another_is_refused_until_that_one_ends() {
    let app = TestApp::moving_at_once(0).await;
    order(&app, "county-administrator", "N1A", "N2").await;
    let running =
        ("ORGANIZATION_MOVE_RUNNING", "This organization, or one above or below it, is being moved; try again when that is done");
    // Itself, also by someone else; one above it; where it goes.
    for (who, code, superior) in
        [("county-administrator", "N1A", "N2"), ("municipal-administrator", "N1", "S"), ("municipal-administrator", "N2", "S")]
    {
        let answer = ask(&app, who, code, superior).await;
        assert_eq!(answer.at("/organizationMove/userErrors/0/code"), running.0, "{code}: {}", answer.text);
        assert_eq!(answer.at("/organizationMove/userErrors/0/message"), running.1);
    }
    // Neither above nor below.
    order(&app, "county-administrator", "N1B", "N2").await;
    assert_eq!(app.worker().work_once().await.expect("a look"), Some(Ended::Done));
    assert_eq!(app.worker().work_once().await.expect("a look"), Some(Ended::Done));
    order(&app, "municipal-administrator", "N2", "S").await;
    // Below it.
    let mut below = input(&app, "N1A", "N1");
    below["version"] = json!(2);
    let answer = app.sign_in("county-administrator").send(ORDER, json!({ "input": below })).await;
    assert_eq!(answer.at("/organizationMove/userErrors/0/code"), running.0, "{}", answer.text);
    assert_eq!(app.worker().work_once().await.expect("a look"), Some(Ended::Done));
    sound(&app).await;
    assert_eq!(
        rows(&app, "SELECT code, path FROM organizations WHERE code IN ('N1A', 'N1B', 'N2') ORDER BY path").await,
        "N2 | a01001001\nN1A | a01001001002\nN1B | a01001001003"
    );
}

#[tokio::test]
async fn a_large_move_is_refused_when_it_is_ordered_for_what_would_refuse_it_later() {
    let app = TestApp::moving_at_once(0).await;
    app.database.change("UPDATE organizations SET name = '中国共产党青石镇东村支部委员会' WHERE code = 'N2A'").await;
    assert_eq!(ask(&app, "county-administrator", "N1A", "N2").await.user_errors(), "id ORGANIZATION_SAME_NAME");
    let mut early = input(&app, "N1B", "N2");
    early["on"] = json!("2001-06-30");
    let early = app.sign_in("county-administrator").send(ORDER, json!({ "input": early })).await;
    assert_eq!(early.user_errors(), "on ORGANIZATION_BEFORE_FOUNDING");
    assert_eq!(
        ask(&app, "municipal-administrator", "N", "N2").await.user_errors(),
        "newSuperiorId ORGANIZATION_MOVE_INTO_ITSELF"
    );
    // Nothing is done without the key, and nothing ordered.
    let asked =
        app.sign_in("county-administrator").send_with(ORDER, &json!({ "input": input(&app, "N1B", "N2") }), Value::Null).await;
    assert_eq!(asked.code(), "STEP_UP_REQUIRED");
    assert_eq!(app.database.number("SELECT count(*) FROM jobs").await, 0);
    assert_eq!(app.database.number("SELECT sum(children_ever)::bigint FROM organizations WHERE code = 'N2'").await, 2);
}

#[tokio::test]
async fn a_job_that_ended_its_server_too_often_is_given_up() {
    let app = TestApp::moving_at_once(2).await;
    let job = order(&app, "municipal-administrator", "N1", "S").await;
    app.database
        .change("UPDATE jobs SET state = 'running', attempts = 5, lease = gen_random_uuid(), lease_until = now() - interval '1 second'")
        .await;
    assert_eq!(app.worker().work_once().await.expect("a look"), None);
    let seen = look(&app, "municipal-administrator", &job).await;
    assert_eq!((&seen["state"], &seen["error"]["code"]), (&json!("FAILED"), &json!("JOB_GIVEN_UP")));
}

#[tokio::test]
async fn a_job_is_seen_by_whoever_may_move_there_and_by_who_ordered_it() {
    let app = TestApp::moving_at_once(2).await;
    let job = order(&app, "municipal-administrator", "N1", "S").await;
    let listed = "{ jobs(filter: { progress: UNFINISHED }) { totalCount nodes { id } } }";
    let sees = async |who: &str| {
        let node = app.sign_in(who).send(LOOK, json!({ "id": job })).await;
        let list = app.sign_in(who).ask(listed).await;
        let list = if list.code().is_empty() { list.at("/jobs/totalCount").to_string() } else { list.code().to_owned() };
        (node.code() != "NOT_FOUND", list)
    };
    let mut table = String::new();
    for (token, ..) in banyan_tests::TOKENS {
        let (node, list) = sees(token).await;
        table.push_str(&format!("{token} {node} {list}\n"));
    }
    assert_snapshot!(table, @"
    system-administrator false FORBIDDEN
    security-administrator false FORBIDDEN
    municipal-administrator true 1
    county-administrator true 1
    other-county-administrator false 0
    township-administrator true 1
    branch-administrator false FORBIDDEN
    secretary false FORBIDDEN
    committee-member false FORBIDDEN
    member false FORBIDDEN
    auditor false FORBIDDEN
    reading-token true 1
    other-tenant-administrator false 0
    ");
    assert_eq!(app.worker().work_once().await.expect("a look"), Some(Ended::Done));
    // It went along, and is seen from above its new place.
    assert!(
        !sees("county-administrator").await.0
            && sees("other-county-administrator").await.0
            && sees("township-administrator").await.0
    );
    let ended = "{ jobs(filter: { progress: ENDED }) { nodes { id state } } }";
    assert_eq!(
        app.sign_in("other-county-administrator").ask(ended).await.at("/jobs/nodes"),
        json!([{ "id": job, "state": "DONE" }])
    );
}
