//! Random read operations over everything that the schema offers.

use std::collections::{HashMap, HashSet};

use banyan_tests::Answer;
use serde_json::Value;

use super::dice::Dice;
use super::node::{Literal, Node};
use super::prune::Reach;
use super::schema::{Field, Reference, Schema, Type};
use super::world::{Account, World};

/// What is known while operations are thrown.
pub struct Asker<'a> {
    pub schema: &'a Schema,
    pub world: &'a World,
    /// `Type.field` that were asked for.
    pub asked: HashSet<String>,
    /// Cursors of earlier answers by the field of the connection, whoever got them.
    cursors: HashMap<String, Vec<String>>,
    fields: usize,
    /// Nothing within reach is named.
    outside: bool,
    /// How readily a relation is followed: more so by a viewer who has little to look at.
    curious: f64,
}

/// What [`Asker::carry`] keeps.
pub struct Carried {
    pub asked: HashSet<String>,
    cursors: HashMap<String, Vec<String>>,
}

const DEEPEST: usize = 7;
const MOST_FIELDS: usize = 45;

impl<'a> Asker<'a> {
    pub fn new(schema: &'a Schema, world: &'a World) -> Self {
        Self { schema, world, asked: HashSet::new(), cursors: HashMap::new(), fields: 0, outside: false, curious: 0.2 }
    }

    /// One operation with one or two roots.
    pub fn operation(&mut self, dice: &mut Dice, viewer: &Account) -> Node {
        self.fields = 0;
        let reach = Reach::of(viewer);
        self.curious = if reach.organizations.is_empty() { 0.45 } else { 0.2 };
        let roots = &self.schema["Query"].fields;
        let inside = (0..1 + dice.below(6) / 4)
            .map(|number| {
                // Lists that the viewer may not read at all answer FORBIDDEN, which is soon asked often enough.
                let weight = |field: &Field| match field.name.as_str() {
                    "node" | "viewer" => 0.8,
                    "organizations" if !reach.organizations.is_empty() => 0.5,
                    "people" if !reach.people.is_empty() => 0.5,
                    "units" | "jobs" if !reach.organizations.is_empty() => 0.3,
                    "journal" if !reach.journal.is_empty() => 0.5,
                    "grants" | "accounts" if !reach.grants.is_empty() => 0.5,
                    "securityEvents" if !reach.journal.is_empty() => 0.3,
                    "invitations" | "accountRoster" | "claimCodes" if !reach.grants.is_empty() => 0.3,
                    "codes" => 0.25,
                    "server" | "codeTables" | "divisions" => 0.12,
                    _ => 0.05,
                };
                let field = loop {
                    let field = dice.pick(roots);
                    if dice.chance(weight(field)) {
                        break field;
                    }
                };
                let mut node = self.field(dice, viewer, "Query", field, 1);
                node.name = format!("r{number}: {}", node.name);
                node
            })
            .collect();
        Node::of("query", inside)
    }

    /// A mutation that names only what is out of reach, or never was.
    pub fn mutation(&mut self, dice: &mut Dice, viewer: &Account, field: &Field) -> Node {
        self.fields = MOST_FIELDS / 2;
        self.asked.insert(format!("Mutation.{}", field.name));
        self.outside = true;
        let arguments: Vec<(String, Literal)> = field
            .arguments
            .iter()
            .map(|(name, of)| (name.clone(), self.value(dice, viewer, &kind_in(&field.name, name), of)))
            .collect();
        self.outside = false;
        let mut inside = self.selection(dice, viewer, &field.returns.name, 3, None);
        inside.retain(|node| !node.name.starts_with("userErrors"));
        inside.push(Node::leaf("userErrors { code path }"));
        Node::of("mutation", vec![Node { arguments, ..Node::of(&field.name, inside) }])
    }

    /// A subscription, and the organization that it watches if that is known and within reach.
    pub fn subscription(&mut self, dice: &mut Dice, viewer: &Account) -> (Node, Option<(uuid::Uuid, String)>) {
        self.fields = 0;
        let schema = self.schema;
        let field = dice.pick(&schema["Subscription"].fields);
        let mut node = self.field(dice, viewer, "Subscription", field, 2);
        node.name = format!("r0: {}", node.name);
        node.inside.insert(0, Node::leaf("at told: subject { __typename id }"));
        let named = node.document();
        let watched = self.world.ids["org"].iter().find(|(id, _)| named.contains(&global("org", *id)));
        let watched = watched.filter(|(_, path)| Reach::of(viewer).covers(path)).cloned();
        (Node::of("subscription", vec![node]), watched)
    }

    /// What lasts beyond a change of the tree: cursors, whoever got them, and what was asked for.
    pub fn carry(self) -> Carried {
        Carried { asked: self.asked, cursors: self.cursors }
    }

    /// Goes on with it.
    pub fn resume(schema: &'a Schema, world: &'a World, carried: Carried) -> Self {
        Self { asked: carried.asked, cursors: carried.cursors, ..Self::new(schema, world) }
    }

    fn field(&mut self, dice: &mut Dice, viewer: &Account, of: &str, field: &Field, depth: usize) -> Node {
        self.asked.insert(format!("{of}.{}", field.name));
        self.fields += 1;
        let mut arguments = Vec::new();
        let mut kind_of_node = None;
        if field.arguments.iter().any(|(name, _)| name == "first") {
            arguments.extend(self.paging(dice, &field.name, depth));
        }
        for (name, reference) in &field.arguments {
            if matches!(name.as_str(), "first" | "last" | "after" | "before") || (!reference.required && dice.chance(0.5)) {
                continue;
            }
            let value = self.value(dice, viewer, name, reference);
            if name == "id" {
                kind_of_node = value.to_string().get(1..4).map(str::to_owned);
            }
            arguments.push((name.clone(), value));
        }
        let inside = self.selection(dice, viewer, &field.returns.name, depth, kind_of_node.as_deref());
        Node { arguments, ..Node::of(&field.name, inside) }
    }

    fn selection(&mut self, dice: &mut Dice, viewer: &Account, name: &str, depth: usize, kind: Option<&str>) -> Vec<Node> {
        let known: &Type = &self.schema[name];
        match known.kind.as_str() {
            "OBJECT" => {}
            "INTERFACE" => {
                let fitting = match kind {
                    Some("org") => "Organization",
                    Some("per") => "Person",
                    Some("grp") => "PartyGroup",
                    Some("acc") => "Account",
                    Some("gra") => "Grant",
                    Some("trm") => "LeadershipTerm",
                    Some("pst") => "LeadershipPost",
                    Some("job") => "Job",
                    _ => "JournalEntry",
                };
                let on = if dice.chance(0.9) { fitting } else { dice.pick(&known.possible) };
                let inside = self.selection(dice, viewer, on, depth, None);
                return vec![Node::leaf("__typename id"), Node::of(format!("... on {on}"), inside)];
            }
            _ => return Vec::new(),
        }
        let mut inside = Vec::new();
        let is_leaf = |field: &Field| !matches!(self.schema[&field.returns.name].kind.as_str(), "OBJECT" | "INTERFACE");
        let (leaves, mut branches): (Vec<&Field>, Vec<&Field>) =
            known.fields.iter().filter(|field| !is_told_anyway(name, field)).partition(|field| is_leaf(field));
        for field in leaves {
            let new = !self.asked.contains(&format!("{name}.{}", field.name));
            if self.fields < MOST_FIELDS && dice.chance(if new { 0.9 } else { 0.3 }) {
                inside.push(self.field(dice, viewer, name, field, depth + 1));
            }
        }
        let many = name.ends_with("Connection") || name.ends_with("Edge");
        // The last ones find the document full already, so each comes first now and then.
        let turn = dice.below(branches.len().max(1));
        branches.rotate_left(turn);
        for field in branches {
            let new = !self.asked.contains(&format!("{name}.{}", field.name));
            let wanted = match (many, new) {
                (true, _) => 0.7,
                (false, true) => 0.5,
                (false, false) => self.curious,
            };
            if depth < DEEPEST && self.fields < MOST_FIELDS && dice.chance(wanted) {
                inside.push(self.field(dice, viewer, name, field, depth + 1));
            }
        }
        if inside.is_empty() {
            inside.push(Node::leaf("__typename"));
        }
        inside
    }

    fn paging(&mut self, dice: &mut Dice, list: &str, depth: usize) -> Vec<(String, Literal)> {
        let sized = |name: &str, size: i32| vec![(name.to_owned(), Literal::Plain(size.to_string()))];
        let size = dice.between(1, if depth < 2 { 9 } else { 3 });
        let mut arguments = match dice.below(20) {
            0 if depth < 2 => Vec::new(),
            1 if depth < 2 && dice.chance(0.3) => sized("first", *dice.pick(&[0, -1, 201])),
            2..=7 => sized("last", size),
            _ => sized("first", size),
        };
        for bound in ["after", "before"] {
            let list = if dice.chance(0.95) { list } else { "people" };
            if let Some(known) = self.cursors.get(list)
                && dice.chance(0.2)
            {
                arguments.push((bound.to_owned(), Literal::quoted(dice.pick(known))));
            }
        }
        arguments
    }

    fn value(&mut self, dice: &mut Dice, viewer: &Account, name: &str, reference: &Reference) -> Literal {
        if reference.list {
            let one = Reference { list: false, ..reference.clone() };
            return Literal::List((0..1 + dice.below(3)).map(|_| self.value(dice, viewer, name, &one)).collect());
        }
        let known = &self.schema[&reference.name];
        match (known.kind.as_str(), reference.name.as_str()) {
            ("ENUM", _) => Literal::Plain(dice.pick(&known.values).clone()),
            ("INPUT_OBJECT", _) => {
                let inputs = &known.inputs;
                let (least, inputs) = (dice.below(inputs.len()), inputs.iter().enumerate());
                let taken: Vec<_> =
                    inputs.filter(|(place, (_, of))| *place == least || of.required || dice.chance(0.12)).collect();
                let outside = self.outside;
                let known_by = |field: &str| if outside { kind_in(name, field) } else { field.to_owned() };
                let valued = |(_, (field, of)): &(usize, &(String, Reference))| {
                    (field.clone(), self.value(dice, viewer, &known_by(field), of))
                };
                Literal::Fields(taken.iter().map(valued).collect())
            }
            (_, "ID") => Literal::quoted(self.id(dice, viewer, name)),
            // What is written was read before, at its first version mostly: a write that should be refused is then not
            // refused for being stale.
            (_, "Int") if name == "version" && dice.chance(0.7) => Literal::Plain("1".into()),
            (_, "Int") if name == "levels" => Literal::Plain(dice.between(1, 5).to_string()),
            (_, "Int") => Literal::Plain(dice.between(-1, 90).to_string()),
            (_, "Boolean") => Literal::Plain(dice.chance(0.5).to_string()),
            (_, "DateTime") => Literal::quoted(format!("202{}-05-06T07:08:09Z", dice.below(6))),
            (_, "Date") => Literal::quoted(format!("20{}-01-01", 10 + dice.below(16))),
            _ => Literal::quoted(self.text(dice, name)),
        }
    }

    /// Something inside or outside the scope, of the fitting kind mostly, or something that never was.
    fn id(&self, dice: &mut Dice, viewer: &Account, name: &str) -> String {
        let kinds =
            ["org", "per", "grp", "acc", "gra", "jou", "trm", "pst", "job", "att", "unt", "inv", "clm", "key", "ses", "upl"];
        let kind = match name {
            "under" => "org",
            "account" => "acc",
            "partyGroup" => "grp",
            known if kinds.contains(&known) => kinds.into_iter().find(|kind| *kind == known).unwrap_or("org"),
            // What hangs on organizations and people is mostly met through them.
            _ => *dice.pick(&kinds[..6]),
        };
        let kind = if dice.chance(0.97) { kind } else { dice.pick(&kinds) };
        let reach = Reach::of(viewer);
        let known = self.world.ids.get(kind).map(Vec::as_slice).unwrap_or_default();
        let within: Vec<_> = known.iter().filter(|(_, path)| reach.covers(path)).map(|(id, _)| *id).collect();
        let own = match kind {
            "org" => viewer.branch,
            "per" => viewer.person,
            "acc" => Some(viewer.id),
            "gra" => viewer.grants.first().map(|grant| grant.id),
            _ => None,
        };
        if self.outside {
            let ours = |id: &uuid::Uuid| {
                [Some(viewer.id), viewer.person, viewer.branch].contains(&Some(*id))
                    || viewer.things.contains(id)
                    || viewer.grants.iter().any(|grant| grant.id == *id)
            };
            let hidden: Vec<_> = known.iter().filter(|(id, path)| !reach.covers(path) && !ours(id)).map(|(id, _)| *id).collect();
            let id = if hidden.is_empty() || dice.chance(0.2) { dice.id() } else { *dice.pick(&hidden) };
            return global(kind, id);
        }
        let id = match (dice.below(20), own) {
            (0, _) => dice.id(),
            (1..=2, Some(own)) => own,
            (1..=12, _) if !within.is_empty() => *dice.pick(&within),
            (_, Some(own)) if within.is_empty() && dice.chance(0.7) => own,
            _ => known.get(dice.below(known.len().max(1))).map_or(viewer.id, |(id, _)| *id),
        };
        global(kind, id)
    }

    fn text(&self, dice: &mut Dice, name: &str) -> String {
        let world = self.world;
        let part = |dice: &mut Dice, text: &str| {
            let letters: Vec<char> = text.chars().collect();
            let from = dice.below(letters.len());
            letters[from..letters.len().min(from + 1 + dice.below(3))].iter().collect::<String>()
        };
        match name {
            "name" if dice.chance(0.3) => (*dice.pick(&["b", "bs", "w", "wxm", "l", "q"])).to_owned(),
            "name" => {
                let whole = dice.pick(&world.names);
                part(dice, whole)
            }
            "code" => dice.pick(&world.codes).chars().take(3 + dice.below(6)).collect(),
            "kinds" => (*dice.pick(&["611", "621", "631", "632", "21", "13"])).to_owned(),
            "identityNumber" => dice.pick(&world.identities).clone(),
            "sex" => (*dice.pick(&["1", "2"])).to_owned(),
            "ethnicGroup" => (*dice.pick(&["01", "15"])).to_owned(),
            "education" => (*dice.pick(&["2", "21", "61", "x"])).to_owned(),
            "accountName" => (*dice.pick(&["c01", "c01-1", "c02", "c02-3"])).to_owned(),
            "table" => (*dice.pick(&["education", "sex", "org_kind", "nothing"])).to_owned(),
            "parent" => (*dice.pick(&["50", "5001", "500101"])).to_owned(),
            "search" => (*dice.pick(&["c01", "c02-1", "c", "重庆", "1"])).to_owned(),
            _ => "x".to_owned(),
        }
    }

    /// Keeps the cursors of an answer for later operations.
    pub fn learn(&mut self, answer: &Answer) {
        self.walk("", &answer.json["data"]);
    }

    fn walk(&mut self, list: &str, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.walk(list, item)),
            Value::Object(fields) => {
                for (name, value) in fields {
                    match (name.as_str(), value.as_str()) {
                        ("startCursor" | "endCursor" | "cursor", Some(cursor)) => {
                            let known = self.cursors.entry(list.to_owned()).or_default();
                            known.push(cursor.to_owned());
                        }
                        ("edges" | "pageInfo", _) => self.walk(list, value),
                        // The root fields have aliases: of them only the shape tells the list.
                        (alias, _) if alias.starts_with('r') && alias.len() == 2 => self.walk(list_of(value), value),
                        _ => self.walk(name, value),
                    }
                }
            }
            _ => {}
        }
    }
}

/// The list behind a root field, from what its cursors say of themselves.
fn list_of(value: &Value) -> &'static str {
    let cursor = value.pointer("/pageInfo/endCursor").or_else(|| value.pointer("/edges/0/cursor")).and_then(Value::as_str);
    let bytes = cursor.and_then(|cursor| data_encoding::BASE64URL_NOPAD.decode(cursor.as_bytes()).ok()).unwrap_or_default();
    let text = String::from_utf8_lossy(bytes.get(16..).unwrap_or_default()).into_owned();
    ["people", "organizations", "journal", "grants", "accounts", "jobs"]
        .into_iter()
        .find(|list| text.starts_with(list))
        .unwrap_or("other")
}

/// The kind of thing that a mutation's input names, as far as its own name and the mutation's tell; the name otherwise.
fn kind_in(mutation: &str, input: &str) -> String {
    let told = [
        ("organization", "org"),
        ("superior", "org"),
        ("parent", "org"),
        ("after", if mutation.starts_with("leadershipPost") { "pst" } else { "org" }),
        ("owner", "org"),
        ("leadershipTerm", "trm"),
        ("leadershipPost", "pst"),
        ("attachment", "att"),
        ("unit", "unt"),
        ("invitation", "inv"),
        ("claimCode", "clm"),
        ("key", "key"),
        ("upload", "upl"),
        ("session", "ses"),
        ("partyGroup", "grp"),
        ("person", "per"),
        ("leader", "per"),
        ("grant", "gra"),
        ("account", "acc"),
    ];
    let kind_of =
        |name: &str| told.iter().find(|(word, _)| name.to_lowercase().contains(&word.to_lowercase())).map(|(_, kind)| *kind);
    let kind = match input {
        "input" => return mutation.to_owned(),
        "id" | "ids" => told.iter().find(|(word, _)| mutation.starts_with(word)).map(|(_, kind)| *kind),
        name if name.ends_with("Id") || name.ends_with("Ids") => kind_of(name),
        _ => None,
    };
    kind.unwrap_or(input).to_owned()
}

/// A global id as clients see it.
pub fn global(kind: &str, id: uuid::Uuid) -> String {
    format!("{kind}_{}", data_encoding::BASE64URL_NOPAD.encode(id.as_bytes()))
}

/// What tells of people outside the scope by its very purpose: who may see a person is told with the names of
/// those above (BEYOND16), by a function whose own test is in people/unmask.
pub fn is_told_anyway(of: &str, field: &Field) -> bool {
    of == "Person" && field.name == "access"
}
