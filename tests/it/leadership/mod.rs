//! Terms and posts of the leadership, and the roles that go with posts.

mod ends;
mod posts;
mod roles;

use banyan_tests::TestApp;
use serde_json::{Value, json};

use crate::acting::{done, organization, person};

pub const COUNTY: &str = "county-administrator";

/// Begins a term.
pub async fn term(app: &TestApp, code: &str, from: &str) -> String {
    done(app, COUNTY, "leadershipTermBegin", json!({ "organizationId": organization(app, code), "from": from })).await.0
}

/// What names a person for a post.
pub fn named(app: &TestApp, code: &str, who: &str, post: &str) -> Value {
    json!({ "organizationId": organization(app, code), "personId": person(app, who), "post": post, "from": "2025-03-01" })
}

/// Names a person for a post; the entry.
pub async fn post(app: &TestApp, code: &str, who: &str, post: &str) -> String {
    done(app, COUNTY, "leadershipPostAdd", named(app, code, who, post)).await.0
}

/// What ends a post.
pub fn ending(id: &str, version: i64) -> Value {
    json!({ "id": id, "version": version, "on": "2026-01-05", "reason": "4" })
}

/// What someone may do, by name.
pub async fn rights(app: &TestApp, who: &str) -> Vec<String> {
    crate::acting::each(
        &json!(
            app.sign_in(who)
                .ask("{ viewer { permissions } }")
                .await
                .at("/viewer/permissions")
                .as_array()
                .expect("a list")
                .iter()
                .map(|name| json!({ "name": name }))
                .collect::<Vec<_>>()
        ),
        "name",
    )
}
