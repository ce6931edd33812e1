//! Making and loading everything, in one transaction.

use std::pin::pin;
use std::time::Instant;

use anyhow::{Context, bail};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use tokio_postgres::Client;
use uuid::Uuid;

use super::copy::Tables;
use super::counts::{self, Counts};
use super::distributions::Distributions;
use super::entries::{self, At};
use super::leaders::{self, Team};
use super::outline::Outline;
use super::people::{self, People};
use super::progress::Progress;
use super::random::Dice;
use super::rows::{Branch, Group, Person, Stage, Tree};
use super::schema;
use super::{DemoOptions, DemoSummary, FEWEST_PEOPLE, Seal, tree};

const SECOND_TENANT_PEOPLE: u32 = 600;
/// Every table that is filled.
const TABLES: &[&str] = &[
    "tenants",
    "organizations",
    "organization_versions",
    "organization_counts",
    "organization_tallies",
    "party_groups",
    "people",
    "membership_ledger",
    "accounts",
    "grants",
    "leadership_terms",
    "leadership_posts",
];

/// Loads the demonstration into a database without organizations, as the owner of its tables.
pub async fn load(client: &mut Client, secrets: &dyn Seal, options: &DemoOptions) -> anyhow::Result<DemoSummary> {
    let started = Instant::now();
    let people = u32::try_from(options.people).context("too many people / 人数太多")?;
    if options.people < FEWEST_PEOPLE {
        bail!("演示数据至少需要 {FEWEST_PEOPLE} 人 / the demonstration needs at least {FEWEST_PEOPLE} people");
    }
    let transaction = client.transaction().await?;
    transaction.batch_execute("LOCK TABLE organizations, people IN ACCESS EXCLUSIVE MODE").await?;
    if transaction.query_opt("SELECT FROM organizations LIMIT 1", &[]).await?.is_some() {
        bail!(
            "数据库中已有组织，演示数据只能装入空数据库 / \
             the database already has organizations; the demonstration is loaded into an empty one only"
        );
    }
    transaction.batch_execute("SET LOCAL maintenance_work_mem = '256MB'").await?;
    let suspended = schema::suspend(&transaction, TABLES).await?;
    let figures = Distributions::read()?;
    let share = people::member_share(&figures)?;
    let mut dice = Dice::new(options.seed);
    let progress = Progress::new(u64::from(people + SECOND_TENANT_PEOPLE), options.progress);
    let mut loader = Loader {
        tables: Tables { transaction: &transaction, secrets, at: midnight_in_china(options.today) },
        progress,
        today: options.today,
        summary: DemoSummary { organizations: 0, people: 0, members: 0, party_groups: 0, elapsed: started.elapsed() },
        staff: Vec::new(),
        // Dice of their own, so that everything else stays as it falls without them.
        office: Dice::new(options.seed ^ 0x6c65_6164),
    };
    let mut trees = Vec::new();
    for (outline, people) in [(Outline::chongqing()?, people), (Outline::made_up(), SECOND_TENANT_PEOPLE)] {
        let tree = tree::grow(&outline, people, share, &mut dice)?;
        loader.load_tree(&tree, &figures, outline.is_real, &mut dice).await?;
        trees.push(tree);
    }
    loader.load_entries(&trees, &mut dice).await?;
    let Loader { progress, mut summary, .. } = loader;
    progress.phase(suspended.steps());
    suspended.restore(&transaction, || progress.step()).await?;
    transaction.commit().await?;
    // Also marks the pages as visible to all, so that counting can stay inside an index.
    client.batch_execute(&format!("VACUUM (ANALYZE) {}", TABLES.join(", "))).await?;
    progress.finish();
    summary.elapsed = started.elapsed();
    Ok(summary)
}

/// The instant at which the day begins in China.
fn midnight_in_china(day: NaiveDate) -> DateTime<Utc> {
    let evening_before = NaiveTime::from_hms_opt(16, 0, 0).unwrap_or_default();
    (day - Days::new(1)).and_time(evening_before).and_utc()
}

struct Loader<'a> {
    tables: Tables<'a>,
    progress: Progress,
    today: NaiveDate,
    summary: DemoSummary,
    /// Two full members of a branch below the first township: branch, person, name.
    staff: Vec<(usize, Uuid, String)>,
    office: Dice,
}

/// What follows from the people of a tree and is loaded after them.
#[derive(Default)]
struct Following {
    groups: Vec<Group>,
    ledger: Vec<(Uuid, usize, NaiveDate)>,
    counts: Vec<Counts>,
    tallies: Vec<(usize, counts::Tally)>,
    teams: Vec<Team>,
}

impl Loader<'_> {
    async fn load_tree(&mut self, tree: &Tree, figures: &Distributions, is_real: bool, dice: &mut Dice) -> anyhow::Result<()> {
        let root = tree.nodes.first().context("a tree without a root")?;
        self.tables
            .transaction
            .execute(
                "INSERT INTO tenants (id, path, name, created_at) VALUES ($1, $2, $3, $4)",
                &[&tree.tenant, &root.path, &root.name, &self.tables.at],
            )
            .await?;
        self.tables.organizations(tree).await?;
        self.tables.versions(tree, dice).await?;
        let mut people = People::of(tree, figures, self.today, is_real)?;
        let mut following = Following { counts: vec![Counts::default(); tree.nodes.len()], ..Following::default() };
        self.copy_people(tree, &mut people, &mut following, dice).await?;
        self.tables.groups(tree, &following.groups).await?;
        self.tables.ledger(tree, &following.ledger, dice).await?;
        self.tables.counts(tree, &following.counts).await?;
        self.tables.tallies(tree, &following.tallies).await?;
        self.tables.leadership(tree, &following.teams).await?;
        self.summary.organizations += u64::try_from(tree.nodes.len())?;
        self.summary.party_groups += u64::try_from(following.groups.len())?;
        Ok(())
    }

    async fn copy_people(
        &mut self,
        tree: &Tree,
        people: &mut People,
        following: &mut Following,
        dice: &mut Dice,
    ) -> anyhow::Result<()> {
        let mut writer = pin!(self.tables.people().await?);
        let township = tree.nodes.get(tree.first_township).map_or("", |node| &node.path);
        for branch in &tree.branches {
            let node = tree.nodes.get(branch.node).context("the organization of a branch")?;
            let (made, groups) = people.of_branch(branch, dice);
            for person in &made {
                self.tables.person(writer.as_mut(), tree.tenant, node, person).await?;
            }
            following.teams.extend(leaders::of_branch(branch.node, &made, self.today, &mut self.office));
            if self.staff.is_empty() && node.path.starts_with(township) {
                let full = made.iter().filter(|person| person.stage == Stage::Full);
                let staff: Vec<_> = full.take(2).map(|person| (branch.node, person.id, person.name.clone())).collect();
                if staff.len() == 2 {
                    self.staff = staff;
                }
            }
            self.note(branch, &made, groups, following);
        }
        writer.finish().await?;
        Ok(())
    }

    fn note(&mut self, branch: &Branch, made: &[Person], groups: Vec<Group>, following: &mut Following) {
        let (counts, tallies) = counts::count(made);
        if let Some(slot) = following.counts.get_mut(branch.node) {
            *slot = counts;
        }
        following.tallies.extend(tallies.into_iter().map(|tally| (branch.node, tally)));
        following.groups.extend(groups);
        let members = following.ledger.len();
        let joined = made.iter().filter_map(|person| Some((person.id, branch.node, person.joined_on?)));
        following.ledger.extend(joined);
        self.summary.members += u64::try_from(following.ledger.len() - members).unwrap_or_default();
        let people = u64::try_from(made.len()).unwrap_or_default();
        self.summary.people += people;
        self.progress.people(people);
    }

    /// Accounts of the entries with one running grant each.
    async fn load_entries(&self, trees: &[Tree], dice: &mut Dice) -> anyhow::Result<()> {
        let [first, second] = trees else { bail!("the demonstration has two trees") };
        let since = DateTime::from_timestamp(1_577_836_800, 0).context("2020-01-01")?;
        for plan in entries::plans() {
            let (tree, node, person) = match plan.at {
                At::Root => (first, 0, None),
                At::OtherRoot => (second, 0, None),
                At::County => (first, first.counties.first().context("a county")?.1, None),
                At::Township => (first, first.first_township, None),
                At::Branch(number) => {
                    let (node, person, name) = self.staff.get(number).context("a branch with two full members")?;
                    (first, *node, Some((*person, name.as_str())))
                }
            };
            let node = tree.nodes.get(node).context("the organization of an entry")?;
            let (person, name) = person.map_or((None, plan.name), |(person, name)| (Some(person), name));
            let kind = if person.is_some() { "person" } else { "administrator" };
            let account = plan.entry.account_id;
            self.tables
                .transaction
                .execute(
                    "INSERT INTO accounts (tenant_id, id, organization_id, path, kind, name, person_id, created_at, updated_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
                    &[&tree.tenant, &account, &node.id, &node.path, &kind, &name, &person, &self.tables.at],
                )
                .await?;
            // A secretary holds the role by the post (A17).
            let by_post = person.filter(|_| plan.role == "secretary");
            self.tables
                .transaction
                .execute(
                    "INSERT INTO grants (tenant_id, id, account_id, role, organization_id, path, valid_from, given_by_name, reason,
                                         post_id, post)
                     SELECT $1, $2, $3, $4, $5, $6, $7, '演示', '演示账号', l.id, l.post
                     FROM (SELECT 1) AS once
                     LEFT JOIN leadership_posts l ON l.tenant_id = $1 AND l.organization_id = $5 AND l.person_id = $8 AND l.role = $4",
                    &[&tree.tenant, &dice.id(), &account, &plan.role, &node.id, &node.path, &since, &by_post],
                )
                .await?;
        }
        Ok(())
    }
}
