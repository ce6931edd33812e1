//! How many can sign in: with keys, with passwords, and what looking up a session costs every request.
//! In one process with its own PostgreSQL, the key included: `cargo run --release -p banyan-tests --example sign_in`.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement that cannot go on says why"
)]

use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use banyan::testing::{Bootstrap, bootstrap, hash};
use banyan_tests::{Answer, Authenticator, Client, ORIGIN, TestApp};
use serde_json::{Value, json};
use std::net::SocketAddr;

const LONG: Duration = Duration::from_secs(5);
/// Enough that no processor waits for a commit: with eight the delay of each is measured, not what can be done.
const AT_ONCE: u8 = 64;
const LOOKUPS: u32 = 3_000;

#[tokio::main]
async fn main() {
    let app = TestApp::new().await;
    let keys = keys(&app).await;
    let secrets = passwords(&app).await;

    let (done, wall, cpu) = during(
        keys,
        async |app: TestAppHandle, (mut key, source): (Authenticator, u8)| {
            let begun = post(&app, source, "/session/key/begin", json!({})).await.json;
            let credential = key.sign(&begun["options"]);
            let finished =
                post(&app, source, "/session/key/finish", json!({ "ceremony": begun["ceremony"], "credential": credential }));
            assert_eq!(finished.await.status, StatusCode::OK);
            (key, source)
        },
        &app,
    )
    .await;
    println!(
        "sign-ins with a key: {:.0}/s, {:.2} ms of CPU each (server and key)",
        f64::from(done) / wall,
        cpu * 1e3 / f64::from(done)
    );

    let (done, wall, cpu) = during(
        secrets,
        async |app: TestAppHandle, (name, secret, source): (String, String, u8)| {
            let answer = post(&app, source, "/session/password", json!({ "userName": name, "password": secret })).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
            (name, secret, source)
        },
        &app,
    )
    .await;
    println!("sign-ins with a password: {:.0}/s, {:.0}/s and core", f64::from(done) / wall, f64::from(done) / cpu);

    lookup(&app).await;
}

type TestAppHandle = axum::Router;

/// Runs a step again and again for each of some at once: how often, in how many seconds, with how much CPU.
async fn during<T: Send + 'static, F: Future<Output = T> + Send>(
    each: Vec<T>,
    step: impl Fn(TestAppHandle, T) -> F + Send + Sync + Copy + 'static,
    app: &TestApp,
) -> (u32, f64, f64) {
    let (began, used) = (Instant::now(), cpu());
    let tasks = each.into_iter().map(|mut one| {
        let router = app.router.clone();
        tokio::spawn(async move {
            let mut done = 0_u32;
            while began.elapsed() < LONG {
                one = step(router.clone(), one).await;
                done += 1;
            }
            done
        })
    });
    let mut done = 0;
    for task in tasks.collect::<Vec<_>>() {
        done += task.await.expect("a task");
    }
    (done, began.elapsed().as_secs_f64(), cpu() - used)
}

/// Seconds of CPU of this process.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("proc");
    let fields: Vec<f64> =
        stat.rsplit(')').next().expect("fields").split_whitespace().filter_map(|field| field.parse().ok()).collect();
    // The state, a letter, is left out: utime and stime are the 11th and 12th numbers, in hundredths.
    (fields[10] + fields[11]) / 100.0
}

async fn keys(app: &TestApp) -> Vec<(Authenticator, u8)> {
    let mut enrolled = Vec::new();
    for source in 0..AT_ONCE {
        let name = format!("key {source}");
        let wanted = Bootstrap { organization: "M", name: &name, create: None };
        let code = bootstrap(&mut app.database.owner().await, app.clock.now(), &wanted).await.expect("a code");
        let begun = post(&app.router, source, "/session/enrolment/begin", json!({ "code": code })).await.json;
        let mut key = Authenticator::default();
        let credential = key.register(&begun["options"]);
        let body = json!({ "ceremony": begun["ceremony"], "credential": credential, "name": name });
        assert_eq!(post(&app.router, source, "/session/enrolment/finish", body).await.status, StatusCode::OK);
        enrolled.push((key, source));
    }
    enrolled
}

async fn passwords(app: &TestApp) -> Vec<(String, String, u8)> {
    let mut opened = Vec::new();
    let administrator = app.sign_in("municipal-administrator");
    for number in 2..=4_u8 {
        for branch in ["N1A", "N2A"] {
            let document = "mutation ($input: AccountCreateInput!) { accountCreate(input: $input) { userName initialSecret } }";
            let input = json!({
                "organizationId": app.database.seed.organization(branch),
                "personId": app.database.seed.person(&format!("{branch}-{number}")),
            });
            let made = administrator.send(document, json!({ "input": input })).await.at("/accountCreate");
            let text = |field: &str| made[field].as_str().expect("a text").to_owned();
            opened.push((text("userName"), text("initialSecret"), number));
        }
    }
    opened
}

async fn lookup(app: &TestApp) {
    let client = app.sign_in("county-administrator");
    let variables = json!({ "id": app.database.seed.person("N1A-1") });
    let document = "query ($id: ID!) { node(id: $id) { ... on Person { name } } }";
    let began = Instant::now();
    for _ in 0..LOOKUPS {
        assert!(client.send(document, variables.clone()).await.json.get("errors").is_none());
    }
    let whole = began.elapsed();
    let owner = app.database.owner().await;
    let statement = owner.prepare("SELECT * FROM session_viewer($1, now())").await.expect("a statement");
    let token = hash(b"county-administrator");
    let began = Instant::now();
    for _ in 0..LOOKUPS {
        owner.query(&statement, &[&token]).await.expect("a row");
    }
    let part = began.elapsed();
    println!(
        "looking up the session: {:.2} ms of the {:.2} ms of a person by id, one after the other ({:.0} %)",
        part.as_secs_f64() * 1e3 / f64::from(LOOKUPS),
        whole.as_secs_f64() * 1e3 / f64::from(LOOKUPS),
        100.0 * part.as_secs_f64() / whole.as_secs_f64()
    );
}

async fn post(router: &axum::Router, source: u8, path: &str, body: Value) -> Answer {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ORIGIN, ORIGIN)
        .header(header::HOST, "localhost:8080")
        .extension(ConnectInfo(SocketAddr::from(([192, 0, 2, source], 4000))));
    let client = Client::new(router, None);
    client.request(request, Body::from(body.to_string())).await
}
