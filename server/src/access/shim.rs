use super::{Role, Viewer};
use crate::base::db::Session;
use crate::base::error::Failure;
use crate::base::ids::AccountId;
use chrono::{DateTime, Utc};
use uuid::Uuid;
pub struct H {
    pub role: Role,
}
pub async fn may_manage(_: &Viewer, _: &Session, _: AccountId, _: DateTime<Utc>) -> Result<bool, Failure> {
    Ok(true)
}
pub async fn would_orphan(_: &Session, _: Uuid, _: AccountId, _: Option<Uuid>, _: DateTime<Utc>) -> Result<bool, Failure> {
    Ok(false)
}
pub async fn holdings_of(_: &Session, _: Uuid, _: AccountId, _: DateTime<Utc>) -> Result<Vec<H>, Failure> {
    Ok(vec![])
}
