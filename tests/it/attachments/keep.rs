use axum::http::StatusCode;
use banyan_tests::TestApp;
use insta::assert_snapshot;
use serde_json::json;

use super::{attached, files, link, pdf, sent};
use crate::acting::{denied, done, newest_entry, organization, person, refused, rows, send};

/// Attachments carry name, kind and organization, are seen in the record they belong to, and their log stays.
///
/// covers: Q01, Q02
#[tokio::test]
async fn a_file_is_sent_attached_fetched_corrected_and_removed() {
    let app = TestApp::new().await;
    let branch = organization(&app, "N1A");
    let secretary = app.sign_in("secretary");
    let upload = secretary.upload("关于成立东村支部的批复.pdf", &pdf("批复")).await;
    assert_eq!(upload.json["upload"]["mediaType"], "application/pdf", "{}", upload.text);
    let input = json!({ "ownerId": branch, "uploadId": upload.json["upload"]["id"], "kind": "23", "datedOn": "2001-07-01" });
    let (id, version) = done(&app, "secretary", "attachmentAdd", input).await;
    assert_eq!(version, 1);
    assert_snapshot!(newest_entry(&app).await, @r#"ATTACHMENT_ADDED | secretary | secretary | N1A | organization | 中国共产党青石镇东村支部委员会 | {} | {"digest": "4628565b185d4a23c2ee57096beceef61bdad2bab21d2e4f19344786bf5068e5", "datedOn": "2001-07-01", "attachment": "关于成立东村支部的批复.pdf", "attachmentKind": {"code": "23", "table": "attachment_kind"}} | -"#);
    assert_eq!(
        files(&app.sign_in("auditor"), &branch).await,
        json!({ "attachmentCount": 1, "attachments": [{
            "name": "关于成立东村支部的批复.pdf", "kind": { "code": "23", "name": "Founding document" }, "datedOn": "2001-07-01",
            "mediaType": "application/pdf", "bytes": pdf("批复").len(), "addedBy": "secretary",
            "organization": { "code": "N1A" }, "person": null, "version": 1,
        }] })
    );
    let (status, _, content) = app.sign_in("auditor").fetch(&link(&app.sign_in("auditor"), &id).await).await;
    assert_eq!((status, content), (StatusCode::OK, pdf("批复")));

    let edit = json!({ "id": id, "version": 1, "name": "成立批复（扫描件）.pdf", "kind": "24", "datedOn": null });
    done(&app, "branch-administrator", "attachmentEdit", edit).await;
    assert_snapshot!(newest_entry(&app).await, @r#"ATTACHMENT_EDITED | branch-administrator | branch_administrator | N1A | organization | 中国共产党青石镇东村支部委员会 | {"datedOn": "2001-07-01", "attachment": "关于成立东村支部的批复.pdf", "attachmentKind": {"code": "23", "table": "attachment_kind"}} | {"attachment": "成立批复（扫描件）.pdf", "attachmentKind": {"code": "24", "table": "attachment_kind"}} | -"#);
    let (_, _, content) = app.sign_in("secretary").fetch(&link(&app.sign_in("secretary"), &id).await).await;
    assert_eq!(content, pdf("批复"));
    done(&app, "secretary", "attachmentRemove", json!({ "id": id, "version": 2 })).await;
    assert_snapshot!(newest_entry(&app).await, @r#"ATTACHMENT_REMOVED | secretary | secretary | N1A | organization | 中国共产党青石镇东村支部委员会 | {"digest": "4628565b185d4a23c2ee57096beceef61bdad2bab21d2e4f19344786bf5068e5", "attachment": "成立批复（扫描件）.pdf", "attachmentKind": {"code": "24", "table": "attachment_kind"}} | {} | -"#);
    assert_eq!(files(&app.sign_in("auditor"), &branch).await, json!({ "attachmentCount": 0, "attachments": [] }));
    denied(&app, "secretary", "attachmentRemove", json!({ "id": id, "version": 2 }), "NOT_FOUND").await;
}

/// A person's files are the person's to read, the branch's to keep, and no one else's.
#[tokio::test]
async fn a_persons_file_is_read_by_those_who_may_read_people_and_by_the_person() {
    let app = TestApp::new().await;
    let who = person(&app, "N1A-1");
    let id = attached(&app, "branch-administrator", &who, "01", "入党申请书.pdf").await;
    assert_snapshot!(rows(&app, "SELECT a.name, a.kind, p.name, a.path = p.path, a.organization_id = p.organization_id, u.n FROM attachments a JOIN people p ON p.id = a.person_id, (SELECT count(*) AS n FROM uploads) u").await, @r#"入党申请书.pdf | 01 | 王小明 | t | t | 0"#);
    for reader in ["committee-member", "auditor", "county-administrator", "member"] {
        assert_eq!(files(&app.sign_in(reader), &who).await["attachments"][0]["name"], "入党申请书.pdf", "{reader}");
        let (status, ..) = app.sign_in(reader).fetch(&link(&app.sign_in(reader), &id).await).await;
        assert_eq!(status, StatusCode::OK, "{reader}");
    }
    let input = || json!({ "ownerId": who, "uploadId": "upl_AZAAAAAAcACAAAAAAAAAAA", "kind": "01" });
    for (reader, code) in [
        ("member", "FORBIDDEN"),
        ("auditor", "FORBIDDEN"),
        ("other-county-administrator", "NOT_FOUND"),
        ("reading-token", "READ_ONLY"),
    ] {
        denied(&app, reader, "attachmentAdd", input(), code).await;
        denied(&app, reader, "attachmentEdit", json!({ "id": id, "version": 1, "kind": "99" }), code).await;
        denied(&app, reader, "attachmentRemove", json!({ "id": id, "version": 1 }), code).await;
    }
    // The system administrator reads organizations and no people: the person's file is not there for them.
    let blind = app.sign_in("system-administrator").ask(&format!("{{ node(id: \"{id}\") {{ id }} }}")).await;
    assert_eq!(blind.code(), "NOT_FOUND");
}

#[tokio::test]
async fn what_stands_in_the_way_of_an_attachment_is_said() {
    let app = TestApp::new().await;
    let (branch, who) = (organization(&app, "N1A"), person(&app, "N1A-1"));
    let upload = sent(&app.sign_in("secretary"), "批复.pdf").await;
    let add = |owner: &str, upload: &str, kind: &str| json!({ "ownerId": owner, "uploadId": upload, "kind": kind });
    let (zh, en) = (
        "kind ATTACHMENT_KIND_NOT_HERE 该附件种类不适用于此处",
        "kind ATTACHMENT_KIND_NOT_HERE This kind of attachment does not belong here",
    );
    refused(&app, "secretary", "attachmentAdd", add(&who, &upload, "23"), zh, en).await;
    refused(&app, "secretary", "attachmentAdd", add(&branch, &upload, "01"), zh, en).await;
    let (zh, en) = ("kind UNKNOWN_CODE 代码无效：类别", "kind UNKNOWN_CODE Unknown code: kind");
    refused(&app, "secretary", "attachmentAdd", add(&branch, &upload, "77"), zh, en).await;
    let (zh, en) =
        ("uploadId UPLOAD_GONE 上传的文件已失效，请重新上传", "uploadId UPLOAD_GONE The upload is gone; send the file again");
    // Someone else's upload is not there for anyone.
    refused(&app, "branch-administrator", "attachmentAdd", add(&branch, &upload, "23"), zh, en).await;
    let mut future = add(&branch, &upload, "23");
    future["datedOn"] = json!("2099-01-01");
    refused(
        &app,
        "secretary",
        "attachmentAdd",
        future,
        "datedOn DATE_IN_FUTURE 日期不能晚于今天",
        "datedOn DATE_IN_FUTURE The date lies in the future",
    )
    .await;
    let (id, _) = done(&app, "secretary", "attachmentAdd", add(&branch, &upload, "23")).await;
    refused(&app, "secretary", "attachmentAdd", add(&branch, &upload, "23"), zh, en).await;

    let edit = |more: serde_json::Value| {
        let mut input = json!({ "id": id, "version": 1 });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    let same = ("id NOTHING_TO_CHANGE 没有需要修改的内容", "id NOTHING_TO_CHANGE Nothing to change");
    refused(&app, "secretary", "attachmentEdit", edit(json!({ "kind": "23" })), same.0, same.1).await;
    let other = (
        "name ATTACHMENT_MISLABELLED 文件内容与扩展名不符，内容为pdf",
        "name ATTACHMENT_MISLABELLED The content is not what the name says; it is pdf",
    );
    refused(&app, "secretary", "attachmentEdit", edit(json!({ "name": "批复.docx" })), other.0, other.1).await;
    let stale = send(&app.sign_in("secretary"), "attachmentEdit", &json!({ "id": id, "version": 7, "kind": "24" })).await;
    assert_eq!(stale.user_errors(), "version STALE_VERSION");
    app.database.change("UPDATE organizations SET status = 'dissolved', dissolved_on = '2026-01-01' WHERE code = 'N1A'; UPDATE people SET stage = 'left' WHERE path = 'a01000000000'").await;
    let gone = ("ownerId ORGANIZATION_DISSOLVED 党组织已撤销", "ownerId ORGANIZATION_DISSOLVED The organization is dissolved");
    refused(&app, "secretary", "attachmentRemove", json!({ "id": id, "version": 1 }), gone.0, gone.1).await;
    let left = ("ownerId PERSON_LEFT 该人员已离开", "ownerId PERSON_LEFT The person has left");
    refused(&app, "secretary", "attachmentAdd", add(&who, &upload, "01"), left.0, left.1).await;
}

/// The approval document of a renaming comes with it, in one transaction (B09).
#[tokio::test]
async fn a_renaming_takes_its_approval_document_along() {
    let app = TestApp::new().await;
    let branch = organization(&app, "N1A");
    let upload = sent(&app.sign_in("township-administrator"), "青委〔2026〕3号.pdf").await;
    let rename = json!({ "id": branch, "version": 1, "name": "中国共产党青石镇东岭村支部委员会", "on": "2026-01-05", "document": "青委〔2026〕3号", "uploadId": upload });
    done(&app, "township-administrator", "organizationRename", rename).await;
    let shown = files(&app.sign_in("secretary"), &branch).await;
    assert_eq!(shown["attachments"][0]["kind"]["code"], "24");
    assert_eq!(shown["attachments"][0]["datedOn"], "2026-01-05");
    assert_snapshot!(newest_entry(&app).await, @r#"ORGANIZATION_RENAMED | township-administrator | organization_administrator | N1A | organization | 中国共产党青石镇东岭村支部委员会 | {"name": "中国共产党青石镇东村支部委员会"} | {"on": "2026-01-05", "name": "中国共产党青石镇东岭村支部委员会", "document": "青委〔2026〕3号", "attachment": "青委〔2026〕3号.pdf"} | -"#);
    // What is refused leaves the upload where it was.
    let upload = sent(&app.sign_in("township-administrator"), "又一份.pdf").await;
    let again = json!({ "id": branch, "version": 2, "name": "中国共产党青石镇东岭村支部委员会", "on": "2026-01-06", "document": "x", "uploadId": upload });
    let (zh, en) = ("name ORGANIZATION_NAME_UNCHANGED 名称没有变化", "name ORGANIZATION_NAME_UNCHANGED The name is unchanged");
    refused(&app, "township-administrator", "organizationRename", again, zh, en).await;
    done(&app, "township-administrator", "attachmentAdd", json!({ "ownerId": branch, "uploadId": upload, "kind": "24" })).await;
}

/// A moved subtree keeps its files: seen from the new superior, no longer from the old one, the bytes untouched.
#[tokio::test]
async fn files_follow_a_move() {
    let app = TestApp::new().await;
    let branch = organization(&app, "N1A");
    let of_branch = attached(&app, "secretary", &branch, "23", "批复.pdf").await;
    let of_member = attached(&app, "secretary", &person(&app, "N1A-1"), "01", "申请书.pdf").await;
    let input =
        json!({ "id": organization(&app, "N1"), "version": 1, "newSuperiorId": organization(&app, "S"), "on": "2026-01-02" });
    done(&app, "municipal-administrator", "organizationMove", input).await;
    let (old, new) = (app.sign_in("county-administrator"), app.sign_in("other-county-administrator"));
    for (id, name) in [(&of_branch, "批复.pdf"), (&of_member, "申请书.pdf")] {
        let (status, _, content) = new.fetch(&link(&new, id).await).await;
        assert_eq!((status, content), (StatusCode::OK, pdf(name)));
        assert_eq!(old.ask(&format!("{{ node(id: \"{id}\") {{ id }} }}")).await.code(), "NOT_FOUND");
    }
}
