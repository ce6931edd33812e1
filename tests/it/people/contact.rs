//! What a person is reached by, and who has no identity number.

use banyan_tests::TestApp;
use serde_json::{Value, json};

use super::add::{identity, newcomer};
use crate::acting::{done, everything, newest_entry, organization, person, refused, rows};

/// The e-mail address is kept like the phone: sealed, masked, in the log without its value, and seen by its owner.
#[tokio::test]
async fn an_email_address_is_sealed_masked_checked_and_seen_by_its_owner() {
    let app = TestApp::new().await;
    let address = "zhao.xiaoyan@example.org";
    for wrong in ["nobody", "a@b", "a b@c.cn"] {
        refused(
            &app,
            "branch-administrator",
            "personAdd",
            newcomer(&app, &[("email", json!(wrong))]),
            "email EMAIL_FORM 电子邮箱格式不正确",
            "email EMAIL_FORM This is not an e-mail address",
        )
        .await;
    }
    let (id, _) = done(&app, "branch-administrator", "personAdd", newcomer(&app, &[("email", json!(address))])).await;
    let ask = format!(
        "{{ node(id: \"{id}\") {{ ... on Person {{ email {{ text }} history {{ nodes {{ changes {{ field before after }} }} }} }} }} }}"
    );
    let seen = app.sign_in("branch-administrator").ask(&ask).await;
    assert_eq!(seen.at("/node/email/text"), "zha*******************rg");
    let changed = json!({ "id": id, "version": 1, "email": "yan@example.cn" });
    done(&app, "branch-administrator", "personEdit", changed).await;
    refused(
        &app,
        "branch-administrator",
        "personEdit",
        json!({ "id": id, "version": 2, "email": "yan" }),
        "email EMAIL_FORM 电子邮箱格式不正确",
        "email EMAIL_FORM This is not an e-mail address",
    )
    .await;
    let seen = app.sign_in("branch-administrator").ask(&ask).await;
    assert_eq!(
        seen.at("/node/history/nodes/0/changes"),
        json!([{ "field": "email", "before": "zha*******************rg", "after": "yan*********cn" }])
    );
    assert!(!everything(&app).await.join("\n").contains("example"), "no row holds it in clear");
    // Behind the mask with a purpose, as with the phone.
    let read = json!({ "id": id, "fields": ["EMAIL"], "purpose": "通知开会" });
    let opened = app
        .sign_in("branch-administrator")
        .send(
            "mutation ($i: PersonUnmaskInput!) { personUnmask(input: $i) { values { field value } userErrors { code } } }",
            json!({ "i": read }),
        )
        .await;
    assert_eq!(opened.at("/personUnmask/values"), json!([{ "field": "EMAIL", "value": "yan@example.cn" }]), "{}", opened.text);
    assert!(newest_entry(&app).await.starts_with("PERSON_UNMASKED"));
    // The person's own page shows it, masked as everything.
    let own = person(&app, "N1A-1");
    let change = json!({ "id": own, "version": 1, "email": "member@example.org" });
    done(&app, "branch-administrator", "personEdit", change).await;
    let centre = app.sign_in("member").ask("{ viewer { person { id email { text } phone { text } } } }").await;
    assert_eq!(centre.at("/viewer/person/email/text"), "mem*************rg", "{}", centre.text);
    // An empty one goes.
    done(&app, "branch-administrator", "personEdit", json!({ "id": id, "version": 2, "email": Value::Null })).await;
    assert_eq!(app.sign_in("branch-administrator").ask(&ask).await.at("/node/email"), Value::Null);
}

/// Who has no number is kept with the reason, cannot be claimed, and gets a number later but never loses one.
#[tokio::test]
async fn a_record_without_an_identity_number_says_why_and_cannot_be_claimed() {
    let app = TestApp::new().await;
    let without = |more: &[(&str, Value)]| {
        let mut changed = vec![("identityNumber", Value::Null)];
        changed.extend(more.iter().cloned());
        newcomer(&app, &changed)
    };
    let refuse = async |input: Value, field: &str| {
        let zh = format!("{field} IDENTITY_NUMBER_OR_REASON 请填写身份证号；确实没有的，填写原因");
        let en = format!("{field} IDENTITY_NUMBER_OR_REASON Give the identity number or, where there is none, the reason");
        refused(&app, "branch-administrator", "personAdd", input, &zh, &en).await;
    };
    refuse(without(&[]), "identityNumber").await;
    refuse(without(&[("noIdentityNumberReason", json!("  "))]), "identityNumber").await;
    refuse(newcomer(&app, &[("noIdentityNumberReason", json!("军人"))]), "noIdentityNumberReason").await;
    let why = [("noIdentityNumberReason", json!("军人，尚未发证"))];
    let (id, _) = done(&app, "branch-administrator", "personAdd", without(&why)).await;
    // A second one is no duplicate of the first.
    done(&app, "branch-administrator", "personAdd", without(&[why[0].clone(), ("name", json!("赵晓莲"))])).await;
    let ask = format!("{{ node(id: \"{id}\") {{ ... on Person {{ identityNumber {{ text }} noIdentityNumberReason }} }} }}");
    let seen = app.sign_in("branch-administrator").ask(&ask).await;
    assert_eq!(seen.at("/node"), json!({ "identityNumber": { "text": "" }, "noIdentityNumberReason": "军人，尚未发证" }));
    let issued = app
        .sign_in("county-administrator")
        .send(
            "mutation ($i: ClaimCodeIssueInput!) { claimCodeIssue(input: $i) { code userErrors { code } } }",
            json!({ "i": { "organizationId": organization(&app, "N1A") } }),
        )
        .await;
    let code = issued.at("/claimCodeIssue/code");
    let number = identity("1990-05-20", 502);
    let claim = async |number: &str| {
        let body = json!({ "name": "赵晓燕", "identityNumber": number, "code": code, "password": crate::sign_in::PASSWORD });
        crate::sign_in::post(&app, "/session/claim", body).await
    };
    for tried in ["", number.as_str()] {
        assert_eq!(claim(tried).await.code(), "CLAIM_FAILED", "{tried}");
    }
    // Other data change without it; the number comes once and stays.
    done(
        &app,
        "branch-administrator",
        "personEdit",
        json!({ "id": id, "version": 1, "birthDate": "1990-05-20", "education": "21" }),
    )
    .await;
    done(&app, "branch-administrator", "personEdit", json!({ "id": id, "version": 2, "identityNumber": number })).await;
    let seen = app.sign_in("branch-administrator").ask(&ask).await;
    assert_eq!(seen.at("/node/noIdentityNumberReason"), Value::Null);
    assert!(seen.at("/node/identityNumber/text").as_str().is_some_and(|text| text.len() == 18), "{}", seen.text);
    assert_eq!(claim(&number).await.json["userName"], json!("赵晓燕"));
    // The database holds it too: a row has a number or a reason.
    let both = "SELECT count(*) FROM people WHERE (identity_number IS NULL) <> (no_identity_reason IS NOT NULL)";
    assert_eq!(rows(&app, both).await, "0");
}
