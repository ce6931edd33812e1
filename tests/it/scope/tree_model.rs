//! Random changes of the tree against a plain model in memory, which foretells every refusal and the tree
//! that comes of it.

use std::collections::HashMap;

use banyan::testing::{check, identity::IdentityNumber};
use banyan_tests::{Client, TestApp};
use chrono::NaiveDate;
use serde_json::{Value, json};

use super::dice::{Dice, setting};
use super::world::{Kind, kinds};

const SEEDS: u64 = 6;
const STEPS: usize = 60;

/// An organization as the model has it. Children stand in their order, dissolved ones among them.
#[derive(Clone)]
struct Place {
    id: String,
    parent: Option<usize>,
    kind: String,
    name: String,
    code: String,
    active: bool,
    version: i64,
    children: Vec<usize>,
    members: i64,
    applicants: i64,
}

struct Model {
    places: Vec<Place>,
    kinds: HashMap<String, Kind>,
    persons: u16,
    today: String,
}

/// A mutation and what must come of it: a refusal, or nothing for success.
struct Step {
    document: String,
    input: Value,
    refusal: Option<&'static str>,
    change: Change,
}

enum Change {
    Create { parent: usize, kind: String, name: String, code: String },
    Rename { at: usize, name: String },
    Move { at: usize, to: usize },
    Reorder { at: usize, after: Option<usize> },
    Dissolve { at: usize },
    Add { at: usize, member: bool },
}

impl Model {
    /// As the server shows the seed.
    async fn of(client: &Client, kinds: HashMap<String, Kind>) -> Self {
        let mut model = Self { places: Vec::new(), kinds, persons: 0, today: String::new() };
        model.today = client.ask("{ server { today } }").await.at("/server/today").as_str().expect("a day").to_owned();
        let ask = "{ organizations(first: 200) { nodes { id code name version kind { code } superior { id } counts(reach: OWN) { members applicants }
                   children(first: 100) { nodes { id } } } } }";
        let nodes = client.ask(ask).await.at("/organizations/nodes").as_array().expect("organizations").clone();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let ids: Vec<String> = nodes.iter().map(|node| text(&node["id"])).collect();
        let place = |id: &Value| ids.iter().position(|known| Some(known.as_str()) == id.as_str());
        for node in &nodes {
            model.places.push(Place {
                id: text(&node["id"]),
                parent: place(&node["superior"]["id"]),
                kind: text(&node["kind"]["code"]),
                name: text(&node["name"]),
                code: text(&node["code"]),
                active: true,
                version: node["version"].as_i64().expect("a version"),
                children: node["children"]["nodes"]
                    .as_array()
                    .expect("children")
                    .iter()
                    .filter_map(|child| place(&child["id"]))
                    .collect(),
                members: node["counts"]["members"].as_i64().expect("a count"),
                applicants: node["counts"]["applicants"].as_i64().expect("a count"),
            });
        }
        model
    }

    fn siblings_named(&self, parent: Option<usize>, name: &str, except: Option<usize>) -> bool {
        self.places.iter().enumerate().any(|(at, it)| Some(at) != except && it.active && it.parent == parent && it.name == name)
    }

    fn is_within(&self, at: usize, above: usize) -> bool {
        at == above || self.places[at].parent.is_some_and(|parent| self.is_within(parent, above))
    }

    fn sum(&self, at: usize, of: fn(&Place) -> i64) -> i64 {
        of(&self.places[at]) + self.places[at].children.iter().map(|child| self.sum(*child, of)).sum::<i64>()
    }

    fn may_contain(&self, above: usize, kind: &str) -> Option<&'static str> {
        let above = &self.kinds[&self.places[above].kind];
        if above.holds_members {
            return Some("ORGANIZATION_IS_LEAF");
        }
        (!above.may_contain.iter().any(|known| known == kind)).then_some("ORGANIZATION_KIND_NOT_ALLOWED")
    }

    fn step(&mut self, dice: &mut Dice, number: usize) -> Step {
        let at = dice.below(self.places.len());
        let it = self.places[at].clone();
        let stale = dice.chance(0.07);
        let version = if stale { it.version + 7 } else { it.version };
        let first = |refusals: &[(bool, &'static str)]| refusals.iter().find(|(applies, _)| *applies).map(|(_, code)| *code);
        let stale = (stale, "STALE_VERSION");
        let gone = (!it.active, "ORGANIZATION_DISSOLVED");
        let own_root = (it.parent.is_none(), "ORGANIZATION_IS_OWN_ROOT");
        let (field, input, refusal, change) = match dice.below(12) {
            0..=2 => {
                let above = &self.kinds[&it.kind].may_contain;
                let kind = if above.is_empty() || dice.chance(0.2) {
                    (*dice.pick(&["631", "611", "63", "13"])).to_owned()
                } else {
                    dice.pick(above).clone()
                };
                let name = if dice.chance(0.1) {
                    self.places[dice.below(self.places.len())].name.clone()
                } else {
                    format!("新组织{number}")
                };
                let taken = dice.chance(0.08);
                let code = if taken { dice.pick(&self.places).code.clone() } else { format!("NEW{number}") };
                let group = (kind == "63", "ORGANIZATION_KIND_NOT_INSTANTIABLE");
                let refusal = first(&[gone, group]).or_else(|| self.may_contain(at, &kind)).or_else(|| {
                    // Both are told, the name first.
                    first(&[
                        (self.siblings_named(Some(at), &name, None), "ORGANIZATION_SAME_NAME"),
                        (taken, "ORGANIZATION_SAME_CODE"),
                    ])
                });
                let input = json!({ "parentId": it.id, "kind": kind, "name": name, "code": code });
                ("organizationCreate", input, refusal, Change::Create { parent: at, kind, name, code })
            }
            3..=4 => {
                let name = if dice.chance(0.2) {
                    self.places[dice.below(self.places.len())].name.clone()
                } else {
                    format!("更名{number}")
                };
                let unchanged = (name == it.name, "ORGANIZATION_NAME_UNCHANGED");
                let same = (it.parent.is_some() && self.siblings_named(it.parent, &name, Some(at)), "ORGANIZATION_SAME_NAME");
                let input = json!({ "id": it.id, "version": version, "name": name, "on": self.today, "document": "文件" });
                ("organizationRename", input, first(&[stale, gone, unchanged, same]), Change::Rename { at, name })
            }
            5..=6 => {
                let to = dice.below(self.places.len());
                let target = &self.places[to];
                let inside = (self.is_within(to, at), "ORGANIZATION_MOVE_INTO_ITSELF");
                let nowhere = (it.parent == Some(to), "ORGANIZATION_MOVE_NOWHERE");
                let refusal = first(&[stale, own_root, gone, inside, nowhere, (!target.active, "ORGANIZATION_DISSOLVED")])
                    .or_else(|| self.may_contain(to, &it.kind))
                    .or_else(|| first(&[(self.siblings_named(Some(to), &it.name, Some(at)), "ORGANIZATION_SAME_NAME")]));
                let input = json!({ "id": it.id, "version": version, "newSuperiorId": target.id, "on": self.today });
                ("organizationMove", input, refusal, Change::Move { at, to })
            }
            7..=8 => {
                let siblings = it.parent.map(|parent| self.places[parent].children.clone()).unwrap_or_default();
                let after = match dice.below(6) {
                    0 => None,
                    1 => Some(dice.below(self.places.len())),
                    _ if siblings.is_empty() => None,
                    _ => Some(*dice.pick(&siblings)),
                };
                let stranger = (
                    after.is_some_and(|after| after == at || self.places[after].parent != it.parent),
                    "ORGANIZATION_NOT_SIBLING",
                );
                let input =
                    json!({ "id": it.id, "version": version, "afterId": after.map(|after| self.places[after].id.clone()) });
                ("organizationReorder", input, first(&[own_root, stale, gone, stranger]), Change::Reorder { at, after })
            }
            9..=10 => {
                let children = it.children.iter().any(|child| self.places[*child].active);
                let refusal = first(&[
                    stale,
                    own_root,
                    gone,
                    (children, "ORGANIZATION_HAS_CHILDREN"),
                    (it.members > 0, "ORGANIZATION_HAS_PEOPLE"),
                    (it.applicants > 0, "ORGANIZATION_HAS_APPLICANTS"),
                ]);
                let input = json!({ "id": it.id, "version": version, "on": self.today, "reason": "合并" });
                ("organizationDissolve", input, refusal, Change::Dissolve { at })
            }
            _ => {
                let member = dice.chance(0.5);
                self.persons += 1;
                let birth = NaiveDate::from_ymd_opt(1981, 2, 3).expect("a day");
                let identity = IdentityNumber::make(500_101, birth, self.persons * 2 + 1).expect("a number");
                let mut input = json!({
                    "organizationId": it.id, "stage": if member { "FULL" } else { "APPLICANT" }, "name": "王新", "sex": "1", "ethnicGroup": "01",
                    "identityNumber": identity.as_str(), "birthDate": birth, "education": "21", "appliedOn": "2004-01-01",
                });
                if member {
                    input["joinedOn"] = json!("2005-07-01");
                    input["confirmedOn"] = json!("2006-07-01");
                }
                let refusal = first(&[gone, (!self.kinds[&it.kind].holds_members, "PERSON_NOT_IN_BRANCH")]);
                ("personAdd", input, refusal, Change::Add { at, member })
            }
        };
        let (kind, payload) = if field == "personAdd" {
            ("PersonAddInput".to_owned(), "person")
        } else {
            (format!("O{}Input", &field[1..]), "organization")
        };
        let document = format!(
            "mutation ($input: {kind}!) {{ {field}(input: $input) {{ {payload} {{ id version }} userErrors {{ code path }} }} }}"
        );
        Step { document, input, refusal, change }
    }

    fn apply(&mut self, change: Change, id: String) {
        match change {
            Change::Create { parent, kind, name, code } => {
                let at = self.places.len();
                self.places[parent].children.push(at);
                let new = Place {
                    id,
                    parent: Some(parent),
                    kind,
                    name,
                    code,
                    active: true,
                    version: 1,
                    children: Vec::new(),
                    members: 0,
                    applicants: 0,
                };
                self.places.push(new);
            }
            Change::Rename { at, name } => {
                self.places[at].name = name;
                self.places[at].version += 1;
            }
            Change::Move { at, to } => {
                let from = self.places[at].parent.expect("not the root");
                self.places[from].children.retain(|child| *child != at);
                self.places[to].children.push(at);
                self.places[at].parent = Some(to);
                self.places[at].version += 1;
            }
            Change::Reorder { at, after } => {
                let parent = self.places[at].parent.expect("not the root");
                let siblings = &mut self.places[parent].children;
                siblings.retain(|child| *child != at);
                let place =
                    after.and_then(|after| siblings.iter().position(|child| *child == after)).map_or(0, |place| place + 1);
                siblings.insert(place, at);
                self.places[at].version += 1;
            }
            Change::Dissolve { at } => {
                self.places[at].active = false;
                self.places[at].version += 1;
            }
            Change::Add { at, member } => {
                let place = &mut self.places[at];
                if member { place.members += 1 } else { place.applicants += 1 }
            }
        }
    }

    fn ancestors(&self, at: usize) -> Vec<Value> {
        let Some(parent) = self.places[at].parent else { return Vec::new() };
        let mut above = self.ancestors(parent);
        above.push(json!({ "id": self.places[parent].id }));
        above
    }

    /// Everything at and below an organization as the tree is read.
    fn in_order(&self, at: usize) -> Vec<String> {
        let below = self.places[at].children.iter().flat_map(|child| self.in_order(*child));
        std::iter::once(self.places[at].id.clone()).chain(below).collect()
    }

    /// What the server must say of one organization.
    fn expected(&self, at: usize) -> Value {
        let it = &self.places[at];
        let children: Vec<&usize> = it.children.iter().filter(|child| self.places[**child].active).collect();
        let listed: Vec<Value> = children.iter().map(|child| json!({ "id": self.places[**child].id })).collect();
        json!({
            "id": it.id, "name": it.name, "code": it.code, "version": it.version, "status": if it.active { "ACTIVE" } else { "DISSOLVED" },
            "superior": it.parent.map(|parent| json!({ "id": self.places[parent].id })), "ancestors": self.ancestors(at),
            "childCount": children.len(), "children": { "nodes": listed },
            "counts": { "members": self.sum(at, |place| place.members), "applicants": self.sum(at, |place| place.applicants) },
        })
    }
}

/// All organizations under one, page by page in the order of the tree (B13), forward and then backward.
async fn listed(client: &Client, under: &str) -> Vec<String> {
    let mut walks = Vec::new();
    for (count, bound, more, cursor) in
        [("first", "after", "hasNextPage", "endCursor"), ("last", "before", "hasPreviousPage", "startCursor")]
    {
        let (mut ids, mut at) = (Vec::<Value>::new(), Value::Null);
        loop {
            let ask = format!(
                "query ($under: ID!, $at: String) {{ organizations(under: $under, filter: {{ status: null }}, {count}: 7, {bound}: $at) {{
                   nodes {{ id }} pageInfo {{ {more} {cursor} }} }} }}"
            );
            let answer = client.send(&ask, json!({ "under": under, "at": at })).await.at("/organizations");
            let page = answer["nodes"].as_array().expect("nodes").clone();
            ids = if count == "first" { [ids, page].concat() } else { [page, ids].concat() };
            at = answer["pageInfo"][cursor].clone();
            if answer["pageInfo"][more] == false {
                break;
            }
        }
        walks.push(ids.iter().map(|node| node["id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>());
    }
    assert_eq!(walks[0], walks[1], "the same backward");
    walks.swap_remove(0)
}

#[tokio::test]
async fn the_tree_is_what_a_plain_model_foretells() {
    let (mut done, mut refused) = (0, HashMap::<&str, u32>::new());
    for seed in 0..setting("SEEDS", SEEDS) {
        let seed = setting("SEED", 41) + seed;
        let app = TestApp::new().await;
        let client = app.sign_in("municipal-administrator");
        let owner = app.database.owner().await;
        let mut model = Model::of(&client, kinds(&owner).await).await;
        let dice = &mut Dice::new(seed);
        for number in 0..STEPS {
            let step = model.step(dice, number);
            let answer = client.send(&step.document, json!({ "input": step.input })).await;
            let told = answer.user_errors();
            let code = told.lines().next().and_then(|line| line.rsplit(' ').next());
            assert_eq!(code, step.refusal, "SEED={seed} step {number}: {} {}\n{}", step.document, step.input, answer.text);
            match step.refusal {
                Some(code) => *refused.entry(code).or_default() += 1,
                None => {
                    done += 1;
                    let payload = answer.data().as_object().and_then(|data| data.values().next()).cloned().unwrap_or_default();
                    let id = payload.pointer("/organization/id").and_then(Value::as_str).unwrap_or_default().to_owned();
                    model.apply(step.change, id);
                }
            }
        }
        for at in 0..model.places.len() {
            let ask = format!(
                "{{ node(id: \"{}\") {{ ... on Organization {{ id name code version status superior {{ id }} ancestors {{ id }} childCount
                   children(first: 200) {{ nodes {{ id }} }} counts {{ members applicants }} }} }} }}",
                model.places[at].id
            );
            assert_eq!(client.ask(&ask).await.at("/node"), model.expected(at), "SEED={seed}");
        }
        for at in (0..model.places.len()).filter(|at| model.places[*at].parent.is_none() || at % 5 == 0) {
            assert_eq!(listed(&client, &model.places[at].id).await, model.in_order(at), "SEED={seed}");
        }
        let stray = "SELECT count(*) FROM organizations o JOIN organizations p ON p.tenant_id = o.tenant_id AND p.id = o.parent_id WHERE o.path <> p.path || o.label";
        assert_eq!(app.database.number(stray).await, 0, "SEED={seed}");
        assert_eq!(check(&owner).await.expect("a check"), [], "SEED={seed}");
        app.close();
    }
    println!("{done} changes, refused {refused:?}");
    assert!(done > 100 && refused.len() >= 12, "{done} changes, refused {refused:?}");
}
