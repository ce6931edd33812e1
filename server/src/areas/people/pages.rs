//! Pages of people. In the order of the tree (B13) a page goes through the organizations by their places and takes
//! the people of each, so that nothing of a person says where the organization stands among its siblings: to sort
//! organizations writes no row of a person.

use banyan_tables::people;
use diesel::expression::Expression;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Int4, Text, Uuid as SqlUuid};
use diesel::{QueryResult, Selectable};
use uuid::Uuid;

use super::model::PersonFilter;
use super::{PersonRow, store};
use crate::areas::organizations::{Walk, count_places};
use crate::base::db::prelude::*;
use crate::base::db::{Key, KeyPart, Page, Plans, Session, Span};
use crate::base::error::Failure;
use crate::gql::Cx;

/// Orders of lists of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// As the tree is read.
    Tree,
    /// Branch by branch as they were created, for whoever may not read the organizations.
    Path,
    Name,
}

/// A person in a list, and the place of the branch if the list goes by it.
#[derive(Clone, diesel::Queryable)]
pub struct Placed {
    pub(super) place: String,
    pub(super) row: PersonRow,
}

impl Order {
    pub(super) fn list(self) -> &'static str {
        match self {
            Self::Tree => "people/order",
            Self::Path => "people/tree",
            Self::Name => "people/name",
        }
    }

    pub(super) fn key(self, listed: &Placed) -> Key {
        let Placed { place, row } = listed;
        let name = [KeyPart::Text(row.name_key.clone()), KeyPart::Id(row.id)];
        let branch = match self {
            Self::Tree => Some(place.clone()),
            Self::Path => Some(row.path.clone()),
            Self::Name => None,
        };
        branch.map(KeyPart::Text).into_iter().chain(name).collect()
    }
}

/// A page of people.
pub(super) async fn page(cx: &Cx, walk: &Walk, filter: &PersonFilter, order: Order, page: &Page) -> Result<Vec<Placed>, Failure> {
    if let (Order::Tree, Some(places)) = (order, &walk.places) {
        return in_tree_order(cx, walk, places, filter, page).await;
    }
    let mut query = store::filtered(cx, &walk.paths, filter).await?;
    let columns = if order == Order::Name { "(people.name_key, people.id)" } else { "(people.path, people.name_key, people.id)" };
    for bound in page.bounds(columns, false) {
        query = query.filter(bound);
    }
    let query = match (order == Order::Name, page.backward) {
        (false, false) => query.order((people::path.asc(), people::name_key.asc(), people::id.asc())),
        (false, true) => query.order((people::path.desc(), people::name_key.desc(), people::id.desc())),
        (true, false) => query.order((people::name_key.asc(), people::id.asc())),
        (true, true) => query.order((people::name_key.desc(), people::id.desc())),
    };
    let in_its_order = order != Order::Name && filter.is_by_stage_only();
    let plans = if in_its_order { Plans::InItsOrder } else { Plans::ForThisRange };
    let query = query.select(PersonRow::as_select()).limit(page.to_read());
    let session = cx.session()?;
    let conn = session.conn().await?;
    let rows: Vec<PersonRow> = session.planned(plans, async { Ok(query.load(&mut conn.get()).await?) }).await?;
    Ok(rows.into_iter().map(|row| Placed { place: String::new(), row }).collect())
}

/// The first people of many spans of places, in tree order, each with the number of the span.
pub(super) async fn list_first(
    session: &Session,
    lows: Vec<String>,
    highs: Vec<String>,
    stages: Vec<String>,
    limit: i64,
) -> Result<Vec<(i64, Placed)>, Failure> {
    let columns = <PersonRow as Selectable<Pg>>::construct_selection();
    let first = FirstOfSpans { lows, highs, stages, limit, columns };
    let conn = session.conn().await?;
    session.planned(Plans::InItsOrder, async { Ok(first.load(&mut conn.get()).await?) }).await
}

/// How a page in tree order is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Through {
    /// Organization by organization in their order, the people of each along their index, until the page is full; of a
    /// part of the tree that has more than [`FEW_BRANCHES`], only so many.
    Branches,
    /// All whom the filter finds, and sorted then.
    Matches,
}

/// Going through so many branches in vain costs less than a tenth of looking at everybody in a municipality of a million.
const FEW_BRANCHES: i64 = 2_000;

/// What most people fit, the next branches fill the page with; what almost nobody fits is looked for among all at once.
/// Which of the two it is no statistics tell, because many things are common here and rare there: so the next branches are
/// tried first, unless an index finds the few by what is asked for.
async fn in_tree_order(cx: &Cx, walk: &Walk, places: &Span, filter: &PersonFilter, page: &Page) -> Result<Vec<Placed>, Failure> {
    if !filter.finds_few() {
        let rows = through(Through::Branches, cx, walk, places, filter, page).await?;
        let is_full = rows.len() > page.limit;
        if is_full || !has_more_branches(cx, places, page).await? {
            return Ok(rows);
        }
    }
    through(Through::Matches, cx, walk, places, filter, page).await
}

/// Whether there are more branches than are gone through.
async fn has_more_branches(cx: &Cx, places: &Span, page: &Page) -> Result<bool, Failure> {
    let mut between = places.clone();
    if let Some(after) = &page.after {
        between.low = between.low.max(Bound::of(after)?.place);
    }
    if let Some(before) = &page.before {
        between.high = between.high.min(Span::own(&Bound::of(before)?.place).high);
    }
    Ok(count_places(cx, &between, FEW_BRANCHES + 1).await? > FEW_BRANCHES)
}

async fn through(
    through: Through,
    cx: &Cx,
    walk: &Walk,
    places: &Span,
    filter: &PersonFilter,
    page: &Page,
) -> Result<Vec<Placed>, Failure> {
    let (people, plans) = match through {
        Through::Branches => (store::wanted(cx, &walk.paths, filter).await?, Plans::InItsOrder),
        Through::Matches => (store::filtered(cx, &walk.paths, filter).await?, Plans::ForThisRange),
    };
    let query = InTreeOrder {
        through,
        columns: <PersonRow as Selectable<Pg>>::construct_selection(),
        people: people.select(PersonRow::as_select()),
        after: page.after.as_ref().map(Bound::of).transpose()?,
        before: page.before.as_ref().map(Bound::of).transpose()?,
        places,
        backward: page.backward,
        limit: page.to_read(),
    };
    let session = cx.session()?;
    let conn = session.conn().await?;
    session.planned(plans, async { Ok(query.load(&mut conn.get()).await?) }).await
}

/// A key of this order.
struct Bound {
    place: String,
    name: String,
    id: Uuid,
}

impl Bound {
    fn of(key: &Key) -> Result<Self, Failure> {
        match key.as_slice() {
            [KeyPart::Text(place), KeyPart::Text(name), KeyPart::Id(id)] => {
                Ok(Self { place: place.clone(), name: name.clone(), id: *id })
            }
            _ => Err(Failure::BadCursor),
        }
    }
}

type Columns = <PersonRow as Selectable<Pg>>::SelectExpression;

/// People with the places of their branches, in the order of these: what diesel's builder cannot say.
struct InTreeOrder<'a, People> {
    through: Through,
    columns: Columns,
    people: People,
    after: Option<Bound>,
    before: Option<Bound>,
    places: &'a Span,
    backward: bool,
    limit: i64,
}

impl<People> Query for InTreeOrder<'_, People> {
    type SqlType = (Text, <Columns as Expression>::SqlType);
}

impl<People> QueryId for InTreeOrder<'_, People> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<People: QueryFragment<Pg>> QueryFragment<Pg> for InTreeOrder<'_, People> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let downwards = if self.backward { " DESC" } else { "" };
        out.push_sql("SELECT branch.tree_order, ");
        self.columns.walk_ast(out.reborrow())?;
        match self.through {
            Through::Branches => {
                out.push_sql(" FROM (SELECT path, tree_order FROM organizations WHERE ");
                self.branches(out.reborrow())?;
                out.push_sql(" ORDER BY tree_order");
                out.push_sql(downwards);
                out.push_sql(" LIMIT ");
                out.push_bind_param::<BigInt, _>(&FEW_BRANCHES)?;
                out.push_sql(") AS branch CROSS JOIN LATERAL (SELECT * FROM (");
                self.people.walk_ast(out.reborrow())?;
                out.push_sql(") AS people WHERE people.path = branch.path");
                self.within_the_branch(out.reborrow())?;
                out.push_sql(" ORDER BY people.name_key");
                out.push_sql(downwards);
                out.push_sql(", people.id");
                out.push_sql(downwards);
                out.push_sql(" LIMIT ");
                out.push_bind_param::<BigInt, _>(&self.limit)?;
                out.push_sql(") AS people");
            }
            Through::Matches => {
                // Found first and placed then: the planner cannot know how few they are, and would rather look into
                // every branch.
                out.push_sql(" FROM (");
                self.people.walk_ast(out.reborrow())?;
                out.push_sql(" OFFSET 0) AS people JOIN organizations AS branch ON branch.path = people.path");
                self.between(out.reborrow())?;
            }
        }
        out.push_sql(" ORDER BY branch.tree_order");
        out.push_sql(downwards);
        out.push_sql(", people.name_key");
        out.push_sql(downwards);
        out.push_sql(", people.id");
        out.push_sql(downwards);
        out.push_sql(" LIMIT ");
        out.push_bind_param::<BigInt, _>(&self.limit)
    }
}

impl<People> InTreeOrder<'_, People> {
    /// The branches of the list, from the one of the first bound to the one of the last.
    fn branches<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("tree_order >= ");
        out.push_bind_param::<Text, _>(&self.places.low)?;
        out.push_sql(" AND tree_order < ");
        out.push_bind_param::<Text, _>(&self.places.high)?;
        if let Some(length) = &self.places.length {
            out.push_sql(" AND char_length(tree_order) = ");
            out.push_bind_param::<Int4, _>(length)?;
        }
        for (bound, operator) in [(&self.after, " AND tree_order >= "), (&self.before, " AND tree_order <= ")] {
            if let Some(bound) = bound {
                out.push_sql(operator);
                out.push_bind_param::<Text, _>(&bound.place)?;
            }
        }
        Ok(())
    }

    /// In the branch of a bound what lies beyond it, in any other branch everybody: as one comparison of row values, so
    /// that the index begins at the bound. The ends are below and above every name.
    fn within_the_branch<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let ends = [
            (&self.after, ">", "''", "'00000000-0000-0000-0000-000000000000'"),
            (&self.before, "<", r"U&'\+10FFFF'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'"),
        ];
        for (bound, operator, name, id) in ends {
            let Some(bound) = bound else { continue };
            out.push_sql(" AND (people.name_key, people.id) ");
            out.push_sql(operator);
            out.push_sql(" (CASE WHEN branch.tree_order = ");
            out.push_bind_param::<Text, _>(&bound.place)?;
            out.push_sql(" THEN ");
            out.push_bind_param::<Text, _>(&bound.name)?;
            out.push_sql(" ELSE ");
            out.push_sql(name);
            out.push_sql(" END, CASE WHEN branch.tree_order = ");
            out.push_bind_param::<Text, _>(&bound.place)?;
            out.push_sql(" THEN ");
            out.push_bind_param::<SqlUuid, _>(&bound.id)?;
            out.push_sql(" ELSE ");
            out.push_sql(id);
            out.push_sql("::uuid END)");
        }
        Ok(())
    }

    /// Of all matches those between the bounds.
    fn between<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let bounds = [
            (&self.after, " AND (branch.tree_order, people.name_key, people.id) > ("),
            (&self.before, " AND (branch.tree_order, people.name_key, people.id) < ("),
        ];
        for (bound, beyond) in bounds {
            let Some(bound) = bound else { continue };
            out.push_sql(beyond);
            out.push_bind_param::<Text, _>(&bound.place)?;
            out.push_sql(", ");
            out.push_bind_param::<Text, _>(&bound.name)?;
            out.push_sql(", ");
            out.push_bind_param::<SqlUuid, _>(&bound.id)?;
            out.push_sql(")");
        }
        Ok(())
    }
}

/// The first people of each of many spans of places, one statement for all.
struct FirstOfSpans {
    lows: Vec<String>,
    highs: Vec<String>,
    stages: Vec<String>,
    limit: i64,
    columns: Columns,
}

impl Query for FirstOfSpans {
    type SqlType = (BigInt, (Text, <Columns as Expression>::SqlType));
}

impl QueryId for FirstOfSpans {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Pg> for FirstOfSpans {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT people.number, people.place, ");
        self.columns.walk_ast(out.reborrow())?;
        out.push_sql(include_str!("sql/first_people.sql"));
        out.push_bind_param_value_only::<Array<Text>, _>(&self.lows)?;
        out.push_bind_param_value_only::<Array<Text>, _>(&self.highs)?;
        out.push_bind_param_value_only::<Array<Text>, _>(&self.stages)?;
        out.push_bind_param_value_only::<BigInt, _>(&self.limit)
    }
}
