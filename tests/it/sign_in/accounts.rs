//! Accounts of members, from their opening to their end (A07, A11, A12, A13, V.7).

use banyan_tests::{Answer, Authenticator, TestApp};
use serde_json::{Value, json};

use super::{
    OTHER, PASSWORD, code_for, enrol, events, good, is_open, key_of, member, mutate, open_account, post_as, sign_in_as,
    sign_in_with, token_of, version,
};
use crate::acting::{account, newest_entry, organization, person, rows};

/// A mutation of the superior's about an account.
async fn turn(app: &TestApp, name: &str, id: &str, reason: Option<&str>) -> Answer {
    let input = json!({ "id": id, "version": version(app, id).await, "reason": reason });
    let selection = if name == "accountReset" {
        "account { id state userName version } userName initialSecret"
    } else {
        "account { id state userName version }"
    };
    mutate(&app.sign_in("county-administrator"), name, &input, selection).await
}

async fn create(app: &TestApp, who: &str, input: Value) -> Answer {
    mutate(&app.sign_in(who), "accountCreate", &input, "account { id kind state userName } userName initialSecret").await
}

/// covers: A07
#[tokio::test]
async fn a_login_name_is_the_name_then_with_the_birthday_then_numbered() {
    let app = TestApp::new().await;
    // Three more of one name, two of them born on the same day; and one in another tenant.
    app.database
        .change("UPDATE people SET name = '张三', birth_date = '1980-05-12' WHERE name = '李芳' AND path LIKE 'a01%'")
        .await;
    let mut names = Vec::new();
    for person in ["N1A-2", "N1B-2", "N2A-2", "N2B-2"] {
        names.push(open_account(&app, person).await.1);
    }
    assert_eq!(names, ["张三", "张三0512", "张三0512-2", "张三0512-3"]);
    app.database.change("UPDATE people SET name = '张三' WHERE name = '李芳'").await;
    let other = json!({ "organizationId": organization(&app, "X1A"), "personId": person(&app, "X1A-2") });
    assert_eq!(good(&create(&app, "other-tenant-administrator", other).await)["userName"], "张三", "unique in its tenant");
    // One that was chosen by hand; taken, of a wrong form.
    let own =
        |name: &str| json!({ "organizationId": organization(&app, "N1A"), "personId": person(&app, "N1A-3"), "userName": name });
    for (name, code) in [
        ("张三", "USER_NAME_TAKEN"),
        ("张", "USER_NAME_FORM"),
        ("a b c", "USER_NAME_FORM"),
        ("张三@M", "USER_NAME_FORM"),
        ("张\u{200b}三", "USER_NAME_FORM"),
    ] {
        assert_eq!(create(&app, "county-administrator", own(name)).await.user_errors(), format!("userName {code}"), "{name:?}");
    }
    assert_eq!(good(&create(&app, "county-administrator", own("建国")).await)["userName"], "建国");
    // Whoever is in history gets none.
    app.database.change("UPDATE people SET stage = 'left' WHERE name = '王小明'").await;
    let gone = rows(&app, "SELECT encode(uuid_send(p.id), 'hex') FROM people p JOIN organizations o ON o.id = p.organization_id WHERE o.code = 'N1A' AND p.stage = 'left'").await;
    let gone = data_encoding::HEXLOWER.decode(gone.as_bytes()).expect("hex");
    let gone = json!({ "organizationId": organization(&app, "N1A"), "personId": format!("per_{}", data_encoding::BASE64URL_NOPAD.encode(&gone)) });
    for (language, text) in
        [("zh", "该人员已离开，不能开通或启用账号"), ("en", "The person has left, so no account can be opened or enabled")]
    {
        let client = app.sign_in("county-administrator").speaking(language);
        let refused = client.send(&super::mutation("accountCreate", "account { id }"), json!({ "input": gone })).await;
        assert_eq!(refused.user_errors(), "personId PERSON_HAS_LEFT", "{}", refused.text);
        assert!(refused.text.contains(text), "{}", refused.text);
    }
    // Two at once do not get one name: one of them is refused or numbered.
    let at = |person_of: &str, branch: &str| json!({ "organizationId": organization(&app, branch), "personId": person(&app, person_of) });
    let (one, two) = tokio::join!(
        create(&app, "county-administrator", at("N1A-4", "N1A")),
        create(&app, "county-administrator", at("N1B-4", "N1B"))
    );
    let taken = rows(&app, "SELECT count(*), count(DISTINCT user_name) FROM accounts WHERE name = '陈秀英'").await;
    assert!(["1 | 1", "2 | 2"].contains(&taken.as_str()), "{taken} {} {}", one.text, two.text);
}

/// covers: A12
#[tokio::test]
async fn an_account_is_opened_reset_and_never_shows_its_password() {
    let app = TestApp::new().await;
    let branch = organization(&app, "N1A");
    let wanted = json!({ "organizationId": branch, "personId": person(&app, "N1A-2") });
    // Without an account nobody signs in; who may not manage accounts opens none.
    assert_eq!(sign_in_as(&app, "李芳", "123456").await.code(), "PASSWORD_SIGN_IN_FAILED");
    for (who, code) in [
        ("member", "FORBIDDEN"),
        ("committee-member", "FORBIDDEN"),
        ("auditor", "FORBIDDEN"),
        ("other-county-administrator", "NOT_FOUND"),
    ] {
        assert_eq!(create(&app, who, wanted.clone()).await.code(), code, "{who}");
    }
    let elsewhere = json!({ "organizationId": branch, "personId": person(&app, "N1B-2") });
    assert_eq!(create(&app, "county-administrator", elsewhere).await.user_errors(), "personId NO_SUCH_THING");
    assert_eq!(
        create(&app, "county-administrator", json!({ "organizationId": branch })).await.user_errors(),
        "personId ACCOUNT_NEEDS_ONE_OF"
    );
    let made = good(&create(&app, "branch-administrator", wanted.clone()).await);
    let (id, secret) =
        (made["account"]["id"].as_str().expect("an id").to_owned(), made["initialSecret"].as_str().expect("a secret").to_owned());
    assert_eq!(
        (&made["account"]["state"], &made["account"]["kind"], &made["userName"]),
        (&json!("PROVISIONED"), &json!("PERSON"), &json!("李芳"))
    );
    assert!(newest_entry(&app).await.starts_with("ACCOUNT_OPENED | branch-administrator"));
    assert_eq!(create(&app, "county-administrator", wanted).await.user_errors(), "personId ACCOUNT_EXISTS");
    // Login name and state are seen by who manages it; the password by nobody.
    let look = format!("{{ node(id: \"{id}\") {{ ... on Account {{ userName state hasPassword flags }} }} }}");
    for who in ["branch-administrator", "county-administrator"] {
        let seen = app.sign_in(who).ask(&look).await;
        assert_eq!(
            seen.at("/node"),
            json!({ "userName": "李芳", "state": "PROVISIONED", "hasPassword": true, "flags": ["NEVER_ACTIVATED"] })
        );
    }
    assert!(!crate::acting::everything(&app).await.join("\n").contains(&secret));
    let first = token_of(&sign_in_as(&app, "李芳", &secret).await);
    let used =
        token_of(&post_as(&app, Some(&first), "/session/password/change", json!({ "old": secret, "new": PASSWORD })).await);
    good(
        &mutate(
            &app.sign_in(&used),
            "accountRename",
            &json!({ "version": version(&app, &id).await, "userName": "小芳爱登山" }),
            "account { userName }",
        )
        .await,
    );
    // Forgotten: one new secret, the login name as the rule makes it, sessions over, recorded with the reason.
    let reset = good(&turn(&app, "accountReset", &id, Some("本人遗忘")).await);
    assert_eq!((&reset["userName"], &reset["account"]["state"]), (&json!("李芳"), &json!("PROVISIONED")));
    let renewed = reset["initialSecret"].as_str().expect("a secret").to_owned();
    assert_ne!(renewed, secret);
    assert!(!is_open(&app, &used).await);
    let entry = newest_entry(&app).await;
    assert!(
        entry.starts_with("ACCOUNT_RESET | county-administrator")
            && entry.contains("本人遗忘")
            && entry.contains("小芳爱登山")
            && !entry.contains(&renewed),
        "{entry}"
    );
    for (name, password) in [("小芳爱登山", PASSWORD), ("李芳", PASSWORD), ("李芳", secret.as_str())] {
        assert_eq!(sign_in_as(&app, name, password).await.code(), "PASSWORD_SIGN_IN_FAILED");
    }
    assert_eq!(sign_in_as(&app, "李芳", &renewed).await.json["passwordChangeRequired"], true);
    assert!(events(&app).await.contains(&"password_reset 本人遗忘".to_owned()));
    let stale =
        mutate(&app.sign_in("county-administrator"), "accountReset", &json!({ "id": id, "version": 1 }), "userName").await;
    assert!(!stale.user_errors().is_empty() && stale.user_errors().starts_with("version"), "{}", stale.text);
    assert_eq!(turn(&app, "accountReset", &account(&app, "secretary"), None).await.user_errors(), "id ACCOUNT_HAS_NO_PERSON");
}

/// covers: A11
#[tokio::test]
async fn members_change_their_own_login_name_and_password() {
    let app = TestApp::new().await;
    let (id, _, token) = member(&app, "N1A-2").await;
    open_account(&app, "N1A-3").await;
    let rename = async |name: &str| {
        mutate(
            &app.sign_in(&token),
            "accountRename",
            &json!({ "version": version(&app, &id).await, "userName": name }),
            "account { userName }",
        )
        .await
    };
    assert_eq!(rename("张建国").await.user_errors(), "userName USER_NAME_TAKEN");
    let input = json!({ "input": { "version": version(&app, &id).await, "userName": "张建国" } });
    let chinese = app.sign_in(&token).speaking("zh").send(&super::mutation("accountRename", ""), input).await;
    assert_eq!(chinese.at("/accountRename/userErrors/0/message"), "登录名已存在");
    assert_eq!(rename("李芳").await.user_errors(), "userName NOTHING_TO_CHANGE");
    assert_eq!(rename("李 芳").await.user_errors(), "userName USER_NAME_FORM");
    assert_eq!(good(&rename("山城李芳").await)["account"]["userName"], "山城李芳");
    assert!(newest_entry(&app).await.starts_with("ACCOUNT_RENAMED | 李芳"));
    assert_eq!(sign_in_as(&app, "李芳", PASSWORD).await.code(), "PASSWORD_SIGN_IN_FAILED");
    let again = token_of(&sign_in_as(&app, "山城李芳", PASSWORD).await);
    let changed = post_as(&app, Some(&again), "/session/password/change", json!({ "old": PASSWORD, "new": OTHER })).await;
    assert!(is_open(&app, &token_of(&changed)).await);
    token_of(&sign_in_as(&app, "山城李芳", OTHER).await);
}

/// covers: A13
#[tokio::test]
async fn the_list_says_why_someone_cannot_sign_in() {
    let app = TestApp::new().await;
    member(&app, "N1A-2").await;
    open_account(&app, "N1B-2").await;
    member(&app, "N1A-3").await;
    let ask = "{ accounts(filter: { kind: PERSON }) { nodes { userName flags } } }";
    let listed = app.sign_in("county-administrator").ask(ask).await.at("/accounts/nodes");
    let of = |name: &str| {
        listed.as_array().expect("a list").iter().find(|node| node["userName"] == name).cloned().unwrap_or_default()["flags"]
            .clone()
    };
    assert_eq!(of("李芳"), json!(["DUPLICATE_NAME"]), "{listed}");
    let other = listed
        .as_array()
        .expect("a list")
        .iter()
        .find(|node| node["userName"].as_str().is_some_and(|name| name.starts_with("李芳") && name != "李芳"))
        .cloned()
        .unwrap_or_default();
    assert_eq!(other["flags"], json!(["DUPLICATE_NAME", "NEVER_ACTIVATED"]), "{listed}");
    assert_eq!(of("张建国"), json!([]));
    // An account without a password and without a key cannot be opened by anything; one that waits says so.
    let bare = format!("{{ node(id: \"{}\") {{ ... on Account {{ flags }} }} }}", account(&app, "member"));
    assert_eq!(app.sign_in("county-administrator").ask(&bare).await.at("/node/flags"), json!(["NO_ACCOUNT_SECRET"]));
    for _ in 0..5 {
        sign_in_as(&app, "张建国", "wrong").await;
    }
    let listed = app.sign_in("county-administrator").ask(ask).await.at("/accounts/nodes");
    let locked = listed.as_array().expect("a list").iter().find(|node| node["userName"] == "张建国").cloned().unwrap_or_default();
    assert_eq!(locked["flags"], json!(["LOCKED"]));
    let flagged =
        app.sign_in("county-administrator").ask("{ accounts(filter: { flagged: true, kind: PERSON }) { nodes { name } } }").await;
    assert_eq!(crate::acting::each(&flagged.at("/accounts/nodes"), "name"), ["李芳", "李芳"]);

    // A record without an identity number says why; its account is flagged, has a secret all the same, and is in the filter.
    let unnumbered = crate::people::add::newcomer(
        &app,
        &[("identityNumber", Value::Null), ("noIdentityNumberReason", json!("军人，尚未发证"))],
    );
    let (id, _) = crate::acting::done(&app, "branch-administrator", "personAdd", unnumbered).await;
    app.database.change("UPDATE tenant_policies SET initial_secret = 'identity_tail'").await;
    let input = json!({ "organizationId": organization(&app, "N1A"), "personId": id });
    let made =
        mutate(&app.sign_in("municipal-administrator"), "accountCreate", &input, "userName initialSecret account { flags }")
            .await;
    let made = good(&made);
    assert_eq!(made["account"]["flags"], json!(["NO_IDENTITY_NUMBER", "NEVER_ACTIVATED"]));
    let secret = made["initialSecret"].as_str().expect("a secret").to_owned();
    assert!(secret.len() > 6);
    let first = token_of(&sign_in_as(&app, "赵晓燕", &secret).await);
    token_of(&post_as(&app, Some(&first), "/session/password/change", json!({ "old": secret, "new": PASSWORD })).await);
    let flagged = "{ accounts(filter: { flagged: true, kind: PERSON }) { nodes { name flags } } }";
    let listed = app.sign_in("county-administrator").ask(flagged).await.at("/accounts/nodes");
    assert!(
        listed.as_array().expect("a list").contains(&json!({ "name": "赵晓燕", "flags": ["NO_IDENTITY_NUMBER"] })),
        "{listed}"
    );
    // With a number the flag goes.
    let number = crate::people::add::identity("1990-05-20", 502);
    crate::acting::done(&app, "branch-administrator", "personEdit", json!({ "id": id, "version": 1, "identityNumber": number }))
        .await;
    let listed = app.sign_in("county-administrator").ask(flagged).await.at("/accounts/nodes");
    assert_eq!(crate::acting::each(&listed, "name"), ["李芳", "李芳"]);
}

/// The states of an account and what leads from one to another.
///
/// In part (what ends with a post, a move or a departure is in `leadership/ends.rs`): V.7
#[tokio::test]
async fn an_account_lives_from_none_to_closed() {
    let app = TestApp::new().await;
    let state = async |id: &str| {
        let ask = format!("{{ node(id: \"{id}\") {{ ... on Account {{ state }} }} }}");
        app.sign_in("county-administrator").ask(&ask).await.at("/node/state").as_str().unwrap_or_default().to_owned()
    };
    // none -> provisioned -> active, by the first sign-in with a change of the password.
    let (id, name, secret) = open_account(&app, "N1A-2").await;
    assert_eq!(state(&id).await, "PROVISIONED");
    let first = token_of(&sign_in_as(&app, &name, &secret).await);
    assert_eq!(state(&id).await, "PROVISIONED", "signing in alone is not enough");
    token_of(&post_as(&app, Some(&first), "/session/password/change", json!({ "old": secret, "new": PASSWORD })).await);
    assert_eq!(state(&id).await, "ACTIVE");
    // active -> active with a key, by a superior's one-time code.
    let mut key = Authenticator::default();
    let by_key = token_of(&enrol(&app, &code_for(&app, &id).await, &mut key).await);
    assert_eq!(state(&id).await, "ACTIVE");
    // active -> waiting, by wrong passwords; back by time alone, and by a new password.
    for _ in 0..5 {
        sign_in_as(&app, &name, "wrong").await;
    }
    assert_eq!(sign_in_as(&app, &name, PASSWORD).await.code(), "TOO_MANY_TRIES");
    assert!(is_open(&app, &token_of(&sign_in_with(&app, &mut key, None).await)).await, "the key opens it meanwhile");
    app.clock.shift(61);
    let by_password = token_of(&sign_in_as(&app, &name, PASSWORD).await);
    for _ in 0..5 {
        sign_in_as(&app, &name, "wrong").await;
    }
    let reset = good(&turn(&app, "accountReset", &id, None).await);
    assert!(!is_open(&app, &by_password).await && !is_open(&app, &by_key).await);
    let secret = reset["initialSecret"].as_str().expect("a secret").to_owned();
    let first = token_of(&sign_in_as(&app, &name, &secret).await);
    let open = token_of(&post_as(&app, Some(&first), "/session/password/change", json!({ "old": secret, "new": OTHER })).await);
    // any -> disabled: nothing opens it, everything of it stays.
    assert_eq!(good(&turn(&app, "accountDisable", &id, Some("调查期间")).await)["account"]["state"], "DISABLED");
    assert!(!is_open(&app, &open).await);
    assert_eq!(sign_in_as(&app, &name, OTHER).await.code(), "PASSWORD_SIGN_IN_FAILED");
    assert_eq!(sign_in_with(&app, &mut key, None).await.code(), "SIGN_IN_FAILED");
    assert_eq!(sign_in_with(&app, &mut key, Some(&name)).await.code(), "SIGN_IN_FAILED");
    assert_eq!(turn(&app, "accountDisable", &id, None).await.user_errors(), "id ACCOUNT_INACTIVE");
    assert!(newest_entry(&app).await.contains("ACCOUNT_DISABLED"));
    // disabled -> provisioned: the password that was right must be changed.
    assert_eq!(good(&turn(&app, "accountEnable", &id, None).await)["account"]["state"], "PROVISIONED");
    assert_eq!(turn(&app, "accountEnable", &id, None).await.user_errors(), "id ACCOUNT_NOT_DISABLED");
    let again = sign_in_as(&app, &name, OTHER).await;
    assert_eq!(again.json["passwordChangeRequired"], true);
    let open = token_of(
        &post_as(&app, Some(&token_of(&again)), "/session/password/change", json!({ "old": OTHER, "new": PASSWORD })).await,
    );
    assert_eq!(state(&id).await, "ACTIVE");
    // any -> closed: for good, and the login name is nobody's again.
    assert_eq!(good(&turn(&app, "accountClose", &id, Some("调出")).await)["account"]["state"], "CLOSED");
    assert!(!is_open(&app, &open).await);
    assert_eq!(sign_in_as(&app, &name, PASSWORD).await.code(), "PASSWORD_SIGN_IN_FAILED");
    assert_eq!(sign_in_with(&app, &mut key, None).await.code(), "SIGN_IN_FAILED");
    for name in ["accountEnable", "accountReset", "accountDisable", "accountClose", "accountInvite"] {
        let input = json!({ "id": id, "version": version(&app, &id).await });
        let refused = mutate(&app.sign_in("county-administrator"), name, &input, "").await;
        assert_eq!(refused.user_errors(), "id ACCOUNT_CLOSED", "{name}: {}", refused.text);
    }
    assert_eq!(
        rows(
            &app,
            "SELECT count(*) FROM grants g JOIN accounts a ON a.id = g.account_id WHERE a.state = 'closed' AND g.ended_at IS NULL"
        )
        .await,
        "0"
    );
    let (_, next, _) = open_account(&app, "N1A-2").await;
    assert_ne!(next, name, "a closed account's name is not given again");
}

#[tokio::test]
async fn nobody_turns_off_their_own_account_or_the_last_administrator() {
    let app = TestApp::new().await;
    let (_, token) = key_of(&app, "township-administrator").await;
    let own = json!({ "id": account(&app, "county-administrator"), "version": 1 });
    for name in ["accountDisable", "accountClose", "accountReset"] {
        let refused = mutate(&app.sign_in("county-administrator"), name, &own, "").await;
        assert_eq!(refused.user_errors(), "id ACCOUNT_IS_OWN", "{name}");
        let above =
            mutate(&app.sign_in(&token), name, &json!({ "id": account(&app, "county-administrator"), "version": 1 }), "").await;
        assert_eq!(above.code(), "NOT_FOUND", "{name}");
    }
    assert_eq!(rows(&app, "SELECT count(*) FROM accounts WHERE state <> 'active'").await, "0");
}

/// covers: R01
#[tokio::test]
async fn an_administrators_account_is_added_edited_moved_and_ended_within_ones_own_scope() {
    let app = TestApp::new().await;
    let at = |code: &str| organization(&app, code);
    let made = good(&create(&app, "county-administrator", json!({ "organizationId": at("N1"), "name": "王五" })).await);
    let id = made["account"]["id"].as_str().expect("an id").to_owned();
    let role = json!({ "accountId": id, "role": "BRANCH_ADMINISTRATOR", "organizationId": at("N1A") });
    let given = good(&mutate(&app.sign_in("county-administrator"), "grantGive", &role, "grant { id version }").await);
    let open = token_of(&enrol(&app, &code_for(&app, &id).await, &mut Authenticator::default()).await);
    let edit = async |who: &str, id: &str, change: Value| {
        let mut input = json!({ "id": id, "version": version(&app, id).await });
        input.as_object_mut().expect("an object").extend(change.as_object().expect("an object").clone());
        mutate(&app.sign_in(who), "accountEdit", &input, "account { name userName organization { id } }").await
    };
    // Names alone end nothing.
    let named = good(&edit("county-administrator", &id, json!({ "name": "王小五", "userName": "wangwu" })).await);
    assert_eq!(named["account"], json!({ "name": "王小五", "userName": "wangwu", "organization": { "id": at("N1") } }));
    assert!(is_open(&app, &open).await);
    // At another organization its keys stand there, and what it was signed in with is over.
    let moved = good(&edit("county-administrator", &id, json!({ "organizationId": at("N2"), "reason": "调任" })).await);
    assert_eq!(moved["account"]["organization"]["id"], at("N2"));
    assert!(!is_open(&app, &open).await);
    let stands = "SELECT count(*) FROM account_keys k JOIN accounts a ON a.id = k.account_id JOIN organizations o
                  ON o.id = k.organization_id AND o.path = k.path AND o.id = a.organization_id WHERE a.name = '王小五' AND o.code = 'N2'";
    assert_eq!(app.database.number(stands).await, 1);
    let entry = newest_entry(&app).await;
    assert!(entry.contains("ACCOUNT_EDITED") && entry.contains("调任"), "{entry}");
    // Every mistake at once; nothing to change; a person's name is the person's; a name that is taken.
    let wrong = edit("county-administrator", &id, json!({ "name": " ", "userName": "a b" })).await;
    assert_eq!(wrong.user_errors(), "name REQUIRED\nuserName USER_NAME_FORM");
    assert_eq!(edit("county-administrator", &id, json!({ "name": "王小五" })).await.user_errors(), "name NOTHING_TO_CHANGE");
    let (of_a_person, login, _) = open_account(&app, "N1A-2").await;
    let both = edit("county-administrator", &of_a_person, json!({ "name": "李四", "organizationId": at("N2") })).await;
    assert_eq!(both.user_errors(), "name ACCOUNT_FOLLOWS_PERSON\norganizationId ACCOUNT_FOLLOWS_PERSON");
    assert_eq!(edit("county-administrator", &id, json!({ "userName": login })).await.user_errors(), "userName USER_NAME_TAKEN");
    let stale = json!({ "id": id, "version": 1, "name": "王" });
    let stale = mutate(&app.sign_in("county-administrator"), "accountEdit", &stale, "").await;
    assert!(stale.text.contains("STALE_VERSION"), "{}", stale.text);
    // Only within one's own scope: neither beside, nor above, nor out of it.
    assert_eq!(edit("other-county-administrator", &id, json!({ "name": "王" })).await.code(), "NOT_FOUND");
    for elsewhere in ["S", "M"] {
        let out = edit("county-administrator", &id, json!({ "organizationId": at(elsewhere) })).await;
        assert_eq!(out.user_errors(), "organizationId NO_SUCH_THING", "{elsewhere}");
    }
    let above = account(&app, "municipal-administrator");
    assert_eq!(edit("county-administrator", &above, json!({ "name": "王" })).await.code(), "NOT_FOUND");
    let own = account(&app, "county-administrator");
    assert_eq!(edit("county-administrator", &own, json!({ "name": "王" })).await.user_errors(), "id ACCOUNT_IS_OWN");
    // Its role ends, and it is disabled and closed; the last administrator of an organization stays.
    let ended = json!({ "id": given["grant"]["id"], "version": given["grant"]["version"] });
    good(&mutate(&app.sign_in("county-administrator"), "grantEnd", &ended, "grant { id }").await);
    assert_eq!(good(&turn(&app, "accountDisable", &id, None).await)["account"]["state"], "DISABLED");
    assert_eq!(good(&turn(&app, "accountClose", &id, None).await)["account"]["state"], "CLOSED");
    let last = account(&app, "township-administrator");
    for name in ["accountDisable", "accountClose"] {
        assert_eq!(turn(&app, name, &last, None).await.user_errors(), "id LAST_ADMINISTRATOR", "{name}");
    }
}
