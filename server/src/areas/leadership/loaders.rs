//! Batch loading of terms and posts.

use std::collections::HashMap;
use std::sync::Arc;

use uuid::Uuid;

use super::model::{PostRow, TermRow};
use super::store;
use crate::base::ids::{LeadershipPostId, LeadershipTermId, OrganizationId, PersonId};
use crate::gql::{all_failed, answer_all, loader};

loader! {
    /// Terms by id.
    TermById: LeadershipTermId => TermRow, |session, tenant, keys| {
        let ids: Vec<Uuid> = keys.iter().map(|id| id.0).collect();
        answer_all(keys, store::list_terms_by_ids(session, tenant, &ids).await, TermRow::key)
    }
}

loader! {
    /// Posts by id.
    PostById: LeadershipPostId => PostRow, |session, tenant, keys| {
        let ids: Vec<Uuid> = keys.iter().map(|id| id.0).collect();
        answer_all(keys, store::list_posts_by_ids(session, tenant, &ids).await, PostRow::key)
    }
}

loader! {
    /// The newest terms of organizations, the last first.
    TermsOf: OrganizationId => Arc<Vec<TermRow>>, |session, tenant, keys| {
        let ids: Vec<Uuid> = keys.iter().map(|id| id.0).collect();
        match store::list_terms(session, tenant, &ids).await {
            Ok(rows) => {
                let mut found = sorted_out(rows, |row| row.organization_id);
                keys.iter().map(|id| (*id, Ok(Some(Arc::new(found.remove(&id.0).unwrap_or_default()))))).collect()
            }
            Err(failure) => all_failed(keys, failure),
        }
    }
}

loader! {
    /// The posts of terms, in their order.
    PostsOf: LeadershipTermId => Arc<Vec<PostRow>>, |session, tenant, keys| {
        let ids: Vec<Uuid> = keys.iter().map(|id| id.0).collect();
        match store::list_posts_of_terms(session, tenant, &ids).await {
            Ok(rows) => {
                let mut found = sorted_out(rows, |row| row.term_id);
                keys.iter().map(|id| (*id, Ok(Some(Arc::new(found.remove(&id.0).unwrap_or_default()))))).collect()
            }
            Err(failure) => all_failed(keys, failure),
        }
    }
}

loader! {
    /// The posts of people.
    PostsOfPerson: PersonId => Arc<Vec<PostRow>>, |session, tenant, keys| {
        let ids: Vec<Uuid> = keys.iter().map(|id| id.0).collect();
        match store::list_posts_of_people(session, tenant, &ids).await {
            Ok(rows) => {
                let mut found = sorted_out(rows, |row| row.person_id);
                keys.iter().map(|id| (*id, Ok(Some(Arc::new(found.remove(&id.0).unwrap_or_default()))))).collect()
            }
            Err(failure) => all_failed(keys, failure),
        }
    }
}

fn sorted_out<T>(rows: Vec<T>, owner: impl Fn(&T) -> Uuid) -> HashMap<Uuid, Vec<T>> {
    let mut found: HashMap<Uuid, Vec<T>> = HashMap::new();
    for row in rows {
        found.entry(owner(&row)).or_default().push(row);
    }
    found
}
