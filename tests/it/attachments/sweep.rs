use banyan::testing::{Db, Sweep, Swept, check_files, sweep_once};
use banyan_tests::TestApp;
use serde_json::json;

use super::{attached, link, pdf, sent};
use crate::acting::{done, organization, person};

fn sweeper(app: &TestApp) -> Sweep {
    let db = Db::new(&app.database.app_url, 2, std::time::Duration::from_secs(20)).expect("a pool");
    Sweep { db, clock: app.clock.clone(), blobs: app.blobs.clone() }
}

async fn swept(app: &TestApp) -> (i64, usize, usize) {
    let Swept { expired, removed } = sweep_once(&sweeper(app)).await.expect("a sweep");
    (expired, removed, app.blobs.list().await.expect("the store").len())
}

async fn found(app: &TestApp) -> Vec<String> {
    let differences = check_files(&app.database.owner().await, &app.blobs).await.expect("a check");
    differences.into_iter().map(|found| found.check.to_owned()).collect()
}

/// An upload that nobody attached, one whose row stayed half-way, a file that was removed: each goes in its
/// time, and nothing that is in use does.
#[tokio::test]
async fn what_nothing_refers_to_leaves_the_store() {
    let app = TestApp::new().await;
    let branch = organization(&app, "N1A");
    let kept = attached(&app, "secretary", &branch, "23", "批复.pdf").await;
    let removed = attached(&app, "secretary", &branch, "24", "旧.pdf").await;
    let waiting = sent(&app.sign_in("secretary"), "未保存.pdf").await;
    // The server was killed between the row and the bytes, and between the bytes and the note that they are there.
    app.database
        .change(
            "INSERT INTO uploads SELECT tenant_id, gen_random_uuid(), account_id, gen_random_uuid(), name, media_type, bytes, digest, content_key, false, created_at FROM uploads;
             UPDATE uploads SET stored = false WHERE stored AND name = '未保存.pdf'",
        )
        .await;
    assert_eq!(swept(&app).await, (0, 0, 3));
    assert_eq!(found(&app).await, Vec::<String>::new());
    done(&app, "secretary", "attachmentRemove", json!({ "id": removed, "version": 1 })).await;
    assert_eq!(swept(&app).await, (0, 0, 3), "a removed file stays for a backup's sake");
    app.clock.shift(61 * 60);
    assert_eq!(swept(&app).await, (2, 2, 2));
    let late = json!({ "ownerId": branch, "uploadId": waiting, "kind": "23" });
    let answer = crate::acting::send(&app.sign_in("secretary"), "attachmentAdd", &late).await;
    assert_eq!(answer.user_errors(), "uploadId UPLOAD_GONE");
    app.clock.shift(7 * 24 * 3600);
    assert_eq!(swept(&app).await, (0, 1, 1));
    assert_eq!(swept(&app).await, (0, 0, 1));
    assert_eq!(app.database.number("SELECT count(*) FROM discarded_files").await, 0);
    assert_eq!(found(&app).await, Vec::<String>::new());
    // Sessions of the seed are tokens without an end: the file is still there.
    let secretary = app.sign_in("secretary");
    assert_eq!(secretary.fetch(&link(&secretary, &kept).await).await.2, pdf("批复.pdf"));
}

/// `banyan check` compares rows and bytes in both directions.
#[tokio::test]
async fn the_check_finds_a_file_without_bytes_and_bytes_without_a_row() {
    let app = TestApp::new().await;
    attached(&app, "secretary", &organization(&app, "N1A"), "23", "批复.pdf").await;
    attached(&app, "secretary", &person(&app, "N1A-1"), "01", "申请书.pdf").await;
    assert_eq!(found(&app).await, Vec::<String>::new());
    let (lost, _) = app.blobs.list().await.expect("the store")[0];
    app.blobs.remove(lost).await.expect("removed");
    assert_eq!(found(&app).await, ["file"]);
    app.blobs.put((lost.0, uuid::Uuid::now_v7()), &banyan::testing::ContentKey::new(), pdf("x")).await.expect("a stranger");
    assert_eq!(found(&app).await, ["file", "file without a row"]);
}

/// A lost file is a fault that is told as such and nothing else: no other file, no page.
#[tokio::test]
async fn bytes_that_were_changed_are_not_delivered() {
    let app = TestApp::new().await;
    let id = attached(&app, "secretary", &organization(&app, "N1A"), "23", "批复.pdf").await;
    let other = attached(&app, "secretary", &organization(&app, "N1A"), "24", "另一.pdf").await;
    // Another file's bytes under this one's name.
    let owner = app.database.owner().await;
    owner.batch_execute("ALTER TABLE attachments DROP CONSTRAINT attachments_object_unique; UPDATE attachments a SET object = b.object FROM attachments b WHERE a.kind = '23' AND b.kind = '24'").await.expect("damage");
    let secretary = app.sign_in("secretary");
    let (status, _, body) = secretary.fetch(&link(&secretary, &id).await).await;
    assert_eq!(status, axum::http::StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!String::from_utf8_lossy(&body).contains("PDF"));
    assert_eq!(secretary.fetch(&link(&secretary, &other).await).await.0, axum::http::StatusCode::OK);
}
