//! A member claims the own record with the name, the number and the branch's code (A15); and the roster (A14).

use axum::http::StatusCode;
use banyan_tests::{Answer, TestApp};
use serde_json::{Value, json};

use super::{OTHER, PASSWORD, cookie_of, good, is_open, mutate, post_from, sign_in_as, token_of, without_number};
use crate::acting::{everything, newest_entry, organization, person, rows};

async fn code_of(app: &TestApp, branch: &str) -> String {
    let issued = mutate(
        &app.sign_in("county-administrator"),
        "claimCodeIssue",
        &json!({ "organizationId": organization(app, branch) }),
        "code claimCode { id }",
    )
    .await;
    good(&issued)["code"].as_str().expect("a code").to_owned()
}

async fn claim(app: &TestApp, name: &str, number: &str, code: &str) -> Answer {
    claim_from(app, "192.0.2.1:1", name, number, code, PASSWORD).await
}

async fn claim_from(app: &TestApp, source: &str, name: &str, number: &str, code: &str, password: &str) -> Answer {
    post_from(
        app,
        None,
        source,
        "/session/claim",
        json!({ "name": name, "identityNumber": number, "code": code, "password": password }),
    )
    .await
}

/// The way from the first page and the name that opens the centre are in the browser's `members` and `sign-in`.
///
/// covers: A15
#[tokio::test]
async fn a_record_is_claimed_with_all_three_and_no_member_comes_of_it() {
    let app = TestApp::new().await;
    let code = code_of(&app, "N1A").await;
    let number = |name: &str| app.database.seed.identity_numbers[name].clone();
    let email = json!({ "id": person(&app, "N1A-2"), "version": 1, "email": "li.fang@example.org" });
    crate::acting::done(&app, "branch-administrator", "personEdit", email).await;
    let people = rows(&app, "SELECT count(*), sum(version) FROM people").await;
    let before = everything(&app).await.into_iter().filter(|row| !row.starts_with("throttles ")).collect::<Vec<_>>();
    let mut refusals = Vec::new();
    for (source, (name, number, code)) in [
        // One of the three is wrong.
        ("陈秀英", number("N1A-2"), code.clone()),
        ("李芳", number("N1A-3"), code.clone()),
        ("李芳", number("N1A-2"), "AAAAA-AAAAA".to_owned()),
        ("李芳", "500101197001010000".to_owned(), code.clone()),
        ("李芳", "no number".to_owned(), code.clone()),
        ("李\u{0}芳", number("N1A-2"), code.clone()),
        // Another branch's member, an applicant, nobody.
        ("李芳", number("N1B-2"), code.clone()),
        ("刘洋", number("N1A-5"), code.clone()),
        ("没有此人", number("N1A-2"), code.clone()),
        ("", String::new(), String::new()),
    ]
    .into_iter()
    .enumerate()
    {
        let answer = claim_from(&app, &format!("198.51.100.{source}:1"), name, &number, &code, PASSWORD).await;
        assert_eq!(
            (answer.status, answer.code(), cookie_of(&answer)),
            (StatusCode::UNAUTHORIZED, "CLAIM_FAILED", None),
            "{name} {}",
            answer.text
        );
        refusals.push(without_number(&answer));
    }
    refusals.dedup();
    assert_eq!(refusals.len(), 1, "{refusals:?}");
    assert!(everything(&app).await.into_iter().filter(|row| !row.starts_with("throttles ")).eq(before));
    // A password that cannot be used is told with its field, however often.
    for _ in 0..6 {
        let weak = claim_from(&app, "192.0.2.2:1", "李芳", &number("N1A-2"), &code, "123456").await;
        assert_eq!(
            (weak.status, &weak.json["problems"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("password")),
            "{}",
            weak.text
        );
    }
    // A full member, the code typed in another case; a probationary one.
    app.clock.shift(3600);
    let claimed = claim(&app, " 李芳 ", &number("N1A-2"), &code.to_lowercase().replace('-', " ")).await;
    assert_eq!(claimed.json, json!({ "ok": true, "userName": "李芳" }), "{}", claimed.text);
    let token = token_of(&claimed);
    let seen = app.sign_in(&token).ask("{ viewer { person { id name phone { text } email { text } } branch { code } account { state userName kind } grants { role } permissions passwordChangeRequired } }").await;
    assert_eq!(seen.at("/viewer/person/id"), person(&app, "N1A-2"));
    assert_eq!(seen.at("/viewer/person/email/text"), "li.**************rg");
    assert_eq!(seen.at("/viewer/person/phone/text"), "138******00");
    assert_eq!(
        (seen.at("/viewer/grants"), seen.at("/viewer/permissions"), seen.at("/viewer/branch/code")),
        (json!([{ "role": "MEMBER" }]), json!([]), json!("N1A"))
    );
    assert_eq!(seen.at("/viewer/account"), json!({ "state": "ACTIVE", "userName": "李芳", "kind": "PERSON" }));
    assert!(newest_entry(&app).await.starts_with("ACCOUNT_CLAIMED | 李芳"));
    token_of(&claim(&app, "陈秀英", &number("N1A-4"), &code).await);
    token_of(&sign_in_as(&app, "李芳", PASSWORD).await);
    assert_eq!(rows(&app, "SELECT count(*), sum(version) FROM people").await, people);
    // A second time: it is taken, and the first account is as it was.
    let taken = claim_from(&app, "192.0.2.3:1", "李芳", &number("N1A-2"), &code, OTHER).await;
    assert_eq!((taken.status, taken.code(), cookie_of(&taken)), (StatusCode::CONFLICT, "CLAIM_TAKEN", None));
    assert!(is_open(&app, &token).await);
    assert_eq!(sign_in_as(&app, "李芳", OTHER).await.code(), "PASSWORD_SIGN_IN_FAILED");
    // Both at once: one of them.
    let (one, two) = tokio::join!(
        claim(&app, "张建国", &app.database.seed.identity_numbers["N1A-3"], &code),
        claim(&app, "张建国", &app.database.seed.identity_numbers["N1A-3"], &code)
    );
    assert_eq!([&one, &two].iter().filter(|answer| cookie_of(answer).is_some()).count(), 1, "{} {}", one.text, two.text);
    let chinese = app
        .stranger()
        .speaking("zh")
        .request(
            axum::http::Request::post("/session/claim").header("content-type", "application/json"),
            axum::body::Body::from(json!({ "name": "x", "identityNumber": "x", "code": "x", "password": "x" }).to_string()),
        )
        .await;
    assert_eq!(chinese.json["errors"][0]["message"], "信息不符，请与支部联系");
}

#[tokio::test]
async fn codes_run_out_are_ended_and_numbered_and_guesses_wait() {
    let app = TestApp::new().await;
    let number = app.database.seed.identity_numbers["N1A-2"].clone();
    let by = app.sign_in("county-administrator");
    let issue = json!({ "organizationId": organization(&app, "N1A") });
    let first = good(&mutate(&by, "claimCodeIssue", &issue, "code claimCode { id expiresAt createdBy }").await);
    let list = format!("{{ claimCodes(organization: \"{}\") {{ id createdBy }} }}", organization(&app, "N1A"));
    assert_eq!(
        by.ask(&list).await.at("/claimCodes"),
        json!([{ "id": first["claimCode"]["id"], "createdBy": "county-administrator" }])
    );
    let code = first["code"].as_str().expect("a code");
    assert!(!by.ask(&list).await.text.contains(code) && !everything(&app).await.join("\n").contains(code));
    for who in ["other-county-administrator", "member", "auditor"] {
        assert_ne!(mutate(&app.sign_in(who), "claimCodeIssue", &issue, "code").await.code(), "", "{who}");
        assert_ne!(app.sign_in(who).ask(&list).await.code(), "", "{who}");
    }
    for _ in 1..10 {
        good(&mutate(&by, "claimCodeIssue", &issue, "code").await);
    }
    assert_eq!(mutate(&by, "claimCodeIssue", &issue, "code").await.user_errors(), "organizationId CLAIM_CODE_TOO_MANY");
    good(&mutate(&by, "claimCodeEnd", &json!({ "id": first["claimCode"]["id"] }), "claimCode { id }").await);
    assert_eq!(claim(&app, "李芳", &number, code).await.code(), "CLAIM_FAILED");
    assert_eq!(
        mutate(&by, "claimCodeEnd", &json!({ "id": first["claimCode"]["id"] }), "claimCode { id }").await.code(),
        "NOT_FOUND"
    );
    // Five tries at one number; then also the right code waits, from wherever.
    let right = good(&mutate(&by, "claimCodeIssue", &issue, "code").await)["code"].as_str().expect("a code").to_owned();
    for try_ in 0..4 {
        assert_eq!(
            claim_from(&app, &format!("198.51.100.{try_}:1"), "李芳", &number, "AAAAA-AAAAA", PASSWORD).await.code(),
            "CLAIM_FAILED"
        );
    }
    let waiting = claim_from(&app, "198.51.100.9:1", "李芳", &number, &right, PASSWORD).await;
    assert_eq!((waiting.status, waiting.code()), (StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_TRIES"));
    assert!(waiting.headers.contains_key("retry-after"));
    // A code stands thirty days.
    app.clock.shift(30 * 24 * 3600 + 60);
    assert_eq!(claim(&app, "李芳", &number, &right).await.code(), "CLAIM_FAILED");
    token_of(&claim(&app, "李芳", &number, &code_of(&app, "N1A").await).await);
}

/// covers: A14
#[tokio::test]
async fn the_roster_lists_login_names_of_one_organization_and_no_secrets() {
    let app = TestApp::new().await;
    let (account, user_name, secret) = super::open_account(&app, "N1A-2").await;
    let ask = |code: &str| {
        format!(
            "{{ accountRoster(organization: \"{}\") {{ totalCount nodes {{ userName state flags person {{ name }} account {{ id }} }} }} }}",
            organization(&app, code)
        )
    };
    let listed = app.sign_in("county-administrator").ask(&ask("N1A")).await;
    // Members by name; the applicant has no account to come.
    assert_eq!(listed.at("/accountRoster/totalCount"), 4, "{}", listed.text);
    let nodes = listed.at("/accountRoster/nodes");
    let of = |name: &str| {
        nodes.as_array().expect("a list").iter().find(|node| node["person"]["name"] == name).cloned().unwrap_or_default()
    };
    assert_eq!(
        (&of("李芳")["userName"], &of("李芳")["state"], &of("李芳")["account"]["id"]),
        (&json!(user_name), &json!("PROVISIONED"), &json!(account))
    );
    assert_eq!((&of("张建国")["userName"], &of("张建国")["flags"]), (&Value::Null, &json!(["NO_ACCOUNT_SECRET"])));
    assert!(!listed.text.contains(&secret) && !listed.text.contains("argon2"));
    assert_eq!(app.sign_in("other-county-administrator").ask(&ask("N1A")).await.code(), "NOT_FOUND");
    assert_eq!(app.sign_in("member").ask(&ask("N1A")).await.code(), "FORBIDDEN");
    // Page by page, and only the one organization.
    let paged = app
        .sign_in("county-administrator")
        .ask(&format!(
            "{{ accountRoster(organization: \"{}\", first: 2) {{ nodes {{ userName }} pageInfo {{ hasNextPage }} }} }}",
            organization(&app, "N1A")
        ))
        .await;
    assert_eq!(
        (paged.at("/accountRoster/nodes").as_array().map(Vec::len), paged.at("/accountRoster/pageInfo/hasNextPage")),
        (Some(2), json!(true))
    );
    assert_eq!(app.sign_in("county-administrator").ask(&ask("N1")).await.at("/accountRoster/totalCount"), 0);
}
