//! Accounts that act at random, mostly with what gives, lends, takes or moves rights, and with every other mutation
//! of the schema in between: whatever they do, nobody gains more than the actor held (SEC-A06, SEC-A07), duties stay apart (SEC-A08), and no organization
//! loses its last administrator (R01). The rights are reckoned here anew from the tables, not asked of the server.

use std::collections::{BTreeMap, BTreeSet};

use banyan::testing::{Permission, Role};
use banyan_tests::{TOKENS, TestApp, global};
use serde_json::{Value, json};
use uuid::Uuid;

use super::any::Any;
use crate::access_table::{INSIDE, THINGS, calls};
use crate::acting::send;
use crate::scope::dice::{Dice, setting};

/// One right: to do this in one organization.
type Right = (&'static str, String);
/// What each account holds, by its id.
type Rights = BTreeMap<String, BTreeSet<Right>>;

/// A grant as the table has it.
struct Grant {
    id: Uuid,
    version: i32,
    account: String,
    active: bool,
    role: Role,
    path: String,
    source: Option<Uuid>,
    part: Option<Vec<String>>,
    pending: bool,
    open: bool,
    begun: bool,
    place: String,
    giver: String,
}

/// Everything about rights at a moment.
struct World {
    grants: Vec<Grant>,
    organizations: Vec<(String, String, i32)>,
}

const GRANTS: &str = "SELECT g.id, g.version, a.id, a.active, g.role, g.path, g.delegated_from, g.permissions, g.pending,
    g.ended_at IS NULL AND (g.valid_until IS NULL OR g.valid_until > $1), g.valid_from <= $1, g.organization_id, g.given_by
    FROM grants g JOIN accounts a ON a.id = g.account_id
    ORDER BY a.path, a.created_at, a.name, g.path, g.role, g.valid_from, g.valid_until, g.id";

/// Rights that are never lent.
const FIXED: [Permission; 6] = [
    Permission::MoveOrganization,
    Permission::GiveGrants,
    Permission::DelegateGrants,
    Permission::ManageAccounts,
    Permission::ManageKeys,
    Permission::SetPolicy,
];

impl World {
    async fn read(app: &TestApp) -> Self {
        let client = app.database.owner().await;
        let rows = client.query(GRANTS, &[&app.clock.now()]).await.expect("grants");
        let grants = rows.iter().map(|row| Grant {
            id: row.get(0),
            version: row.get(1),
            account: global("acc", row.get(2)),
            active: row.get(3),
            role: Role::parse(row.get(4)).expect("a role"),
            path: row.get(5),
            source: row.get(6),
            part: row.get(7),
            pending: row.get(8),
            open: row.get(9),
            begun: row.get(10),
            place: global("org", row.get(11)),
            giver: row.get::<_, Option<Uuid>>(12).map(|giver| global("acc", giver)).unwrap_or_default(),
        });
        let places = client.query("SELECT id, path, version FROM organizations WHERE status = 'active' ORDER BY code", &[]).await;
        let place = |row: &tokio_postgres::Row| (global("org", row.get(0)), row.get(1), row.get(2));
        let organizations = places.expect("organizations").iter().map(place).collect();
        Self { grants: grants.collect(), organizations }
    }

    /// Whether a grant gives rights, now or (with `later`) when it has begun.
    fn gives(&self, grant: &Grant, later: bool) -> bool {
        let runs = grant.open && grant.active && !grant.pending && (later || grant.begun);
        runs && grant.source.is_none_or(|source| {
            let source = self.grants.iter().find(|other| other.id == source).expect("a source");
            source.source.is_none() && self.gives(source, later) && grant.path.starts_with(&source.path)
        })
    }

    fn allows(grant: &Grant, permission: Permission) -> bool {
        let lent = grant.source.is_some();
        grant.role.allows(permission)
            && !(lent && FIXED.contains(&permission))
            && grant.part.as_ref().is_none_or(|part| part.iter().any(|name| name == permission.name()))
    }

    fn rights_of(&self, grants: impl Iterator<Item = usize>) -> Rights {
        let mut rights = Rights::new();
        for grant in grants.map(|number| &self.grants[number]) {
            let held = rights.entry(grant.account.clone()).or_default();
            for (place, ..) in self.organizations.iter().filter(|(_, path, _)| path.starts_with(&grant.path)) {
                held.extend(
                    Permission::ALL.into_iter().filter(|one| Self::allows(grant, *one)).map(|one| (one.name(), place.clone())),
                );
            }
        }
        rights
    }

    /// What everyone holds, also what has yet to begin.
    fn rights(&self, later: bool) -> Rights {
        self.rights_of((0..self.grants.len()).filter(|number| self.gives(&self.grants[*number], later)))
    }

    /// Every lent right is within what its lender holds of their own at the same moment.
    fn lent_is_within_the_source(&self) {
        for (number, grant) in
            self.grants.iter().enumerate().filter(|(_, grant)| grant.source.is_some() && self.gives(grant, false))
        {
            let source = self.grants.iter().position(|other| Some(other.id) == grant.source).expect("a source");
            let (lent, own) = (self.rights_of([number].into_iter()), self.rights_of([source].into_iter()));
            let (lent, own) = (&lent[&grant.account], &own[&self.grants[source].account]);
            assert!(lent.is_subset(own), "{:?} lent beyond its source", lent.difference(own).collect::<Vec<_>>());
        }
    }

    /// Whether an organization is there.
    fn has(&self, organization: &str) -> bool {
        self.organizations.iter().any(|(id, ..)| id == organization)
    }

    /// Organizations with an administrator of their own.
    fn administered(&self) -> BTreeSet<String> {
        let administers =
            |grant: &&Grant| grant.role == Role::OrganizationAdministrator && grant.source.is_none() && self.gives(grant, false);
        self.grants.iter().filter(administers).map(|grant| grant.place.clone()).collect()
    }
}

/// A random step: the mutation and its input.
fn step(app: &TestApp, dice: &mut Dice, world: &World, actor: &str) -> (&'static str, Value) {
    let seed = &app.database.seed;
    let places: Vec<&str> = ["M", "N", "N1", "N1A", "N1B", "N2", "N2A", "S", "S1", "S1A"].into();
    let accounts: Vec<&String> = TOKENS.iter().map(|(token, ..)| &seed.accounts[*token]).collect();
    let own_id = &seed.accounts[actor];
    let account = |dice: &mut Dice| (*dice.pick::<&String>(&accounts)).clone();
    let time =
        |dice: &mut Dice| json!((app.clock.now() + chrono::Duration::minutes(i64::from(dice.between(1, 400)))).to_rfc3339());
    let open: Vec<&Grant> =
        world.grants.iter().filter(|grant| grant.open && grant.account != seed.accounts["reading-token"]).collect();
    let waiting: Vec<&Grant> = open.iter().copied().filter(|grant| grant.pending).collect();
    // Mostly what can be decided by the actor, now and then what cannot.
    let proposed: Vec<&Grant> = waiting.iter().copied().filter(|grant| (grant.giver == *own_id) != dice.chance(0.2)).collect();
    let waiting: Vec<&Grant> = waiting.into_iter().filter(|grant| (grant.giver != *own_id) != dice.chance(0.2)).collect();
    let own: Vec<&Grant> = open.iter().copied().filter(|grant| grant.account == *own_id).collect();
    let of = |grant: &Grant| json!({ "id": global("gra", grant.id), "version": grant.version });
    // Posts of people, some of whom have accounts: mostly in branches, where the seed's member is at home.
    if dice.chance(0.12) {
        let place = *dice.pick::<&str>(&["N1A", "N1A", "N1", "N", "S1A"]);
        let person = *dice.pick::<&str>(&["N1A-1", "N1A-1", "N1A-2", "S1A-1"]);
        let post = *dice.pick::<&str>(&["1", "2", "4", "41", "42"]);
        let input = json!({ "organizationId": seed.organization(place), "personId": seed.person(person), "post": post, "administers": dice.chance(0.3) });
        return if dice.chance(0.25) {
            ("leadershipTermBegin", json!({ "organizationId": seed.organization(place), "from": "2026-01-05" }))
        } else {
            ("leadershipPostAdd", input)
        };
    }
    match dice.below(17) {
        0..=2 => {
            let roles = [
                "ORGANIZATION_ADMINISTRATOR",
                "SYSTEM_ADMINISTRATOR",
                "SECURITY_ADMINISTRATOR",
                "AUDITOR",
                "SECRETARY",
                "BRANCH_ADMINISTRATOR",
                "COMMITTEE_MEMBER",
                "MEMBER",
                "READER",
            ];
            let role = if dice.chance(0.4) { &roles[0] } else { dice.pick::<&str>(&roles) };
            let mut input = json!({ "accountId": account(dice), "role": role, "organizationId": seed.organization(dice.pick::<&str>(&places)) });
            if dice.chance(0.3) {
                input["from"] = time(dice);
            }
            ("grantGive", input)
        }
        3..=4 => {
            let from: &[&Grant] = if own.is_empty() || dice.chance(0.2) { &open } else { &own };
            let mut input = json!({ "grantId": global("gra", dice.pick::<&Grant>(from).id), "accountId": account(dice), "until": time(dice), "reason": "随机",
                                    "organizationId": seed.organization(dice.pick::<&str>(&places)) });
            if dice.chance(0.6) {
                let part: Vec<&str> = Permission::ALL.iter().filter(|_| dice.chance(0.3)).map(|one| one.name()).collect();
                input["permissions"] = json!(part);
            }
            ("grantDelegate", input)
        }
        5 if dice.chance(0.4) => ("grantEnd", of(dice.pick::<&Grant>(&open))),
        6 if !proposed.is_empty() => ("grantEdit", {
            let mut input = of(dice.pick::<&Grant>(&proposed));
            input["until"] = time(dice);
            input
        }),
        7 | 10 if !waiting.is_empty() => ("grantRefuse", of(dice.pick::<&Grant>(&waiting))),
        8 | 11 | 12 => {
            let moved = *dice.pick::<&str>(&["N1", "N1A", "N1B", "N2", "N2A", "S1", "S1A"]);
            let id = seed.organization(moved);
            let version = world.organizations.iter().find(|(other, ..)| other == id).map_or(1, |(.., version)| *version);
            let to = seed.organization(dice.pick::<&str>(&["M", "N", "N1", "N2", "S", "S1"]));
            (
                "organizationMove",
                json!({ "id": id, "version": version, "newSuperiorId": to, "on": app.clock.today().to_string() }),
            )
        }
        _ if !waiting.is_empty() => {
            (if dice.chance(0.4) { "grantRefuse" } else { "grantApprove" }, of(dice.pick::<&Grant>(&waiting)))
        }
        // Nothing waits yet: propose a high role at a high place.
        _ => {
            let role = dice.pick::<&str>(&["ORGANIZATION_ADMINISTRATOR", "AUDITOR"]);
            let place = seed.organization(dice.pick::<&str>(&["N", "S", "N", "M"]));
            ("grantGive", json!({ "accountId": account(dice), "role": role, "organizationId": place }))
        }
    }
}

/// What has to be true after any step of an actor, with the world that it leaves.
async fn judge(app: &TestApp, before: &World, actor: &str, name: &str, input: &Value, at: &str) -> World {
    let after = World::read(app).await;
    let held = before.rights(false).remove(&app.database.seed.accounts[actor]).unwrap_or_default();
    let (had, have) = (before.rights(true), after.rights(true));
    let own_id = &app.database.seed.accounts[actor];
    for (account, rights) in &have {
        let nothing = BTreeSet::new();
        let had = had.get(account).unwrap_or(&nothing);
        // Whoever holds a right above a new organization holds it there.
        let rights: BTreeSet<Right> = rights.iter().filter(|(_, place)| before.has(place)).cloned().collect();
        let beyond: Vec<_> = rights.difference(had).filter(|right| !held.contains(*right)).collect();
        assert!(beyond.is_empty(), "{at}: {actor} {name} {input} gave {account} {beyond:?}");
        assert!(account != own_id || rights.is_subset(had) || name == "grantGive", "{at}: {name} widened the actor");
    }
    after.lent_is_within_the_source();
    let lost: Vec<String> =
        before.administered().difference(&after.administered()).filter(|place| after.has(place)).cloned().collect();
    assert!(lost.is_empty(), "{at}: {actor} {name} left {lost:?} without an administrator");
    let combined = "SELECT count(*) FROM grants a JOIN grants b ON a.account_id = b.account_id AND a.duty <> b.duty
                    WHERE a.ended_at IS NULL AND b.ended_at IS NULL
                      AND tstzrange(a.valid_from, a.valid_until) && tstzrange(b.valid_from, b.valid_until)";
    assert_eq!(app.database.number(combined).await, 0, "{at}");
    after
}

/// Mutations that no step of the walk can do, because they take a key or a password of the actor's.
const ELSEWHERE: [&str; 1] = ["keyInviteOwn"];

/// Before chance has its way: every mutation that the schema has once, with an input that it takes, by who may do it.
async fn each_once(app: &TestApp, seed: u64) -> BTreeSet<String> {
    let mut done = BTreeSet::new();
    for (name, document, input) in calls(&INSIDE, &app.database).await {
        if !document.starts_with("mutation") {
            continue;
        }
        // The one below first: what it may not do or has itself begun, the one above does.
        for actor in ["county-administrator", "municipal-administrator"] {
            let mut input = input.clone();
            if name == "attachmentAdd" {
                input["i"]["uploadId"] = json!(crate::attachments::sent(&app.sign_in(actor), "文件.pdf").await);
            }
            let before = World::read(app).await;
            let answer = app.sign_in(actor).send(document, input.clone()).await;
            judge(app, &before, actor, name, &input, &format!("seed {seed}, once")).await;
            if answer.code().is_empty() && answer.user_errors().is_empty() {
                done.insert(name.to_owned());
                break;
            }
        }
    }
    done
}

/// covers: SEC-A06, SEC-A07
#[tokio::test]
async fn whatever_is_done_nobody_gains_what_the_actor_did_not_hold() {
    let first = setting("BANYAN_WALK_SEED", 1);
    let (walks, steps) = (setting("BANYAN_WALKS", 3), setting("BANYAN_WALK_STEPS", 180));
    let mut done: BTreeMap<String, usize> = BTreeMap::new();
    let mut tried: BTreeSet<String> = BTreeSet::new();
    let mut known = 0;
    for seed in first..first + walks {
        let database = banyan_tests::clone_of_template().await;
        database.change(THINGS).await;
        let app = TestApp::on(database, true, std::time::Duration::from_secs(20)).await;
        let once = each_once(&app, seed).await;
        let mut dice = Dice::new(seed);
        let mut any = Any::new(&app).await;
        known = any.names().len();
        let never: Vec<&str> =
            any.names().into_iter().filter(|name| !once.contains(*name) && !ELSEWHERE.contains(name)).collect();
        assert!(never.is_empty(), "seed {seed}: never done: {never:?}");
        for number in 0..steps {
            let before = World::read(&app).await;
            if dice.chance(0.1) {
                // Time passes: what was lent ends, what was given for later begins, and nothing else does.
                app.clock.shift(i64::from(dice.between(60, 7200)));
                let after = World::read(&app).await;
                let (could, can) = (before.rights(true), after.rights(false));
                for (account, rights) in &can {
                    let more: Vec<_> =
                        could.get(account).map_or(rights.iter().collect(), |could| rights.difference(could).collect());
                    assert!(more.is_empty(), "seed {seed} step {number}: {account} gained {more:?} by waiting");
                }
                after.lent_is_within_the_source();
                continue;
            }
            let (mut actor, ..) = *dice.pick(TOKENS);
            if dice.chance(0.6) {
                actor = *dice.pick::<&str>(&[
                    "municipal-administrator",
                    "county-administrator",
                    "other-county-administrator",
                    "security-administrator",
                ]);
            }
            let (name, input, answer) = if dice.chance(0.3) {
                let step = any.step(&app, &mut dice).await;
                let answer = step.send(&app, actor).await;
                (step.name, step.input, answer)
            } else {
                let (name, input) = step(&app, &mut dice, &before, actor);
                let answer = send(&app.sign_in(actor), name, &input).await;
                (name.to_owned(), input, answer)
            };
            assert_ne!(answer.code(), "INTERNAL", "seed {seed} step {number}: {name} {input} {}", answer.text);
            assert_ne!(answer.code(), "BAD_DOCUMENT", "{}", answer.text);
            let after = judge(&app, &before, actor, &name, &input, &format!("seed {seed} step {number}")).await;
            tried.insert(name.clone());
            if answer.code().is_empty() && answer.user_errors().is_empty() {
                *done.entry(name).or_default() += 1;
            }
            // The server reckons the same, also for whoever had lost everything and signs in again.
            app.database.change("UPDATE sessions SET ended_at = NULL").await;
            let (asked, ..) = *dice.pick(TOKENS);
            let told = app.sign_in(asked).ask("{ viewer { permissions } }").await;
            let mine = after.rights(false).remove(&app.database.seed.accounts[asked]).unwrap_or_default();
            let mine: BTreeSet<&str> = mine.iter().map(|(permission, _)| *permission).collect();
            // Who holds nothing is signed out, and a password that was given anew is changed first.
            if told.code() == "PASSWORD_CHANGE_REQUIRED" || (told.at("/viewer").is_null() && mine.is_empty()) {
                continue;
            }
            let told = told.at("/viewer/permissions");
            let told: BTreeSet<&str> = told.as_array().expect("a list").iter().filter_map(Value::as_str).collect();
            assert_eq!(told, mine, "seed {seed} step {number}: {asked}");
        }
    }
    // A walk in which nothing happens proves nothing. The keys of rows are chance, and with them the order in which
    // rows of one moment stand: what chance does is many grants, and something of most that changes rights.
    assert!(done.get("grantGive").is_some_and(|times| *times > 5) && done.len() >= 5, "too little was done: {done:?}");
    assert!(tried.len() * 5 >= known * 4, "{} of {known} mutations were tried: {tried:?}", tried.len());
}
