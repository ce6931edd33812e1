//! What is out of reach and what never was cannot be told apart: same status, same body, same work.

use banyan_tests::{Client, StatementLog};

use super::dice::{Dice, setting};
use super::operations::global;
use super::prune::Reach;
use super::runner::{Case, bare};

/// Everything that takes an id, with `$` in its place: what kind of id, the document, what it answers.
const PLACES: &[(&str, &str, &str)] = &[
    ("org", "{ node(id: \"$\") { id } }", "NOT_FOUND"),
    ("per", "{ node(id: \"$\") { id } }", "NOT_FOUND"),
    ("grp", "{ node(id: \"$\") { id } }", "NOT_FOUND"),
    ("acc", "{ node(id: \"$\") { id } }", "NOT_FOUND"),
    ("gra", "{ node(id: \"$\") { id } }", "NOT_FOUND"),
    ("jou", "{ node(id: \"$\") { id } }", "NOT_FOUND"),
    ("att", "{ node(id: \"$\") { id } }", "NOT_FOUND"),
    ("trm", "{ node(id: \"$\") { id } }", "NOT_FOUND"),
    ("pst", "{ node(id: \"$\") { id } }", "NOT_FOUND"),
    ("unt", "{ node(id: \"$\") { id } }", "NOT_FOUND"),
    ("inv", "{ node(id: \"$\") { id } }", "NOT_FOUND"),
    ("sec", "{ node(id: \"$\") { id } }", "NOT_FOUND"),
    ("org", "{ units(under: \"$\") { totalCount nodes { id } } }", "NOT_FOUND"),
    ("org", "{ jobs(under: \"$\") { totalCount nodes { id } } }", "NOT_FOUND"),
    ("org", "{ organizations(under: \"$\") { totalCount nodes { id } } }", "NOT_FOUND"),
    ("org", "{ people(under: \"$\", reach: OWN) { totalCount nodes { id } } }", "NOT_FOUND"),
    ("org", "{ journal(under: \"$\") { totalCount nodes { id } } }", "NOT_FOUND"),
    ("org", "{ grants(under: \"$\", reach: CHILDREN) { totalCount nodes { id } } }", "NOT_FOUND"),
    ("org", "{ accounts(under: \"$\") { totalCount nodes { id } } }", "NOT_FOUND"),
    ("grp", "{ people(filter: { partyGroup: \"$\" }) { totalCount nodes { id } } }", "\"totalCount\":0"),
    ("acc", "{ grants(filter: { account: \"$\" }) { totalCount nodes { id } } }", "\"totalCount\":0"),
    ("acc", "{ journal(filter: { account: \"$\" }) { totalCount nodes { id } } }", ""),
    ("per", "{ journal(filter: { subject: \"$\" }) { totalCount nodes { id } } }", ""),
    (
        "org",
        "mutation { organizationCreate(input: { parentId: \"$\", kind: \"631\", name: \"新\", code: \"NEW\" }) { organization { id } userErrors { code path } } }",
        "NOT_FOUND",
    ),
    (
        "org",
        "mutation { organizationEdit(input: { id: \"$\", version: 1, name: \"新\" }) { organization { id } userErrors { code path } } }",
        "NOT_FOUND",
    ),
    (
        "org",
        "mutation { organizationRename(input: { id: \"$\", version: 1, name: \"新\", on: \"2026-01-02\", document: \"x\" }) { organization { id } userErrors { code path } } }",
        "NOT_FOUND",
    ),
    (
        "org",
        "mutation { organizationMove(input: { id: \"$\", version: 1, newSuperiorId: \"@org\", on: \"2026-01-02\" }) { organization { id } userErrors { code path } } }",
        "NOT_FOUND",
    ),
    (
        "org",
        "mutation { organizationMove(input: { id: \"@org\", version: 1, newSuperiorId: \"$\", on: \"2026-01-02\" }) { organization { id } userErrors { code path } } }",
        "NOT_FOUND",
    ),
    (
        "org",
        "mutation { organizationDissolve(input: { id: \"$\", version: 1, on: \"2026-01-02\", reason: \"x\" }) { organization { id } userErrors { code path } } }",
        "NOT_FOUND",
    ),
    (
        "org",
        "mutation { organizationReorder(input: { id: \"$\", version: 1 }) { organization { id } userErrors { code path } } }",
        "NOT_FOUND",
    ),
    (
        "org",
        "mutation { organizationReorder(input: { id: \"@child\", version: 1, afterId: \"$\" }) { organization { id } userErrors { code path } } }",
        "NOT_FOUND",
    ),
    (
        "org",
        "mutation { partyGroupCreate(input: { organizationId: \"$\", name: \"新\" }) { partyGroup { id } userErrors { code path } } }",
        "NOT_FOUND",
    ),
    (
        "per",
        "mutation { partyGroupEdit(input: { id: \"@grp\", version: 1, leaderId: \"$\" }) { partyGroup { id } userErrors { code path } } }",
        "NO_SUCH_THING",
    ),
    (
        "grp",
        "mutation { partyGroupEdit(input: { id: \"$\", version: 1, name: \"新\" }) { partyGroup { id } userErrors { code path } } }",
        "NOT_FOUND",
    ),
    (
        "grp",
        "mutation { partyGroupDissolve(input: { id: \"$\", version: 1 }) { partyGroup { id } userErrors { code path } } }",
        "NOT_FOUND",
    ),
    (
        "grp",
        "mutation { partyGroupAssign(input: { id: \"$\", version: 1, personIds: [\"@per\"] }) { partyGroup { id } userErrors { code path } } }",
        "NOT_FOUND",
    ),
    (
        "per",
        "mutation { partyGroupAssign(input: { id: \"@grp\", version: 1, personIds: [\"$\"] }) { partyGroup { id } userErrors { code path } } }",
        "NO",
    ),
    (
        "per",
        "mutation { personEdit(input: { id: \"$\", version: 1, name: \"新\" }) { person { id } userErrors { code path } } }",
        "NOT_FOUND",
    ),
    (
        "grp",
        "mutation { personEdit(input: { id: \"@per\", version: 1, partyGroupId: \"$\" }) { person { id } userErrors { code path } } }",
        "NO",
    ),
    (
        "per",
        "mutation { personSetPhoto(input: { id: \"$\", version: 1 }) { person { id } userErrors { code path } } }",
        "NOT_FOUND",
    ),
    (
        "org",
        "mutation { attachmentAdd(input: { ownerId: \"$\", uploadId: \"upl_AZAAAAAAcACAAAAAAAAAAA\", kind: \"99\" }) { attachment { id } userErrors { code path } } }",
        "NOT_FOUND",
    ),
    (
        "per",
        "mutation { attachmentAdd(input: { ownerId: \"$\", uploadId: \"upl_AZAAAAAAcACAAAAAAAAAAA\", kind: \"99\" }) { attachment { id } userErrors { code path } } }",
        "NOT_FOUND",
    ),
    (
        "att",
        "mutation { attachmentEdit(input: { id: \"$\", version: 1, kind: \"99\" }) { attachment { id } userErrors { code path } } }",
        "NOT_FOUND",
    ),
    (
        "att",
        "mutation { attachmentRemove(input: { id: \"$\", version: 1 }) { attachment { id } userErrors { code path } } }",
        "NOT_FOUND",
    ),
    (
        "org",
        "mutation { unitCreate(input: { organizationId: \"$\", name: \"新\", kind: \"11\", legalPerson: false }) { unit { id } userErrors { code path } } }",
        "NOT_FOUND",
    ),
    (
        "unt",
        "mutation { unitEdit(input: { id: \"$\", version: 1, name: \"新\" }) { unit { id } userErrors { code path } } }",
        "NOT_FOUND",
    ),
    ("unt", "mutation { unitDelete(input: { id: \"$\", version: 1 }) { unit { id } userErrors { code path } } }", "NOT_FOUND"),
    (
        "org",
        "mutation { unitLink(input: { organizationId: \"$\", unitId: \"unt_AZAAAAAAcACAAAAAAAAAAA\" }) { unit { id } userErrors { code path } } }",
        "NOT_FOUND",
    ),
    (
        "unt",
        "mutation { unitLink(input: { organizationId: \"@org\", unitId: \"$\" }) { unit { id } userErrors { code path } } }",
        "NO",
    ),
    (
        "org",
        "mutation { unitUnlink(input: { organizationId: \"$\", unitId: \"unt_AZAAAAAAcACAAAAAAAAAAA\" }) { unit { id } userErrors { code path } } }",
        "NOT_FOUND",
    ),
    (
        "org",
        "mutation { leadershipTermBegin(input: { organizationId: \"$\", from: \"2025-01-01\" }) { leadershipTerm { id } userErrors { code path } } }",
        "NOT_FOUND",
    ),
    (
        "org",
        "mutation { leadershipPostAdd(input: { organizationId: \"$\", personId: \"per_AZAAAAAAcACAAAAAAAAAAA\", post: \"1\" }) { leadershipPost { id } userErrors { code path } } }",
        "NOT_FOUND",
    ),
    (
        "per",
        "mutation { leadershipPostAdd(input: { organizationId: \"@org\", personId: \"$\", post: \"1\" }) { leadershipPost { id } userErrors { code path } } }",
        "",
    ),
    (
        "pst",
        "mutation { leadershipPostEdit(input: { id: \"$\", version: 1, duty: \"新\" }) { leadershipPost { id } userErrors { code path } } }",
        "NOT_FOUND",
    ),
    (
        "pst",
        "mutation { leadershipPostEnd(input: { id: \"$\", version: 1, on: \"2025-01-01\", reason: \"4\" }) { leadershipPost { id } userErrors { code path } } }",
        "NOT_FOUND",
    ),
    (
        "pst",
        "mutation { leadershipPostDelete(input: { id: \"$\", version: 1 }) { leadershipPost { id } userErrors { code path } } }",
        "NOT_FOUND",
    ),
    (
        "pst",
        "mutation { leadershipPostReorder(input: { id: \"$\", version: 1 }) { leadershipPost { id } userErrors { code path } } }",
        "NOT_FOUND",
    ),
    (
        "acc",
        "mutation { grantGive(input: { accountId: \"$\", role: AUDITOR, organizationId: \"@org\" }) { grant { id } userErrors { code path } } }",
        "NO",
    ),
    (
        "org",
        "mutation { grantGive(input: { accountId: \"@acc\", role: AUDITOR, organizationId: \"$\" }) { grant { id } userErrors { code path } } }",
        "NOT_FOUND",
    ),
    ("gra", "mutation { grantApprove(input: { id: \"$\", version: 1 }) { grant { id } userErrors { code path } } }", "NOT_FOUND"),
    ("gra", "mutation { grantRefuse(input: { id: \"$\", version: 1 }) { grant { id } userErrors { code path } } }", "NOT_FOUND"),
    (
        "gra",
        "mutation { grantEdit(input: { id: \"$\", version: 1, reason: \"新\" }) { grant { id } userErrors { code path } } }",
        "NOT_FOUND",
    ),
    (
        "gra",
        "mutation { grantDelegate(input: { grantId: \"$\", accountId: \"@acc\", organizationId: \"@org\", until: \"2098-01-01T00:00:00Z\", reason: \"新\" }) { grant { id } userErrors { code path } } }",
        "",
    ),
    (
        "per",
        "mutation { personUnmask(input: { id: \"$\", fields: [PHONE], purpose: \"新\" }) { person { id } userErrors { code path } } }",
        "NOT_FOUND",
    ),
    ("gra", "mutation { grantEnd(input: { id: \"$\", version: 1 }) { grant { id } userErrors { code path } } }", "NOT_FOUND"),
    (
        "org",
        "mutation { personAdd(input: { organizationId: \"$\", stage: APPLICANT, name: \"新\", sex: \"1\", ethnicGroup: \"01\", identityNumber: \"500101199003070011\", birthDate: \"1990-03-07\", education: \"21\" }) { person { id } userErrors { code path } } }",
        "NOT_FOUND",
    ),
];

/// covers: API09
#[tokio::test]
async fn out_of_reach_and_never_given_answer_the_same() {
    let seed = setting("SEED", 31);
    let case = Case::new(seed, 2).await;
    let mut log = StatementLog::open(&case.whole).await;
    let dice = &mut Dice::new(seed ^ 0x0dd);
    let (viewer, _) = &case.viewers[1];
    let client: Client = case.whole.sign_in(&viewer.token);
    let reach = Reach::of(viewer);
    let known = |kind: &str, within: bool| -> Vec<(String, String)> {
        let known = case.world.ids[kind].iter().filter(|(_, path)| reach.covers(path) == within);
        known.map(|(id, path)| (global(kind, *id), path.clone())).collect()
    };
    let own = global("acc", viewer.id);
    let active = |is_root: bool| {
        let fits = |path: &str| reach.covers(path) && reach.organizations.iter().any(|root| root == path) == is_root;
        let found = case.world.organizations.iter().find(|it| !it.dissolved && fits(&it.path));
        global("org", found.expect("an organization").id)
    };
    let (root, child) = (active(true), active(false));
    let mut compared = 0;
    for (kind, document, expected) in PLACES {
        let mut document = (*document).to_owned();
        for (name, id) in [("@child", child.clone()), ("@org", root.clone()), ("@acc", own.clone())] {
            document = document.replace(name, &id);
        }
        for kind in ["grp", "per"] {
            if document.contains(&format!("@{kind}")) {
                document = document.replace(&format!("@{kind}"), &known(kind, true)[0].0);
            }
        }
        let hidden: Vec<String> = known(kind, false)
            .into_iter()
            .filter(|(id, _)| *id != own && !viewer.grants.iter().any(|grant| global("gra", grant.id) == *id))
            .map(|(id, _)| id)
            .collect();
        let near =
            known(kind, false).into_iter().find(|(id, path)| path.starts_with("c01") && hidden.contains(id)).map(|(id, _)| id);
        let ids = [
            global(kind, dice.id()),
            near.unwrap_or_else(|| dice.pick(&hidden).clone()),
            dice.pick(&hidden).clone(),
            global(kind, dice.id()),
        ];
        let ask = |id: &str| {
            let document = document.replace('$', id);
            let client = &client;
            async move { client.ask(&document).await }
        };
        // The first answer of a kind also prepares its statements.
        let never = ask(&global(kind, dice.id())).await;
        assert!(never.text.contains(expected), "{document}: {}", never.text);
        log.statements();
        let mut work = Vec::new();
        for id in &ids {
            let answer = ask(id).await;
            let mut statements = log.statements();
            // Another connection of the pool may have to look up a type first: what is left of a repetition is the rule.
            for _ in 0..2 {
                if work.first().is_some_and(|first| *first == statements) {
                    break;
                }
                ask(id).await;
                statements = statements.min(log.statements());
            }
            work.push(statements);
            // What the viewer did to it or who did something within reach is the viewer's own log.
            if expected.is_empty() {
                assert_eq!(answer.status, never.status, "{document}");
            } else {
                assert_eq!(bare(&answer), bare(&never), "SEED={seed} {document} {id}");
            }
            compared += 1;
        }
        assert!(work[0] > 2 && work.iter().all(|count| *count == work[0]), "{document}: {work:?} statements");
    }
    assert!(compared > 100);
    case.clear().await;
}

/// covers: API09
#[tokio::test]
async fn every_node_type_is_found_again_by_its_id() {
    let case = Case::new(setting("SEED", 32), 2).await;
    let (viewer, _) = &case.viewers[1];
    let client = case.whole.sign_in(&viewer.token);
    let reach = Reach::of(viewer);
    let kinds = [
        ("org", "Organization"),
        ("per", "Person"),
        ("grp", "PartyGroup"),
        ("att", "Attachment"),
        ("unt", "Unit"),
        ("trm", "LeadershipTerm"),
        ("pst", "LeadershipPost"),
        ("acc", "Account"),
        ("gra", "Grant"),
        ("jou", "JournalEntry"),
        ("inv", "Invitation"),
        ("sec", "SecurityEvent"),
        ("job", "Job"),
    ];
    // A lookup is found by nobody but whose record was looked at: see the tests of people.
    assert_eq!(case.schema["Node"].possible.len(), kinds.len() + 1, "a type is missing here");
    for (kind, name) in kinds {
        let visible: Vec<_> = case.world.ids[kind].iter().filter(|(_, path)| reach.covers(path)).collect();
        assert!(!visible.is_empty(), "{name}");
        for (id, _) in visible {
            let id = global(kind, *id);
            let answer = client.ask(&format!("{{ node(id: \"{id}\") {{ __typename id }} }}")).await;
            assert_eq!(answer.at("/node"), serde_json::json!({ "__typename": name, "id": id }));
        }
    }
    case.clear().await;
}
