//! Batch loading of people.

use std::collections::HashMap;
use std::sync::Arc;

use uuid::Uuid;

use super::pages::{self, Placed};
use super::{PersonRow, store};
use crate::base::error::Failure;
use crate::base::ids::PersonId;
use crate::gql::{all_failed, answer_all, loader};

loader! {
    /// People by id.
    PersonById: PersonId => PersonRow, |session, tenant, keys| {
        let ids: Vec<Uuid> = keys.iter().map(|id| id.0).collect();
        answer_all(keys, store::list_by_ids(session, tenant, &ids).await, PersonRow::key)
    }
}

/// The first people of a span of places: its bounds, their stages, how many.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FirstPeopleKey {
    pub(super) low: String,
    pub(super) high: String,
    pub(super) stages: Vec<&'static str>,
    pub(super) limit: usize,
}

loader! {
    /// The first people of spans, one more than asked for if there are more.
    FirstPeople: FirstPeopleKey => Arc<Vec<Placed>>, |session, _tenant, keys| {
        let mut answers = HashMap::new();
        // Lists of one operation mostly share their stages and size: then it is one statement for all.
        let mut kinds: HashMap<(&[&'static str], usize), Vec<&FirstPeopleKey>> = HashMap::new();
        for key in keys {
            kinds.entry((&key.stages, key.limit)).or_default().push(key);
        }
        for ((stages, limit), same) in kinds {
            match first_people(session, stages, limit, &same).await {
                Ok(lists) => answers.extend(same.into_iter().cloned().zip(lists.into_iter().map(|list| Ok(Some(Arc::new(list)))))),
                Err(failure) => return all_failed(keys, failure),
            }
        }
        answers
    }
}

async fn first_people(
    session: &crate::base::db::Session,
    stages: &[&'static str],
    limit: usize,
    spans: &[&FirstPeopleKey],
) -> Result<Vec<Vec<Placed>>, Failure> {
    let (lows, highs) = spans.iter().map(|span| (span.low.clone(), span.high.clone())).unzip();
    let stages = stages.iter().map(|stage| (*stage).to_owned()).collect();
    let limit = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let mut lists = vec![Vec::new(); spans.len()];
    for (number, person) in pages::list_first(session, lows, highs, stages, limit).await? {
        if let Some(list) = usize::try_from(number - 1).ok().and_then(|number| lists.get_mut(number)) {
            list.push(person);
        }
    }
    Ok(lists)
}
