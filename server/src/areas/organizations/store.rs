//! Statements of the tree.

use async_graphql::ID;
use banyan_tables::{leadership_posts, organizations};
use diesel::dsl::sql;
use diesel::sql_types::{Array, BigInt, Bool, Text, Uuid as SqlUuid};
use uuid::Uuid;

use super::loaders::OrganizationByPath;
use super::model::{CountsColumns, NewOrganization, OrganizationChange, OrganizationFilter};
use super::{CountsRow, OrganizationRow, order};
use crate::access::{Permission, Permit, Viewer};
use crate::base::db::prelude::*;
use crate::base::db::{KeyPart, Page, Session, Span, Statement, char_length};
use crate::base::error::Failure;
use crate::base::ids::OrganizationId;
use crate::base::names::NameQuery;
use crate::base::problem::{Code, Problem};
use crate::gql::{Cx, Reach, parse_id};

/// The part of the tree that a list browses: under an organization that the viewer can see, or
/// everything in the scope of a permission.
///
/// # Errors
/// `BAD_ID`; `NOT_FOUND` for what is out of reach; `FORBIDDEN` for what is visible without this right.
pub async fn span_under(cx: &Cx, permission: Permission, under: Option<&ID>, reach: Reach) -> Result<Span, Failure> {
    let viewer = cx.viewer()?;
    let Some(under) = under else {
        let scope = viewer.scope(permission);
        return if scope.is_empty() { Err(viewer.refusal(permission)) } else { Ok(Span::between(scope.span())) };
    };
    Ok(span_of(&find_for(cx, permission, under).await?.path, reach))
}

/// An organization where the viewer has a permission.
///
/// # Errors
/// As [`span_under`].
pub(super) async fn find_for(cx: &Cx, permission: Permission, id: &ID) -> Result<OrganizationRow, Failure> {
    let viewer = cx.viewer()?;
    let id: OrganizationId = parse_id(id)?;
    let row = find(cx.session()?, viewer, id).await?.ok_or(Failure::NotFound)?;
    if viewer.may(permission, &row.path) { Ok(row) } else { Err(viewer.refusal(permission)) }
}

/// Refuses to list by what is known of people where the viewer may not read them: an answer would tell of nobody
/// as if nobody were there.
///
/// # Errors
/// `FORBIDDEN`, or what keeps the right asleep.
pub(super) fn demand_people(cx: &Cx, span: &Span) -> Result<(), Failure> {
    let viewer = cx.viewer()?;
    let people = viewer.scope(Permission::ReadPeople);
    let reached = |root: &&String| **root >= span.low && **root < span.high;
    let organizations = viewer.scope(Permission::ReadOrganizations);
    let everywhere = match organizations.roots().iter().filter(reached).collect::<Vec<_>>().as_slice() {
        [] => people.covers(span.low.trim_end_matches('!')),
        roots => roots.iter().all(|root| people.covers(root)),
    };
    if everywhere { Ok(()) } else { Err(viewer.refusal(Permission::ReadPeople)) }
}

/// The span of a reach from a path.
pub(super) fn span_of(path: &str, reach: Reach) -> Span {
    match reach {
        Reach::Own => Span::own(path),
        Reach::Children => Span::children(path),
        Reach::Subtree => Span::subtree(path),
    }
}

/// One organization.
pub(super) async fn find(session: &Session, viewer: &Viewer, id: OrganizationId) -> Result<Option<OrganizationRow>, Failure> {
    let conn = session.conn().await?;
    let query = organizations::table.find((viewer.tenant, id.0)).select(OrganizationRow::as_select());
    Ok(query.first(&mut conn.get()).await.optional()?)
}

/// The organization of a permit, locked for a change.
///
/// # Errors
/// `NOT_FOUND` when it is gone.
pub async fn lock(cx: &Cx, permit: &Permit) -> Result<OrganizationRow, Failure> {
    let conn = cx.session()?.conn().await?;
    let query = organizations::table.find((permit.tenant(), permit.organization().0)).select(OrganizationRow::as_select());
    query.for_update().first(&mut conn.get()).await.optional()?.ok_or(Failure::NotFound)
}

/// Organizations by id.
pub(super) async fn list_by_ids(session: &Session, tenant: Uuid, ids: &[Uuid]) -> Result<Vec<OrganizationRow>, Failure> {
    let conn = session.conn().await?;
    let query = organizations::table.filter(organizations::tenant_id.eq(tenant)).filter(organizations::id.eq_any(ids));
    Ok(query.select(OrganizationRow::as_select()).load(&mut conn.get()).await?)
}

/// Organizations by path.
pub(super) async fn list_by_paths(session: &Session, tenant: Uuid, paths: &[String]) -> Result<Vec<OrganizationRow>, Failure> {
    let conn = session.conn().await?;
    let query = organizations::table.filter(organizations::tenant_id.eq(tenant)).filter(organizations::path.eq_any(paths));
    Ok(query.select(OrganizationRow::as_select()).load(&mut conn.get()).await?)
}

type Boxed<'a> = organizations::BoxedQuery<'a, diesel::pg::Pg>;

async fn filtered<'a>(cx: &Cx, browsed: &'a Browsed, filter: &'a OrganizationFilter) -> Result<Boxed<'a>, Failure> {
    let span = &browsed.span;
    let query = organizations::table.into_boxed();
    // One range drives: two of the same rows would be taken for two independent ones, and their estimate be far off.
    let mut query = match &browsed.in_order {
        Some((low, high)) => query.filter(organizations::tree_order.ge(low)).filter(organizations::tree_order.lt(high)),
        None => query.filter(organizations::path.ge(&span.low)).filter(organizations::path.lt(&span.high)),
    };
    if let Some(length) = span.length {
        query = query.filter(char_length(organizations::path).eq(length));
    }
    if let Some(status) = filter.status {
        query = query.filter(organizations::status.eq(status));
    }
    if let Some(kinds) = &filter.kinds {
        query = query.filter(organizations::kind.eq_any(kinds));
    }
    if let Some(lengths) = &filter.lengths {
        query = query.filter(char_length(organizations::path).eq_any(lengths));
    }
    if let Some(wanted) = filter.has_secretary {
        let secretary = leadership_posts::table
            .filter(leadership_posts::tenant_id.eq(organizations::tenant_id))
            .filter(leadership_posts::organization_id.eq(organizations::id))
            .filter(leadership_posts::post.eq("1"))
            .filter(leadership_posts::until_day.is_null());
        query = if wanted {
            query.filter(diesel::dsl::exists(secretary))
        } else {
            query.filter(diesel::dsl::not(diesel::dsl::exists(secretary)))
        };
    }
    if let Some(code) = &filter.code {
        query = query.filter(organizations::code.ge(code)).filter(organizations::code.lt(format!("{code}~")));
    }
    if let Some(codes) = &filter.warnings {
        let warned = sql::<Bool>(
            "EXISTS (SELECT FROM organization_warnings(organizations.tenant_id, organizations.id, organizations.path,
                                                       organizations.kind, organizations.status) AS w WHERE w.code = ANY (",
        );
        query = query.filter(warned.bind::<Array<Text>, _>(codes.clone()).sql("))"));
    }
    match filter.name.as_deref().map(NameQuery::parse) {
        None => {}
        Some(NameQuery::Latin(text)) => {
            let letters: Vec<char> = text.chars().collect();
            let grams = letters.windows(2).map(|pair| pair.iter().collect()).collect();
            let ids = list_named(cx, grams, &text, span).await?;
            let by_pinyin = organizations::name_pinyin.ge(text.clone()).and(organizations::name_pinyin.lt(format!("{text}~")));
            query = query.filter(organizations::id.eq_any(ids).or(by_pinyin));
        }
        Some(NameQuery::Chinese(grams)) => {
            let ids = list_named(cx, grams, "", span).await?;
            query = query.filter(organizations::tenant_id.eq(cx.viewer()?.tenant)).filter(organizations::id.eq_any(ids));
        }
    }
    Ok(query)
}

/// Organizations of a span whose names have all these grams and whose initials contain the letters.
async fn list_named(cx: &Cx, grams: Vec<String>, letters: &str, span: &Span) -> Result<Vec<Uuid>, Failure> {
    let conn = cx.session()?.conn().await?;
    let named = Statement::<SqlUuid>::new("SELECT * FROM organizations_named($1, $2, $3, $4)");
    let named = named.bind(grams).bind(letters).bind(span.low.as_str()).bind(span.high.as_str());
    Ok(named.load(&mut conn.get()).await?)
}

/// The part of the tree that a list of organizations browses, and the same as a range of places in the order of the
/// tree, when it is read in that order.
#[derive(Clone, Debug)]
pub(super) struct Browsed {
    pub(super) span: Span,
    in_order: Option<(String, String)>,
}

impl Browsed {
    /// A span in an order. In the order of the tree a subtree is a range of places; everything in scope goes from the
    /// first place of its roots to the end of the last.
    pub(super) async fn of(cx: &Cx, span: Span, under: bool, order: Order) -> Result<Self, Failure> {
        // One organization alone, or one level, is a span of paths.
        if order != Order::Tree || span.length.is_some() || span.high.ends_with('!') {
            return Ok(Self { span, in_order: None });
        }
        let scope = cx.viewer()?.scope(Permission::ReadOrganizations);
        let roots = if under { vec![span.low.clone()] } else { scope.roots().to_vec() };
        let roots = futures_util::future::try_join_all(roots.into_iter().map(|root| cx.load::<OrganizationByPath>(root))).await?;
        let mut places: Vec<String> = roots.into_iter().flatten().map(|root| root.tree_order).collect();
        places.sort_unstable();
        let places = places.as_slice();
        let in_order = places.first().zip(places.last()).map(|(first, last)| (first.clone(), format!("{last}~")));
        Ok(Self { span, in_order })
    }
}

/// Orders of lists of organizations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Tree,
    /// The order that a superior gave (B13); of the organizations under one superior.
    Manual,
    Name,
}

impl Order {
    pub(super) fn list(self) -> &'static str {
        match self {
            Self::Tree => "organizations/order",
            Self::Manual => "organizations/manual",
            Self::Name => "organizations/name",
        }
    }

    pub(super) fn key(self, row: &OrganizationRow) -> Vec<KeyPart> {
        match self {
            Self::Tree => vec![KeyPart::Text(row.tree_order.clone())],
            Self::Manual => vec![KeyPart::Number(row.sort_order), KeyPart::Id(row.id)],
            Self::Name => vec![KeyPart::Text(row.name_pinyin.clone()), KeyPart::Id(row.id)],
        }
    }
}

/// A page of organizations.
pub(super) async fn page(
    cx: &Cx,
    browsed: &Browsed,
    filter: &OrganizationFilter,
    order: Order,
    page: &Page,
) -> Result<Vec<OrganizationRow>, Failure> {
    let mut query = filtered(cx, browsed, filter).await?;
    let columns = match order {
        Order::Tree => "(organizations.tree_order)",
        Order::Manual => "(organizations.sort_order, organizations.id)",
        Order::Name => "(organizations.name_pinyin, organizations.id)",
    };
    for bound in page.bounds(columns, false) {
        query = query.filter(bound);
    }
    let query = match (order, page.backward) {
        (Order::Tree, false) => query.order(organizations::tree_order.asc()),
        (Order::Tree, true) => query.order(organizations::tree_order.desc()),
        (Order::Manual, false) => query.order((organizations::sort_order.asc(), organizations::id.asc())),
        (Order::Manual, true) => query.order((organizations::sort_order.desc(), organizations::id.desc())),
        (Order::Name, false) => query.order((organizations::name_pinyin.asc(), organizations::id.asc())),
        (Order::Name, true) => query.order((organizations::name_pinyin.desc(), organizations::id.desc())),
    };
    let conn = cx.session()?.conn().await?;
    Ok(query.select(OrganizationRow::as_select()).limit(page.to_read()).load(&mut conn.get()).await?)
}

/// How many organizations, at most one more than `limit`.
pub(super) async fn count(cx: &Cx, browsed: &Browsed, filter: &OrganizationFilter, limit: i64) -> Result<i64, Failure> {
    let query = filtered(cx, browsed, filter).await?.select(organizations::id).limit(limit + 1);
    let conn = cx.session()?.conn().await?;
    let ids: Vec<Uuid> = query.load(&mut conn.get()).await?;
    Ok(i64::try_from(ids.len()).unwrap_or(i64::MAX))
}

/// A page of the active children of one organization, in manual order (B13).
pub(super) async fn page_of_children(cx: &Cx, parent: OrganizationId, page: &Page) -> Result<Vec<OrganizationRow>, Failure> {
    let tenant = cx.viewer()?.tenant;
    let mut query = organizations::table
        .filter(organizations::tenant_id.eq(tenant))
        .filter(organizations::parent_id.eq(parent.0))
        .filter(organizations::status.eq(super::model::ACTIVE))
        .into_boxed();
    for bound in page.bounds("(organizations.sort_order, organizations.id)", false) {
        query = query.filter(bound);
    }
    let query = if page.backward {
        query.order((organizations::sort_order.desc(), organizations::id.desc()))
    } else {
        query.order((organizations::sort_order.asc(), organizations::id.asc()))
    };
    let conn = cx.session()?.conn().await?;
    Ok(query.select(OrganizationRow::as_select()).limit(page.to_read()).load(&mut conn.get()).await?)
}

/// The first active children of many organizations: parent and child, in order.
pub(super) async fn list_first_children(
    session: &Session,
    tenant: Uuid,
    parents: &[Uuid],
    limit: i64,
) -> Result<Vec<OrganizationRow>, Failure> {
    let conn = session.conn().await?;
    let children: Vec<Uuid> = Statement::<SqlUuid>::new(
        "SELECT c.id FROM unnest($2::uuid[]) AS p (id)
         CROSS JOIN LATERAL (
             SELECT o.id FROM organizations o
             WHERE o.tenant_id = $1 AND o.parent_id = p.id AND o.status = 'active'
             ORDER BY o.sort_order, o.id LIMIT $3
         ) AS c",
    )
    .bind(tenant)
    .bind(parents.to_vec())
    .bind(limit)
    .load(&mut conn.get())
    .await?;
    drop(conn);
    list_by_ids(session, tenant, &children).await
}

/// How many active children each organization has; those without any are left out.
pub(super) async fn count_children(session: &Session, tenant: Uuid, parents: &[Uuid]) -> Result<Vec<(Uuid, i64)>, Failure> {
    let conn = session.conn().await?;
    let counts = Statement::<(SqlUuid, BigInt)>::new(
        "SELECT parent_id, count(*) FROM organizations
         WHERE tenant_id = $1 AND parent_id = ANY ($2) AND status = 'active' GROUP BY parent_id",
    );
    Ok(counts.bind(tenant).bind(parents.to_vec()).load(&mut conn.get()).await?)
}

/// Sums of the headline figures over spans, one row a span in their order.
pub(super) async fn list_counts(session: &Session, lows: Vec<String>, highs: Vec<String>) -> Result<Vec<CountsRow>, Failure> {
    let conn = session.conn().await?;
    Ok(Statement::<CountsColumns>::new(include_str!("sql/counts.sql")).bind(lows).bind(highs).load(&mut conn.get()).await?)
}

/// Active organizations of a span by kind, and how many of them have a secretary (B02).
pub(super) async fn list_kinds(session: &Session, span: &Span) -> Result<Vec<(String, i64, i64)>, Failure> {
    let conn = session.conn().await?;
    Ok(Statement::<(Text, BigInt, BigInt)>::new(include_str!("sql/kinds.sql"))
        .bind(span.low.as_str())
        .bind(span.high.as_str())
        .load(&mut conn.get())
        .await?)
}

/// Kinds of the active children of an organization.
pub(super) async fn list_kinds_of_children(cx: &Cx, id: OrganizationId) -> Result<Vec<String>, Failure> {
    let conn = cx.session()?.conn().await?;
    let query = organizations::table
        .filter(organizations::tenant_id.eq(cx.viewer()?.tenant))
        .filter(organizations::parent_id.eq(id.0))
        .filter(organizations::status.eq(super::model::ACTIVE));
    Ok(query.select(organizations::kind).distinct().load(&mut conn.get()).await?)
}

/// Whether the name is taken under a superior and the code in the tenant, also out of the viewer's scope (B04).
pub(super) async fn find_taken(
    cx: &Cx,
    superior: Option<Uuid>,
    (name, code): (&str, &str),
    except: Option<Uuid>,
) -> Result<(bool, bool), Failure> {
    let conn = cx.session()?.conn().await?;
    let taken = Statement::<(Bool, Bool)>::new("SELECT * FROM organization_names_taken($1, $2, $3, $4, $5)");
    let taken = taken.bind(cx.viewer()?.tenant).bind(superior).bind(name).bind(code).bind(except);
    Ok(taken.get_result(&mut conn.get()).await?)
}

/// Takes the next label of an organization and locks it until the end of the transaction.
pub(super) async fn take_label(cx: &Cx, permit: &Permit) -> Result<Option<String>, Failure> {
    let conn = cx.session()?.conn().await?;
    let number: i32 = diesel::update(organizations::table.find((permit.tenant(), permit.organization().0)))
        .set(organizations::children_ever.eq(organizations::children_ever + 1))
        .returning(organizations::children_ever)
        .kept()
        .get_result(&mut conn.get())
        .await?;
    Ok(crate::base::path::label(number - 1))
}

/// The place behind the last child: its number, and where that is in the tree.
pub(super) async fn last_place(cx: &Cx, permit: &Permit, parent: &OrganizationRow) -> Result<(i32, String), Failure> {
    let conn = cx.session()?.conn().await?;
    let read = || {
        organizations::table
            .filter(organizations::tenant_id.eq(permit.tenant()))
            .filter(organizations::parent_id.eq(parent.id))
            .select((diesel::dsl::max(organizations::sort_order), diesel::dsl::max(organizations::tree_order)))
    };
    let (number, last): (Option<i32>, Option<String>) = read().first(&mut conn.get()).await?;
    let number = number.unwrap_or_default() + 1;
    if let Some(place) = order::behind(&parent.tree_order, last.as_deref()) {
        return Ok((number, place));
    }
    order_below(cx, permit.tenant(), parent.id).await?;
    let (_, last): (Option<i32>, Option<String>) = read().first(&mut conn.get()).await?;
    let place = order::behind(&parent.tree_order, last.as_deref());
    Ok((number, place.ok_or_else(|| Problem::new(Code::OrganizationFull, "parentId"))?))
}

/// Places everything below an organization anew, far apart.
async fn order_below(cx: &Cx, tenant: Uuid, superior: Uuid) -> Result<(), Failure> {
    let conn = cx.session()?.conn().await?;
    let anew = Statement::<Bool>::new("SELECT order_below($1, $2) IS NOT NULL").bind(tenant).bind(superior);
    let _done: Vec<bool> = anew.load(&mut conn.get()).await?;
    Ok(())
}

/// Writes a new organization and its empty figures.
pub(super) async fn insert(cx: &Cx, new: &NewOrganization) -> Result<OrganizationRow, Failure> {
    let conn = cx.session()?.conn().await?;
    let row = diesel::insert_into(organizations::table)
        .values(new)
        .returning(OrganizationRow::as_returning())
        .get_result(&mut conn.get())
        .await?;
    diesel::insert_into(banyan_tables::organization_counts::table)
        .values((
            banyan_tables::organization_counts::tenant_id.eq(new.tenant_id),
            banyan_tables::organization_counts::organization_id.eq(new.id),
            banyan_tables::organization_counts::path.eq(&new.path),
        ))
        .execute(&mut conn.get())
        .await?;
    Ok(row)
}

/// Writes every field of an organization.
pub(super) async fn update(cx: &Cx, permit: &Permit, change: &OrganizationChange) -> Result<OrganizationRow, Failure> {
    let conn = cx.session()?.conn().await?;
    Ok(diesel::update(organizations::table.find((permit.tenant(), permit.organization().0)))
        .set(change)
        .returning(OrganizationRow::as_returning())
        .kept()
        .get_result(&mut conn.get())
        .await?)
}

/// Puts an organization behind another one, or first, and numbers the siblings anew (B13).
pub(super) async fn reorder(cx: &Cx, moved: &OrganizationRow, after: Option<Uuid>) -> Result<(), Failure> {
    let conn = cx.session()?.conn().await?;
    Statement::<BigInt>::new(include_str!("sql/reorder.sql"))
        .bind(cx.viewer()?.tenant)
        .bind(moved.parent_id)
        .bind(moved.id)
        .bind(after)
        .execute(&mut conn.get())
        .await?;
    drop(conn);
    put(cx, moved).await
}

/// Puts the subtree of an organization where its number among its siblings says.
async fn put(cx: &Cx, moved: &OrganizationRow) -> Result<(), Failure> {
    let (tenant, Some(parent)) = (cx.viewer()?.tenant, moved.parent_id) else { return Ok(()) };
    let conn = cx.session()?.conn().await?;
    // The superior's place is in every sibling's; the neighbours are those with the numbers beside its new one.
    let siblings: Vec<(Uuid, String)> = Statement::<(SqlUuid, Text)>::new(include_str!("sql/neighbours.sql"))
        .bind(tenant)
        .bind(parent)
        .bind(moved.id)
        .load(&mut conn.get())
        .await?;
    let here = siblings.iter().position(|(id, _)| *id == moved.id);
    let before = here.and_then(|here| here.checked_sub(1)).and_then(|at| siblings.get(at)).map(|(_, place)| place.as_str());
    let after = here.and_then(|here| siblings.get(here + 1)).map(|(_, place)| place.as_str());
    let stays = before.is_none_or(|before| before < moved.tree_order.as_str())
        && after.is_none_or(|after| moved.tree_order.as_str() < after);
    if stays {
        return Ok(());
    }
    let above = moved.tree_order.get(..moved.tree_order.len().saturating_sub(order::WIDTH)).unwrap_or_default();
    let Some(place) = order::between(above, before, after) else {
        drop(conn);
        return order_below(cx, tenant, parent).await;
    };
    let put = Statement::<BigInt>::new(include_str!("sql/put.sql")).bind(tenant).bind(moved.tree_order.as_str());
    put.bind(place.as_str()).execute(&mut conn.get()).await?;
    Ok(())
}

/// Raises the version of an organization that changed otherwise than by [`update`].
pub(super) async fn touch(cx: &Cx, id: OrganizationId) -> Result<OrganizationRow, Failure> {
    let conn = cx.session()?.conn().await?;
    Ok(diesel::update(organizations::table.find((cx.viewer()?.tenant, id.0)))
        .set((organizations::version.eq(organizations::version + 1), organizations::updated_at.eq(cx.clock.now())))
        .returning(OrganizationRow::as_returning())
        .kept()
        .get_result(&mut conn.get())
        .await?)
}

/// How many people of an organization are members, and how many are not yet.
pub(super) async fn count_people(cx: &Cx, id: OrganizationId) -> Result<(i64, i64), Failure> {
    use banyan_tables::people;
    let conn = cx.session()?.conn().await?;
    let (members, others): (Option<i64>, Option<i64>) = people::table
        .filter(people::tenant_id.eq(cx.viewer()?.tenant))
        .filter(people::organization_id.eq(id.0))
        .filter(people::stage.ne("left"))
        .select((
            sql::<diesel::sql_types::Nullable<BigInt>>("count(*) FILTER (WHERE stage IN ('probationary', 'full'))"),
            sql::<diesel::sql_types::Nullable<BigInt>>("count(*) FILTER (WHERE stage NOT IN ('probationary', 'full'))"),
        ))
        .first(&mut conn.get())
        .await?;
    Ok((members.unwrap_or_default(), others.unwrap_or_default()))
}

/// What waits for a decision at an organization: roles that a second person has not agreed to. An area whose cases wait
/// for somebody adds them here.
pub(super) async fn count_to_dos(cx: &Cx, id: OrganizationId) -> Result<i64, Failure> {
    use banyan_tables::grants;
    let conn = cx.session()?.conn().await?;
    Ok(grants::table
        .filter(grants::tenant_id.eq(cx.viewer()?.tenant))
        .filter(grants::organization_id.eq(id.0))
        .filter(grants::pending)
        .filter(grants::ended_at.is_null())
        .count()
        .get_result(&mut conn.get())
        .await?)
}

/// Organizations of a subtree and their members, by the counters.
pub(super) async fn count_below(cx: &Cx, path: &str) -> Result<(i64, i64), Failure> {
    use diesel::sql_types::Nullable;
    let conn = cx.session()?.conn().await?;
    let counts: (Option<i64>, Option<i64>) = Statement::<(Nullable<BigInt>, Nullable<BigInt>)>::new(
        "SELECT count(*), sum(c.full_members + c.probationary)::bigint
         FROM organizations o JOIN organization_counts c ON c.tenant_id = o.tenant_id AND c.organization_id = o.id
         WHERE o.path >= $1 AND o.path < $2 AND o.status = 'active'",
    )
    .bind(path)
    .bind(crate::base::path::end_of(path))
    .get_result(&mut conn.get())
    .await?;
    Ok((counts.0.unwrap_or_default(), counts.1.unwrap_or_default()))
}
