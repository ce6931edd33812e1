//! Files of organizations and people: in, out, and gone.

mod guard;
mod keep;
mod sweep;

use banyan_tests::{Client, TestApp};
use serde_json::{Value, json};

/// A PDF of some length that is like no other.
pub fn pdf(text: &str) -> Vec<u8> {
    format!("%PDF-1.7\n% {text}\n%%EOF\n").into_bytes()
}

/// Sends a PDF and gives its upload's id.
pub async fn sent(client: &Client, name: &str) -> String {
    let answer = client.upload(name, &pdf(name)).await;
    answer.json["upload"]["id"].as_str().unwrap_or_else(|| panic!("{}", answer.text)).to_owned()
}

/// Sends a PDF and attaches it.
pub async fn attached(app: &TestApp, who: &str, owner: &str, kind: &str, name: &str) -> String {
    let upload = sent(&app.sign_in(who), name).await;
    crate::acting::done(app, who, "attachmentAdd", json!({ "ownerId": owner, "uploadId": upload, "kind": kind })).await.0
}

/// What is shown of the files of something, without the address.
pub async fn files(client: &Client, owner: &str) -> Value {
    let fields = "attachmentCount attachments { name kind { code name } datedOn mediaType bytes addedBy organization { code } person { name } version }";
    let ask = format!("{{ node(id: \"{owner}\") {{ ... on Organization {{ {fields} }} ... on Person {{ {fields} }} }} }}");
    client.ask(&ask).await.at("/node")
}

/// The address of a file.
pub async fn link(client: &Client, id: &str) -> String {
    let answer = client.ask(&format!("{{ node(id: \"{id}\") {{ ... on Attachment {{ link }} }} }}")).await;
    answer.at("/node/link").as_str().unwrap_or_else(|| panic!("{}", answer.text)).to_owned()
}
