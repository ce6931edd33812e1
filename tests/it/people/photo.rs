use banyan_tests::TestApp;
use data_encoding::BASE64;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::acting::{denied, done, newest_entry, person, refused, rows};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nportrait";
const JPEG: &[u8] = &[0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 0xff, 0xd9];

fn portrait(app: &TestApp, version: i64, content: Option<&[u8]>) -> Value {
    json!({ "id": person(app, "N1A-1"), "version": version, "base64": content.map(|bytes| BASE64.encode(bytes)) })
}

const PHOTOS: &str = "SELECT p.name, f.media_type, octet_length(f.content), f.path = p.path, p.version FROM people p LEFT JOIN person_photos f ON f.person_id = p.id
                      WHERE p.id::text LIKE '%-8000-000000000001'";

async fn shown(app: &TestApp, who: &str) -> Value {
    let ask = format!("{{ node(id: \"{}\") {{ ... on Person {{ photo {{ mediaType base64 }} }} }} }}", person(app, "N1A-1"));
    app.sign_in(who).ask(&ask).await.at("/node/photo")
}

#[tokio::test]
async fn a_portrait_is_set_replaced_and_removed() {
    let app = TestApp::new().await;
    done(&app, "branch-administrator", "personSetPhoto", portrait(&app, 1, Some(PNG))).await;
    assert_eq!(rows(&app, PHOTOS).await, "王小明 | image/png | 16 | t | 2");
    assert_snapshot!(newest_entry(&app).await, @r#"PERSON_PHOTO_CHANGED | branch-administrator | branch_administrator | N1A | person | 王小明 | {} | {"photo": "✓"} | -"#);
    assert_eq!(shown(&app, "committee-member").await, json!({ "mediaType": "image/png", "base64": BASE64.encode(PNG) }));
    assert_eq!(shown(&app, "member").await["mediaType"], "image/png");
    done(&app, "secretary", "personSetPhoto", portrait(&app, 2, Some(JPEG))).await;
    assert_eq!(rows(&app, PHOTOS).await, "王小明 | image/jpeg | 9 | t | 3");
    assert_snapshot!(newest_entry(&app).await, @r#"PERSON_PHOTO_CHANGED | secretary | secretary | N1A | person | 王小明 | {"photo": "✓"} | {"photo": "✓"} | -"#);
    done(&app, "county-administrator", "personSetPhoto", portrait(&app, 3, None)).await;
    assert_eq!(rows(&app, PHOTOS).await, "王小明 | - | - | - | 4");
    assert_snapshot!(newest_entry(&app).await, @r#"PERSON_PHOTO_CHANGED | county-administrator | organization_administrator | N1A | person | 王小明 | {"photo": "✓"} | {} | -"#);
    assert_eq!(shown(&app, "county-administrator").await, Value::Null);
}

#[tokio::test]
async fn a_portrait_is_known_by_its_content_and_has_a_largest_size() {
    let app = TestApp::new().await;
    let form = ("base64 PHOTO_FORM 照片须为JPEG或PNG格式", "base64 PHOTO_FORM A photo is a JPEG or a PNG");
    for content in [b"<svg onload=alert(1)>".as_slice(), b"GIF89a", b"", &JPEG[..7]] {
        refused(&app, "branch-administrator", "personSetPhoto", portrait(&app, 1, Some(content)), form.0, form.1).await;
    }
    let no_base64 = json!({ "id": person(&app, "N1A-1"), "version": 1, "base64": "data:image/png;base64,iVBORw0KGgo=" });
    refused(&app, "branch-administrator", "personSetPhoto", no_base64, form.0, form.1).await;
    let mut large = PNG.to_vec();
    large.resize(200 * 1024 + 1, 0);
    let too_large = ("base64 PHOTO_TOO_LARGE 照片不能超过200KB", "base64 PHOTO_TOO_LARGE A photo has at most 200 kB");
    refused(&app, "branch-administrator", "personSetPhoto", portrait(&app, 1, Some(&large)), too_large.0, too_large.1).await;
    let stale = (
        "version STALE_VERSION 数据已被他人修改，请刷新后重试（当前版本1）",
        "version STALE_VERSION Changed by someone else since you read it; refresh and try again (current version 1)",
    );
    refused(&app, "branch-administrator", "personSetPhoto", portrait(&app, 2, Some(PNG)), stale.0, stale.1).await;
    for (who, code) in [
        ("auditor", "FORBIDDEN"),
        ("member", "FORBIDDEN"),
        ("other-county-administrator", "NOT_FOUND"),
        ("reading-token", "READ_ONLY"),
    ] {
        denied(&app, who, "personSetPhoto", portrait(&app, 1, Some(PNG)), code).await;
    }
    large.pop();
    done(&app, "branch-administrator", "personSetPhoto", portrait(&app, 1, Some(&large))).await;
    assert_eq!(rows(&app, PHOTOS).await, "王小明 | image/png | 204800 | t | 2");
}
