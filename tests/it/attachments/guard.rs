use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use banyan_tests::{Client, TestApp};
use serde_json::json;

use super::{attached, files, link, pdf, sent};
use crate::acting::{done, organization, person, rows, send};

/// What the server said of a file: the code, or what it is.
async fn told(client: &Client, name: &str, content: &[u8]) -> String {
    let answer = client.upload(name, content).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let of = |pointer: &str| answer.json.pointer(pointer).and_then(|value| value.as_str()).map(str::to_owned);
    of("/userErrors/0/code").or_else(|| of("/upload/mediaType")).expect("one of the two")
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut content = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    content.extend(width.to_be_bytes());
    content.extend(height.to_be_bytes());
    content.extend([8, 6, 0, 0, 0, 0, 0, 0, 0]);
    content
}

/// A packed document with one part of so many zeros, as a program of the office writes it.
fn docx(zeros: usize) -> Vec<u8> {
    use std::io::Write;
    let mut made = zip::write::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    made.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).expect("a part");
    made.write_all(&vec![0; zeros]).expect("zeros");
    made.finish().expect("a file").into_inner()
}

/// Size, number, quota, type by content, pixels, and what unpacks to too much.
///
/// covers: SEC-E01
#[tokio::test]
async fn a_file_is_taken_by_its_content_and_within_bounds_or_not_at_all() {
    let app = TestApp::new().await;
    let secretary = app.sign_in("secretary");
    assert_eq!(told(&secretary, "a.pdf", &pdf("a")).await, "application/pdf");
    assert_eq!(told(&secretary, "a.PNG", &png(10, 10)).await, "image/png");
    assert!(told(&secretary, "a.docx", &docx(10)).await.ends_with("wordprocessingml.document"));
    for (name, content) in
        [("a.docx", pdf("a")), ("a.pdf.exe", pdf("a")), ("a.jpg", png(1, 1)), ("a.xlsx", docx(1)), ("pdf", pdf("a"))]
    {
        assert_eq!(told(&secretary, name, &content).await, "ATTACHMENT_MISLABELLED", "{name}");
    }
    let html = b"<html><script>alert(1)</script></html>";
    for (name, content) in [
        ("a.pdf", html.as_slice()),
        ("a.svg", b"<svg onload=alert(1)>"),
        ("a.pdf", b""),
        ("a.exe", b"MZ\x90\0\x03"),
        ("a.gif", b"GIF89a\x01\0\x01\0;"),
    ] {
        assert_eq!(told(&secretary, name, content).await, "ATTACHMENT_TYPE", "{name}");
    }
    assert_eq!(told(&secretary, "a.png", &png(40_000, 40_000)).await, "ATTACHMENT_IMAGE_TOO_LARGE");
    assert_eq!(told(&secretary, "a.docx", &docx(40 * 1024 * 1024)).await, "ATTACHMENT_ARCHIVE");
    let mut large = pdf("a");
    large.resize(20 * 1024 * 1024 + 1, b'x');
    assert_eq!(told(&secretary, "a.pdf", &large).await, "ATTACHMENT_TOO_LARGE");
    large.pop();
    assert_eq!(told(&secretary, "a.pdf", &large).await, "application/pdf");
    // Only what was taken has a row.
    assert_eq!(app.database.number("SELECT count(*) FROM uploads WHERE stored").await, 4);

    // The quota of one organization, its people's files included.
    let mut most = pdf("b");
    most.resize(2 * 1024 * 1024, b'x');
    for owner in [organization(&app, "N1A"), person(&app, "N1A-1")] {
        let upload = secretary.upload("大.pdf", &most).await.json["upload"]["id"].clone();
        let answer = send(&secretary, "attachmentAdd", &json!({ "ownerId": owner, "uploadId": upload, "kind": "99" })).await;
        let second = owner.starts_with("per_");
        assert_eq!(answer.user_errors(), if second { "uploadId ATTACHMENT_QUOTA_SPENT" } else { "" });
    }
    // The number of what waits: five of this one's wait already, fifteen more may.
    for number in 0..15 {
        assert_eq!(told(&secretary, "w.pdf", &pdf(&number.to_string())).await, "application/pdf", "{number}");
    }
    assert_eq!(told(&secretary, "w.pdf", &pdf("one more")).await, "UPLOAD_TOO_MANY");
    assert_eq!(told(&app.sign_in("branch-administrator"), "w.pdf", &pdf("another's")).await, "application/pdf");
}

/// covers: SEC-E01
#[tokio::test]
async fn a_record_has_ten_files_at_most_however_many_come_at_once() {
    let app = TestApp::new().await;
    let branch = organization(&app, "N1A");
    let mut inputs = Vec::new();
    for number in 0..14 {
        let upload = sent(&app.sign_in("secretary"), &format!("{number}.pdf")).await;
        inputs.push(json!({ "ownerId": branch, "uploadId": upload, "kind": "99" }));
    }
    let client = app.sign_in("secretary");
    let answers = futures_util::future::join_all(inputs.iter().map(|input| send(&client, "attachmentAdd", input))).await;
    let refusals: Vec<String> =
        answers.iter().map(banyan_tests::Answer::user_errors).filter(|errors| !errors.is_empty()).collect();
    assert_eq!(refusals, vec!["uploadId ATTACHMENT_TOO_MANY"; 4]);
    assert_eq!(files(&client, &branch).await["attachmentCount"], 10);
    // One upload becomes one attachment, whoever is quicker.
    let upload = sent(&client, "einmal.pdf").await;
    let owners = [person(&app, "N1A-1"), person(&app, "N1A-2"), person(&app, "N1A-3")];
    let inputs = owners.map(|owner| json!({ "ownerId": owner, "uploadId": upload, "kind": "99" }));
    let answers = futures_util::future::join_all(inputs.iter().map(|input| send(&client, "attachmentAdd", input))).await;
    assert_eq!(answers.iter().filter(|answer| answer.user_errors().is_empty()).count(), 1);
}

/// Generated names in the store, nothing that runs on the way out, and no way to anything but a file.
///
/// covers: SEC-E02
#[tokio::test]
async fn a_file_goes_out_as_something_to_keep_and_lies_under_a_generated_name() {
    let app = TestApp::new().await;
    let secretary = app.sign_in("secretary");
    let name = "..\\..\\批复\"; filename=x.pdf";
    let id = {
        let answer = secretary.upload(name, &pdf("x")).await;
        assert_eq!(answer.json["userErrors"][0]["code"], "INVALID_CHARACTERS", "{}", answer.text);
        attached(&app, "secretary", &organization(&app, "N1A"), "99", "../../批复 终稿.pdf").await
    };
    assert_eq!(rows(&app, "SELECT name FROM attachments").await, "批复 终稿.pdf");
    let (status, headers, content) = secretary.fetch(&link(&secretary, &id).await).await;
    assert_eq!((status, content), (StatusCode::OK, pdf("../../批复 终稿.pdf")));
    let of = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    assert_eq!(of(header::CONTENT_TYPE), "application/pdf");
    assert_eq!(of(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
    assert_eq!(
        of(header::CONTENT_DISPOSITION),
        "attachment; filename=\"attachment.pdf\"; filename*=UTF-8''%E6%89%B9%E5%A4%8D%20%E7%BB%88%E7%A8%BF.pdf"
    );
    assert_eq!(of(header::CONTENT_SECURITY_POLICY), "sandbox; default-src 'none'; frame-ancestors 'none'");
    assert_eq!(of(header::CACHE_CONTROL), "private, no-store");
    assert_eq!(headers["cross-origin-resource-policy"], "same-origin");

    // One file under tenant, shelf and number; sealed, readable by the server alone.
    let mut found = Vec::new();
    let mut folders = vec![app.files()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    let [file] = found.as_slice() else { panic!("{found:?}") };
    let name = file.strip_prefix(app.files()).expect("inside").to_string_lossy().into_owned();
    assert!(name.chars().all(|character| character.is_ascii_hexdigit() || character == '/'), "{name}");
    assert!(!std::fs::read(file).expect("a file").windows(4).any(|part| part == b"%PDF"));

    // Addresses that want something else.
    let good = link(&secretary, &id).await;
    let (_, rest) = good.split_at("/files/".len());
    let (until, signature) = rest.split_once('/').and_then(|(_, rest)| rest.split_once('/')).expect("a link");
    for wanted in [
        "..%2f..%2fsecret.key",
        "%2e%2e%2f%2e%2e%2fsecret.key",
        "att_..",
        "%00",
        "att_%2e%2e%2f",
        "....//",
        "C:%5c",
        "org_AAAA",
        "",
    ] {
        let (status, _, body) = secretary.fetch(&format!("/files/{wanted}/{until}/{signature}")).await;
        assert!(status.is_client_error(), "{wanted}: {status}");
        assert!(!String::from_utf8_lossy(&body).contains("PDF"), "{wanted}");
    }
    for address in
        ["/files/../secret.key", "/files//etc/passwd", "/files/%2e%2e/%2e%2e/secret.key", "/files/x/y/z/../../../../secret.key"]
    {
        let (status, ..) = secretary.fetch(address).await;
        assert!(status.is_client_error() || status == StatusCode::OK && address.contains("/../"), "{address}: {status}");
    }
}

/// The right is looked up at every use, and a link is one account's for five minutes.
///
/// covers: SEC-E04
#[tokio::test]
async fn a_link_opens_a_file_for_whom_it_was_made_while_the_right_lasts() {
    let app = TestApp::new().await;
    let id = attached(&app, "secretary", &person(&app, "N1A-1"), "18", "身份证.pdf").await;
    let (auditor, committee) = (app.sign_in("auditor"), app.sign_in("committee-member"));
    let address = link(&auditor, &id).await;
    assert_eq!(auditor.fetch(&address).await.0, StatusCode::OK);
    assert_eq!(auditor.fetch(&address).await.0, StatusCode::OK);
    // Someone else who may see the file needs a link of their own; nobody's request is nobody's.
    assert_eq!(committee.fetch(&address).await.0, StatusCode::NOT_FOUND);
    assert_eq!(app.sign_in("other-county-administrator").fetch(&address).await.0, StatusCode::NOT_FOUND);
    assert_eq!(app.stranger().fetch(&address).await.0, StatusCode::UNAUTHORIZED);
    for changed in [address.replace("/files/att_", "/files/att_A"), format!("{address}A"), address.replacen("/1", "/2", 1)] {
        assert_eq!(auditor.fetch(&changed).await.0, StatusCode::NOT_FOUND, "{changed}");
    }
    // Out of time.
    app.clock.shift(301);
    assert_eq!(auditor.fetch(&address).await.0, StatusCode::NOT_FOUND);
    // Out of reach, with a link that is fresh.
    let address = link(&auditor, &id).await;
    app.database.change("UPDATE grants SET ended_at = now() WHERE role = 'auditor' AND path = 'a01000'").await;
    assert_eq!(auditor.fetch(&address).await.0, StatusCode::NOT_FOUND);
    let address = link(&committee, &id).await;
    done(&app, "secretary", "attachmentRemove", json!({ "id": id, "version": 1 })).await;
    assert_eq!(committee.fetch(&address).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn only_those_who_may_attach_send_files_and_no_form_of_another_site_does() {
    let app = TestApp::new().await;
    for (who, status) in [
        ("auditor", 403),
        ("member", 403),
        ("committee-member", 403),
        ("system-administrator", 403),
        ("reading-token", 403),
        ("secretary", 200),
    ] {
        assert_eq!(app.sign_in(who).upload("a.pdf", &pdf("a")).await.status.as_u16(), status, "{who}");
    }
    assert_eq!(app.stranger().upload("a.pdf", &pdf("a")).await.status, StatusCode::UNAUTHORIZED);
    for media in ["application/pdf", "multipart/form-data; boundary=x", "text/plain", "application/x-www-form-urlencoded"] {
        let request = Request::post("/files?name=a.pdf").header(header::CONTENT_TYPE, media);
        let answer = app.sign_in("secretary").request(request, Body::from(pdf("a"))).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{media}");
    }
    let foreign = Request::post("/files?name=a.pdf")
        .header(header::CONTENT_TYPE, "application/octet-stream")
        .header(header::COOKIE, "__Host-banyan=secretary")
        .header(header::ORIGIN, "https://elsewhere.example")
        .header(header::HOST, "localhost");
    assert_eq!(app.stranger().request(foreign, Body::from(pdf("a"))).await.status, StatusCode::FORBIDDEN);
    assert_eq!(app.sign_in("secretary").fetch("/files").await.0, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(app.database.number("SELECT count(*) FROM uploads").await, 1);
}
