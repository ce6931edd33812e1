//! Trusted documents: what a server in production answers, and who may ask for more.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use banyan::testing::{Documents, EXAMPLES, FreeText, built_in};
use banyan_tests::{Answer, Client, TestApp};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const QUERY: &str = "query Mine { viewer { account { name } } }";
const EDIT: &str = "mutation Edit($i: OrganizationEditInput!) { organizationEdit(input: $i) { organization { address } userErrors { code path } } }";
const STREAM: &str = "subscription Live($id: ID!) { changes(under: $id) { kind subject { ... on Organization { address } } } }";
const FREE: &str = "{ viewer { account { name } } }";
/// Nobody's digest.
const UNKNOWN: &str = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

/// A list with the three above, and their ids.
fn list() -> (Documents, [String; 3]) {
    let mut documents = Documents::default();
    let ids = [QUERY, EDIT, STREAM].map(|text| documents.add(text).expect("a document"));
    (documents, ids)
}

async fn post(client: &Client, body: Value) -> Answer {
    let request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
    client.request(request, Body::from(body.to_string())).await
}

async fn by_get(client: &Client, query: &str) -> Answer {
    client.request(Request::get(format!("/graphql?{query}")), Body::empty()).await
}

/// covers: API21
#[tokio::test]
async fn a_listed_document_is_answered_by_its_id_and_another_text_by_nobody() {
    let (documents, [query, edit, _]) = list();
    let app = TestApp::answering(FreeText::Nobody, documents).await;
    let client = app.sign_in("county-administrator");
    let name = |answer: &Answer| answer.at("/viewer/account/name");
    let digest = query.trim_start_matches("sha256:");
    let persisted = json!({ "persistedQuery": { "version": 1, "sha256Hash": digest } });
    for body in [
        json!({ "documentId": query }),
        json!({ "documentId": query, "query": "", "operationName": "Mine", "variables": {} }),
        json!({ "extensions": persisted }),
        json!({ "extensions": persisted, "query": QUERY }),
        json!({ "query": QUERY }),
    ] {
        assert_eq!(name(&post(&client, body).await), "county-administrator");
    }
    assert_eq!(name(&by_get(&client, &format!("documentId={query}")).await), "county-administrator");
    assert_eq!(post(&app.stranger(), json!({ "documentId": query })).await.at("/viewer"), Value::Null);

    let before = app.database.number("SELECT count(*) FROM journal").await;
    let input =
        json!({ "i": { "id": app.database.seed.organization("N1"), "version": 1, "address": "山路1号", "contactPhone": "1" } });
    let other = EDIT.replace("Edit(", "Other(");
    for token in ["county-administrator", "reading-token"] {
        let client = app.sign_in(token);
        for (body, code) in [
            (json!({ "documentId": UNKNOWN }), "UNKNOWN_DOCUMENT"),
            (json!({ "documentId": "" }), "UNKNOWN_DOCUMENT"),
            (json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": "00" } } }), "UNKNOWN_DOCUMENT"),
            // A text is never taken for the one that an id promises, nor learned.
            (json!({ "documentId": query, "query": FREE }), "BAD_INPUT"),
            (json!({ "query": FREE, "extensions": persisted }), "UNTRUSTED_DOCUMENT"),
            (json!({ "query": FREE }), "UNTRUSTED_DOCUMENT"),
            (json!({ "query": format!("{QUERY} ") }), "UNTRUSTED_DOCUMENT"),
            (json!({ "query": "{ nothing" }), "UNTRUSTED_DOCUMENT"),
            (json!({ "query": "{ __schema { queryType { name } } }" }), "UNTRUSTED_DOCUMENT"),
            (json!({ "query": other, "variables": input }), "UNTRUSTED_DOCUMENT"),
            (json!({ "documentId": 1 }), "BAD_INPUT"),
            (json!({ "extensions": { "persistedQuery": { "sha256Hash": 1 } } }), "BAD_INPUT"),
            (json!({ "documentId": query, "operationName": "Other" }), "BAD_DOCUMENT"),
        ] {
            let answer = post(&client, body.clone()).await;
            assert_eq!(answer.code(), code, "{body}: {}", answer.text);
            assert!(answer.json.get("data").is_none(), "{}", answer.text);
        }
    }
    assert_eq!(app.database.number("SELECT count(*) FROM journal").await, before);

    // A mutation is none by GET, listed or not; by POST its key brings the same answer again.
    let body = json!({ "documentId": edit, "variables": input });
    let answer = by_get(&client, &format!("documentId={edit}")).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    let keyed = client.clone().with_key("k1");
    let first = keyed.request(with_key(&keyed), Body::from(body.to_string())).await;
    assert_eq!(first.at("/organizationEdit/organization/address"), "山路1号");
    assert_eq!(keyed.request(with_key(&keyed), Body::from(body.to_string())).await.text, first.text);
    assert_eq!(app.database.number("SELECT count(*) FROM journal").await, before + 1);
}

fn with_key(client: &Client) -> axum::http::request::Builder {
    let key = client.key.as_deref().unwrap_or_default();
    Request::post("/graphql").header(header::CONTENT_TYPE, "application/json").header("idempotency-key", key)
}

/// One word decides about texts, the schema and GraphiQL alike.
///
/// covers: API20, SEC-D02
#[tokio::test]
async fn who_may_send_a_text_may_read_the_schema_and_nobody_else() {
    // The tokens of the seed that write stand for people, the one that reads for `banyan token`.
    let (person, tool, ended) = ("county-administrator", "reading-token", "unknown");
    for (policy, allowed) in [
        (FreeText::Nobody, vec![]),
        (FreeText::Tokens, vec![tool]),
        (FreeText::SignedIn, vec![tool, person]),
        (FreeText::Anyone, vec![tool, person]),
    ] {
        let app = TestApp::answering(policy, Documents::default()).await;
        for client in [app.stranger(), app.sign_in(ended), app.sign_in(person), app.sign_in(tool)] {
            let who = client.token.clone().unwrap_or_default();
            let is_allowed = allowed.contains(&who.as_str());
            let schema = client.ask("{ __schema { queryType { name } } }").await;
            let known = schema.json.pointer("/data/__schema/queryType/name").is_some();
            assert_eq!(known, is_allowed, "{policy:?} {who}: {}", schema.text);
            let answer = client.ask(FREE).await;
            assert_eq!(answer.code().is_empty(), is_allowed || policy == FreeText::Anyone, "{policy:?} {who}: {}", answer.text);
            if !is_allowed && policy != FreeText::Anyone {
                assert_eq!((schema.code(), answer.code()), ("UNTRUSTED_DOCUMENT", "UNTRUSTED_DOCUMENT"));
            }
            // No name is suggested to anyone, so none is where the schema may not be read.
            let guess = client.ask("{ organisations { totalCount } }").await;
            assert!(!guess.text.contains("organizations"), "{}", guess.text);
            // GraphiQL is part of the built console; where that is missing nobody is shown anything.
            let page = client.request(Request::get("/graphiql"), Body::empty()).await;
            let is_built = root().join("client-examples/web/dist/graphiql/index.html").exists();
            assert_eq!(page.status == StatusCode::OK, is_allowed && is_built, "{policy:?} {who}");
        }
    }
    // What is listed may look at the schema, for whoever is signed in.
    let mut documents = Documents::default();
    let look = "query Look { __schema { queryType { name } } }";
    documents.add(look).expect("a document");
    let app = TestApp::answering(FreeText::Nobody, documents).await;
    assert_eq!(app.sign_in(tool).ask(look).await.at("/__schema/queryType/name"), "Query");
    assert!(!app.stranger().ask(look).await.text.contains("Query"));
}

/// covers: API21
#[tokio::test]
async fn streams_answer_listed_documents_only() {
    let (documents, [_, _, stream]) = list();
    let app = TestApp::answering(FreeText::Nobody, documents).await;
    let id = app.database.seed.organization("N1").to_owned();
    let free = STREAM.replace("Live", "Other");
    let variables = json!({ "id": id });
    let refused = [
        (json!({ "query": free, "variables": variables }), "UNTRUSTED_DOCUMENT"),
        (json!({ "extensions": { "persistedQuery": { "sha256Hash": UNKNOWN } }, "variables": variables }), "UNKNOWN_DOCUMENT"),
    ];
    let listed = json!({ "extensions": { "persistedQuery": { "sha256Hash": stream } }, "variables": variables });
    let edit = async |version: i32| {
        let input = json!({ "i": { "id": id, "version": version, "address": format!("山路{version}号") } });
        assert_eq!(app.sign_in("municipal-administrator").send(EDIT, input).await.user_errors(), "");
    };

    // Server-sent events: the whole body of a refusal, and the first event of what is listed.
    let request = || Request::post("/graphql/stream").header(header::CONTENT_TYPE, "application/json");
    for (body, code) in &refused {
        let answer = app.sign_in("county-administrator").request(request(), Body::from(body.to_string())).await;
        assert!(answer.text.contains(code) && answer.text.contains("event: complete"), "{}", answer.text);
    }
    let by_id = json!({ "documentId": stream, "query": "", "variables": variables });
    for (version, body) in [(1, &by_id), (2, &listed)] {
        let mut events = crate::live::Events::of(&app, "county-administrator", body).await;
        edit(version).await;
        let event = tokio::time::timeout(Duration::from_secs(20), events.next()).await.expect("in time").expect("an event");
        assert_eq!(event.pointer("/data/changes/subject/address"), Some(&json!(format!("山路{version}号"))), "{event}");
    }

    // WebSocket: the same, the payload read by another library.
    let mut socket = Socket::open(&app, "county-administrator").await;
    for (number, (body, code)) in refused.iter().enumerate() {
        socket.send(&json!({ "type": "subscribe", "id": number.to_string(), "payload": body })).await;
        let answer = socket.next().await;
        assert!(answer.to_string().contains(code), "{answer}");
    }
    socket.send(&json!({ "type": "subscribe", "id": "listed", "payload": listed })).await;
    // Its beginning is not told; a change soon after it is.
    for version in 3..20 {
        edit(version).await;
        if let Some(event) = socket.next_within(Duration::from_millis(500), "listed").await {
            assert_eq!(event.pointer("/payload/data/changes/kind"), Some(&json!("UPDATED")), "{event}");
            return;
        }
    }
    panic!("no event by WebSocket");
}

/// A WebSocket of which texts of this test are sent and read.
struct Socket(TcpStream);

impl Socket {
    async fn open(app: &TestApp, token: &str) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let service = app.router.clone();
        tokio::spawn(async move { axum::serve(listener, service).await });
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        let hello = format!(
            "GET /graphql/ws HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\
             Authorization: Bearer {token}\r\n\r\n"
        );
        stream.write_all(hello.as_bytes()).await.expect("a request");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.expect("an answer"));
        }
        assert!(head.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&head));
        let mut socket = Self(stream);
        socket.send(&json!({ "type": "connection_init" })).await;
        assert_eq!(socket.next().await["type"], "connection_ack");
        socket
    }

    async fn send(&mut self, message: &Value) {
        let text = message.to_string();
        // One masked frame of text, the mask being zero.
        let mut frame = vec![0x81, 0x80 | 126];
        frame.extend(u16::try_from(text.len()).expect("a short text").to_be_bytes());
        frame.extend([0; 4]);
        frame.extend(text.as_bytes());
        self.0.write_all(&frame).await.expect("a frame");
    }

    async fn next(&mut self) -> Value {
        loop {
            let kind = self.0.read_u8().await.expect("a frame");
            let length = match self.0.read_u8().await.expect("a length") {
                126 => usize::from(self.0.read_u16().await.expect("a length")),
                length => usize::from(length),
            };
            let mut text = vec![0; length];
            self.0.read_exact(&mut text).await.expect("a frame");
            let message: Value = serde_json::from_slice(&text).unwrap_or_default();
            if kind == 0x81 && message["type"] != "complete" {
                return message;
            }
        }
    }

    async fn next_within(&mut self, wait: Duration, id: &str) -> Option<Value> {
        let mine = async {
            loop {
                let message = self.next().await;
                if message["id"] == id && message["type"] == "next" {
                    return message;
                }
            }
        };
        tokio::time::timeout(wait, mine).await.ok()
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace")
}

fn documents_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_dir() && !name.starts_with('.') && name != "node_modules" {
            documents_below(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "graphql") {
            found.push(path);
        }
    }
}

/// Names, signs and texts of a document, without their order: the list's own printer puts fields in another.
fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines().map(|line| line.split('#').next().unwrap_or_default()) {
        let mut word = String::new();
        for character in line.chars().chain([' ']) {
            if character.is_alphanumeric() || "_$@\"".contains(character) {
                word.push(character);
                continue;
            }
            found.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
            found.extend((!character.is_whitespace() && character != ',').then(|| character.to_string()));
        }
    }
    found.sort();
    found
}

/// The operations and fragments of a text, each from its keyword to its last bracket.
fn definitions(text: &str) -> Vec<String> {
    let (mut found, mut open, mut from) = (Vec::new(), 0, 0);
    let bare: String = text.lines().map(|line| format!("{}\n", line.split('#').next().unwrap_or_default())).collect();
    for (place, character) in bare.char_indices() {
        match character {
            '{' | '(' => open += 1,
            '}' | ')' => open -= 1,
            _ => {}
        }
        if character == '}' && open == 0 {
            found.push(bare[from..=place].trim().to_owned());
            from = place + 1;
        }
    }
    found
}

/// `query Name` of a definition.
fn title(definition: &str) -> String {
    let end = definition.find(['(', '{', '@']).expect("a selection");
    definition[..end].split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

/// An operation and the fragments that it needs, whatever they need among them.
fn whole(operation: &str, fragments: &BTreeMap<String, String>) -> String {
    let (mut text, mut known, mut waiting) = (operation.to_owned(), BTreeSet::new(), vec![operation.to_owned()]);
    while let Some(next) = waiting.pop() {
        for spread in next.split("...").skip(1) {
            let name: String = spread.chars().take_while(|character| character.is_alphanumeric() || *character == '_').collect();
            if let Some(fragment) = fragments.get(&format!("fragment {name}")).filter(|_| known.insert(name.clone())) {
                text.push_str(fragment);
                waiting.push(fragment.clone());
            }
        }
    }
    text
}

/// What the console and the examples ask passes no limit, with pages as large as they can be.
///
/// covers: API16
#[tokio::test]
async fn what_the_console_asks_is_within_the_limits() {
    let clients = root().join("client-examples");
    let mut files = Vec::new();
    documents_below(&clients, &mut files);
    let texts: Vec<String> = files.iter().map(|file| fs::read_to_string(file).expect("a file")).collect();
    let all: BTreeMap<String, String> =
        texts.iter().flat_map(|text| definitions(text)).map(|definition| (title(&definition), definition)).collect();
    let app = TestApp::new().await;
    let client = app.sign_in("auditor");
    let mut asked = 0;
    for (title, operation) in all.iter().filter(|(title, _)| !title.starts_with("fragment")) {
        asked += 1;
        let body = json!({ "query": whole(operation, &all), "variables": { "first": 200, "last": null } });
        let answer = post(&client, body).await;
        assert_ne!(answer.code(), "TOO_COMPLEX", "{title}: {}", answer.text);
    }
    assert!(asked > 50, "{asked}");
}

/// What the program would answer is what the sources of console and examples ask.
///
/// covers: API21
#[tokio::test]
async fn the_list_of_the_program_is_that_of_the_console_and_the_examples() {
    let documents = built_in().expect("the program's documents");
    let clients = root().join("client-examples");
    let mut examples = Vec::new();
    for folder in ["curl", "python"] {
        documents_below(&clients.join(folder), &mut examples);
    }
    let examples: Vec<String> = examples.iter().map(|file| fs::read_to_string(file).expect("a file")).collect();
    assert!(examples.len() >= 2 && examples.len() == EXAMPLES.len(), "http/documents.rs names other examples");
    for text in &examples {
        assert!(documents.with_text(text).is_some(), "an example is not on the list: {text}");
    }

    let app = TestApp::answering(FreeText::Nobody, documents.clone()).await;
    assert_eq!(app.engine.invalid_documents().await, BTreeSet::new(), "not of this schema: build the console anew");
    let mut broken = Documents::default();
    broken.add("query Gone($x: ID!) { nothing(id: $x) { id } }").expect("GraphQL");
    broken.add("query A { viewer { readOnly } } mutation B { organizationEdit(input: 1) { nothing } }").expect("GraphQL");
    let found = TestApp::answering(FreeText::Nobody, broken.clone()).await.engine.invalid_documents().await;
    for (id, _) in broken.iter() {
        assert!(found.iter().any(|found| found.starts_with(id)), "{id}: {found:?}");
    }

    // Without a console there is none to be stale.
    if !clients.join("web/dist/index.html").exists() {
        return;
    }
    let mut files = Vec::new();
    documents_below(&clients.join("web/src"), &mut files);
    let texts: Vec<String> = files.iter().map(|file| fs::read_to_string(file).expect("a file")).collect();
    let all: BTreeMap<String, String> =
        texts.iter().flat_map(|text| definitions(text)).map(|definition| (title(&definition), definition)).collect();
    let asked: BTreeMap<String, Vec<String>> = all
        .iter()
        .filter(|(title, _)| !title.starts_with("fragment"))
        .map(|(title, operation)| (title.clone(), words(&whole(operation, &all))))
        .collect();
    let listed: BTreeMap<String, Vec<String>> = documents
        .iter()
        .filter(|(_, trusted)| !examples.contains(&trusted.text))
        .map(|(_, trusted)| {
            let operation = definitions(&trusted.text).into_iter().find(|definition| !definition.starts_with("fragment"));
            (title(&operation.expect("an operation")), words(&trusted.text))
        })
        .collect();
    assert!(asked.len() > 50, "{}", asked.len());
    for (title, words) in &asked {
        assert_eq!(listed.get(title), Some(words), "{title}: the list is stale, build the console anew");
    }
    assert_eq!(listed.len(), asked.len(), "the list has what no source has: build the console anew");

    // The list itself is for the server alone.
    let answer = app.stranger().request(Request::get("/persisted-documents.json"), Body::empty()).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}
