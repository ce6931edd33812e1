//! The leadership of the branches: a term for each, with a secretary and, from seven full members on, a committee (U54).

use std::pin::pin;

use anyhow::Context;
use chrono::{Datelike, Days, Months, NaiveDate};
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::copy::Tables;
use super::random::Dice;
use super::rows::{Person, Stage, Tree};

/// Branches of villages and communities are elected for so many years (U55).
const YEARS: u32 = 5;
/// Posts of a committee beside the secretary's, the most needed first.
const COMMITTEE: [&str; 4] = ["41", "42", "43", "2"];
/// From so many full members on a branch has a committee, and from so many a large one.
const WITH_COMMITTEE: usize = 7;
const WITH_LARGE_COMMITTEE: usize = 20;
/// Who is older is not named for a post any more.
const OLDEST: i32 = 62;

/// The running term of a branch.
pub(super) struct Team {
    node: usize,
    term: Uuid,
    number: i32,
    from: NaiveDate,
    posts: Vec<Post>,
}

struct Post {
    id: Uuid,
    person: Uuid,
    name: String,
    post: &'static str,
    from: NaiveDate,
}

/// The leadership of a branch from its own full members; none without any. The first one is the secretary, and the
/// second one stays a plain member: they are the two with accounts in the branch of the entries.
pub(super) fn of_branch(node: usize, people: &[Person], today: NaiveDate, dice: &mut Dice) -> Option<Team> {
    let full: Vec<&Person> = people.iter().filter(|person| person.stage == Stage::Full).collect();
    let secretary = full.first()?;
    let since = today - Months::new(dice.between(3, 12 * YEARS - 4)) - Days::new(u64::from(dice.between(0, 27)));
    let seats = match full.len() {
        WITH_LARGE_COMMITTEE.. => COMMITTEE.len(),
        WITH_COMMITTEE.. => 2,
        _ => 0,
    };
    let able = full.iter().skip(2).filter(|person| today.year() - person.born.year() <= OLDEST);
    let seated = COMMITTEE.into_iter().take(seats).zip(able);
    let posts = std::iter::once(("1", secretary)).chain(seated);
    let posts = posts.map(|(post, person)| Post {
        id: dice.id(),
        person: person.id,
        name: person.name.clone(),
        post,
        from: person.confirmed_on.map_or(since, |confirmed| confirmed.max(since)),
    });
    let posts: Vec<Post> = posts.collect();
    Some(Team { node, term: dice.id(), number: i32::try_from(dice.between(2, 9)).unwrap_or(1), from: since, posts })
}

impl Tables<'_> {
    /// Terms, then the posts in them in the order of the table of posts.
    pub(super) async fn leadership(&self, tree: &Tree, teams: &[Team]) -> anyhow::Result<()> {
        let place = [("tenant_id", Type::UUID), ("id", Type::UUID), ("organization_id", Type::UUID), ("path", Type::TEXT)];
        let made = [("created_at", Type::TIMESTAMPTZ), ("updated_at", Type::TIMESTAMPTZ)];
        let terms = [("number", Type::INT4), ("from_day", Type::DATE), ("planned_until", Type::DATE)];
        let columns: Vec<_> = place.iter().chain(&terms).chain(&made).cloned().collect();
        let mut writer = pin!(self.copy("leadership_terms", &columns).await?);
        for team in teams {
            let node = tree.nodes.get(team.node).context("the organization of a term")?;
            let planned = team.from + Months::new(12 * YEARS);
            writer
                .as_mut()
                .write(&[&tree.tenant, &team.term, &node.id, &node.path, &team.number, &team.from, &planned, &self.at, &self.at])
                .await?;
        }
        writer.finish().await?;
        let posts = [
            ("term_id", Type::UUID),
            ("person_id", Type::UUID),
            ("person_name", Type::TEXT),
            ("post", Type::TEXT),
            ("role", Type::TEXT),
            ("sort_order", Type::INT4),
            ("from_day", Type::DATE),
        ];
        let columns: Vec<_> = place.iter().chain(&posts).chain(&made).cloned().collect();
        let mut writer = pin!(self.copy("leadership_posts", &columns).await?);
        for team in teams {
            let node = tree.nodes.get(team.node).context("the organization of a post")?;
            let mut posts: Vec<&Post> = team.posts.iter().collect();
            posts.sort_by_key(|post| post.post);
            for (post, order) in posts.into_iter().zip(1_i32..) {
                let role = if post.post == "1" { "secretary" } else { "committee_member" };
                let Post { id, person, name, post, from } = post;
                writer
                    .as_mut()
                    .write(&[
                        &tree.tenant,
                        id,
                        &node.id,
                        &node.path,
                        &team.term,
                        person,
                        name,
                        post,
                        &role,
                        &order,
                        from,
                        &self.at,
                        &self.at,
                    ])
                    .await?;
            }
        }
        writer.finish().await?;
        Ok(())
    }
}
