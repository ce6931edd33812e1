//! Batch loading of the tree.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use uuid::Uuid;

use super::versions::{self, VersionRow};
use super::warnings::{self, Warning};
use super::{CountsRow, OrganizationRow, store};
use crate::base::db::Span;
use crate::base::ids::OrganizationId;
use crate::gql::{all_failed, answer_all, loader};

loader! {
    /// Organizations by id.
    OrganizationById: OrganizationId => OrganizationRow, |session, tenant, keys| {
        let ids: Vec<Uuid> = keys.iter().map(|id| id.0).collect();
        answer_all(keys, store::list_by_ids(session, tenant, &ids).await, OrganizationRow::key)
    }
}

loader! {
    /// Organizations by path: the way up the tree in one statement.
    OrganizationByPath: String => OrganizationRow, |session, tenant, keys| {
        answer_all(keys, store::list_by_paths(session, tenant, keys).await, |row| row.path.clone())
    }
}

/// An organization and a day.
pub type StateKey = (OrganizationId, NaiveDate);

loader! {
    /// What organizations were on days.
    StateOn: StateKey => VersionRow, |session, tenant, keys| {
        let ids: Vec<Uuid> = keys.iter().map(|(id, _)| id.0).collect();
        let days = keys.iter().map(|(_, day)| *day);
        let days = (days.clone().min().unwrap_or_default(), days.max().unwrap_or_default());
        match versions::list_held(session, tenant, &ids, days).await {
            Ok(rows) => {
                let held = |(id, day): &StateKey| rows.iter().find(|row| row.organization_id == id.0 && row.held_on(*day));
                keys.iter().map(|key| (*key, Ok(held(key).cloned()))).collect()
            }
            Err(failure) => all_failed(keys, failure),
        }
    }
}

loader! {
    /// What is unusual about organizations.
    WarningsOf: OrganizationId => Vec<Warning>, |session, tenant, keys| {
        let ids: Vec<Uuid> = keys.iter().map(|id| id.0).collect();
        match warnings::list(session, tenant, &ids).await {
            Ok(rows) => {
                let mut by_organization: HashMap<Uuid, Vec<Warning>> = HashMap::new();
                for (organization, warning) in rows {
                    by_organization.entry(organization).or_default().push(warning);
                }
                keys.iter().map(|id| (*id, Ok(Some(by_organization.remove(&id.0).unwrap_or_default())))).collect()
            }
            Err(failure) => all_failed(keys, failure),
        }
    }
}

loader! {
    /// How many active children an organization has.
    ActiveChildren: OrganizationId => i64, |session, tenant, keys| {
        let ids: Vec<Uuid> = keys.iter().map(|id| id.0).collect();
        match store::count_children(session, tenant, &ids).await {
            Ok(counts) => {
                let counts: HashMap<Uuid, i64> = counts.into_iter().collect();
                keys.iter().map(|id| (*id, Ok(Some(counts.get(&id.0).copied().unwrap_or_default())))).collect()
            }
            Err(failure) => all_failed(keys, failure),
        }
    }
}

/// The first children of an organization: parent and how many.
pub type FirstChildrenKey = (OrganizationId, usize);

loader! {
    /// The first active children of an organization, one more than asked for if there are more.
    FirstChildren: FirstChildrenKey => Arc<Vec<OrganizationRow>>, |session, tenant, keys| {
        let parents: Vec<Uuid> = keys.iter().map(|(id, _)| id.0).collect();
        let most = keys.iter().map(|(_, limit)| *limit).max().unwrap_or_default();
        let limit = i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1);
        match store::list_first_children(session, tenant, &parents, limit).await {
            Ok(mut rows) => {
                rows.sort_by_key(|row| (row.sort_order, row.id));
                let mut by_parent: HashMap<Uuid, Vec<OrganizationRow>> = HashMap::new();
                for row in rows {
                    by_parent.entry(row.parent_id.unwrap_or_default()).or_default().push(row);
                }
                keys.iter()
                    .map(|key| {
                        let mut children = by_parent.get(&key.0.0).cloned().unwrap_or_default();
                        children.truncate(key.1 + 1);
                        (*key, Ok(Some(Arc::new(children))))
                    })
                    .collect()
            }
            Err(failure) => all_failed(keys, failure),
        }
    }
}

/// A span of the tree, as a key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CountsKey {
    low: String,
    high: String,
}

impl CountsKey {
    /// The key of a span.
    #[must_use]
    pub fn of(span: Span) -> Self {
        Self { low: span.low, high: span.high }
    }
}

loader! {
    /// Headline figures of spans of the tree.
    CountsOf: CountsKey => CountsRow, |session, _tenant, keys| {
        let (lows, highs) = keys.iter().map(|key| (key.low.clone(), key.high.clone())).unzip();
        match store::list_counts(session, lows, highs).await {
            Ok(rows) => keys.iter().cloned().zip(rows.into_iter().map(|row| Ok(Some(row)))).collect(),
            Err(failure) => all_failed(keys, failure),
        }
    }
}
