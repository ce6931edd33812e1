//! End a grant before its time; what was lent of it ends with it.

use super::super::{GrantById, GrantRow, rules, store};
use super::{facts_of, own_roles_at, record, with_details};
use crate::access::{Permission, Role, would_orphan};
use crate::areas::accounts::AccountById;
use crate::areas::journal::{Event, Facts};
use crate::base::error::{Failure, stale};
use crate::base::ids::{AccountId, GrantId, OrganizationId};
use crate::base::language::Language;
use crate::base::problem::{Code, Problem};
use crate::base::question::Summary;
use crate::base::text::{self, REMARK_LIMIT};
use crate::gql::Cx;

/// Ends a grant: by whoever keeps grants there, and one that was lent also by its lender and its borrower.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, or what stands in the way.
pub async fn end(cx: &Cx, id: GrantId, version: i32, reason: Option<&str>) -> Result<GrantRow, Failure> {
    let (viewer, session) = (cx.viewer()?, cx.session()?);
    let found = cx.load::<GrantById>(id).await?.ok_or(Failure::NotFound)?;
    let (lender, holder) = (found.on_behalf_of.map(AccountId), AccountId(found.account_id));
    let organization = OrganizationId(found.organization_id);
    // Taking back and giving back asks for no right and no key: it is less afterwards, and must work at once.
    let is_party = lender.is_some() && (lender == Some(viewer.account) || holder == viewer.account);
    let permit = if is_party {
        viewer.permit_lent((lender, holder), organization, &found.path)?
    } else {
        viewer.permit(session, Permission::GiveGrants, organization).await?
    };
    let reason = text::optional(reason, "reason", REMARK_LIMIT)?;
    let name = store::lock_account(cx, holder).await?.map(|(name, _)| name).unwrap_or_default();
    let row = store::lock(cx, &permit, id).await?;
    if row.version != version {
        return Err(stale(row.version, row));
    }
    if row.ended_at.is_some() {
        return Err(Problem::new(Code::GrantEnded, "id").into());
    }
    if row.post.is_some() {
        return Err(Problem::new(Code::GrantByPost, "id").into());
    }
    if !is_party {
        let role = row.role()?;
        rules::may_give(&own_roles_at(cx, permit.path())?, role, "role")?;
        if role == Role::OrganizationAdministrator
            && lender.is_none()
            && row.runs_at(cx.clock.now())
            && would_orphan(session, viewer.tenant, holder, Some(row.id), cx.clock.now()).await?
        {
            return Err(Problem::new(Code::LastAdministrator, "id").into());
        }
        let summary = Summary::new(
            format!("结束「{name}」的角色「{}」", role.name(Language::Zh)),
            format!("End the role {} of {name}", role.name(Language::En)),
        );
        cx.confirm(&permit, with_details(cx, summary, &permit, row.valid_until).await?)?;
    }
    let row = store::close(cx, &permit, id).await?;
    record(cx, &permit, Event::GrantEnded, &row, &name, (facts_of(&row, &name), Facts::default()), reason.as_deref()).await?;
    store::end_sessions_without_rights(cx, row.account_id).await?;
    if !is_party {
        for lent in store::close_lent(cx, &permit, row.id).await? {
            let borrower = cx.load::<AccountById>(AccountId(lent.account_id)).await?.map(|row| row.name).unwrap_or_default();
            let facts = (facts_of(&lent, &borrower), Facts::default());
            record(cx, &permit, Event::GrantEnded, &lent, &borrower, facts, reason.as_deref()).await?;
            store::end_sessions_without_rights(cx, lent.account_id).await?;
        }
    }
    Ok(row)
}
