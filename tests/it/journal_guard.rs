//! The journal and the change stand or fall together, and nobody edits the journal.

use banyan_tests::TestApp;
use serde_json::json;

const EDIT: &str =
    "mutation ($i: OrganizationEditInput!) { organizationEdit(input: $i) { organization { version } userErrors { code path } } }";

/// covers: SEC-F04
#[tokio::test]
async fn the_application_cannot_change_or_delete_an_entry() {
    let app = TestApp::new().await;
    let client = banyan::testing::connect(&app.database.app_url).await.expect("a connection");
    for statement in [
        "UPDATE journal SET event = 'X'",
        "DELETE FROM journal",
        "TRUNCATE journal",
        "DELETE FROM people",
        "UPDATE membership_ledger SET delta = 1",
    ] {
        let error = client
            .batch_execute(&format!("SET app.scope = '{{[a01,a01~)}}'; SET app.scope_people = '{{[a01,a01~)}}'; SET app.scope_journal = '{{[a01,a01~)}}'; {statement}"))
            .await
            .expect_err(statement);
        assert_eq!(error.code(), Some(&tokio_postgres::error::SqlState::INSUFFICIENT_PRIVILEGE), "{statement}");
    }
}

/// No record, no change: with the journal out of order a write fails and leaves nothing.
///
/// covers: SEC-F03
#[tokio::test]
async fn without_the_journal_nothing_is_written() {
    let app = TestApp::new().await;
    let branch = app.database.seed.organization("N1A").to_owned();
    let variables = json!({ "i": { "id": branch, "version": 1, "address": "山路一号" } });
    app.database.change("REVOKE INSERT ON journal FROM banyan_app").await;
    let client = app.sign_in("county-administrator");
    assert_eq!(client.send(EDIT, variables.clone()).await.code(), "INTERNAL");
    assert_eq!(app.database.number("SELECT count(*) FROM organizations WHERE address IS NOT NULL").await, 0);
    assert!(client.ask("{ viewer { readOnly } }").await.at("/viewer/readOnly").is_boolean(), "reading goes on");
    app.database.change("GRANT INSERT ON journal TO banyan_app").await;
    assert_eq!(client.send(EDIT, variables).await.user_errors(), "");
    assert_eq!(app.database.number("SELECT count(*) FROM journal WHERE event = 'ORGANIZATION_EDITED'").await, 1);
}
