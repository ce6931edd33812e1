//! End sessions: one's own, and those of accounts that are one's to manage (SEC-C04).

use super::super::{SecurityEventKind, sessions};
use super::keys::{confirm_unless_own, own_or_managed};
use super::record;
use crate::areas::journal::{Event, Facts};
use crate::base::error::Failure;
use crate::base::ids::{AccountId, SessionId};
use crate::base::question::Summary;
use crate::base::text::{self, REMARK_LIMIT};
use crate::gql::Cx;

/// Ends one session; it is over with its next request, and its streams within seconds.
pub(in crate::areas::accounts) async fn end_session(cx: &Cx, id: SessionId, reason: Option<&str>) -> Result<i32, Failure> {
    let (session, tenant, now) = (cx.session()?, cx.viewer()?.tenant, cx.clock.now());
    let found = sessions::find(session, tenant, id).await?.filter(|found| found.runs_at(now)).ok_or(Failure::NotFound)?;
    let reason = text::optional(reason, "reason", REMARK_LIMIT)?;
    let (permit, account) = own_or_managed(cx, AccountId(found.account_id)).await?;
    let summary = Summary::new(format!("结束「{}」的一个会话", account.name), format!("End a session of {}", account.name));
    confirm_unless_own(cx, &permit, summary)?;
    let ended = sessions::close(session, tenant, id, "ended", now).await?;
    let told = (Event::SessionEnded, SecurityEventKind::SessionEnded);
    let before = Facts::default().text("sessions", Some(&ended.to_string()));
    record(cx, &permit, &account, told, (before, Facts::default()), reason.as_deref()).await?;
    Ok(i32::try_from(ended).unwrap_or(i32::MAX))
}

/// Ends all sessions of an account but the present one.
pub(in crate::areas::accounts) async fn end_others(cx: &Cx, account: Option<AccountId>) -> Result<i32, Failure> {
    let viewer = cx.viewer()?;
    let (session, now) = (cx.session()?, cx.clock.now());
    let (permit, account) = own_or_managed(cx, account.unwrap_or(viewer.account)).await?;
    let summary = Summary::new(format!("结束「{}」的全部会话", account.name), format!("End all sessions of {}", account.name));
    confirm_unless_own(cx, &permit, summary)?;
    let ended = sessions::close_all(session, permit.tenant(), AccountId(account.id), Some(viewer.session), "ended", now).await?;
    let told = (Event::SessionEnded, SecurityEventKind::SessionEnded);
    let before = Facts::default().text("sessions", Some(&ended.to_string()));
    record(cx, &permit, &account, told, (before, Facts::default()), None).await?;
    Ok(i32::try_from(ended).unwrap_or(i32::MAX))
}
