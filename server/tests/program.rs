//! The program as it is built: flags, addresses, exit codes, and how it starts and stops. Everything else is tested
//! without a process of its own, in `tests/it`.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "what panics in a test has failed the test")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use banyan::testing::{cluster, connect};
use tokio_postgres::Client;

const LONG: Duration = Duration::from_secs(120);

fn banyan(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_banyan"));
    command.args(arguments).arg("--data-dir").arg(folder).env("BANYAN_LOG", "warn,banyan=info");
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    banyan(folder, arguments).output().expect("the program")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A port that nobody had a moment ago.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its number").port()
}

/// A server that is killed with the test.
struct Server {
    child: Child,
    port: u16,
    log: Option<JoinHandle<String>>,
}

impl Server {
    fn start(folder: &Path, arguments: &[&str]) -> Self {
        let arguments = [&["serve", "--listen", "127.0.0.1:0"], arguments].concat();
        let mut child = banyan(folder, &arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program");
        let mut errors = child.stderr.take().expect("stderr");
        let log = std::thread::spawn(move || {
            let mut all = Vec::new();
            let _ = errors.read_to_end(&mut all);
            text(&all)
        });
        let mut lines = BufReader::new(child.stdout.take().expect("stdout")).lines();
        let port = loop {
            let line = lines.next().expect("it says where it serves").expect("a line");
            if let Some((_, port)) = line.rsplit_once("http://localhost:") {
                break port.parse().expect("a port");
            }
        };
        // Whoever writes to a pipe that nobody reads would be ended by it.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, port, log: Some(log) }
    }

    fn ask_to_stop(&self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill").success());
    }

    fn wait(&mut self) -> ExitStatus {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("its state") {
                return status;
            }
            assert!(began.elapsed() < LONG, "it does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn log(&mut self) -> String {
        self.log.take().expect("the log").join().expect("the log")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.ask_to_stop();
            let _ = self.child.wait();
        }
    }
}

struct Heard {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Heard {
    fn text(&self) -> String {
        text(&self.body)
    }
}

fn send(port: u16, request: &str) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
    stream.set_read_timeout(Some(LONG)).expect("a limit");
    stream.write_all(request.as_bytes()).expect("the request is sent");
    stream
}

fn hear(mut stream: TcpStream) -> Heard {
    let mut all = Vec::new();
    stream.read_to_end(&mut all).expect("an answer");
    let end = all.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
    let head = text(&all[..end]).to_lowercase();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    Heard { status, head, body: all[end + 4..].to_vec() }
}

fn get(port: u16, path: &str, headers: &str) -> Heard {
    hear(send(port, &format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n")))
}

fn post(path: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n{headers}\r\n{body}"
    )
}

/// The database of a running server, as its owner.
async fn owner(folder: &Path) -> Client {
    let attached = cluster::attach_or_start(folder).await.expect("the cluster");
    connect(&attached.url(cluster::OWNER, "banyan")).await.expect("a connection")
}

/// A data folder with one tenant in it.
fn founded() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let made = run(folder.path(), &["bootstrap", "--organization", "CQ", "--create", "中国共产党云山市委员会"]);
    assert!(made.status.success(), "{}", text(&made.stderr));
    assert!(text(&made.stdout).contains("/enrol#"), "{}", text(&made.stdout));
    folder
}

fn token(folder: &Path) -> String {
    let made = run(folder, &["token", "--organization", "CQ", "--role", "auditor"]);
    assert!(made.status.success(), "{}", text(&made.stderr));
    format!("Authorization: Bearer {}\r\n", text(&made.stdout).trim())
}

/// Open entries are for the own machine: any other address is refused before anything is made.
#[test]
fn a_demonstration_is_refused_off_loopback() {
    for listen in ["0.0.0.0:0", "[::]:0", "192.0.2.1:8080"] {
        let folder = tempfile::tempdir().expect("a folder");
        let refused = run(folder.path(), &["serve", "--demo", "--listen", listen]);
        assert_eq!(refused.status.code(), Some(1), "{listen}: {}", text(&refused.stderr));
        assert!(text(&refused.stderr).contains("loopback"), "{listen}: {}", text(&refused.stderr));
        assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 0, "{listen}");
    }
}

/// `banyan check` ends with 0 when all agrees and with 1 on a difference, which it names; a running server finds the same
/// by itself, and raises the figure for an alarm on the metrics address.
///
/// Health and figures have an address of their own; the public one has health alone.
///
/// covers: SEC-K07
#[tokio::test]
async fn a_difference_is_found_by_the_command_and_by_the_server_and_told_on_the_metrics_address() {
    let folder = founded();
    let metrics = free_port();
    let mut server = Server::start(folder.path(), &["--check-every", "1s", "--metrics-listen", &format!("127.0.0.1:{metrics}")]);
    for port in [server.port, metrics] {
        assert_eq!(get(port, "/health/live", "").text(), r#"{"live":true}"#);
        assert_eq!(get(port, "/health/ready", "").text(), r#"{"ready":true}"#);
    }
    let figure = |name: &str| {
        let all = get(metrics, "/metrics", "").text();
        all.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<f64>().ok())
    };
    let until = |wanted: f64| {
        let began = Instant::now();
        while figure("banyan_check_differences ") != Some(wanted) {
            assert!(began.elapsed() < LONG, "{:?}", figure("banyan_check_differences "));
            std::thread::sleep(Duration::from_millis(100));
        }
    };
    assert!(figure("banyan_connections_open ").is_some());
    assert!(!get(server.port, "/metrics", "").text().contains("banyan_"));
    until(0.0);
    let clean = run(folder.path(), &["check"]);
    assert_eq!(clean.status.code(), Some(0), "{}", text(&clean.stdout));

    owner(folder.path()).await.batch_execute("UPDATE organization_counts SET women = women + 1").await.expect("a fault");
    until(1.0);
    let wrong = run(folder.path(), &["check"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(text(&wrong.stdout).starts_with("figures: CQ\n"), "{}", text(&wrong.stdout));

    server.ask_to_stop();
    assert!(server.wait().success());
    let log = server.log();
    assert!(log.contains("the tree does not agree with itself") && log.contains("figures"), "{log}");
    assert!(!log.contains("云山市"), "{log}");
}

/// What is long is sent packed to those who can unpack it, and events are not: they would wait for each other.
#[test]
fn long_answers_are_compressed_and_streams_are_not() {
    let folder = founded();
    let server = Server::start(folder.path(), &["--free-text", "tokens"]);
    let token = token(folder.path());
    let schema = r#"{"query":"{ __schema { types { name description } } }"}"#;
    let plain = hear(send(server.port, &post("/graphql", &token, schema)));
    assert_eq!((plain.status, plain.head.contains("content-encoding")), (200, false));
    assert!(plain.body.len() > 10_000);
    for (accepted, magic) in [("gzip", Some([0x1f, 0x8b])), ("br", None)] {
        let packed = hear(send(server.port, &post("/graphql", &format!("{token}Accept-Encoding: {accepted}\r\n"), schema)));
        assert!(packed.head.contains(&format!("content-encoding: {accepted}")), "{}", packed.head);
        assert!(packed.head.contains("vary: accept-encoding"), "{}", packed.head);
        assert!(packed.body.len() < plain.body.len() / 2, "{} of {}", packed.body.len(), plain.body.len());
        if let Some(magic) = magic {
            assert!(packed.body.windows(2).any(|two| two == magic));
        }
    }
    let short = hear(send(server.port, &post("/graphql", "Accept-Encoding: gzip\r\n", r#"{"query":"{"}"#)));
    assert!(!short.head.contains("content-encoding"), "{}", short.head);
    let mut stream = opened_stream(server.port, &token);
    let mut begin = [0; 512];
    let heard = stream.read(&mut begin).expect("a head");
    let head = text(&begin[..heard]).to_lowercase();
    assert!(head.contains("text/event-stream") && !head.contains("content-encoding"), "{head}");
}

/// A stream over the whole tree of the token.
fn opened_stream(port: u16, token: &str) -> TcpStream {
    let viewer = hear(send(port, &post("/graphql", token, r#"{"query":"{ viewer { roots { id } } }"}"#))).text();
    let id = viewer.split('"').find(|part| part.starts_with("org_")).expect("an id").to_owned();
    let body = format!(r#"{{"query":"subscription {{ changes(under: \"{id}\") {{ kind }} }}"}}"#);
    send(port, &post("/graphql/stream", &format!("{token}Accept-Encoding: gzip\r\n"), &body))
}

/// A server that takes its leave says that it wants no more requests, answers those that come all the same, and asks
/// their senders to hang up; asked again, it waits no longer.
#[test]
fn a_server_that_takes_its_leave_sends_everybody_elsewhere_first() {
    let folder = founded();
    let mut server = Server::start(folder.path(), &["--leave", "4s"]);
    let head = get(server.port, "/health/ready", "").head;
    assert!(head.starts_with("http/1.1 200"), "{head}");
    let asked = Instant::now();
    server.ask_to_stop();
    std::thread::sleep(Duration::from_millis(500));
    let ready = get(server.port, "/health/ready", "");
    assert_eq!((ready.status, ready.text().as_str()), (503, r#"{"ready":false,"stopping":true}"#));
    // Nothing in the request asks for it: an answer without would leave the connection open, and us waiting.
    let alive = hear(send(server.port, "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    assert_eq!(alive.status, 200);
    assert!(alive.head.contains("connection: close"), "{}", alive.head);
    assert!(server.wait().success());
    assert!(asked.elapsed() > Duration::from_secs(4), "{:?}", asked.elapsed());

    let mut impatient = Server::start(folder.path(), &["--leave", "1h"]);
    impatient.ask_to_stop();
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(get(impatient.port, "/health/ready", "").status, 503);
    impatient.ask_to_stop();
    assert!(impatient.wait().success());
}

/// Asked to stop, the server lets a request end that runs for seconds, and does not wait for a stream, which would never end.
#[tokio::test]
async fn a_stop_lets_requests_end_and_ends_streams_at_once() {
    let folder = founded();
    let mut server = Server::start(folder.path(), &["--free-text", "tokens"]);
    let token = token(folder.path());
    let mut stream = opened_stream(server.port, &token);
    let streaming = std::thread::spawn(move || {
        let mut all = Vec::new();
        let _ = stream.read_to_end(&mut all);
        (Instant::now(), text(&all))
    });
    std::thread::sleep(Duration::from_millis(500));

    let owner = owner(folder.path()).await;
    owner.batch_execute("BEGIN; LOCK TABLE organizations IN ACCESS EXCLUSIVE MODE").await.expect("a lock");
    let waiting = send(server.port, &post("/graphql", &token, r#"{"query":"{ organizations { totalCount } }"}"#));
    let answered = std::thread::spawn(move || hear(waiting));
    std::thread::sleep(Duration::from_millis(500));
    let asked = Instant::now();
    server.ask_to_stop();
    let (ended, heard) = tokio::task::spawn_blocking(|| streaming.join().expect("the stream")).await.expect("a thread");
    assert!(ended - asked < Duration::from_secs(2), "{:?}", ended - asked);
    assert!(heard.contains("200 OK") && !heard.contains("complete"), "{heard}");

    // Longer than a stop that did not wait.
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(TcpStream::connect(("127.0.0.1", server.port)).is_err(), "nobody new is let in");
    owner.batch_execute("ROLLBACK").await.expect("the lock is gone");
    drop(owner);
    let answer = tokio::task::spawn_blocking(|| answered.join().expect("an answer")).await.expect("a thread");
    assert_eq!(answer.status, 200);
    assert!(answer.text().contains(r#""totalCount":1"#), "{}", answer.text());
    assert!(server.wait().success());
    assert!(asked.elapsed() < Duration::from_secs(9), "{:?}", asked.elapsed());
}
