//! A read replica: a real one, that follows a real primary, lags, stops, and outlives it.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use banyan_tests::{Client, Read, Replicated};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

const EDIT: &str =
    "mutation ($i: OrganizationEditInput!) { organizationEdit(input: $i) { organization { version } userErrors { code path } } }";

/// A client that changes an address, and what it reads of it.
struct Desk<'a> {
    pair: &'a Replicated,
    client: Client,
}

impl<'a> Desk<'a> {
    fn of(pair: &'a Replicated) -> Self {
        Self { pair, client: pair.app.sign_in("county-administrator") }
    }

    fn question(&self) -> String {
        let id = self.pair.app.database.seed.organization("N1");
        format!("{{ node(id: \"{id}\") {{ ... on Organization {{ version address }} }} }}")
    }

    async fn read(&self) -> (String, Read) {
        let (answer, read) = self.pair.read(&self.client, &self.question()).await;
        (answer.at("/node/address").as_str().unwrap_or_default().to_owned(), read)
    }

    /// Sends the change: the code of a refusal, empty for none.
    async fn change(&self, address: &str) -> String {
        let version = self.client.ask(&self.question()).await.at("/node/version");
        let id = self.pair.app.database.seed.organization("N1");
        let answer = self.client.send(EDIT, json!({ "i": { "id": id, "version": version, "address": address } })).await;
        match answer.code() {
            "" => answer.user_errors(),
            code => code.to_owned(),
        }
    }

    async fn must_change(&self, address: &str) {
        assert_eq!(self.change(address).await, "");
    }
}

async fn health(pair: &Replicated) -> (StatusCode, Value) {
    let (status, _, body) = pair.app.stranger().fetch("/health/ready").await;
    (status, serde_json::from_slice(&body).expect("JSON"))
}

fn as_of(answer: &Value) -> DateTime<Utc> {
    answer["extensions"]["stale"]["asOf"].as_str().and_then(|text| text.parse().ok()).expect("a time")
}

#[tokio::test]
async fn a_lagging_replica_shows_neither_an_old_record_nor_an_old_right() {
    let pair = Replicated::new().await;
    let desk = Desk::of(&pair);
    for number in 0..20 {
        // Just written, and read at once: from the replica if it is quick, never from before.
        let address = format!("青石路{number}号");
        desk.must_change(&address).await;
        assert_eq!(desk.read().await.0, address);
    }
    pair.until_read_from(Read::Replica).await;
    assert_eq!(desk.read().await, ("青石路19号".to_owned(), Read::Replica));
    // What the guard of the database shows is the same there.
    let foreign = pair.app.database.seed.organization("S1");
    let (answer, read) = pair.read(&desk.client, &format!("{{ node(id: \"{foreign}\") {{ id }} }}")).await;
    assert_eq!((answer.code(), read), ("NOT_FOUND", Read::Replica));

    pair.pause_replay().await;
    // Nothing was written since: the replica is as good as the primary.
    assert_eq!(desk.read().await.1, Read::Replica);
    desk.must_change("白水路1号").await;
    assert_eq!(desk.read().await, ("白水路1号".to_owned(), Read::Primary));
    // It is known to lag by now, and nobody waits for it again.
    let began = Instant::now();
    desk.client.ask(&desk.question()).await;
    assert!(began.elapsed() < Duration::from_millis(90), "{:?}", began.elapsed());

    // A right ends, a session ends, and an organization leaves, while the replica still holds all of them.
    let seed = &pair.app.database.seed;
    let (member, auditor) = (pair.app.sign_in("committee-member"), pair.app.sign_in("auditor"));
    let roots = "{ viewer { roots { name } } }";
    assert_eq!(member.ask(roots).await.at("/viewer/roots/0/name"), "中国共产党青石镇东村支部委员会");
    assert_eq!(auditor.ask(roots).await.at("/viewer/roots/0/name"), "中国共产党北山区委员会");
    let end = "mutation ($i: GrantEndInput!) { grantEnd(input: $i) { userErrors { code path } } }";
    let ended = desk.client.send(end, json!({ "i": { "id": seed.grants["committee-member"], "version": 1 } })).await;
    assert_eq!(ended.user_errors(), "");
    pair.app.database.change("UPDATE sessions SET ended_at = now(), ended_reason = 'signed_out' WHERE account_id IN (SELECT account_id FROM grants WHERE role = 'auditor')").await;
    assert_eq!(member.ask(roots).await.at("/viewer/roots/0"), Value::Null);
    assert_eq!(auditor.ask(roots).await.at("/viewer"), Value::Null);
    let moving = "mutation ($i: OrganizationMoveInput!) { organizationMove(input: $i) { userErrors { code path } } }";
    let branch = seed.organization("N1B");
    let seen = format!("{{ node(id: \"{branch}\") {{ id }} }}");
    assert_eq!(desk.client.ask(&seen).await.code(), "");
    let input = json!({ "i": { "id": branch, "version": 1, "newSuperiorId": seed.organization("S1"), "on": pair.app.clock.today(), "document": "示范〔2026〕1号" } });
    assert_eq!(pair.app.sign_in("municipal-administrator").send(moving, input).await.user_errors(), "");
    assert_eq!(desk.client.ask(&seen).await.code(), "NOT_FOUND");
    // Which the replica would not have known.
    let running = "SELECT count(*) FROM grants WHERE role = 'committee_member' AND ended_at IS NULL";
    assert_eq!(pair.number_at_replica(running).await, 1);

    pair.resume_replay().await;
    pair.until_read_from(Read::Replica).await;
    assert_eq!(desk.read().await, ("白水路1号".to_owned(), Read::Replica));
    assert_eq!(member.ask(roots).await.at("/viewer/roots/0"), Value::Null);
    pair.end().await;
}

#[tokio::test]
async fn when_the_replica_fails_nobody_notices() {
    let mut pair = Replicated::new().await;
    {
        let desk = Desk::of(&pair);
        desk.must_change("一号").await;
        pair.until_read_from(Read::Replica).await;
        // Its connections die, one of them under a query.
        let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'banyan'";
        pair.at_replica(kill).await;
        assert_eq!(desk.read().await.0, "一号");

        // A query holds what a change at the primary takes away, and the replica does not wait for it.
        let slow = "CREATE POLICY slow ON organizations AS RESTRICTIVE FOR SELECT TO banyan_app
                    USING ((SELECT CASE WHEN pg_is_in_recovery() THEN pg_sleep(2)::text ELSE '' END) IS NOT NULL)";
        pair.app.database.change(slow).await;
        pair.at_replica("ALTER SYSTEM SET max_standby_streaming_delay = 0").await;
        pair.at_replica("SELECT pg_reload_conf()").await;
        let began = Instant::now();
        let (asked, ()) = tokio::join!(desk.read(), async {
            tokio::time::sleep(Duration::from_millis(700)).await;
            pair.app.database.change("BEGIN; LOCK TABLE organizations IN ACCESS EXCLUSIVE MODE; COMMIT").await;
        });
        assert_eq!(asked, ("一号".to_owned(), Read::Primary));
        let took = began.elapsed();
        assert!(took > Duration::from_millis(700) && took < Duration::from_millis(1_900), "{took:?}");
        assert!(pair.number_at_replica("SELECT confl_lock FROM pg_stat_database_conflicts WHERE datname = 'banyan'").await > 0);
        pair.app.database.change("DROP POLICY slow ON organizations").await;
        pair.until_read_from(Read::Replica).await;
    }
    pair.stop_replica().await;
    {
        let desk = Desk::of(&pair);
        for number in 0..10 {
            let address = format!("二{number}号");
            desk.must_change(&address).await;
            assert_eq!(desk.read().await, (address, Read::Primary));
        }
        assert_eq!(health(&pair).await, (StatusCode::OK, json!({ "ready": true })));
    }
    pair.start_replica().await;
    pair.until_read_from(Read::Replica).await;
    assert_eq!(Desk::of(&pair).read().await, ("二9号".to_owned(), Read::Replica));
    pair.end().await;
}

#[tokio::test]
async fn when_the_primary_fails_queries_go_on_marked_and_writes_are_refused() {
    let mut pair = Replicated::new().await;
    Desk::of(&pair).must_change("一号").await;
    pair.until_read_from(Read::Replica).await;
    let entries = pair.app.database.number("SELECT count(*) FROM journal").await;
    let before = pair.app.clock.now();
    pair.stop_primary().await;
    {
        let desk = Desk::of(&pair);
        // The very first query after the loss is answered, and marked.
        let answer = desk.client.ask(&desk.question()).await;
        assert_eq!(answer.at("/node/address"), "一号");
        let (first, now) = (as_of(&answer.json), pair.app.clock.now());
        assert!(first > before - chrono::Duration::seconds(3) && first <= now, "{first} of {before} to {now}");
        assert_eq!(answer.headers["banyan-stale"], answer.json["extensions"]["stale"]["asOf"].as_str().unwrap_or_default());
        // Once the replica has replayed what it got, the time stands still.
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        let last = as_of(&pair.until_stale().await.json);
        assert!(last >= first && last <= now, "{first}, {last}, {now}");
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        assert_eq!(as_of(&pair.until_stale().await.json), last);
        assert_eq!(desk.change("二号").await, "UNAVAILABLE");
        assert_eq!(health(&pair).await, (StatusCode::OK, json!({ "ready": true, "writes": false })));
        // The rights are those of that time, no more.
        let foreign = pair.app.database.seed.organization("S1");
        assert_eq!(desk.client.ask(&format!("{{ node(id: \"{foreign}\") {{ id }} }}")).await.code(), "NOT_FOUND");
        assert_eq!(pair.app.sign_in("nobody's token").ask("{ viewer { readOnly } }").await.at("/viewer"), Value::Null);
    }
    // Without either nothing can be read.
    pair.stop_replica().await;
    {
        let desk = Desk::of(&pair);
        let answer = desk.client.ask(&desk.question()).await;
        assert_eq!((answer.code(), &answer.json["extensions"]), ("UNAVAILABLE", &Value::Null));
        assert_eq!(health(&pair).await, (StatusCode::SERVICE_UNAVAILABLE, json!({ "ready": false, "writes": false })));
    }
    pair.start_replica().await;
    pair.until_stale().await;
    pair.start_primary().await;
    pair.until_read_from(Read::Replica).await;
    {
        let desk = Desk::of(&pair);
        assert_eq!(desk.read().await, ("一号".to_owned(), Read::Replica));
        assert_eq!(pair.app.database.number("SELECT count(*) FROM journal").await, entries);
        desk.must_change("三号").await;
        let answer = desk.client.ask(&desk.question()).await;
        assert_eq!(answer.at("/node/address"), "三号");
        assert_eq!(answer.json["extensions"], Value::Null);
        assert!(!answer.headers.contains_key("banyan-stale"));
        assert_eq!(health(&pair).await, (StatusCode::OK, json!({ "ready": true })));
    }
    pair.end().await;
}
