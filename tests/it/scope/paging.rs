//! Pages of every list of the schema, for random trees and sizes.

use banyan_tests::{Answer, Client};
use serde_json::Value;

use super::dice::{Dice, setting};
use super::operations::global;
use super::prune::Reach;
use super::runner::Case;
use super::world::Account;

/// A list: the document around its arguments, where it comes back, and what tells its items apart.
struct List {
    name: &'static str,
    before: String,
    after: String,
    pointer: String,
    item: &'static str,
}

struct Page {
    items: Vec<(String, String)>,
    next: bool,
    previous: bool,
    total: usize,
}

impl List {
    fn root(name: &'static str, arguments: &str, item: &'static str) -> Self {
        let field = name.split(' ').next().unwrap_or_default();
        let before = format!("{{ {field}({arguments}{}", if arguments.is_empty() { "" } else { ", " });
        Self { name, before, after: "}".into(), pointer: format!("/{field}"), item }
    }

    fn inside(name: &'static str, of: &str, id: &str, arguments: &str, item: &'static str) -> Self {
        let field = name.split(' ').next().unwrap_or_default();
        let before = format!("{{ node(id: \"{id}\") {{ ... on {of} {{ {field}({arguments}");
        Self { name, before, after: "} } }".into(), pointer: format!("/node/{field}"), item }
    }

    async fn ask(&self, client: &Client, arguments: &str) -> Answer {
        let inside = format!(
            "edges {{ cursor node {{ {} }} }} nodes {{ {} }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}",
            self.item, self.item
        );
        client.ask(&format!("{}{arguments}) {{ {inside} totalCount totalCountCapped }} {}", self.before, self.after)).await
    }

    async fn page(&self, client: &Client, arguments: &str) -> Page {
        let page = self.ask(client, arguments).await.at(&self.pointer);
        let edges = page["edges"].as_array().unwrap_or_else(|| panic!("{}: {page}", self.name)).clone();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let items: Vec<_> = edges.iter().map(|edge| (edge["node"].to_string(), text(&edge["cursor"]))).collect();
        let nodes: Vec<_> = page["nodes"].as_array().expect("nodes").iter().map(Value::to_string).collect();
        assert_eq!(items.iter().map(|(item, _)| item.clone()).collect::<Vec<_>>(), nodes, "{}", self.name);
        let info = &page["pageInfo"];
        assert_eq!(info["startCursor"].as_str(), items.first().map(|(_, cursor)| cursor.as_str()));
        assert_eq!(info["endCursor"].as_str(), items.last().map(|(_, cursor)| cursor.as_str()));
        assert_eq!(page["totalCountCapped"], false, "{}", self.name);
        let total = usize::try_from(page["totalCount"].as_u64().expect("a count")).expect("a small count");
        Page { items, next: info["hasNextPage"] == true, previous: info["hasPreviousPage"] == true, total }
    }

    /// All items, page by page in one direction.
    async fn walk(&self, client: &Client, size: i32, backward: bool) -> Vec<String> {
        let (mut all, mut bound) = (Vec::new(), String::new());
        loop {
            let (count, at) = if backward { ("last", "before") } else { ("first", "after") };
            let page = self.page(client, &format!("{count}: {size}{bound}")).await;
            assert!(page.items.len() <= usize::try_from(size).expect("a size"));
            let more = if backward { page.previous } else { page.next };
            let behind = if backward { page.next } else { page.previous };
            assert_eq!(behind, !bound.is_empty(), "{}: whether something lies behind", self.name);
            let mut items: Vec<String> = page.items.iter().map(|(item, _)| item.clone()).collect();
            if backward {
                items.reverse();
            }
            all.extend(items);
            let edge = if backward { page.items.first() } else { page.items.last() };
            match edge {
                Some((_, cursor)) if more => bound = format!(", {at}: \"{cursor}\""),
                _ => break,
            }
        }
        if backward {
            all.reverse();
        }
        all
    }
}

fn lists(case: &Case, viewer: &Account, dice: &mut Dice) -> Vec<List> {
    let mut lists = vec![
        List::root("organizations", "filter: { status: null }, orderBy: TREE", "id"),
        List::root("organizations by name", "filter: { status: null }, orderBy: NAME", "id"),
        List::root(
            "people",
            "filter: { stages: [APPLICANT, ACTIVIST, CANDIDATE, PROBATIONARY, FULL, LEFT] }, orderBy: TREE",
            "id",
        ),
        List::root("people by name", "orderBy: NAME", "id"),
        List::root("people filtered", "filter: { sex: \"1\", ageFrom: 20 }, orderBy: NAME", "id"),
        List::root("journal", "", "id"),
        List::root("grants", "filter: { running: null }", "id"),
        List::root("accounts", "", "id"),
        List::root("codeTables", "", "name"),
        List::root("codes", "table: \"org_kind\"", "code"),
        List::root("divisions", "parent: \"500101\"", "code"),
    ];
    let reach = Reach::of(viewer);
    let visible = |kind: &str| {
        let known = case.world.ids.get(kind).into_iter().flatten();
        known.filter(|(_, path)| reach.covers(path)).map(|(id, _)| global(kind, *id)).collect::<Vec<_>>()
    };
    let roots = case.world.organizations.iter().filter(|it| reach.organizations.contains(&it.path));
    let mut organizations: Vec<String> = roots.map(|root| global("org", root.id)).collect();
    organizations.extend((0..3).map(|_| dice.pick(&visible("org")).clone()));
    for id in organizations {
        lists.push(List::inside("children", "Organization", &id, "", "id"));
        lists.push(List::inside("members", "Organization", &id, "", "id"));
        lists.push(List::inside("applicants", "Organization", &id, "", "id"));
        lists.push(List::inside("partyGroups", "Organization", &id, "", "id"));
        lists.push(List::inside("pastStates", "Organization", &id, "", "from until"));
        lists.push(List::inside("history", "Organization", &id, "", "id"));
    }
    lists.extend(visible("per").iter().take(4).map(|id| List::inside("history", "Person", id, "", "id")));
    lists.extend(visible("grp").iter().take(4).map(|id| List::inside("members", "PartyGroup", id, "", "id")));
    lists
}

/// covers: API08
#[tokio::test]
async fn forwards_is_backwards_reversed_is_everything() {
    let seed = setting("SEED", 21);
    let case = Case::new(seed, 2).await;
    let dice = &mut Dice::new(seed ^ 0x0dd);
    let (viewer, _) = &case.viewers[1];
    let client = case.whole.sign_in(&viewer.token);
    let (mut filled, mut several) = (Vec::new(), 0);
    for list in lists(&case, viewer, dice) {
        let unpaged = list.page(&client, "first: 200").await;
        let all: Vec<String> = unpaged.items.iter().map(|(item, _)| item.clone()).collect();
        assert_eq!(unpaged.total, all.len(), "{}: {}", list.name, list.before);
        assert!(!unpaged.next && !unpaged.previous);
        for _ in 0..2 {
            let size = dice.between(1, 9).max(i32::try_from(all.len()).expect("few items") / 10);
            assert_eq!(list.walk(&client, size, false).await, all, "SEED={seed} {} forwards by {size}", list.before);
            assert_eq!(list.walk(&client, size, true).await, all, "SEED={seed} {} backwards by {size}", list.before);
        }
        several += u32::from(all.len() > 1);
        if !all.is_empty() {
            filled.push(list.name);
        }
    }
    filled.sort_unstable();
    filled.dedup();
    assert!(several >= 15 && filled.len() >= 16, "{several} lists of several items; {filled:?}");
    case.clear().await;
}

/// covers: API11
#[tokio::test]
async fn the_total_counts_what_is_visible_and_stops_at_ten_thousand() {
    let case = Case::new(setting("SEED", 22), 2).await;
    let (viewer, _) = &case.viewers[1];
    let client = case.whole.sign_in(&viewer.token);
    let reach = Reach::of(viewer);
    let inside: Vec<String> = reach.organizations.iter().map(|root| format!("starts_with(path, '{root}')")).collect();
    let inside = inside.join(" OR ");
    let database = &case.whole.database;
    for (field, table, filter) in [
        ("organizations(filter: { status: null })", "organizations", "true"),
        ("people", "people", "stage <> 'left'"),
        ("journal", "journal", "true"),
        ("grants(filter: { running: null })", "grants", "true"),
        ("accounts", "accounts", "true"),
    ] {
        let visible = database.number(&format!("SELECT count(*) FROM {table} WHERE ({inside}) AND {filter}")).await;
        let all = database.number(&format!("SELECT count(*) FROM {table} WHERE {filter}")).await;
        assert!(0 < visible && visible < all, "{table}: {visible} of {all}");
        let answer = client.ask(&format!("{{ list: {field} {{ totalCount totalCountCapped }} }}")).await;
        assert_eq!(answer.at("/list"), serde_json::json!({ "totalCount": visible, "totalCountCapped": false }), "{table}");
    }
    let more = |count: i64| {
        format!(
            "INSERT INTO journal (tenant_id, id, organization_id, path, at, account_name, event, subject_kind, subject_id, subject_name, before, after, request_id)
             SELECT o.tenant_id, gen_random_uuid(), o.id, o.path, now(), 'many', 'ORGANIZATION_EDITED', 'organization', o.id, o.name, '{{}}', '{{}}', 'r'
             FROM (SELECT * FROM organizations WHERE {inside} LIMIT 1) AS o, generate_series(1, {count})"
        )
    };
    let ask = "{ journal(first: 1, filter: { accountName: \"many\" }) { totalCount totalCountCapped } }";
    database.change(&more(10_000)).await;
    assert_eq!(client.ask(ask).await.at("/journal"), serde_json::json!({ "totalCount": 10_000, "totalCountCapped": false }));
    database.change(&more(1)).await;
    assert_eq!(client.ask(ask).await.at("/journal"), serde_json::json!({ "totalCount": 10_000, "totalCountCapped": true }));
    case.clear().await;
}

/// covers: API07
#[tokio::test]
async fn a_cursor_stays_where_it_was_and_belongs_to_one_list() {
    let seed = setting("SEED", 23);
    let case = Case::new(seed, 2).await;
    let dice = &mut Dice::new(seed ^ 0x0dd);
    let (viewer, _) = &case.viewers[1];
    let client = case.whole.sign_in(&viewer.token);
    let lists = lists(&case, viewer, dice);
    let mut cursors: Vec<(&List, String)> = Vec::new();
    for list in &lists {
        if cursors.iter().all(|(known, _)| known.name != list.name)
            && let Some((_, cursor)) = list.page(&client, "first: 1").await.items.pop()
        {
            cursors.push((list, cursor));
        }
    }
    // Lists that are one list with other bounds share their cursors.
    let family = |list: &List| match list.name {
        "people" | "members" | "applicants" if !list.before.contains("PartyGroup") => "people/order",
        "people by name" | "people filtered" | "members" => "people/name",
        "journal" | "history" => "journal",
        other => other,
    };
    let mut refused = 0;
    for (list, cursor) in &cursors {
        for place in [0, cursor.len() / 2, cursor.len() - 1, dice.below(cursor.len())] {
            let mut changed = cursor.clone().into_bytes();
            changed[place] = if changed[place] == b'Q' { b'g' } else { b'Q' };
            let changed = String::from_utf8(changed).expect("letters");
            assert_eq!(
                list.ask(&client, &format!("first: 1, after: \"{changed}\"")).await.code(),
                "BAD_CURSOR",
                "{} at {place}",
                list.name
            );
        }
        for (other, cursor) in &cursors {
            if family(list) != family(other) {
                let code = list.ask(&client, &format!("first: 1, before: \"{cursor}\"")).await.code().to_owned();
                assert_eq!(code, "BAD_CURSOR", "a cursor of {} in {}", other.name, list.name);
                refused += 1;
            }
        }
    }
    assert!(refused > 80, "{refused}");

    // What is inserted before a page does not move it.
    let mut pages = Vec::new();
    for list in lists.iter().filter(|list| ["people by name", "people", "journal"].contains(&list.name)) {
        let start = list.page(&client, "first: 2").await;
        let after = format!("first: 5, after: \"{}\"", start.items[1].1);
        let page = list.page(&client, &after).await;
        pages.push((list, start.total, after, page.items));
    }
    let database = &case.whole.database;
    let columns = "tenant_id, organization_id, path, stage, name, name_initials, name_grams, sex, ethnic_group, birth_date, identity_number, education, applied_on, joined_on, confirmed_on, created_at, updated_at";
    let first = pages[0].3.first().expect("people").0.clone();
    let first: Value = serde_json::from_str(&first).expect("an id");
    let key = data_encoding::BASE64URL_NOPAD.decode(&first["id"].as_str().expect("an id").as_bytes()[4..]).expect("bytes");
    let key = uuid::Uuid::from_slice(&key).expect("a key");
    let roots = Reach::of(viewer)
        .organizations
        .into_iter()
        .map(|root| format!("starts_with(path, '{root}')"))
        .collect::<Vec<_>>()
        .join(" OR ");
    database
        .change(&format!(
            "INSERT INTO people ({columns}, id, name_key, identity_index)
             SELECT {columns}, gen_random_uuid(), ' ', 'new' FROM (SELECT * FROM people WHERE {roots} ORDER BY path LIMIT 1) AS first;
             INSERT INTO journal (tenant_id, id, organization_id, path, at, account_name, event, subject_kind, subject_id, subject_name, before, after, request_id)
             SELECT tenant_id, 'ffffffff-ffff-4fff-bfff-ffffffffffff', organization_id, path, at, account_name, event, subject_kind, subject_id, subject_name, before, after, request_id
             FROM (SELECT * FROM journal WHERE {roots} LIMIT 1) AS one"
        ))
        .await;
    assert!(database.number(&format!("SELECT count(*) FROM people WHERE id = '{key}'")).await == 1);
    for (list, total, after, items) in pages {
        let again = list.page(&client, &after).await;
        assert_eq!(again.items, items, "{}", list.name);
        assert!(again.total > total, "{}: nothing was inserted before the page", list.name);
    }
    case.clear().await;
}
