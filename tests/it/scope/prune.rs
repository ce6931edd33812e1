//! What a viewer's scope allows, worked out a second time from what was thrown and not by the server, and
//! a database without everything else.

use banyan_tests::Database;

use super::guard::guarded;
use super::world::{Account, World};

/// The roots of the four kinds of reading.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    pub organizations: Vec<String>,
    pub people: Vec<String>,
    pub journal: Vec<String>,
    pub grants: Vec<String>,
}

impl Reach {
    /// By the table of roles (R02).
    pub fn of(viewer: &Account) -> Self {
        let mut reach = Self::default();
        for grant in &viewer.grants {
            if !grant.running || viewer.only.is_some_and(|only| only != grant.id) {
                continue;
            }
            let (organizations, people, journal, grants) = match grant.role {
                "organization_administrator" | "branch_administrator" | "secretary" | "auditor" => (true, true, true, true),
                "system_administrator" | "security_administrator" => (true, false, false, true),
                "committee_member" | "reader" => (true, true, false, false),
                _ => (false, false, false, false),
            };
            let parts = [
                (organizations, &mut reach.organizations),
                (people, &mut reach.people),
                (journal, &mut reach.journal),
                (grants, &mut reach.grants),
            ];
            for (_, roots) in parts.into_iter().filter(|(holds, _)| *holds) {
                roots.push(grant.path.clone());
            }
        }
        reach
    }

    /// Whether an organization at this path is inside.
    pub fn covers(&self, path: &str) -> bool {
        self.organizations.iter().any(|root| path.starts_with(root.as_str()))
    }
}

/// Removes every row that the viewer must not learn of. Foreign keys do not hold any more afterwards.
pub async fn prune(database: &Database, world: &World, viewer: &Account) {
    let reach = Reach::of(viewer);
    let text = |id: Option<uuid::Uuid>| id.map_or_else(|| "NULL".to_owned(), |id| format!("'{id}'"));
    let (person, branch, account) = (text(viewer.person), text(viewer.branch), text(Some(viewer.id)));
    let tables = [
        ("organizations", &reach.organizations, format!("id = {branch}")),
        ("organization_versions", &reach.organizations, "false".into()),
        ("organization_counts", &reach.organizations, "false".into()),
        ("party_groups", &reach.organizations, "false".into()),
        ("organization_units", &reach.organizations, "false".into()),
        (
            "units",
            &reach.organizations,
            // What an organization in reach is set up in is seen there, wherever it is kept.
            "EXISTS (SELECT FROM organization_units l WHERE l.unit_id = units.id)".into(),
        ),
        ("jobs", &reach.organizations, format!("account_id = {account}")),
        ("leadership_terms", &reach.organizations, "false".into()),
        ("leadership_posts", &reach.people, format!("person_id = {person}")),
        ("organization_tallies", &reach.people, "false".into()),
        ("people", &reach.people, format!("id = {person}")),
        ("person_photos", &reach.people, format!("person_id = {person}")),
        ("membership_ledger", &reach.people, "false".into()),
        ("accounts", &reach.grants, format!("id = {account}")),
        ("grants", &reach.grants, format!("account_id = {account}")),
        ("account_keys", &reach.grants, format!("account_id = {account}")),
        ("invitations", &reach.grants, format!("account_id = {account}")),
        ("claim_codes", &reach.grants, "false".into()),
        ("sessions", &reach.grants, format!("account_id = {account}")),
        ("security_events", &reach.journal, format!("account_id = {account}")),
        // Who looked behind the mask of one's own record is one's own to know.
        ("journal", &reach.journal, format!("event = 'PERSON_UNMASKED' AND subject_id = {person}")),
    ];
    let mut named: Vec<&str> = tables.iter().map(|(table, ..)| *table).chain(["attachments"]).collect();
    named.sort_unstable();
    assert_eq!(guarded(&database.owner().await).await, named, "a table is missing here, or has no path any more");
    let files = [(&reach.organizations, "person_id IS NULL"), (&reach.people, "person_id IS NOT NULL")];
    let mut sql = String::from("SET session_replication_role = replica;");
    for (table, roots, own) in tables {
        let roots: Vec<String> = roots.iter().map(|root| format!("'{root}'")).collect();
        let inside =
            format!("EXISTS (SELECT FROM unnest(ARRAY[{}]::text[]) AS root WHERE starts_with(path, root))", roots.join(","));
        sql.push_str(&format!("DELETE FROM {table} WHERE ({inside} OR {own}) IS NOT TRUE;"));
    }
    for (roots, whose) in files {
        let roots: Vec<String> = roots.iter().map(|root| format!("'{root}'")).collect();
        sql.push_str(&format!(
            "DELETE FROM attachments WHERE {whose} AND (person_id = {person}) IS NOT TRUE
             AND NOT EXISTS (SELECT FROM unnest(ARRAY[{}]::text[]) AS root WHERE starts_with(path, root));",
            roots.join(",")
        ));
    }
    sql.push_str(&format!("DELETE FROM tenants WHERE id <> '{}';", viewer.tenant));
    let before = database.number("SELECT count(*) FROM organizations").await;
    database.change(&sql).await;
    let after = database.number("SELECT count(*) FROM organizations").await;
    assert!(
        after < before,
        "something is outside every scope: {before} organizations, {} of them thrown",
        world.organizations.len()
    );
}
