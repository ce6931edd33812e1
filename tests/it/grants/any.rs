//! Any mutation that the schema has, with an input made of what the tables hold: what is added later is walked
//! on the day it is added, or the walk says what it cannot fill in.

use banyan::testing::identity::IdentityNumber;
use banyan_tests::{Answer, TestApp, global};
use chrono::NaiveDate;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::scope::dice::Dice;
use crate::scope::schema::{Reference, Schema, introspect};

/// Everything that has an id, in an order that does not hang on it: kind, id, version.
const THINGS: &str = "SELECT kind, id, version FROM (
    SELECT 'org' AS kind, id, version, code AS place FROM organizations WHERE status = 'active'
    UNION ALL SELECT 'per', id, version, path || name || birth_date FROM people
    UNION ALL SELECT 'grp', id, version, path || name FROM party_groups
    UNION ALL SELECT 'acc', id, version, path || name FROM accounts WHERE state <> 'closed'
    UNION ALL SELECT 'gra', id, version, path || role || valid_from FROM grants WHERE ended_at IS NULL
    UNION ALL SELECT 'key', id, version, path || name FROM account_keys
    UNION ALL SELECT 'inv', id, 1, path || created_at FROM invitations
    UNION ALL SELECT 'ses', id, 1, path || created_at FROM sessions
    UNION ALL SELECT 'att', id, version, path || name FROM attachments
    UNION ALL SELECT 'trm', id, version, path || number FROM leadership_terms
    UNION ALL SELECT 'pst', id, version, path || post || person_name FROM leadership_posts
    UNION ALL SELECT 'unt', id, version, path || name FROM units
    UNION ALL SELECT 'clm', id, 1, path || created_at FROM claim_codes) things
    ORDER BY kind, place, id";

/// The schema, and how often it was asked for something.
pub struct Any {
    schema: Schema,
    number: u16,
}

/// One mutation to send.
pub struct Step {
    pub name: String,
    pub input: Value,
    pub document: String,
}

impl Step {
    pub async fn send(&self, app: &TestApp, actor: &str) -> Answer {
        app.sign_in(actor).send(&self.document, json!({ "input": self.input })).await
    }
}

impl Any {
    pub async fn new(app: &TestApp) -> Self {
        Self { schema: introspect(&app.sign_in("municipal-administrator")).await, number: 0 }
    }

    /// The names of all mutations.
    pub fn names(&self) -> Vec<&str> {
        self.schema["Mutation"].fields.iter().map(|field| field.name.as_str()).collect()
    }

    /// The mutations, with the fields of the input of each.
    pub fn mutations(&self) -> impl Iterator<Item = (&str, &[(String, Reference)])> {
        self.schema["Mutation"].fields.iter().map(|field| {
            let kind = &field.arguments.iter().find(|(name, _)| name == "input").expect("an input").1.name;
            (field.name.as_str(), self.schema[kind].inputs.as_slice())
        })
    }

    /// A mutation with an input of chance.
    pub async fn step(&mut self, app: &TestApp, dice: &mut Dice) -> Step {
        let name = dice.pick(&self.schema["Mutation"].fields).name.clone();
        // Whoever is closed or dissolved is lost to the rest of the walk.
        let ends = name.ends_with("Close") || name.ends_with("Dissolve");
        let name = if ends && dice.chance(0.7) { dice.pick(&self.schema["Mutation"].fields).name.clone() } else { name };
        self.step_of(app, dice, &name, None).await
    }

    /// This mutation, with every field that it needs, one that is asked for, and others by chance.
    pub async fn step_of(&mut self, app: &TestApp, dice: &mut Dice, mutation: &str, with: Option<&str>) -> Step {
        let rows = app.database.owner().await.query(THINGS, &[]).await.expect("things");
        let things: Vec<(String, Uuid, i32)> = rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect();
        self.number += 1;
        let field = self.schema["Mutation"].fields.iter().find(|field| field.name == mutation).expect("a mutation");
        let kind = &field.arguments.iter().find(|(name, _)| name == "input").expect("an input").1.name;
        let mut input = Map::new();
        let mut version = None;
        for (name, wanted) in &self.schema[kind].inputs {
            if !wanted.required && with != Some(name) && dice.chance(0.5) {
                continue;
            }
            let value = if name == "version" {
                json!(version.unwrap_or(1))
            } else if wanted.name == "ID" {
                let prefix = points_to(&field.name, name);
                let all: Vec<_> = things.iter().filter(|(kind, ..)| kind == prefix).collect();
                let (id, found) = if all.is_empty() { (dice.id(), 1) } else { (all[dice.below(all.len())].1, all[0].2) };
                let found = all.iter().find(|(_, other, _)| *other == id).map_or(found, |(.., version)| *version);
                if name == "id" {
                    version = Some(found);
                }
                json!(global(prefix, id))
            } else {
                self.value(app, dice, name, wanted)
            };
            input.insert(name.clone(), if wanted.list { json!([value]) } else { value });
        }
        let document =
            format!("mutation ($input: {kind}!) {{ {0}(input: $input) {{ userErrors {{ code path }} }} }}", field.name);
        Step { name: field.name.clone(), input: Value::Object(input), document }
    }

    /// Something that fits the field, where the walk knows what does.
    fn value(&self, app: &TestApp, dice: &mut Dice, name: &str, wanted: &Reference) -> Value {
        let number = self.number;
        match (wanted.name.as_str(), name) {
            ("Boolean", _) => json!(dice.chance(0.5)),
            ("Int", _) => json!(dice.between(1, 3)),
            ("Date", "birthDate") => json!("1990-03-07"),
            ("Date", _) => json!(app.clock.today().to_string()),
            ("DateTime", _) => json!((app.clock.now() + chrono::Duration::hours(i64::from(dice.between(1, 9)))).to_rfc3339()),
            ("String", "kind") => json!(dice.pick::<&str>(&["611", "621", "631"])),
            ("String", "post") => json!(dice.pick::<&str>(&["1", "2", "4", "41", "82"])),
            ("String", "reason") if dice.chance(0.5) => json!("4"),
            ("String", "sex") => json!("1"),
            ("String", "ethnicGroup") => json!("01"),
            ("String", "education") => json!("21"),
            ("String", "identityNumber") => json!(number_of_a_man(number).as_str()),
            ("String", "code") => json!(format!("W{number}")),
            ("String", _) => json!(format!("随机{number}")),
            (other, _) => match self.schema.get(other).filter(|known| !known.values.is_empty()) {
                Some(known) => json!(dice.pick(&known.values)),
                None => panic!("the walk does not know what goes into {name} of type {other}"),
            },
        }
    }
}

/// Born on the day that every input says.
fn number_of_a_man(number: u16) -> IdentityNumber {
    let day = NaiveDate::from_ymd_opt(1990, 3, 7).expect("a day");
    IdentityNumber::make(500_101, day, number % 499 * 2 + 1).expect("a number")
}

/// What an id of an input names.
fn points_to(mutation: &str, field: &str) -> &'static str {
    let of_the_field = [
        ("organizationId", "org"),
        ("parentId", "org"),
        ("newSuperiorId", "org"),
        ("afterId", "org"),
        ("personId", "per"),
        ("personIds", "per"),
        ("leaderId", "per"),
        ("partyGroupId", "grp"),
        ("accountId", "acc"),
        ("grantId", "gra"),
        ("unitId", "unt"),
        ("uploadId", "upl"),
        ("ownerId", "org"),
    ];
    let of_the_mutation = [
        ("organization", "org"),
        ("person", "per"),
        ("partyGroup", "grp"),
        ("account", "acc"),
        ("grant", "gra"),
        ("key", "key"),
        ("invitation", "inv"),
        ("session", "ses"),
        ("claimCode", "clm"),
        ("attachment", "att"),
        ("unit", "unt"),
        ("leadershipTerm", "trm"),
        ("leadershipPost", "pst"),
    ];
    let known = match field {
        "afterId" if mutation == "leadershipPostReorder" => return "pst",
        "id" => of_the_mutation.iter().find(|(noun, _)| mutation.starts_with(noun)),
        _ => of_the_field.iter().find(|(name, _)| *name == field),
    };
    known.unwrap_or_else(|| panic!("the walk does not know what {mutation}.{field} names")).1
}
