//! Batch loading of units.

use std::collections::HashMap;
use std::sync::Arc;

use uuid::Uuid;

use super::model::UnitRow;
use super::store;
use crate::base::db::Span;
use crate::base::ids::{OrganizationId, UnitId};
use crate::gql::{all_failed, answer_all, loader};

loader! {
    /// Units that are kept in scope, by id.
    UnitById: UnitId => UnitRow, |session, tenant, keys| {
        let ids: Vec<Uuid> = keys.iter().map(|id| id.0).collect();
        answer_all(keys, store::list_by_ids(session, tenant, &ids).await, UnitRow::key)
    }
}

loader! {
    /// The units of organizations, by name.
    UnitsOf: OrganizationId => Arc<Vec<UnitRow>>, |session, tenant, keys| {
        let ids: Vec<Uuid> = keys.iter().map(|id| id.0).collect();
        match store::list_linked(session, tenant, &ids).await {
            Ok(rows) => {
                let mut by_organization: HashMap<Uuid, Vec<UnitRow>> = HashMap::new();
                for (organization, row) in rows {
                    by_organization.entry(organization).or_default().push(row);
                }
                keys.iter().map(|id| (*id, Ok(Some(Arc::new(by_organization.remove(&id.0).unwrap_or_default()))))).collect()
            }
            Err(failure) => all_failed(keys, failure),
        }
    }
}

loader! {
    /// How many organizations in scope are set up in units.
    OrganizationsIn: UnitId => i64, |session, tenant, keys| {
        let ids: Vec<Uuid> = keys.iter().map(|id| id.0).collect();
        match store::count_organizations(session, tenant, &ids).await {
            Ok(counts) => {
                let counts: HashMap<Uuid, i64> = counts.into_iter().collect();
                keys.iter().map(|id| (*id, Ok(Some(counts.get(&id.0).copied().unwrap_or_default())))).collect()
            }
            Err(failure) => all_failed(keys, failure),
        }
    }
}

/// A span of the tree, as a key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UnitCountsKey {
    low: String,
    high: String,
}

impl UnitCountsKey {
    /// The key of a span.
    #[must_use]
    pub fn of(span: Span) -> Self {
        Self { low: span.low, high: span.high }
    }
}

loader! {
    /// How many units are kept in spans of the tree.
    UnitCounts: UnitCountsKey => i64, |session, _tenant, keys| {
        let (lows, highs) = keys.iter().map(|key| (key.low.clone(), key.high.clone())).unzip();
        match store::list_counts(session, lows, highs).await {
            Ok(rows) => keys.iter().cloned().zip(rows.into_iter().map(|count| Ok(Some(count)))).collect(),
            Err(failure) => all_failed(keys, failure),
        }
    }
}
