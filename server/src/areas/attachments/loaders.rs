//! Batch loading of attachments.

use std::collections::HashMap;
use std::sync::Arc;

use uuid::Uuid;

use super::model::{AttachmentRow, Owner};
use super::store;
use crate::base::ids::AttachmentId;
use crate::gql::{all_failed, answer_all, loader};

loader! {
    /// Attachments by id.
    AttachmentById: AttachmentId => AttachmentRow, |session, tenant, keys| {
        let ids: Vec<Uuid> = keys.iter().map(|id| id.0).collect();
        answer_all(keys, store::list_by_ids(session, tenant, &ids).await, AttachmentRow::key)
    }
}

loader! {
    /// The files of owners; none for those without any.
    AttachmentsOf: Owner => Arc<Vec<AttachmentRow>>, |session, tenant, keys| {
        match store::list_of(session, tenant, keys).await {
            Ok(rows) => {
                let mut by_owner: HashMap<Owner, Vec<AttachmentRow>> = HashMap::new();
                for row in rows {
                    by_owner.entry(row.owner()).or_default().push(row);
                }
                keys.iter().map(|owner| (*owner, Ok(Some(Arc::new(by_owner.remove(owner).unwrap_or_default()))))).collect()
            }
            Err(failure) => all_failed(keys, failure),
        }
    }
}
