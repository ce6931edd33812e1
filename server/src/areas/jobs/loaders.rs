//! Batch loading of jobs.

use uuid::Uuid;

use super::model::JobRow;
use super::store;
use crate::base::ids::JobId;
use crate::gql::{answer_all, loader};

loader! {
    /// Jobs by id.
    JobById: JobId => JobRow, |session, tenant, keys| {
        let ids: Vec<Uuid> = keys.iter().map(|id| id.0).collect();
        answer_all(keys, store::list_by_ids(session, tenant, &ids).await, JobRow::key)
    }
}
