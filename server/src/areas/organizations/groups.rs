//! Groups inside a branch (B21): rows of the branch, not organizations.

use banyan_tables::{party_groups, people};
use uuid::Uuid;

use crate::access::{Permission, Permit};
use crate::areas::journal::{self, Event, Facts, Subject, SubjectKind};
use crate::areas::reference::Codes;
use crate::base::db::prelude::*;
use crate::base::db::{KeyPart, Page, Session};
use crate::base::error::{Failure, OnViolation, stale};
use crate::base::ids::{OrganizationId, PartyGroupId, PersonId, new_key};
use crate::base::problem::{Code, Problem};
use crate::base::text::{self, NAME_LIMIT};
use crate::gql::{Cx, answer_all, loader};

/// A group.
#[derive(Clone, Debug, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = party_groups)]
pub struct PartyGroupRow {
    pub id: Uuid,
    pub organization_id: Uuid,
    pub path: String,
    pub name: String,
    pub leader_id: Option<Uuid>,
    pub active: bool,
    pub version: i32,
}

impl PartyGroupRow {
    fn facts(&self, leader: Option<&str>) -> Facts {
        Facts::default().text("name", Some(&self.name)).text("leader", leader)
    }
}

async fn list_by_ids(session: &Session, tenant: Uuid, ids: &[Uuid]) -> Result<Vec<PartyGroupRow>, Failure> {
    let conn = session.conn().await?;
    let query = party_groups::table.filter(party_groups::tenant_id.eq(tenant)).filter(party_groups::id.eq_any(ids));
    Ok(query.select(PartyGroupRow::as_select()).load(&mut conn.get()).await?)
}

loader! {
    /// Groups by id.
    GroupById: PartyGroupId => PartyGroupRow, |session, tenant, keys| {
        let ids: Vec<Uuid> = keys.iter().map(|id| id.0).collect();
        answer_all(keys, list_by_ids(session, tenant, &ids).await, |row| PartyGroupId(row.id))
    }
}

/// One group, whatever state it is in.
///
/// # Errors
/// `NOT_FOUND` when it is out of reach.
pub async fn find_group(cx: &Cx, id: PartyGroupId) -> Result<PartyGroupRow, Failure> {
    cx.load::<GroupById>(id).await?.ok_or(Failure::NotFound)
}

/// A page of the active groups of a branch.
pub(super) async fn page(cx: &Cx, organization: OrganizationId, page: &Page) -> Result<Vec<PartyGroupRow>, Failure> {
    let mut query = party_groups::table
        .filter(party_groups::tenant_id.eq(cx.viewer()?.tenant))
        .filter(party_groups::organization_id.eq(organization.0))
        .filter(party_groups::active)
        .into_boxed();
    for bound in page.bounds("(party_groups.id)", false) {
        query = query.filter(bound);
    }
    let query = if page.backward { query.order(party_groups::id.desc()) } else { query.order(party_groups::id.asc()) };
    let conn = cx.session()?.conn().await?;
    Ok(query.select(PartyGroupRow::as_select()).limit(page.to_read()).load(&mut conn.get()).await?)
}

/// How many active groups a branch has.
pub(super) async fn count(cx: &Cx, organization: OrganizationId) -> Result<i64, Failure> {
    let conn = cx.session()?.conn().await?;
    Ok(party_groups::table
        .filter(party_groups::tenant_id.eq(cx.viewer()?.tenant))
        .filter(party_groups::organization_id.eq(organization.0))
        .filter(party_groups::active)
        .count()
        .get_result(&mut conn.get())
        .await?)
}

/// The key of a group in the list.
pub(super) fn key(row: &PartyGroupRow) -> Vec<KeyPart> {
    vec![KeyPart::Id(row.id)]
}

/// The group of a change, locked, with the permit for its branch.
async fn lock(cx: &Cx, id: PartyGroupId) -> Result<(Permit, PartyGroupRow), Failure> {
    let found = find_group(cx, id).await?;
    let permit = cx.viewer()?.permit(cx.session()?, Permission::ManagePartyGroups, OrganizationId(found.organization_id)).await?;
    let conn = cx.session()?.conn().await?;
    let query = party_groups::table.find((permit.tenant(), id.0)).select(PartyGroupRow::as_select());
    let row: PartyGroupRow = query.for_update().first(&mut conn.get()).await.optional()?.ok_or(Failure::NotFound)?;
    if !row.active {
        return Err(Problem::new(Code::PartyGroupDissolved, "id").into());
    }
    Ok((permit, row))
}

/// The name of a leader, who is a full member of the branch (U63).
async fn leader_name(cx: &Cx, permit: &Permit, leader: PersonId) -> Result<String, Failure> {
    let conn = cx.session()?.conn().await?;
    let found: Option<(String, String, Uuid)> = people::table
        .find((permit.tenant(), leader.0))
        .select((people::name, people::stage, people::organization_id))
        .first(&mut conn.get())
        .await
        .optional()?;
    match found {
        None => Err(Problem::new(Code::NoSuchThing, "leaderId").into()),
        Some((name, stage, branch)) if stage == "full" && branch == permit.organization().0 => Ok(name),
        Some(_) => Err(Problem::new(Code::PartyGroupLeaderNotFullMember, "leaderId").into()),
    }
}

fn with_unique_name<T>(result: Result<T, Failure>) -> Result<T, Failure> {
    result.on_violation("party_groups_one_name_per_branch", Problem::new(Code::PartyGroupSameName, "name"))
}

async fn record(cx: &Cx, permit: &Permit, event: Event, row: &PartyGroupRow, before: Facts, after: Facts) -> Result<(), Failure> {
    let (before, after) = Facts::differences(&before, &after);
    let subject = Subject {
        event,
        kind: SubjectKind::PartyGroup,
        id: row.id,
        name: &row.name,
        before,
        after,
        reason: None,
        moved_from: None,
    };
    journal::record(cx, permit, subject).await
}

/// Creates a group in a branch.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, or what stands in the way.
pub async fn create(
    cx: &Cx,
    organization: OrganizationId,
    name: &str,
    leader: Option<PersonId>,
) -> Result<PartyGroupRow, Failure> {
    let permit = cx.viewer()?.permit(cx.session()?, Permission::ManagePartyGroups, organization).await?;
    if !Codes::builtin().organization_kind(&permit.place().kind).is_some_and(|kind| kind.holds_members) {
        return Err(Problem::new(Code::OrganizationHoldsNoGroups, "organizationId").into());
    }
    if permit.place().status != super::model::ACTIVE {
        return Err(Problem::new(Code::OrganizationDissolved, "organizationId").into());
    }
    let name = text::required(name, "name", NAME_LIMIT)?;
    let leader_named = match leader {
        Some(leader) => Some(leader_name(cx, &permit, leader).await?),
        None => None,
    };
    let now = cx.clock.now();
    let conn = cx.session()?.conn().await?;
    let inserted = diesel::insert_into(party_groups::table)
        .values((
            party_groups::tenant_id.eq(permit.tenant()),
            party_groups::id.eq(new_key()),
            party_groups::organization_id.eq(organization.0),
            party_groups::path.eq(permit.path()),
            party_groups::name.eq(name),
            party_groups::leader_id.eq(leader.map(|id| id.0)),
            party_groups::active.eq(true),
            party_groups::created_at.eq(now),
            party_groups::updated_at.eq(now),
        ))
        .returning(PartyGroupRow::as_returning())
        .get_result(&mut conn.get())
        .await
        .map_err(Failure::from);
    let row: PartyGroupRow = with_unique_name(inserted)?;
    if let Some(leader) = leader {
        put(cx, &permit, PartyGroupId(row.id), &[leader], "leaderId").await?;
    }
    record(cx, &permit, Event::PartyGroupCreated, &row, Facts::default(), row.facts(leader_named.as_deref())).await?;
    Ok(row)
}

/// Changes name or leader; a leader of null is none.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, or what stands in the way.
pub async fn edit(
    cx: &Cx,
    id: PartyGroupId,
    version: i32,
    name: Option<&str>,
    leader: Option<Option<PersonId>>,
) -> Result<PartyGroupRow, Failure> {
    let (permit, before) = lock(cx, id).await?;
    if before.version != version {
        return Err(stale(before.version, before));
    }
    let old_leader = match before.leader_id {
        Some(leader) => leader_name(cx, &permit, PersonId(leader)).await.ok(),
        None => None,
    };
    let new_leader = match leader {
        Some(Some(leader)) => Some(leader_name(cx, &permit, leader).await?),
        Some(None) => None,
        None => old_leader.clone(),
    };
    let name = match name {
        Some(name) => text::required(name, "name", NAME_LIMIT)?,
        None => before.name.clone(),
    };
    let leader_id = leader.map_or(before.leader_id, |leader| leader.map(|id| id.0));
    let conn = cx.session()?.conn().await?;
    let updated = diesel::update(party_groups::table.find((permit.tenant(), id.0)))
        .set((
            party_groups::name.eq(name),
            party_groups::leader_id.eq(leader_id),
            party_groups::version.eq(version + 1),
            party_groups::updated_at.eq(cx.clock.now()),
        ))
        .returning(PartyGroupRow::as_returning())
        .kept()
        .get_result(&mut conn.get())
        .await
        .map_err(Failure::from);
    let row = with_unique_name(updated)?;
    if let Some(Some(leader)) = leader {
        put(cx, &permit, PartyGroupId(row.id), &[leader], "leaderId").await?;
    }
    record(cx, &permit, Event::PartyGroupEdited, &row, before.facts(old_leader.as_deref()), row.facts(new_leader.as_deref()))
        .await?;
    Ok(row)
}

/// Dissolves a group that nobody belongs to.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, or what stands in the way.
pub async fn dissolve(cx: &Cx, id: PartyGroupId, version: i32) -> Result<PartyGroupRow, Failure> {
    let (permit, before) = lock(cx, id).await?;
    if before.version != version {
        return Err(stale(before.version, before));
    }
    let conn = cx.session()?.conn().await?;
    let members: i64 = people::table
        .filter(people::tenant_id.eq(permit.tenant()))
        .filter(people::party_group_id.eq(id.0))
        .count()
        .get_result(&mut conn.get())
        .await?;
    if members > 0 {
        return Err(Problem::new(Code::PartyGroupHasMembers, "id").into());
    }
    let row: PartyGroupRow = diesel::update(party_groups::table.find((permit.tenant(), id.0)))
        .set((
            party_groups::active.eq(false),
            party_groups::leader_id.eq(None::<Uuid>),
            party_groups::version.eq(version + 1),
            party_groups::updated_at.eq(cx.clock.now()),
        ))
        .returning(PartyGroupRow::as_returning())
        .kept()
        .get_result(&mut conn.get())
        .await?;
    record(cx, &permit, Event::PartyGroupDissolved, &row, before.facts(None), Facts::default()).await?;
    Ok(row)
}

/// Refuses to take people out of the groups that they lead.
///
/// # Errors
/// `PARTY_GROUP_LEADER_STAYS` at `field`.
pub async fn keep_leaders(cx: &Cx, members: &[Uuid], group: Option<Uuid>, field: &'static str) -> Result<(), Failure> {
    let mut query = party_groups::table
        .filter(party_groups::tenant_id.eq(cx.viewer()?.tenant))
        .filter(party_groups::leader_id.eq_any(members))
        .filter(party_groups::active)
        .into_boxed();
    if let Some(group) = group {
        query = query.filter(party_groups::id.ne(group));
    }
    let conn = cx.session()?.conn().await?;
    let led: i64 = query.count().get_result(&mut conn.get()).await?;
    if led > 0 { Err(Problem::new(Code::PartyGroupLeaderStays, field).into()) } else { Ok(()) }
}

/// Puts people of the branch into a group, or takes them out of it.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, or what stands in the way.
pub async fn assign(
    cx: &Cx,
    id: PartyGroupId,
    version: i32,
    members: &[PersonId],
    remove: bool,
) -> Result<PartyGroupRow, Failure> {
    const MOST: usize = 200;
    let (permit, before) = lock(cx, id).await?;
    if before.version != version {
        return Err(stale(before.version, before));
    }
    if members.is_empty() {
        return Err(Problem::new(Code::Required, "personIds").into());
    }
    if members.len() > MOST {
        return Err(Problem::new(Code::TooMany, "personIds").with(MOST).into());
    }
    let leaves = before.leader_id.is_some_and(|leader| members.iter().any(|member| member.0 == leader));
    if remove && leaves {
        return Err(Problem::new(Code::PartyGroupLeaderStays, "personIds").into());
    }
    let names =
        if remove { take_out(cx, &permit, id, members).await? } else { put(cx, &permit, id, members, "personIds").await? };
    let conn = cx.session()?.conn().await?;
    let row: PartyGroupRow = diesel::update(party_groups::table.find((permit.tenant(), id.0)))
        .set((party_groups::version.eq(version + 1), party_groups::updated_at.eq(cx.clock.now())))
        .returning(PartyGroupRow::as_returning())
        .get_result(&mut conn.get())
        .await?;
    let listed = Facts::default().text("members", Some(&names.join("、")));
    let (before, after) = if remove { (listed, Facts::default()) } else { (Facts::default(), listed) };
    record(cx, &permit, Event::PartyGroupAssigned, &row, before, after).await?;
    Ok(row)
}

/// Puts people who all belong to the branch of the permit into a group of it.
async fn put(
    cx: &Cx,
    permit: &Permit,
    group: PartyGroupId,
    members: &[PersonId],
    field: &'static str,
) -> Result<Vec<String>, Failure> {
    let ids = each_once(members);
    keep_leaders(cx, &ids, Some(group.0), field).await?;
    let conn = cx.session()?.conn().await?;
    let names: Vec<String> = diesel::update(
        people::table
            .filter(people::tenant_id.eq(permit.tenant()))
            .filter(people::organization_id.eq(permit.organization().0))
            .filter(people::id.eq_any(&ids)),
    )
    .set((
        people::party_group_id.eq(Some(group.0)),
        people::version.eq(people::version + 1),
        people::updated_at.eq(cx.clock.now()),
    ))
    .returning(people::name)
    .kept()
    .get_results(&mut conn.get())
    .await?;
    all_of_them(names, &ids)
}

/// Takes people who all belong to a group out of it.
async fn take_out(cx: &Cx, permit: &Permit, group: PartyGroupId, members: &[PersonId]) -> Result<Vec<String>, Failure> {
    let ids = each_once(members);
    let conn = cx.session()?.conn().await?;
    let names: Vec<String> = diesel::update(
        people::table
            .filter(people::tenant_id.eq(permit.tenant()))
            .filter(people::party_group_id.eq(group.0))
            .filter(people::id.eq_any(&ids)),
    )
    .set((
        people::party_group_id.eq(None::<Uuid>),
        people::version.eq(people::version + 1),
        people::updated_at.eq(cx.clock.now()),
    ))
    .returning(people::name)
    .kept()
    .get_results(&mut conn.get())
    .await?;
    all_of_them(names, &ids)
}

fn each_once(members: &[PersonId]) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> = members.iter().map(|id| id.0).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn all_of_them(names: Vec<String>, ids: &[Uuid]) -> Result<Vec<String>, Failure> {
    if names.len() == ids.len() { Ok(names) } else { Err(Problem::new(Code::PartyGroupOfAnotherBranch, "personIds").into()) }
}
