//! Begin a term; the one before ends with it, and so do the posts that are still held in it (J15, U55).

use chrono::NaiveDate;

use super::super::loaders::PostsOf;
use super::super::model::{PostRow, TermRow};
use super::super::{rules, store};
use super::{permit_for, record_post, record_term};
use crate::access::Role;
use crate::areas::journal::{Event, Facts};
use crate::areas::organizations::{OrganizationById, past_day};
use crate::areas::reference::Codes;
use crate::base::error::{Failure, OnViolation};
use crate::base::ids::{OrganizationId, new_key};
use crate::base::problem::{Code, Problem};
use crate::base::question::Summary;
use crate::gql::Cx;

/// A new term.
#[derive(Debug)]
pub(in super::super) struct BeginTerm {
    pub organization: OrganizationId,
    pub number: Option<i32>,
    pub from: NaiveDate,
    pub planned_until: Option<NaiveDate>,
}

/// Begins a term. Roles end with the posts of the one before, so that it takes the right to give them.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, or what stands in the way.
pub(in super::super) async fn begin(cx: &Cx, input: BeginTerm) -> Result<TermRow, Failure> {
    let permit = permit_for(cx, input.organization, &[Role::CommitteeMember], "organizationId").await?;
    let from = past_day(input.from, cx.clock.today(), "from")?;
    let last = store::lock_last_term(cx, &permit).await?;
    let planned_until = input.planned_until.or_else(|| rules::planned_end(Codes::builtin(), &permit.place().kind, from));
    let number = rules::term(last.as_ref(), input.number, from, planned_until)?;
    let running = last.filter(|last| last.until_day.is_none());
    let ending: Vec<PostRow> = match &running {
        Some(term) => cx.load::<PostsOf>(term.key()).await?.map(|rows| rows.as_ref().clone()).unwrap_or_default(),
        None => Vec::new(),
    };
    let ending: Vec<PostRow> = ending.into_iter().filter(PostRow::is_held).collect();
    for role in ending.iter().filter_map(PostRow::running_role) {
        crate::areas::roles::may_give_at(cx, permit.path(), role, "organizationId")?;
    }
    let organization = cx.load::<OrganizationById>(input.organization).await?.map(|row| row.name).unwrap_or_default();
    let summary = Summary::new(
        format!("「{organization}」开始第{number}届领导班子"),
        format!("Begin term {number} of the leadership of {organization}"),
    );
    cx.confirm(&permit, summary.with("开始日期", "From", from).with("结束现任职务", "Posts that end", ending.len()))?;

    let day = Facts::default().day("until", Some(from));
    if let Some(term) = running {
        for post in store::close_posts(cx, &permit, term.key(), from).await? {
            record_post(cx, &permit, Event::LeadershipPostEnded, &post, (Facts::default(), post.facts())).await?;
        }
        let ended = store::close_term(cx, &permit, term.key(), from).await?;
        record_term(cx, &permit, Event::LeadershipTermEnded, &ended, (Facts::default(), day)).await?;
    }
    let now = cx.clock.now();
    let row = TermRow {
        tenant_id: permit.tenant(),
        id: new_key(),
        organization_id: permit.organization().0,
        path: permit.path().to_owned(),
        number,
        from_day: from,
        planned_until,
        until_day: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    // Two who begin the first term at once: nothing was there to wait for.
    let number_taken = || Problem::new(Code::LeadershipTermNumber, "number").with(number + 1);
    store::insert_term(cx, &row)
        .await
        .on_violation("leadership_terms_one_current", number_taken())
        .on_violation("leadership_terms_number_unique", number_taken())?;
    record_term(cx, &permit, Event::LeadershipTermBegun, &row, (Facts::default(), row.facts())).await?;
    Ok(row)
}
