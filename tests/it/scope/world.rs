//! Random trees with everything that stands in them, written by the owner.

use std::collections::HashMap;

use banyan::testing::{NameKeys, Secrets, hash, identity::IdentityNumber, path};
use banyan_tests::Database;
use chrono::NaiveDate;
use serde_json::{Value, json};
use tokio_postgres::Client;
use uuid::Uuid;

use super::dice::Dice;

pub const ROLES: [&str; 9] = [
    "system_administrator",
    "security_administrator",
    "organization_administrator",
    "branch_administrator",
    "secretary",
    "committee_member",
    "member",
    "auditor",
    "reader",
];
const DUTIES: [&str; 3] = ["system_administrator", "security_administrator", "auditor"];
const STAGES: [&str; 6] = ["applicant", "activist", "candidate", "probationary", "full", "left"];
const EVENTS: [&str; 5] = ["ORGANIZATION_RENAMED", "ORGANIZATION_EDITED", "PERSON_ADDED", "PERSON_EDITED", "PARTY_GROUP_EDITED"];
/// Tables in the order in which their keys allow writing.
const TABLES: [&str; 21] = [
    "tenants",
    "organizations",
    "organization_versions",
    "party_groups",
    "people",
    "membership_ledger",
    "person_photos",
    "accounts",
    "grants",
    "account_keys",
    "sessions",
    "jobs",
    "invitations",
    "claim_codes",
    "security_events",
    "attachments",
    "units",
    "organization_units",
    "leadership_terms",
    "leadership_posts",
    "journal",
];
/// When some of the grants have run out that run at first.
pub const EXPIRED: &str = "2097-06-01T00:00:00Z";
const LONG_AGO: &str = "2020-01-01T00:00:00Z";
const MADE_AT: &str = "2026-01-01T00:00:00Z";

/// A kind of organization: what it may contain, and whether people belong to it.
#[derive(Clone, Debug)]
pub struct Kind {
    pub may_contain: Vec<String>,
    pub holds_members: bool,
}

/// The code table, read as the owner.
pub async fn kinds(client: &Client) -> HashMap<String, Kind> {
    let rows = client
        .query(
            "SELECT code, attributes ->> 'may_contain', attributes ->> 'holds_members' FROM codes WHERE table_name = 'org_kind'",
            &[],
        )
        .await
        .expect("kinds");
    let kind = |row: &tokio_postgres::Row| {
        let below: Option<String> = row.get(1);
        let below =
            below.unwrap_or_default().split(';').filter(|kind| !kind.is_empty() && *kind != "71").map(str::to_owned).collect();
        (row.get(0), Kind { may_contain: below, holds_members: row.get::<_, Option<String>>(2).as_deref() == Some("Y") })
    };
    rows.iter().map(kind).collect()
}

#[derive(Clone, Debug)]
pub struct Organization {
    pub id: Uuid,
    pub tenant: Uuid,
    pub path: String,
    kind: String,
    children: i32,
    pub dissolved: bool,
}

#[derive(Clone, Debug)]
pub struct Grant {
    pub id: Uuid,
    pub role: &'static str,
    pub path: String,
    pub running: bool,
    /// Runs out before [`EXPIRED`].
    expires: bool,
}

#[derive(Clone, Debug)]
pub struct Account {
    pub id: Uuid,
    pub tenant: Uuid,
    pub token: String,
    pub person: Option<Uuid>,
    pub branch: Option<Uuid>,
    pub grants: Vec<Grant>,
    /// The only grant that the token uses.
    pub only: Option<Uuid>,
    /// The token only reads.
    pub read_only: bool,
    /// Keys, invitations and the like of its own, which it holds wherever it stands itself.
    pub things: Vec<Uuid>,
}

/// What was written.
#[derive(Default)]
pub struct World {
    pub organizations: Vec<Organization>,
    pub people: Vec<(Uuid, Uuid, Uuid)>,
    pub accounts: Vec<Account>,
    /// Ids and where they stand, by the prefix of their kind.
    pub ids: HashMap<&'static str, Vec<(Uuid, String)>>,
    pub names: Vec<String>,
    pub identities: Vec<String>,
    pub codes: Vec<String>,
    rows: HashMap<&'static str, Vec<Value>>,
    leaders: Vec<(Uuid, Uuid)>,
}

impl World {
    /// Two tenants, thrown with a seed and written into a database.
    pub async fn grow(database: &Database, seed: u64) -> Self {
        let mut client = database.owner().await;
        let kinds = kinds(&client).await;
        let mut world = Self::default();
        let dice = &mut Dice::new(seed);
        for label in ["c01", "c02"] {
            world.tenant(dice, label, &kinds);
        }
        let transaction = client.transaction().await.expect("a transaction");
        for table in TABLES {
            if let Some(rows) = world.rows.get(table) {
                // Roles do not follow the posts that are thrown: the grants are thrown, too.
                let follows = if table == "leadership_posts" { "replica" } else { "origin" };
                transaction.batch_execute(&format!("SET LOCAL session_replication_role = {follows}")).await.expect("a mode");
                write(&transaction, table, rows).await;
            }
        }
        transaction.batch_execute("SELECT order_below(id, NULL) FROM tenants").await.expect("an order");
        for (group, leader) in &world.leaders {
            transaction
                .execute("UPDATE party_groups SET leader_id = $2 WHERE id = $1", &[group, leader])
                .await
                .expect("a leader");
        }
        transaction.batch_execute(include_str!("recount.sql")).await.expect("figures");
        transaction.commit().await.expect("a consistent world");
        world
    }

    /// A subtree stands elsewhere now.
    pub fn relocate(&mut self, old: &str, new: &str) {
        let paths = self.organizations.iter_mut().map(|it| &mut it.path);
        let paths = paths.chain(self.ids.values_mut().flatten().map(|(_, path)| path));
        let grants = self.accounts.iter_mut().flat_map(|account| &mut account.grants).map(|grant| &mut grant.path);
        for path in paths.chain(grants) {
            if let Some(rest) = path.strip_prefix(old) {
                *path = format!("{new}{rest}");
            }
        }
    }

    /// It is [`EXPIRED`] now.
    pub fn expire(&mut self) {
        for grant in self.accounts.iter_mut().flat_map(|account| &mut account.grants).filter(|grant| grant.expires) {
            grant.running = false;
        }
    }

    fn put(&mut self, table: &'static str, row: Value) {
        self.rows.entry(table).or_default().push(row);
    }

    fn know(&mut self, prefix: &'static str, id: Uuid, path: &str) {
        self.ids.entry(prefix).or_default().push((id, path.to_owned()));
    }

    fn tenant(&mut self, dice: &mut Dice, label: &str, kinds: &HashMap<String, Kind>) {
        let tenant = dice.id();
        self.put("tenants", json!({ "id": tenant, "path": label, "name": label, "created_at": MADE_AT }));
        let first = self.organizations.len();
        let size = first + 18 + dice.below(22);
        let root = (*dice.pick(&["11", "12", "13", "611"])).to_owned();
        self.organizations.push(Organization {
            id: dice.id(),
            tenant,
            path: label.into(),
            kind: root,
            children: 0,
            dissolved: false,
        });
        while self.organizations.len() < size {
            let parent = first + dice.below(self.organizations.len() - first);
            let above = self.organizations[parent].clone();
            let below = &kinds[&above.kind].may_contain;
            if below.is_empty() || above.path.len() >= 18 {
                continue;
            }
            let path = format!("{}{}", above.path, path::label(above.children).expect("a label"));
            self.organizations[parent].children += 1;
            self.organizations.push(Organization {
                id: dice.id(),
                tenant,
                path,
                kind: dice.pick(below).clone(),
                children: 0,
                dissolved: false,
            });
        }
        for place in first..size {
            self.organizations[place].dissolved = place > first && self.organizations[place].children == 0 && dice.chance(0.1);
            self.organization(dice, place, first);
        }
        for place in first..size {
            let branch = self.organizations[place].clone();
            if kinds[&branch.kind].holds_members && !branch.dissolved {
                self.branch(dice, &branch);
            }
        }
        for number in 0..10 {
            self.account(dice, label, first, number);
        }
        for place in first..size {
            for _ in 0..dice.below(4) {
                self.entry(dice, place);
            }
            self.files(dice, place);
            self.units(dice, place, first);
            // Dice of their own: everything else falls as it does without posts.
            self.leadership(&mut Dice::new(place as u64 + 1), place);
            self.jobs(&mut Dice::new(place as u64 + 1), place);
        }
    }

    fn organization(&mut self, dice: &mut Dice, place: usize, first: usize) {
        let it = self.organizations[place].clone();
        let above =
            path::parent_of(&it.path).and_then(|above| self.organizations[first..].iter().find(|known| known.path == above));
        let parent = above.map(|above| above.id);
        let name = format!(
            "{}{}第{place}{}",
            dice.pick(&["北山", "南川", "青石", "重庆"]),
            dice.pick(&["区", "镇", "村"]),
            dice.pick(&["党委", "支部"])
        );
        let keys = NameKeys::of_organization(&name);
        let code = format!("{}{place}", it.path.to_uppercase());
        let status = if it.dissolved { "dissolved" } else { "active" };
        let ended = it.dissolved.then_some("2024-01-01");
        self.put("organizations", json!({
            "tenant_id": it.tenant, "id": it.id, "parent_id": parent, "label": it.path.get(it.path.len() - 3..), "path": it.path,
            "children_ever": it.children, "kind": it.kind, "setting": null, "name": name, "short_name": format!("短{place}"),
            "code": code, "name_pinyin": keys.pinyin, "name_initials": keys.initials, "name_grams": keys.grams, "territory": "500101",
            "sort_order": dice.below(4), "founded_on": "2001-07-01", "contact_person": "王某", "contact_phone": "023", "address": "某路",
            "status": status, "dissolved_on": ended, "dissolved_reason": ended, "version": 1, "created_at": MADE_AT, "updated_at": MADE_AT,
        }));
        for valid in ["[2001-07-01,2010-01-01)", "[2010-01-01,)"] {
            let id = dice.id();
            self.put("organization_versions", json!({
                "tenant_id": it.tenant, "id": id, "organization_id": it.id, "path": it.path, "valid": valid, "parent_id": parent,
                "path_then": it.path, "name": name, "short_name": null, "kind": it.kind, "status": status, "change": "1", "document": "文",
            }));
        }
        self.know("org", it.id, &it.path);
        self.names.push(name);
        self.codes.push(code);
    }

    fn branch(&mut self, dice: &mut Dice, branch: &Organization) {
        let place = |mut row: Value| {
            row["tenant_id"] = json!(branch.tenant);
            row["organization_id"] = json!(branch.id);
            row["path"] = json!(branch.path);
            row
        };
        let people: Vec<Uuid> = (0..dice.below(6)).map(|_| dice.id()).collect();
        let groups: Vec<Uuid> = (0..dice.below(3)).map(|_| dice.id()).collect();
        for (number, group) in groups.iter().enumerate() {
            self.leaders.extend(people.first().filter(|_| dice.chance(0.7)).map(|leader| (*group, *leader)));
            self.know("grp", *group, &branch.path);
            self.put(
                "party_groups",
                place(json!({
                    "id": group, "name": format!("第{number}小组"), "active": number == 0,
                    "version": 1, "created_at": MADE_AT, "updated_at": MADE_AT,
                })),
            );
        }
        for id in people {
            self.person(dice, branch, self.people.len(), id, groups.first().copied(), &place);
        }
    }

    fn person(
        &mut self,
        dice: &mut Dice,
        branch: &Organization,
        number: usize,
        id: Uuid,
        group: Option<Uuid>,
        place: &impl Fn(Value) -> Value,
    ) {
        let secrets = Secrets::from_root(&[42; 32]).expect("keys");
        let sealed = |text: &str| format!("\\x{}", data_encoding::HEXLOWER.encode(&secrets.seal(text)));
        let stage = if number.is_multiple_of(3) { "full" } else { *dice.pick(&STAGES) };
        let birth = NaiveDate::from_ymd_opt(1950 + dice.between(0, 50), 5, 1 + dice.below(28) as u32).expect("a day");
        let sequence = u16::try_from(number + 1).expect("few people");
        let identity = IdentityNumber::make(500_101, birth, sequence).expect("a number");
        let name = format!("{}{}", dice.pick(&["王", "李", "张", "重", "区"]), dice.pick(&["小明", "芳", "建国", "秀英"]));
        let keys = NameKeys::of(&name);
        let joined = matches!(stage, "probationary" | "full").then_some("2015-07-01");
        let index = data_encoding::HEXLOWER.encode(&secrets.index(identity.as_str()));
        self.know("per", id, &branch.path);
        self.put("people", place(json!({
            "id": id, "party_group_id": group.filter(|_| dice.chance(0.5)), "stage": stage, "name": name,
            "name_key": keys.key, "name_initials": keys.initials, "name_grams": keys.grams,
            "sex": if sequence % 2 == 0 { "2" } else { "1" }, "ethnic_group": dice.pick(&["01", "15"]), "birth_date": birth,
            "identity_number": sealed(identity.as_str()), "identity_index": format!("\\x{index}"), "education": dice.pick(&["21", "31", "61"]),
            "job_category": null, "native_place": "500101", "phone": sealed("13800000000"), "address": sealed("某路一号"),
            "applied_on": "2014-01-01", "joined_on": joined, "confirmed_on": joined.filter(|_| stage == "full"),
            "version": 1, "created_at": MADE_AT, "updated_at": MADE_AT,
        })));
        if joined.is_some() {
            let entry = json!({ "id": dice.id(), "person_id": id, "day": "2015-07-01", "kind": "admitted", "delta": 1 });
            self.put("membership_ledger", place(entry));
        }
        if dice.chance(0.3) {
            self.put(
                "person_photos",
                place(json!({ "person_id": id, "media_type": "image/png", "content": format!("\\x89504e47{number:08x}") })),
            );
        }
        if stage != "left" {
            self.people.push((id, branch.tenant, branch.id));
        }
        self.names.push(name);
        self.identities.push(identity.as_str().to_owned());
    }

    /// The first account of a tenant is a plain member's, the second holds several roots side by side, the
    /// third something small now and the whole tenant before.
    fn account(&mut self, dice: &mut Dice, label: &str, first: usize, number: usize) {
        let places: Vec<Organization> = self.organizations[first..].to_vec();
        let (tenant, home) = (places[0].tenant, dice.pick(&places).clone());
        let taken: Vec<Option<Uuid>> = self.accounts.iter().map(|account| account.person).collect();
        let own: Vec<_> =
            self.people.iter().filter(|(id, of, _)| *of == tenant && !taken.contains(&Some(*id))).copied().collect();
        let person =
            if (number == 0 || number > 2 && dice.chance(0.3)) && !own.is_empty() { Some(*dice.pick(&own)) } else { None };
        let id = dice.id();
        let token = format!("{label}-{number}");
        let kind = if person.is_some() { "person" } else { *dice.pick(&["administrator", "machine"]) };
        self.know("acc", id, &home.path);
        self.put("accounts", json!({
            "tenant_id": tenant, "id": id, "organization_id": home.id, "path": home.path, "kind": kind, "name": token,
            "person_id": person.map(|(id, ..)| id), "state": "active", "version": 1, "created_at": MADE_AT, "updated_at": MADE_AT,
        }));
        let mut grants: Vec<Grant> = Vec::new();
        let under = |it: &&Organization| places.iter().filter(|other| other.path.starts_with(&it.path)).count();
        let largest = places.iter().filter(|it| it.path.len() == 6).max_by_key(under).expect("a child of the root").clone();
        let rounds = match number {
            0 => 0,
            1 => 4,
            2 => 3,
            _ => 1 + dice.below(4),
        };
        for round in 0..rounds {
            let (mut role, mut place) = (*dice.pick(&ROLES), dice.pick(&places).clone());
            let mut state = if round == 0 { 0 } else { dice.below(6) };
            match (number, round) {
                // A large part of the tenant, never the whole.
                (1, 0) => (role, state, place) = ("organization_administrator", 0, largest.clone()),
                (1, _) => {
                    (role, state, place) = ("organization_administrator", 0, places[1 + dice.below(places.len() - 1)].clone())
                }
                (2, 1) => (role, state, place) = ("organization_administrator", 2, places[0].clone()),
                (2, 2) => (role, state, place) = ("auditor", 3, places[0].clone()),
                _ => {}
            }
            // Nobody holds two of the duties that are kept apart.
            let another_duty = |known: &Grant| DUTIES.contains(&role) && DUTIES.contains(&known.role) && known.role != role;
            if grants.iter().any(|known| known.role == role && known.path == place.path || another_duty(known)) {
                continue;
            }
            let (from, until, ended) = match state {
                2 => (LONG_AGO, Some("2021-01-01T00:00:00Z"), None),
                3 => (LONG_AGO, None, Some("2022-01-01T00:00:00Z")),
                4 => ("2098-01-01T00:00:00Z", None, None),
                5 => (LONG_AGO, Some("2097-01-01T00:00:00Z"), None),
                state => (LONG_AGO, (state == 1).then_some("2099-01-01T00:00:00Z"), None),
            };
            let grant =
                Grant { id: dice.id(), role, path: place.path.clone(), running: matches!(state, 0 | 1 | 5), expires: state == 5 };
            self.know("gra", grant.id, &place.path);
            self.put("grants", json!({
                "tenant_id": tenant, "id": grant.id, "account_id": id, "role": role, "organization_id": place.id, "path": place.path,
                "valid_from": from, "valid_until": until, "given_by": null, "given_by_name": "某人", "reason": "工作", "ended_at": ended, "version": 1,
            }));
            grants.push(grant);
        }
        let only = grants.first().filter(|_| number > 2 && dice.chance(0.15)).map(|grant| grant.id);
        let read_only = number > 2 && dice.chance(0.2);
        self.put("sessions", json!({
            "tenant_id": tenant, "id": id, "account_id": id, "organization_id": home.id, "path": home.path, "grant_id": only, "kind": "token", "read_only": read_only, "created_at": MADE_AT,
            "token_hash": format!("\\x{}", data_encoding::HEXLOWER.encode(&hash(token.as_bytes()))), "expires_at": "2099-01-01T00:00:00Z", "ended_at": null,
        }));
        let at_home = json!({ "tenant_id": tenant, "account_id": id, "organization_id": home.id, "path": home.path });
        let mut things = Vec::new();
        let mut with = |table: &'static str, more: Value| {
            let mut row = at_home.clone();
            row.as_object_mut().expect("a row").extend(more.as_object().expect("a row").clone());
            let id = dice.id();
            things.push(id);
            if let Some(prefix) = match table {
                "invitations" => Some("inv"),
                "account_keys" => Some("key"),
                "security_events" => Some("sec"),
                _ => None,
            } {
                self.know(prefix, id, &home.path);
            }
            row["id"] = json!(id);
            self.put(table, row);
        };
        with(
            "account_keys",
            json!({
                "name": "蓝色密钥", "credential_id": format!("\\x{}", data_encoding::HEXLOWER.encode(id.as_bytes())), "credential": {}, "verifies_user": true,
                "backed_up": false, "bound": true, "enrolled_at": MADE_AT, "version": 1,
            }),
        );
        with(
            "invitations",
            json!({
                "code_hash": "\\x01", "replaces": false, "bound": true, "created_by_name": "某人", "created_at": MADE_AT, "expires_at": "2099-01-01T00:00:00Z",
            }),
        );
        with("security_events", json!({ "at": MADE_AT, "kind": "signed_in", "account_name": token, "request_id": "r" }));
        let code = dice.id();
        self.know("clm", code, &home.path);
        self.know("ses", id, &home.path);
        self.put("claim_codes", json!({
            "tenant_id": tenant, "id": code, "organization_id": home.id, "path": home.path, "code_hash": "\\x01", "created_by_name": "某人",
            "created_at": MADE_AT, "expires_at": "2099-01-01T00:00:00Z",
        }));
        let (branch, person) = (person.map(|(.., branch)| branch), person.map(|(id, ..)| id));
        self.accounts.push(Account { id, tenant, token, person, branch, grants, only, read_only, things });
    }

    /// Files of an organization and of some of its people; their bytes lie nowhere.
    fn files(&mut self, dice: &mut Dice, place: usize) {
        let it = self.organizations[place].clone();
        let people = self.people.iter().filter(|(.., branch)| *branch == it.id).map(|(id, ..)| Some(*id));
        let owners: Vec<Option<Uuid>> = std::iter::once(None).chain(people).filter(|_| dice.chance(0.5)).collect();
        for person in owners {
            let id = dice.id();
            let by = self.accounts.iter().find(|account| account.tenant == it.tenant).expect("an account").clone();
            self.know("att", id, &it.path);
            self.put("attachments", json!({
                "tenant_id": it.tenant, "id": id, "organization_id": it.id, "path": it.path, "person_id": person,
                "kind": if person.is_some() { "01" } else { "23" }, "name": format!("文件{place}.pdf"), "media_type": "application/pdf",
                "bytes": 10, "digest": format!("\\x{}", "ab".repeat(32)), "object": id, "content_key": "\\x0101", "added_by": by.id,
                "added_by_name": by.token, "version": 1, "created_at": MADE_AT, "updated_at": MADE_AT,
            }));
        }
    }

    /// Terms with posts of the organization's own people.
    fn leadership(&mut self, dice: &mut Dice, place: usize) {
        let it = self.organizations[place].clone();
        let people: Vec<Uuid> = self.people.iter().filter(|(.., branch)| *branch == it.id).map(|(id, ..)| *id).collect();
        for number in 1..=dice.below(3) {
            let term = dice.id();
            self.know("trm", term, &it.path);
            self.put("leadership_terms", json!({
                "tenant_id": it.tenant, "id": term, "organization_id": it.id, "path": it.path, "number": number, "from_day": format!("20{number}0-03-01"),
                "planned_until": "2040-01-01", "until_day": (number == 1).then_some("2020-03-01"), "version": 1, "created_at": MADE_AT, "updated_at": MADE_AT,
            }));
            for (order, person) in people.iter().enumerate().filter(|_| dice.chance(0.7)).collect::<Vec<_>>() {
                let id = dice.id();
                self.know("pst", id, &it.path);
                self.put("leadership_posts", json!({
                    "tenant_id": it.tenant, "id": id, "organization_id": it.id, "path": it.path, "term_id": term, "person_id": person, "person_name": "王某",
                    "post": if order == 0 { "1" } else { "4" }, "administers": false, "role": if order == 0 { "secretary" } else { "committee_member" }, "duty": "分工",
                    "sort_order": order, "from_day": format!("20{number}0-03-01"), "until_day": (number == 1).then_some("2020-03-01"),
                    "leave_reason": (number == 1).then_some("1"), "version": 1, "created_at": MADE_AT, "updated_at": MADE_AT,
                }));
            }
        }
    }

    /// Work that somebody of the tenant ordered.
    fn jobs(&mut self, dice: &mut Dice, place: usize) {
        let it = self.organizations[place].clone();
        let of_tenant: Vec<Account> = self.accounts.iter().filter(|account| account.tenant == it.tenant).cloned().collect();
        for state in ["waiting", "running", "done", "failed"].into_iter().filter(|_| dice.chance(0.4)).collect::<Vec<_>>() {
            let (id, by) = (dice.id(), dice.pick(&of_tenant).clone());
            let ended = matches!(state, "done" | "failed").then_some(MADE_AT);
            self.know("job", id, &it.path);
            self.put("jobs", json!({
                "tenant_id": it.tenant, "id": id, "organization_id": it.id, "path": it.path, "kind": "organization_move", "state": state,
                "input": {}, "confirmation": {}, "account_id": by.id, "account_name": by.token, "session_id": by.id, "role": "organization_administrator",
                "request_id": "r", "done": if state == "waiting" { 0 } else { 7 }, "total": 10, "attempts": 1, "error_code": (state == "failed").then_some("STALE_VERSION"),
                "error_field": (state == "failed").then_some("version"), "error_value": (state == "failed").then_some("2"), "created_at": MADE_AT,
                "started_at": (state != "waiting").then_some(MADE_AT), "ended_at": ended,
            }));
        }
    }

    /// A unit that is kept here and linked to this organization, to any other, or to none.
    fn units(&mut self, dice: &mut Dice, place: usize, first: usize) {
        let it = self.organizations[place].clone();
        let places: Vec<Organization> = self.organizations[first..].to_vec();
        for number in 0..dice.below(3) {
            let id = dice.id();
            let name = format!("单位{place}-{number}");
            self.know("unt", id, &it.path);
            self.put("units", json!({
                "tenant_id": it.tenant, "id": id, "organization_id": it.id, "path": it.path, "name": name, "kind": "333",
                "industry": "P", "legal_person": false, "superior_name": "某校", "version": 1, "created_at": MADE_AT, "updated_at": MADE_AT,
            }));
            let mut linked = Vec::new();
            for other in [it.clone(), dice.pick(&places).clone()].into_iter().filter(|_| dice.chance(0.6)).collect::<Vec<_>>() {
                if other.tenant == it.tenant && !linked.contains(&other.id) {
                    self.put("organization_units", json!({
                        "tenant_id": it.tenant, "organization_id": other.id, "path": other.path, "unit_id": id, "created_at": MADE_AT,
                    }));
                    linked.push(other.id);
                }
            }
        }
    }

    fn entry(&mut self, dice: &mut Dice, place: usize) {
        let it = self.organizations[place].clone();
        let by = loop {
            let account = dice.pick(&self.accounts);
            if account.tenant == it.tenant {
                break account.clone();
            }
        };
        let of_tenant: Vec<Uuid> = self.people.iter().filter(|(_, tenant, _)| *tenant == it.tenant).map(|(id, ..)| *id).collect();
        let (kind, subject) =
            if dice.chance(0.5) || of_tenant.is_empty() { ("organization", it.id) } else { ("person", *dice.pick(&of_tenant)) };
        let id = dice.id();
        self.know("jou", id, &it.path);
        self.put("journal", json!({
            "tenant_id": it.tenant, "id": id, "organization_id": it.id, "path": it.path, "account_id": by.id, "account_name": by.token,
            "at": format!("202{}-03-04T05:06:07Z", dice.below(6)), "role": "auditor", "on_behalf_of": null, "event": dice.pick(&EVENTS),
            "subject_kind": kind, "subject_id": subject, "subject_name": "某", "before": { "name": "旧" }, "after": { "name": "新" }, "reason": "因",
            "source": null, "request_id": format!("r{place}"),
        }));
    }
}

async fn write(transaction: &tokio_postgres::Transaction<'_>, table: &str, rows: &[Value]) {
    let columns: Vec<&str> = rows[0].as_object().expect("a row").keys().map(String::as_str).collect();
    let columns = columns.join(", ");
    let sql =
        format!("INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{table}, $1::text::json)");
    transaction
        .execute(&sql, &[&Value::from(rows.to_vec()).to_string()])
        .await
        .unwrap_or_else(|error| panic!("{table}: {error:?}"));
}
