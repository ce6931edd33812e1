//! Dangerous actions are confirmed with the key, each for itself (BEYOND5, SEC-B06, SEC-B07).

use banyan::testing::{ErrorCode, verify_evidence};
use banyan_tests::{Answer, Authenticator, Client, Flaws, TestApp};
use serde_json::{Value, json};

use super::{code_for, enrol, events, good, key_of, mutate, mutation, sign_in_with, token_of};
use crate::acting::{account, everything, organization, person, rows};

/// N1A goes from N1 to N2: the question, its answer, and whatever lies between.
struct Moving {
    app: TestApp,
    key: Authenticator,
    client: Client,
    document: String,
    variables: Value,
}

impl Moving {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let (key, token) = key_of(&app, "county-administrator").await;
        let client = app.sign_in(&token);
        let input = json!({ "id": organization(&app, "N1A"), "version": 1, "newSuperiorId": organization(&app, "N2"), "on": "2026-02-01" });
        Self {
            client,
            document: mutation("organizationMove", "organization { path: name }"),
            variables: json!({ "input": input }),
            app,
            key,
        }
    }

    async fn ask(&self) -> Value {
        let asked = self.client.send_with(&self.document, &self.variables, Value::Null).await;
        assert_eq!(asked.code(), "STEP_UP_REQUIRED", "{}", asked.text);
        asked.json["errors"][0]["extensions"]["stepUp"].clone()
    }

    fn sign(&mut self, question: &Value) -> Value {
        let credential = self.key.sign(&question["options"]);
        json!({ "stepUp": { "id": question["id"], "credential": credential } })
    }

    async fn answer(&self, proof: &Value) -> Answer {
        self.client.send_with(&self.document, &self.variables, proof.clone()).await
    }
}

/// All rows but those of keys: a good signature moves its key's counter, also where it is for something else.
async fn written(app: &TestApp) -> Vec<String> {
    everything(app).await.into_iter().filter(|row| !row.starts_with("account_keys ")).collect()
}

/// Sent with a proof, an action is refused and nothing is written.
async fn refused(moving: &Moving, client: &Client, document: &str, variables: &Value, proof: &Value, what: &str) {
    let before = written(&moving.app).await;
    for (language, text) in
        [("en", "The confirmation is not valid or too old; begin again"), ("zh", "确认无效或已过期，请重新操作")]
    {
        let answer = client.clone().speaking(language).send_with(document, variables, proof.clone()).await;
        assert_eq!(
            (answer.code(), answer.json["errors"][0]["message"].as_str()),
            ("STEP_UP_FAILED", Some(text)),
            "{what}: {}",
            answer.text
        );
    }
    assert!(written(&moving.app).await == before, "{what}: something was written");
}

/// covers: BEYOND5
#[tokio::test]
async fn what_is_seen_is_what_is_signed_and_kept() {
    let mut moving = Moving::new().await;
    let before = everything(&moving.app).await;
    let question = moving.ask().await;
    assert!(everything(&moving.app).await == before, "a question writes nothing");
    assert_eq!(
        question["summary"],
        "Move 中国共产党青石镇东村支部委员会 and everything below it to 中国共产党北山区白水镇委员会"
    );
    let details = json!([{ "name": "Organizations", "value": "1" }, { "name": "Members", "value": "4" }, { "name": "Date", "value": "2026-02-01" }]);
    assert_eq!((&question["details"], &question["byClick"]), (&details, &json!(false)));
    let chinese = moving.client.clone().speaking("zh").send_with(&moving.document, &moving.variables, Value::Null).await;
    assert_eq!(
        chinese.json.pointer("/errors/0/extensions/stepUp/summary"),
        Some(&json!("将「中国共产党青石镇东村支部委员会」及其下级移到「中国共产党北山区白水镇委员会」"))
    );
    assert_eq!(chinese.json["errors"][0]["message"], "请使用安全密钥确认此操作");
    let proof = moving.sign(&question);
    let done = moving.answer(&proof).await;
    assert_eq!(done.user_errors(), "", "{}", done.text);
    assert_eq!(
        rows(&moving.app, "SELECT p.code FROM organizations o JOIN organizations p ON p.id = o.parent_id WHERE o.code = 'N1A'")
            .await,
        "N2"
    );
    assert!(events(&moving.app).await.contains(&"step_up -".to_owned()));
    // What was approved can be verified from what is stored, and from nothing else.
    let kept = rows(&moving.app, "SELECT confirmation FROM journal WHERE event = 'ORGANIZATION_MOVED'").await;
    let evidence: Value = serde_json::from_str(&kept).expect("evidence");
    verify_evidence(&evidence).expect("it verifies");
    let action: Value = serde_json::from_str(evidence["action"].as_str().expect("an action")).expect("an action");
    assert_eq!((&action["operation"], &action["arguments"]["input"]), (&json!("organizationMove"), &moving.variables["input"]));
    assert_eq!(action["account"], account(&moving.app, "county-administrator"));
    assert_eq!(action["summary"]["en"], question["summary"]);
}

/// covers: SEC-B07
#[tokio::test]
async fn kept_evidence_is_found_out_when_one_byte_of_it_changes() {
    let mut moving = Moving::new().await;
    let question = moving.ask().await;
    let proof = moving.sign(&question);
    assert_eq!(moving.answer(&proof).await.user_errors(), "");
    let kept = rows(&moving.app, "SELECT confirmation FROM journal WHERE event = 'ORGANIZATION_MOVED'").await;
    let evidence: Value = serde_json::from_str(&kept).expect("evidence");
    verify_evidence(&evidence).expect("it verifies");
    for field in ["action", "clientData", "authenticatorData", "signature"] {
        let text = evidence[field].as_str().expect("text");
        for place in
            (0..text.len()).filter(|place| place % 7 == 0 && text.is_char_boundary(*place) && text.is_char_boundary(place + 1))
        {
            let mut changed = evidence.clone();
            let other = if &text[place..=place] == "A" { "B" } else { "A" };
            changed[field] = json!(format!("{}{other}{}", &text[..place], &text[place + 1..]));
            assert!(verify_evidence(&changed).is_err(), "{field} at {place}");
        }
        let mut without = evidence.clone();
        without.as_object_mut().expect("fields").remove(field);
        assert!(verify_evidence(&without).is_err(), "{field}");
    }
    // Every confirmed entry has its own, also those that were made by a click; those have no signature to verify.
    let unconfirmed =
        "SELECT count(*) FROM journal WHERE confirmation IS NULL AND event IN ('ORGANIZATION_MOVED', 'ACCOUNT_INVITED')";
    assert_eq!(moving.app.database.number(unconfirmed).await, 0);
}

async fn last_two(app: &TestApp) -> Vec<String> {
    let all = events(app).await;
    all[all.len() - 2..].to_vec()
}

/// covers: SEC-B06
#[tokio::test]
async fn whatever_differs_from_what_was_signed_is_refused_and_nothing_is_written() {
    let mut moving = Moving::new().await;
    let (document, variables) = (moving.document.clone(), moving.variables.clone());
    // A third township, where the branch could go as well.
    let create = json!({ "parentId": organization(&moving.app, "N"), "kind": "611", "name": "中国共产党北山区黑石镇委员会", "code": "N3" });
    let created = mutate(&moving.app.sign_in("county-administrator"), "organizationCreate", &create, "organization { id }").await;
    let third = good(&created)["organization"]["id"].as_str().expect("an id").to_owned();
    let changes = [
        ("id", json!(organization(&moving.app, "N1B"))),
        ("newSuperiorId", json!(third)),
        ("on", json!("2026-02-02")),
        ("document", json!("文件")),
    ];
    for (field, value) in changes {
        let question = moving.ask().await;
        let proof = moving.sign(&question);
        let mut changed = variables.clone();
        changed["input"][field] = value;
        refused(&moving, &moving.client, &document, &changed, &proof, field).await;
        // Used up by that: not even the right request passes with it.
        refused(&moving, &moving.client, &document, &variables, &proof, "used up").await;
    }
    // Another operation, with the same arguments or with its own.
    let question = moving.ask().await;
    let proof = moving.sign(&question);
    let other = mutation("grantEnd", "grant { id }");
    let grant = json!({ "input": { "id": moving.app.database.seed.grants["auditor"], "version": 1 } });
    refused(&moving, &moving.client, &other, &grant, &proof, "another operation").await;
    // Arguments that hide in the document: as the default of a variable, or written out.
    let hidden = |superior: &str| {
        let input = format!(
            "{{ id: \"{}\", version: 1, newSuperiorId: \"{superior}\", on: \"2026-02-01\" }}",
            organization(&moving.app, "N1A")
        );
        format!(
            "mutation ($input: OrganizationMoveInput! = {input}) {{ organizationMove(input: $input) {{ userErrors {{ code path }} }} }}"
        )
    };
    let (first, second) = (hidden(&organization(&moving.app, "N2")), hidden(&third));
    let asked = moving.client.send_with(&first, &json!({}), Value::Null).await;
    let action = rows(&moving.app, "SELECT state ->> 'action' FROM ceremonies ORDER BY created_at DESC LIMIT 1").await;
    assert!(action.contains(&organization(&moving.app, "N2")), "the default is part of what is signed: {action}");
    let question = asked.json["errors"][0]["extensions"]["stepUp"].clone();
    let proof = moving.sign(&question);
    refused(&moving, &moving.client, &second, &json!({}), &proof, "another default").await;
    // Another session of the same account.
    let another = token_of(&sign_in_with(&moving.app, &mut moving.key, None).await);
    let question = moving.ask().await;
    let proof = moving.sign(&question);
    refused(&moving, &moving.app.sign_in(&another), &document, &variables, &proof, "another session").await;
    // Another account's key.
    let (mut stranger, _) = key_of(&moving.app, "other-county-administrator").await;
    let question = moving.ask().await;
    let credential = stranger.sign(&question["options"]);
    let proof = json!({ "stepUp": { "id": question["id"], "credential": credential } });
    refused(&moving, &moving.client, &document, &variables, &proof, "another account's key").await;
    // Forged, empty, without an answer, for a question that nobody put.
    let flawed = [
        ("AuthenticationFailure", Flaws { bad_signature: true, ..Flaws::default() }),
        ("UserNotVerified", Flaws { unverified: true, ..Flaws::default() }),
        ("UserNotPresent", Flaws { absent: true, ..Flaws::default() }),
        ("InvalidRPOrigin", Flaws { origin: Some("https://elsewhere.example"), ..Flaws::default() }),
        ("InvalidRPIDHash", Flaws { relying_party: Some("elsewhere.example"), ..Flaws::default() }),
        ("InvalidClientDataType", Flaws { client_type: Some("webauthn.create"), ..Flaws::default() }),
        ("CredentialCrossOrigin", Flaws { cross_origin: true, ..Flaws::default() }),
        ("MalformedClientData", Flaws { garbled_client_data: true, ..Flaws::default() }),
        ("MismatchedChallenge", Flaws { challenge: Some("AAAA".to_owned()), ..Flaws::default() }),
        ("CredentialNotAllowed", Flaws { id: Some(vec![7; 32]), ..Flaws::default() }),
    ];
    for (reason, flaws) in flawed {
        let question = moving.ask().await;
        let credential = moving.key.sign_with(&question["options"], &flaws);
        let proof = json!({ "stepUp": { "id": question["id"], "credential": credential } });
        refused(&moving, &moving.client, &document, &variables, &proof, reason).await;
        // Asked twice: the first answer has its own reason, the second finds the question used up.
        assert_eq!(
            last_two(&moving.app).await,
            [format!("step_up_failed {reason}"), "step_up_failed ChallengeNotFound".to_owned()]
        );
    }
    let question = moving.ask().await;
    refused(&moving, &moving.client, &document, &variables, &json!({ "stepUp": { "id": question["id"] } }), "no answer").await;
    assert_eq!(last_two(&moving.app).await[0], "step_up_failed NoAnswer");
    refused(&moving, &moving.client, &document, &variables, &json!({ "stepUp": { "id": "x", "credential": {} } }), "no question")
        .await;
    // Too late.
    let question = moving.ask().await;
    let proof = moving.sign(&question);
    moving.app.clock.shift(121);
    assert_eq!(moving.client.ask("{ viewer { readOnly } }").await.code(), "", "the session itself notes that it is used");
    refused(&moving, &moving.client, &document, &variables, &proof, "too late").await;
    moving.app.clock.shift(-121);
    refused(&moving, &moving.client, &document, &variables, &proof, "the clock set back").await;
    // In time it is done, once.
    let question = moving.ask().await;
    let proof = moving.sign(&question);
    assert_eq!(moving.answer(&proof).await.user_errors(), "");
    let again = moving.answer(&proof).await;
    assert!(again.code() == "STEP_UP_FAILED" || !again.user_errors().is_empty(), "{}", again.text);
    assert_eq!(moving.app.database.number("SELECT count(*) FROM journal WHERE event = 'ORGANIZATION_MOVED'").await, 1);
}

#[tokio::test]
async fn what_it_would_do_may_not_change_between_the_question_and_the_answer() {
    for (what, change) in [
        ("the name of what moves", "UPDATE organizations SET name = '改名支部' WHERE code = 'N1A'"),
        ("the name of where it goes", "UPDATE organizations SET name = '改名镇委' WHERE code = 'N2'"),
        (
            "how many members",
            "UPDATE organization_counts SET full_members = full_members + 1 FROM organizations o
          WHERE o.id = organization_counts.organization_id AND o.code = 'N1A'",
        ),
    ] {
        let mut moving = Moving::new().await;
        let question = moving.ask().await;
        let proof = moving.sign(&question);
        if what == "how many members" {
            let input = json!({ "input": { "organizationId": organization(&moving.app, "N1A"), "stage": "FULL", "name": "周正", "sex": "1", "ethnicGroup": "01",
                "identityNumber": identity(), "birthDate": "1990-01-02", "education": "21", "joinedOn": "2015-07-01", "confirmedOn": "2016-07-01" } });
            let added = moving
                .app
                .sign_in("county-administrator")
                .send("mutation ($input: PersonAddInput!) { personAdd(input: $input) { userErrors { code path } } }", input)
                .await;
            assert_eq!(added.user_errors(), "");
        } else {
            moving.app.database.change(change).await;
        }
        let (document, variables) = (moving.document.clone(), moving.variables.clone());
        refused(&moving, &moving.client, &document, &variables, &proof, what).await;
    }
}

fn identity() -> String {
    let day = chrono::NaiveDate::from_ymd_opt(1990, 1, 2).expect("a day");
    banyan::testing::identity::IdentityNumber::make(500_101, day, 901).expect("a number").as_str().to_owned()
}

/// A token cannot confirm, and neither can a session without a key; a click is enough for the demonstration only.
#[tokio::test]
async fn whoever_cannot_confirm_is_told_so() {
    let moving = Moving::new().await;
    let wanted = banyan::testing::IssueToken {
        organization: "N",
        role: banyan::testing::Role::OrganizationAdministrator,
        lifetime: chrono::Duration::hours(1),
        write: true,
    };
    let token = banyan::testing::issue_token(&mut moving.app.database.owner().await, moving.app.clock.now(), &wanted)
        .await
        .expect("a token");
    let asked = moving.app.sign_in(&token).send_with(&moving.document, &moving.variables, Value::Null).await;
    assert_eq!((asked.code(), asked.json.pointer("/errors/0/extensions/stepUp")), ("STEP_UP_REQUIRED", Some(&Value::Null)));
    let clicked = moving.app.sign_in("county-administrator").send_with(&moving.document, &moving.variables, Value::Null).await;
    let question = clicked.json["errors"][0]["extensions"]["stepUp"].clone();
    assert_eq!((&question["byClick"], &question["options"]), (&json!(true), &Value::Null));
    // A click of the demonstration is none for the session of a key.
    refused(
        &moving,
        &moving.client,
        &moving.document,
        &moving.variables,
        &json!({ "stepUp": { "id": question["id"] } }),
        "a click",
    )
    .await;
    // Outside the demonstration a click confirms nothing.
    let twin = banyan_tests::Database {
        owner_url: moving.app.database.owner_url.clone(),
        app_url: moving.app.database.app_url.clone(),
        seed: moving.app.database.seed.clone(),
    };
    let production = TestApp::on(twin, false, std::time::Duration::from_secs(20)).await;
    let asked = production.sign_in("municipal-administrator").send_with(&moving.document, &moving.variables, Value::Null).await;
    assert_eq!((asked.code(), asked.json.pointer("/errors/0/extensions/stepUp")), ("STEP_UP_REQUIRED", Some(&Value::Null)));
}

/// Every mutation that stands under a dangerous permission asks before it does anything: what is recorded under
/// such a permission without a confirmation is a fault of the server, so none of these may pass unasked.
#[tokio::test]
async fn every_dangerous_mutation_asks_first() {
    let app = TestApp::new().await;
    super::second_township_administrator(&app).await;
    let (spare, n1) = (account(&app, "township-administrator"), organization(&app, "N1A"));
    let by = "municipal-administrator";
    let issued = confirmed_by_click(&app, by, "claimCodeIssue", json!({ "organizationId": n1 }), "claimCode { id }").await;
    let invited = confirmed_by_click(&app, by, "accountInvite", json!({ "id": spare, "version": 1 }), "invitation { id }").await;
    let session = app
        .sign_in(by)
        .ask(&format!("{{ node(id: \"{spare}\") {{ ... on Account {{ sessions {{ id }} }} }} }}"))
        .await
        .at("/node/sessions/0/id");
    let (_, key_session) = key_of(&app, "branch-administrator").await;
    let key = app.sign_in(&key_session).ask("{ viewer { account { keys { id } } } }").await.at("/viewer/account/keys/0/id");
    token_of(&enrol(&app, &code_for(&app, &account(&app, "branch-administrator")).await, &mut Authenticator::default()).await);
    let empty = json!({ "parentId": organization(&app, "N1"), "kind": "631", "name": "空支部", "code": "N1E" });
    let empty =
        confirmed_by_click(&app, by, "organizationCreate", empty, "organization { id }").await["organization"]["id"].clone();
    app.database.change("UPDATE accounts SET state = 'disabled' WHERE name = 'auditor'").await;
    // Two grants that wait: one that the asker gave, and one of someone else's.
    app.database
        .change(
            "INSERT INTO grants (tenant_id, id, account_id, role, organization_id, path, valid_from, given_by, given_by_name, pending)
             SELECT o.tenant_id, md5(g.name)::uuid, a.id, g.role, o.id, o.path, '2026-01-01', b.id, b.name, true
             FROM (VALUES ('municipal-administrator', 'branch_administrator'), ('county-administrator', 'committee_member')) AS g (name, role)
             JOIN accounts b ON b.name = g.name
             CROSS JOIN organizations o CROSS JOIN accounts a WHERE o.code = 'N1A' AND a.name = 'member'",
        )
        .await;
    let waiting = async |giver: &str| {
        let row = app.database.owner().await.query_one("SELECT md5($1)::uuid", &[&giver]).await.expect("an id");
        banyan_tests::global("gra", row.get(0))
    };
    let (given, proposed) = (waiting("municipal-administrator").await, waiting("county-administrator").await);
    app.database
        .change(
            "INSERT INTO leadership_terms (tenant_id, id, organization_id, path, number, from_day, created_at, updated_at)
             SELECT tenant_id, md5('term')::uuid, id, path, 1, '2025-01-01', now(), now() FROM organizations WHERE code = 'N1A';
             INSERT INTO leadership_posts (tenant_id, id, organization_id, path, term_id, person_id, person_name, post, role, sort_order, from_day, created_at, updated_at)
             SELECT o.tenant_id, md5('post')::uuid, o.id, o.path, md5('term')::uuid, p.id, p.name, '4', 'committee_member', 1, '2025-01-01', now(), now()
             FROM organizations o JOIN people p ON p.organization_id = o.id AND p.name LIKE '张%' WHERE o.code = 'N1A'",
        )
        .await;
    let row = app.database.owner().await.query_one("SELECT md5('post')::uuid", &[]).await.expect("an id");
    let post = banyan_tests::global("pst", row.get(0));
    let asking = [
        ("leadershipTermBegin", json!({ "organizationId": n1, "from": "2026-01-02" })),
        ("leadershipPostAdd", json!({ "organizationId": n1, "personId": person(&app, "N1A-2"), "post": "1" })),
        ("leadershipPostEdit", json!({ "id": post, "version": 1, "post": "1" })),
        ("leadershipPostEnd", json!({ "id": post, "version": 1, "on": "2026-01-02", "reason": "4" })),
        ("leadershipPostDelete", json!({ "id": post, "version": 1 })),
        ("personUnmask", json!({ "id": person(&app, "N1A-1"), "fields": ["PHONE"], "purpose": "核对" })),
        ("grantEdit", json!({ "id": given, "version": 1, "reason": "补充说明" })),
        ("grantApprove", json!({ "id": proposed, "version": 1 })),
        ("grantRefuse", json!({ "id": proposed, "version": 1, "reason": "不同意" })),
        (
            "grantDelegate",
            json!({ "grantId": app.database.seed.grants[by], "accountId": account(&app, "committee-member"), "organizationId": n1,
                "until": "2098-01-01T00:00:00Z", "reason": "出差" }),
        ),
        ("organizationDissolve", json!({ "id": empty, "version": 1, "on": app.clock.today().to_string(), "reason": "合并" })),
        ("accountReset", json!({ "id": account(&app, "member"), "version": 1 })),
        ("accountEnable", json!({ "id": account(&app, "auditor"), "version": 1 })),
        ("keyRemove", json!({ "id": key, "version": 1 })),
        ("organizationMove", json!({ "id": n1, "version": 1, "newSuperiorId": organization(&app, "N2"), "on": "2026-02-01" })),
        ("grantGive", json!({ "accountId": account(&app, "committee-member"), "role": "SECRETARY", "organizationId": n1 })),
        ("grantEnd", json!({ "id": app.database.seed.grants["secretary"], "version": 1 })),
        ("accountCreate", json!({ "organizationId": n1, "personId": person(&app, "N1A-2") })),
        ("accountEdit", json!({ "id": spare, "version": 1, "name": "改名" })),
        ("accountDisable", json!({ "id": spare, "version": 1 })),
        ("accountClose", json!({ "id": spare, "version": 1 })),
        ("accountInvite", json!({ "id": spare, "version": 1 })),
        ("invitationEnd", json!({ "id": invited["invitation"]["id"] })),
        ("keyRename", json!({ "id": key, "version": 1, "name": "x" })),
        ("sessionEnd", json!({ "id": session })),
        ("sessionEndOthers", json!({ "accountId": spare })),
        ("claimCodeIssue", json!({ "organizationId": n1 })),
        ("claimCodeEnd", json!({ "id": issued["claimCode"]["id"] })),
    ];
    // What does not ask: the everyday work, and what one does to oneself. A mutation that is new stands in one list.
    let harmless = [
        "organizationCreate",
        "organizationEdit",
        "organizationRename",
        "organizationReorder",
        "partyGroupCreate",
        "partyGroupEdit",
        "partyGroupDissolve",
        "partyGroupAssign",
        "personAdd",
        "personEdit",
        "personSetPhoto",
        "unitCreate",
        "unitEdit",
        "unitDelete",
        "unitLink",
        "unitUnlink",
        "leadershipPostReorder",
        "attachmentAdd",
        "attachmentEdit",
        "attachmentRemove",
        "accountRename",
        "keyInviteOwn",
        "policySet",
    ];
    let listed = app.sign_in(by).ask("{ __schema { mutationType { fields { name } } } }").await;
    for name in crate::acting::each(&listed.at("/__schema/mutationType/fields"), "name") {
        let asks = asking.iter().any(|(asking, _)| *asking == name);
        assert!(asks != harmless.contains(&name.as_str()), "{name} stands in neither list, or in both");
    }
    let before = everything(&app).await;
    for (name, input) in asking {
        let answer = app.sign_in(by).send_with(&mutation(name, ""), &json!({ "input": input }), Value::Null).await;
        assert_eq!(answer.code(), ErrorCode::StepUpRequired.as_str(), "{name}: {}", answer.text);
    }
    let policy = json!({ "version": 1, "passwordProfile": "GRADED", "rotationDays": 90, "initialSecret": "GENERATED", "twoPersonDepth": 2, "unmaskDailyBudget": 30 });
    let answer = app
        .sign_in("security-administrator")
        .send_with(&mutation("policySet", ""), &json!({ "input": policy }), Value::Null)
        .await;
    assert_eq!(answer.code(), ErrorCode::StepUpRequired.as_str(), "policySet: {}", answer.text);
    assert!(everything(&app).await == before, "something was done unasked");
}

async fn confirmed_by_click(app: &TestApp, who: &str, name: &str, input: Value, selection: &str) -> Value {
    super::good(&super::mutate(&app.sign_in(who), name, &input, selection).await)
}

/// The same key of the client brings the same answer, also for what was confirmed.
#[tokio::test]
async fn a_confirmed_action_is_not_done_twice_for_one_idempotency_key() {
    let mut moving = Moving::new().await;
    moving.client = moving.client.with_key("once");
    let question = moving.ask().await;
    let proof = moving.sign(&question);
    let first = moving.answer(&proof).await;
    assert_eq!(first.user_errors(), "");
    let second = moving.answer(&proof).await;
    assert_eq!(first.text, second.text);
    assert_eq!(moving.app.database.number("SELECT count(*) FROM journal WHERE event = 'ORGANIZATION_MOVED'").await, 1);
}
