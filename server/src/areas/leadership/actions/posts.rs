//! Name someone for a post, correct the entry, end it, delete it, put it in order (J15 to J18, J21).

use async_graphql::MaybeUndefined;
use chrono::NaiveDate;

use super::super::loaders::PostsOf;
use super::super::model::{PostChange, PostRow};
use super::super::{rules, store};
use super::{permit_for, record_post};
use crate::access::{Permit, Role};
use crate::areas::journal::{Event, Facts};
use crate::areas::organizations::{OrganizationById, past_day};
use crate::areas::people;
use crate::areas::reference::Codes;
use crate::base::error::{Failure, OnViolation, stale};
use crate::base::ids::{LeadershipPostId, LeadershipTermId, OrganizationId, PersonId, new_key};
use crate::base::language::Language;
use crate::base::path;
use crate::base::problem::{Code, Problem};
use crate::base::question::Summary;
use crate::base::text::{self, REMARK_LIMIT};
use crate::gql::Cx;

/// A person for a post.
#[derive(Debug)]
pub(in super::super) struct AddPost {
    pub organization: OrganizationId,
    pub person: PersonId,
    pub post: String,
    pub administers: bool,
    pub from: Option<NaiveDate>,
    pub duty: Option<String>,
}

/// What is corrected; the person of an entry stays (J17).
#[derive(Debug)]
pub(in super::super) struct EditPost {
    pub id: LeadershipPostId,
    pub version: i32,
    pub post: Option<String>,
    pub administers: Option<bool>,
    pub from: Option<NaiveDate>,
    pub duty: MaybeUndefined<String>,
}

/// The end of a post.
#[derive(Debug)]
pub(in super::super) struct EndPost {
    pub id: LeadershipPostId,
    pub version: i32,
    pub on: NaiveDate,
    pub reason: String,
}

/// The constraints behind the rules, for the race that they cannot see.
fn as_refusal<T>(result: Result<T, Failure>) -> Result<T, Failure> {
    result
        .on_violation("leadership_posts_one_secretary", Problem::new(Code::LeadershipOneSecretary, "post"))
        .on_violation("leadership_posts_once", Problem::new(Code::LeadershipPostTwice, "post"))
}

/// The entries of a term as they stand in this transaction.
async fn entries(cx: &Cx, term: LeadershipTermId) -> Result<Vec<PostRow>, Failure> {
    Ok(cx.load::<PostsOf>(term).await?.map(|rows| rows.as_ref().clone()).unwrap_or_default())
}

/// Asks for the key when a role begins or ends.
async fn confirm(cx: &Cx, permit: &Permit, (zh, en): (&str, &str), row: &PostRow, roles: &[Role]) -> Result<(), Failure> {
    if roles.is_empty() {
        return Ok(());
    }
    let value = Codes::builtin().value("party_post", &row.post);
    let (post_zh, post_en) = value.map_or(("", ""), |value| (value.name_zh.as_str(), value.name_en.as_str()));
    let summary =
        Summary::new(format!("{zh}「{}」的职务：{post_zh}", row.person_name), format!("{en} {}: {post_en}", row.person_name));
    let organization = cx.load::<OrganizationById>(permit.organization()).await?.ok_or(Failure::NotFound)?;
    let named = |language: Language| roles.iter().map(|role| role.name(language)).collect::<Vec<_>>();
    let (zh, en) = (named(Language::Zh).join("、"), named(Language::En).join(", "));
    cx.confirm(permit, summary.with("党组织", "Organization", organization.name).with_words(("角色", "Role"), zh, en))
}

/// Names someone for a post of the running term. The role that goes with it begins in the same transaction (A17).
pub(in super::super) async fn add(cx: &Cx, input: AddPost) -> Result<PostRow, Failure> {
    let (codes, now, today) = (Codes::builtin(), cx.clock.now(), cx.clock.today());
    let role = rules::role_of(input.post.trim(), input.administers);
    let roles: Vec<Role> = role.into_iter().collect();
    let permit = permit_for(cx, input.organization, &roles, "post").await?;
    let post = rules::post(codes, &input.post, &permit.place().kind)?;
    let term = store::lock_last_term(cx, &permit).await?.filter(|term| term.until_day.is_none());
    let term = term.ok_or_else(|| Problem::new(Code::LeadershipNoTerm, "organizationId"))?;
    let from = past_day(input.from.unwrap_or(today), today, "from")?;
    let found = store::lock_person(cx, &permit, input.person).await?;
    let (name, stage, place) = found.ok_or_else(|| Problem::new(Code::NoSuchThing, "personId"))?;
    if !path::is_within(&place, permit.path()) {
        return Err(Problem::new(Code::LeadershipNotMember, "personId").into());
    }
    rules::may_hold(stage, &post)?;
    let held = entries(cx, term.key()).await?;
    if held.len() >= rules::MOST_POSTS {
        return Err(Problem::new(Code::TooMany, "organizationId").with(rules::MOST_POSTS).into());
    }
    let row = PostRow {
        tenant_id: permit.tenant(),
        id: new_key(),
        organization_id: permit.organization().0,
        path: permit.path().to_owned(),
        term_id: term.id,
        person_id: input.person.0,
        person_name: name,
        post,
        administers: input.administers,
        role: role.map(|role| role.as_str().to_owned()),
        duty: text::optional(input.duty.as_deref(), "duty", REMARK_LIMIT)?,
        sort_order: held.last().map_or(1, |last| last.sort_order + 1),
        from_day: from,
        until_day: None,
        leave_reason: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    rules::beside(codes, &permit.place().kind, &held, &row)?;
    confirm(cx, &permit, ("任命", "Name for a post:"), &row, &roles).await?;
    as_refusal(store::insert(cx, &row).await)?;
    store::reorder(cx, &permit, &row, rules::place(codes, &held, &row.post)).await?;
    record_post(cx, &permit, Event::LeadershipPostAdded, &row, (Facts::default(), row.facts())).await?;
    store::find(cx, row.key()).await?.ok_or(Failure::NotFound)
}

/// An entry with the right to change it in a way that begins or ends these roles, as it was read.
async fn lock(
    cx: &Cx,
    id: LeadershipPostId,
    version: i32,
    roles: impl FnOnce(&PostRow) -> Vec<Role>,
) -> Result<(Permit, PostRow, Vec<Role>), Failure> {
    let found = store::find(cx, id).await?.ok_or(Failure::NotFound)?;
    // One's own posts are visible without any right over the organization.
    let viewer = cx.viewer()?;
    if !viewer.may(crate::access::Permission::ReadPeople, &found.path) {
        return Err(if viewer.read_only {
            Failure::ReadOnly
        } else {
            viewer.refusal(crate::access::Permission::EditOrganization)
        });
    }
    let roles = roles(&found);
    let permit = permit_for(cx, OrganizationId(found.organization_id), &roles, "id").await?;
    let (_, row) = store::lock(cx, &permit, id, found.term_id).await?;
    if row.version != version {
        return Err(stale(row.version, row));
    }
    // What was decided about the right was decided about this very state.
    if row.role != found.role || row.until_day != found.until_day { Err(Failure::Conflict) } else { Ok((permit, row, roles)) }
}

/// Corrects an entry: post, beginning, duty, whether it makes an administrator.
pub(in super::super) async fn edit(cx: &Cx, input: EditPost) -> Result<PostRow, Failure> {
    let codes = Codes::builtin();
    let wanted = |row: &PostRow| {
        let post = input.post.as_deref().map_or(row.post.as_str(), str::trim);
        rules::role_of(post, input.administers.unwrap_or(row.administers))
    };
    let changing = |row: &PostRow| {
        let (old, new) = (row.role(), wanted(row));
        if row.is_held() && old != new { old.into_iter().chain(new).collect() } else { Vec::new() }
    };
    let (permit, before, roles) = lock(cx, input.id, input.version, changing).await?;
    let mut row = before.clone();
    if let Some(post) = &input.post {
        row.post = rules::post(codes, post, &permit.place().kind)?;
    }
    row.administers = input.administers.unwrap_or(row.administers);
    row.role = rules::role_of(&row.post, row.administers).map(|role| role.as_str().to_owned());
    if let Some(from) = input.from {
        row.from_day = past_day(from, cx.clock.today(), "from")?;
        if row.until_day.is_some_and(|until| until < row.from_day) {
            return Err(Problem::new(Code::DatesOutOfOrder, "from").into());
        }
    }
    if !input.duty.is_undefined() {
        row.duty = text::optional(input.duty.take().as_deref(), "duty", REMARK_LIMIT)?;
    }
    let facts = Facts::differences(&before.facts(), &row.facts());
    if facts.0.is_empty() && facts.1.is_empty() {
        return Err(Problem::new(Code::NothingToChange, "id").into());
    }
    if row.is_held() && row.post != before.post {
        let person = store::lock_person(cx, &permit, PersonId(row.person_id)).await?;
        rules::may_hold(person.map_or(people::Stage::Left, |(_, stage, _)| stage), &row.post)?;
        rules::beside(codes, &permit.place().kind, &entries(cx, LeadershipTermId(row.term_id)).await?, &row)?;
    }
    confirm(cx, &permit, ("修改", "Change the post of"), &row, &roles).await?;
    let row = as_refusal(store::update(cx, &permit, input.id, &PostChange::of(row, cx.clock.now())).await)?;
    record_post(cx, &permit, Event::LeadershipPostEdited, &row, facts).await?;
    Ok(row)
}

fn ending(row: &PostRow) -> Vec<Role> {
    row.running_role().into_iter().collect()
}

/// Ends a post; the role that goes with it ends in the same transaction (A17, V.7).
pub(in super::super) async fn end(cx: &Cx, input: EndPost) -> Result<PostRow, Failure> {
    let (permit, before, roles) = lock(cx, input.id, input.version, ending).await?;
    if !before.is_held() {
        return Err(Problem::new(Code::LeadershipPostEnded, "id").into());
    }
    let on = past_day(input.on, cx.clock.today(), "on")?;
    if on < before.from_day {
        return Err(Problem::new(Code::DatesOutOfOrder, "on").into());
    }
    let reason = input.reason.trim();
    if Codes::builtin().value("post_leave_reason", reason).is_none() {
        return Err(Problem::new(if reason.is_empty() { Code::Required } else { Code::UnknownCode }, "reason").into());
    }
    confirm(cx, &permit, ("免去", "End the post of"), &before, &roles).await?;
    let row = PostRow { until_day: Some(on), leave_reason: Some(reason.to_owned()), ..before.clone() };
    let row = store::update(cx, &permit, input.id, &PostChange::of(row, cx.clock.now())).await?;
    record_post(cx, &permit, Event::LeadershipPostEnded, &row, Facts::differences(&before.facts(), &row.facts())).await?;
    Ok(row)
}

/// Deletes an entry that was wrong; whoever has resigned has an end instead (J18). Returns it as it was.
pub(in super::super) async fn delete(cx: &Cx, id: LeadershipPostId, version: i32) -> Result<PostRow, Failure> {
    let (permit, row, roles) = lock(cx, id, version, ending).await?;
    confirm(cx, &permit, ("删除", "Delete the entry of"), &row, &roles).await?;
    store::close(cx, &permit, id).await?;
    record_post(cx, &permit, Event::LeadershipPostDeleted, &row, (row.facts(), Facts::default())).await?;
    Ok(row)
}

/// Puts an entry behind another one of its term, or first (J21).
pub(in super::super) async fn reorder(
    cx: &Cx,
    id: LeadershipPostId,
    version: i32,
    after: Option<LeadershipPostId>,
) -> Result<PostRow, Failure> {
    let (permit, before, _) = lock(cx, id, version, |_| Vec::new()).await?;
    if let Some(after) = after {
        let anchor = store::find(cx, after).await?.filter(|anchor| anchor.term_id == before.term_id && anchor.id != before.id);
        anchor.ok_or_else(|| Problem::new(Code::LeadershipNotSameTerm, "afterId"))?;
    }
    store::reorder(cx, &permit, &before, after.map(|id| id.0)).await?;
    let moved = store::find(cx, id).await?.ok_or(Failure::NotFound)?;
    if moved.sort_order == before.sort_order {
        return Err(Problem::new(Code::NothingToChange, "id").into());
    }
    let position = |row: &PostRow| Facts::default().text("position", Some(&row.sort_order.to_string()));
    let facts = (position(&before), position(&moved));
    let row = store::update(cx, &permit, id, &PostChange::of(moved, cx.clock.now())).await?;
    record_post(cx, &permit, Event::LeadershipPostReordered, &row, facts).await?;
    Ok(row)
}
