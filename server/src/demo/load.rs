//! Making and loading everything, in one transaction.

use std::io::IsTerminal;
use std::pin::{Pin, pin};
use std::time::Instant;

use anyhow::{Context, bail};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use indicatif::{ProgressBar, ProgressStyle};
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Transaction};
use uuid::Uuid;

use super::counts::{self, Counts};
use super::distributions::Distributions;
use super::entries::{self, At};
use super::outline::Outline;
use super::people::{self, People};
use super::random::Dice;
use super::rows::{Branch, Group, Node, Person, Stage, Tree};
use super::schema;
use super::{DemoOptions, DemoSummary, FEWEST_PEOPLE, Seal, tree};
use crate::base::names::NameKeys;

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
        transaction: &transaction,
        secrets,
        progress,
        today: options.today,
        at: midnight_in_china(options.today),
        summary: DemoSummary { organizations: 0, people: 0, members: 0, party_groups: 0, elapsed: started.elapsed() },
        staff: Vec::new(),
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
    transaction: &'a Transaction<'a>,
    secrets: &'a dyn Seal,
    progress: Progress,
    today: NaiveDate,
    at: DateTime<Utc>,
    summary: DemoSummary,
    /// Two full members of a branch below the first township: branch, person, name.
    staff: Vec<(usize, Uuid, String)>,
}

/// What follows from the people of a tree and is loaded after them.
#[derive(Default)]
struct Following {
    groups: Vec<Group>,
    ledger: Vec<(Uuid, usize, NaiveDate)>,
    counts: Vec<Counts>,
    tallies: Vec<(usize, counts::Tally)>,
}

impl Loader<'_> {
    async fn load_tree(
        &mut self,
        tree: &Tree,
        figures: &Distributions,
        is_real: bool,
        dice: &mut Dice,
    ) -> anyhow::Result<()> {
        let root = tree.nodes.first().context("a tree without a root")?;
        self.transaction
            .execute(
                "INSERT INTO tenants (id, path, name, created_at) VALUES ($1, $2, $3, $4)",
                &[&tree.tenant, &root.path, &root.name, &self.at],
            )
            .await?;
        self.copy_organizations(tree).await?;
        self.insert_versions(tree, dice).await?;
        let mut people = People::of(tree, figures, self.today, is_real)?;
        let mut following = Following { counts: vec![Counts::default(); tree.nodes.len()], ..Following::default() };
        self.copy_people(tree, &mut people, &mut following, dice).await?;
        self.copy_groups(tree, &following.groups).await?;
        self.copy_ledger(tree, &following.ledger, dice).await?;
        self.copy_counts(tree, &following.counts).await?;
        self.copy_tallies(tree, &following.tallies).await?;
        self.summary.organizations += u64::try_from(tree.nodes.len())?;
        self.summary.party_groups += u64::try_from(following.groups.len())?;
        Ok(())
    }

    async fn copy(&self, table: &str, columns: &[(&str, Type)]) -> anyhow::Result<BinaryCopyInWriter> {
        let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        let types: Vec<Type> = columns.iter().map(|(_, kind)| kind.clone()).collect();
        let statement = format!("COPY {table} ({}) FROM STDIN (FORMAT binary)", names.join(", "));
        let sink = self.transaction.copy_in(&statement).await.with_context(|| format!("filling {table}"))?;
        Ok(BinaryCopyInWriter::new(sink, &types))
    }

    async fn copy_organizations(&self, tree: &Tree) -> anyhow::Result<()> {
        let columns = [
            ("tenant_id", Type::UUID),
            ("id", Type::UUID),
            ("parent_id", Type::UUID),
            ("label", Type::TEXT),
            ("path", Type::TEXT),
            ("children_ever", Type::INT4),
            ("kind", Type::TEXT),
            ("name", Type::TEXT),
            ("short_name", Type::TEXT),
            ("code", Type::TEXT),
            ("name_pinyin", Type::TEXT),
            ("name_initials", Type::TEXT),
            ("name_grams", Type::TEXT_ARRAY),
            ("territory", Type::TEXT),
            ("sort_order", Type::INT4),
            ("founded_on", Type::DATE),
            ("created_at", Type::TIMESTAMPTZ),
            ("updated_at", Type::TIMESTAMPTZ),
        ];
        let mut writer = pin!(self.copy("organizations", &columns).await?);
        for node in &tree.nodes {
            let keys = NameKeys::of(&node.name);
            let parent = node.parent.and_then(|parent| tree.nodes.get(parent)).map(|parent| parent.id);
            let Node { id, label, path, children, kind, name, short_name, code, .. } = node;
            writer
                .as_mut()
                .write(&[
                    &tree.tenant, id, &parent, label, path, children, kind, name, short_name, code, &keys.pinyin,
                    &keys.initials, &keys.grams, &node.territory, &node.sort_order, &node.founded_on, &self.at, &self.at,
                ])
                .await?;
        }
        writer.finish().await?;
        Ok(())
    }

    /// One state since the founding for each organization.
    async fn insert_versions(&self, tree: &Tree, dice: &mut Dice) -> anyhow::Result<()> {
        let organizations: Vec<Uuid> = tree.nodes.iter().map(|node| node.id).collect();
        let ids: Vec<Uuid> = tree.nodes.iter().map(|_| dice.id()).collect();
        self.transaction
            .execute(
                "INSERT INTO organization_versions
                     (tenant_id, id, organization_id, path, valid, parent_id, path_then, name, short_name, kind, status, change)
                 SELECT o.tenant_id, v.id, o.id, o.path, daterange(o.founded_on, NULL), o.parent_id, o.path, o.name,
                        o.short_name, o.kind, o.status, '1'
                 FROM unnest($1::uuid[], $2::uuid[]) v (id, organization_id)
                 JOIN organizations o ON o.id = v.organization_id
                 ORDER BY v.id",
                &[&ids, &organizations],
            )
            .await?;
        Ok(())
    }

    async fn copy_people(
        &mut self,
        tree: &Tree,
        people: &mut People,
        following: &mut Following,
        dice: &mut Dice,
    ) -> anyhow::Result<()> {
        let columns = [
            ("tenant_id", Type::UUID),
            ("id", Type::UUID),
            ("organization_id", Type::UUID),
            ("path", Type::TEXT),
            ("party_group_id", Type::UUID),
            ("stage", Type::TEXT),
            ("name", Type::TEXT),
            ("name_key", Type::TEXT),
            ("name_initials", Type::TEXT),
            ("name_grams", Type::TEXT_ARRAY),
            ("sex", Type::TEXT),
            ("ethnic_group", Type::TEXT),
            ("birth_date", Type::DATE),
            ("identity_number", Type::BYTEA),
            ("identity_index", Type::BYTEA),
            ("education", Type::TEXT),
            ("job_category", Type::TEXT),
            ("native_place", Type::TEXT),
            ("phone", Type::BYTEA),
            ("address", Type::BYTEA),
            ("applied_on", Type::DATE),
            ("joined_on", Type::DATE),
            ("confirmed_on", Type::DATE),
            ("created_at", Type::TIMESTAMPTZ),
            ("updated_at", Type::TIMESTAMPTZ),
        ];
        let mut writer = pin!(self.copy("people", &columns).await?);
        let township = tree.nodes.get(tree.first_township).map_or("", |node| &node.path);
        for branch in &tree.branches {
            let node = tree.nodes.get(branch.node).context("the organization of a branch")?;
            let (made, groups) = people.of_branch(branch, dice);
            for person in &made {
                self.write_person(writer.as_mut(), tree.tenant, node, person).await?;
            }
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

    async fn write_person(
        &self,
        writer: Pin<&mut BinaryCopyInWriter>,
        tenant: Uuid,
        node: &Node,
        person: &Person,
    ) -> anyhow::Result<()> {
        let keys = NameKeys::of(&person.name);
        let number = self.secrets.seal(&person.identity);
        let index = self.secrets.index(&person.identity);
        let phone = self.secrets.seal(&person.phone);
        let address = self.secrets.seal(&person.address);
        writer
            .write(&[
                &tenant, &person.id, &node.id, &node.path, &person.group, &person.stage.text(), &person.name, &keys.key,
                &keys.initials, &keys.grams, &person.sex(), &person.ethnic_group, &person.born, &number, &index,
                &person.education, &person.job, &person.native_place, &phone, &address, &person.applied_on,
                &person.joined_on, &person.confirmed_on, &self.at, &self.at,
            ])
            .await?;
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

    async fn copy_groups(&self, tree: &Tree, groups: &[Group]) -> anyhow::Result<()> {
        let columns = [
            ("tenant_id", Type::UUID),
            ("id", Type::UUID),
            ("organization_id", Type::UUID),
            ("path", Type::TEXT),
            ("name", Type::TEXT),
            ("leader_id", Type::UUID),
            ("created_at", Type::TIMESTAMPTZ),
            ("updated_at", Type::TIMESTAMPTZ),
        ];
        let mut writer = pin!(self.copy("party_groups", &columns).await?);
        for group in groups {
            let node = tree.nodes.get(group.node).context("the organization of a group")?;
            let Group { id, name, leader, .. } = group;
            writer.as_mut().write(&[&tree.tenant, id, &node.id, &node.path, name, leader, &self.at, &self.at]).await?;
        }
        writer.finish().await?;
        Ok(())
    }

    async fn copy_ledger(
        &self,
        tree: &Tree,
        ledger: &[(Uuid, usize, NaiveDate)],
        dice: &mut Dice,
    ) -> anyhow::Result<()> {
        let columns = [
            ("tenant_id", Type::UUID),
            ("id", Type::UUID),
            ("person_id", Type::UUID),
            ("organization_id", Type::UUID),
            ("path", Type::TEXT),
            ("day", Type::DATE),
            ("kind", Type::TEXT),
            ("delta", Type::INT2),
        ];
        let mut writer = pin!(self.copy("membership_ledger", &columns).await?);
        for (person, node, day) in ledger {
            let node = tree.nodes.get(*node).context("the organization of a member")?;
            let id = dice.id();
            writer.as_mut().write(&[&tree.tenant, &id, person, &node.id, &node.path, day, &"admitted", &1_i16]).await?;
        }
        writer.finish().await?;
        Ok(())
    }

    async fn copy_counts(&self, tree: &Tree, counts: &[Counts]) -> anyhow::Result<()> {
        let number = |name| (name, Type::INT4);
        let columns = [
            ("tenant_id", Type::UUID),
            ("organization_id", Type::UUID),
            ("path", Type::TEXT),
            number("applicants"),
            number("activists"),
            number("candidates"),
            number("probationary"),
            number("full_members"),
            number("women"),
            number("minority"),
            number("college_and_above"),
        ];
        let mut writer = pin!(self.copy("organization_counts", &columns).await?);
        for (node, counts) in tree.nodes.iter().zip(counts) {
            let Counts { applicants, activists, candidates, probationary, full_members, women, minority, .. } = counts;
            writer
                .as_mut()
                .write(&[
                    &tree.tenant, &node.id, &node.path, applicants, activists, candidates, probationary, full_members,
                    women, minority, &counts.college_and_above,
                ])
                .await?;
        }
        writer.finish().await?;
        Ok(())
    }

    async fn copy_tallies(&self, tree: &Tree, tallies: &[(usize, counts::Tally)]) -> anyhow::Result<()> {
        let columns = [
            ("tenant_id", Type::UUID),
            ("organization_id", Type::UUID),
            ("path", Type::TEXT),
            ("dimension", Type::TEXT),
            ("value", Type::TEXT),
            ("members", Type::INT4),
        ];
        let mut writer = pin!(self.copy("organization_tallies", &columns).await?);
        for (node, (dimension, value, members)) in tallies {
            let node = tree.nodes.get(*node).context("the organization of a tally")?;
            writer.as_mut().write(&[&tree.tenant, &node.id, &node.path, dimension, value, members]).await?;
        }
        writer.finish().await?;
        Ok(())
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
            self.transaction
                .execute(
                    "INSERT INTO accounts (tenant_id, id, organization_id, path, kind, name, person_id, created_at, updated_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
                    &[&tree.tenant, &account, &node.id, &node.path, &kind, &name, &person, &self.at],
                )
                .await?;
            self.transaction
                .execute(
                    "INSERT INTO grants (tenant_id, id, account_id, role, organization_id, path, valid_from, given_by_name, reason)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, '演示', '演示账号')",
                    &[&tree.tenant, &dice.id(), &account, &plan.role, &node.id, &node.path, &since],
                )
                .await?;
        }
        Ok(())
    }
}

/// A bar on a terminal, else a line for every tenth.
struct Progress {
    bar: Option<ProgressBar>,
    lines: bool,
    total: u64,
    done: u64,
}

impl Progress {
    fn new(total: u64, wanted: bool) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let bar = (wanted && terminal).then(|| {
            let bar = ProgressBar::new(total);
            if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {human_pos}/{human_len}") {
                bar.set_style(style);
            }
            bar.set_message("人员 people");
            bar
        });
        Self { bar, lines: wanted && !terminal, total, done: 0 }
    }

    fn people(&mut self, more: u64) {
        let tenth = |done: u64| done * 10 / self.total.max(1);
        let (before, after) = (tenth(self.done), tenth(self.done + more));
        self.done += more;
        if let Some(bar) = &self.bar {
            bar.set_position(self.done);
        } else if self.lines && after > before {
            tracing::info!(percent = after * 10, people = self.done, "demonstration: people are being made");
        }
    }

    fn phase(&self, steps: usize) {
        if let Some(bar) = &self.bar {
            bar.set_position(0);
            bar.set_length(u64::try_from(steps).unwrap_or_default());
            bar.set_message("索引 indexes");
        } else if self.lines {
            tracing::info!("demonstration: indexes and keys are being built");
        }
    }

    fn step(&self) {
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
    }

    fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
