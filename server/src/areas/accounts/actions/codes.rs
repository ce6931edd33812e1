//! Codes that a branch hands out, with which its members claim their record (A15).

use super::super::claims::{self, ClaimCodeRow, MOST_CODES};
use crate::access::{Permission, Permit};
use crate::areas::journal::{self, Event, Facts, Subject, SubjectKind};
use crate::areas::organizations::OrganizationById;
use crate::base::error::Failure;
use crate::base::ids::{ClaimCodeId, OrganizationId};
use crate::base::problem::{Code, Problem};
use crate::base::question::Summary;
use crate::gql::Cx;

/// Issues a code; it is told once.
pub(in crate::areas::accounts) async fn issue_claim_code(
    cx: &Cx,
    organization: OrganizationId,
) -> Result<(ClaimCodeRow, String), Failure> {
    let (session, now) = (cx.session()?, cx.clock.now());
    let permit = cx.viewer()?.permit(session, Permission::ManageAccounts, organization).await?;
    permit.standing("organizationId")?;
    if claims::list(session, permit.tenant(), organization, now).await?.len() >= MOST_CODES {
        return Err(Problem::new(Code::ClaimCodeTooMany, "organizationId").with(MOST_CODES).into());
    }
    let name = name_of(cx, organization).await?;
    cx.confirm(&permit, Summary::new(format!("为「{name}」发放认领码"), format!("Issue a claim code for {name}")))?;
    let (row, code) = claims::insert(session, &permit, now).await?;
    record(cx, &permit, Event::ClaimCodeIssued, &name).await?;
    Ok((row, code))
}

/// Ends a code before its time.
pub(in crate::areas::accounts) async fn end_claim_code(cx: &Cx, id: ClaimCodeId) -> Result<ClaimCodeRow, Failure> {
    let (session, now) = (cx.session()?, cx.clock.now());
    let found = claims::lock(session, cx.viewer()?.tenant, id).await?.ok_or(Failure::NotFound)?;
    let organization = OrganizationId(found.organization_id);
    let permit = cx.viewer()?.permit(session, Permission::ManageAccounts, organization).await?;
    let name = name_of(cx, organization).await?;
    cx.confirm(&permit, Summary::new(format!("作废「{name}」的认领码"), format!("End a claim code of {name}")))?;
    claims::close(session, permit.tenant(), id, now).await?;
    record(cx, &permit, Event::ClaimCodeEnded, &name).await?;
    Ok(found)
}

async fn name_of(cx: &Cx, organization: OrganizationId) -> Result<String, Failure> {
    Ok(cx.load::<OrganizationById>(organization).await?.ok_or(Failure::NotFound)?.name)
}

async fn record(cx: &Cx, permit: &Permit, event: Event, name: &str) -> Result<(), Failure> {
    let subject = Subject {
        event,
        kind: SubjectKind::Organization,
        id: permit.organization().0,
        name,
        before: Facts::default(),
        after: Facts::default(),
        reason: None,
        moved_from: None,
    };
    journal::record(cx, permit, subject).await
}
