//! Loaders live one request, one per relation, and read through the request's own connection, so
//! that the viewer's scope is inside. They wait in turns of the request's own task, not by the clock.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt::Debug;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use dataloader::BatchFn;
use dataloader::cached::Loader;

use crate::access::Viewer;
use crate::base::db::Session;
use crate::base::error::Failure;

/// Three turns give whole batches; the default of ten costs latency.
const TURNS: usize = 3;
const LARGEST_BATCH: usize = 1000;

/// The answer for one key: there or not, or why the batch failed.
pub type Loaded<V> = Result<Option<V>, Arc<Failure>>;

/// A relation that is loaded in batches.
pub trait Load: BatchFn<Self::Key, Loaded<Self::Value>> + Sized + Send + 'static {
    /// What is asked by.
    type Key: Eq + Hash + Clone + Debug + Send + Sync + 'static;
    /// What is answered.
    type Value: Clone + Send + Sync + 'static;
    /// A loader for one request.
    fn new(session: Session, viewer: &Viewer) -> Self;
}

/// The loaders of one request, each made when it is first wanted.
#[derive(Default)]
pub struct Loaders {
    made: Mutex<HashMap<TypeId, Box<dyn Any + Send>>>,
}

impl Loaders {
    /// Loads through the one loader of the kind.
    ///
    /// # Errors
    /// When the batch failed.
    pub async fn load<L: Load>(&self, session: &Session, viewer: &Viewer, key: L::Key) -> Result<Option<L::Value>, Failure> {
        let loader = self.of::<L>(session, viewer);
        match loader.try_load(key).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(failure)) => Err(again(&failure)),
            Err(error) => Err(Failure::Internal(error.into())),
        }
    }

    /// Forgets everything.
    pub fn forget(&self) {
        self.made.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn of<L: Load>(&self, session: &Session, viewer: &Viewer) -> Loader<L::Key, Loaded<L::Value>, L> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(loader) =
            made.get(&TypeId::of::<L>()).and_then(|any| any.downcast_ref::<Loader<L::Key, Loaded<L::Value>, L>>())
        {
            return loader.clone();
        }
        let loader = Loader::new(L::new(session.clone(), viewer)).with_yield_count(TURNS).with_max_batch_size(LARGEST_BATCH);
        made.insert(TypeId::of::<L>(), Box::new(loader.clone()));
        loader
    }
}

/// One failure of a batch is the failure of each of its keys; the cause is logged once.
fn again(failure: &Arc<Failure>) -> Failure {
    match failure.as_ref() {
        Failure::NotFound => Failure::NotFound,
        Failure::Forbidden => Failure::Forbidden,
        Failure::Deadline => Failure::Deadline,
        Failure::Conflict => Failure::Conflict,
        Failure::Unavailable(error) => Failure::Unavailable(anyhow::anyhow!("{error:#}")),
        other => Failure::Internal(anyhow::anyhow!("{other:?}")),
    }
}

/// Gives every key an answer: a row, its absence, or the failure of the batch.
pub fn answer_all<K: Eq + Hash + Clone, V: Clone>(
    keys: &[K],
    result: Result<Vec<V>, Failure>,
    key_of: impl Fn(&V) -> K,
) -> HashMap<K, Loaded<V>> {
    match result {
        Ok(rows) => {
            let mut found: HashMap<K, V> = rows.into_iter().map(|row| (key_of(&row), row)).collect();
            keys.iter().map(|key| (key.clone(), Ok(found.remove(key)))).collect()
        }
        Err(failure) => all_failed(keys, failure),
    }
}

/// The failure of a batch is the failure of each of its keys.
pub fn all_failed<K: Eq + Hash + Clone, V>(keys: &[K], failure: Failure) -> HashMap<K, Loaded<V>> {
    let failure = Arc::new(failure);
    keys.iter().map(|key| (key.clone(), Err(failure.clone()))).collect()
}

/// A loader of one relation: what it is asked by, what it answers, and how a batch is read.
macro_rules! loader {
    ($(#[$doc:meta])* $name:ident: $key:ty => $value:ty, |$session:ident, $tenant:ident, $keys:ident| $body:expr) => {
        $(#[$doc])*
        pub struct $name {
            session: $crate::base::db::Session,
            tenant: uuid::Uuid,
        }

        impl $crate::gql::Load for $name {
            type Key = $key;
            type Value = $value;

            fn new(session: $crate::base::db::Session, viewer: &$crate::access::Viewer) -> Self {
                Self { session, tenant: viewer.tenant }
            }
        }

        impl dataloader::BatchFn<$key, $crate::gql::Loaded<$value>> for $name {
            async fn load(&mut self, $keys: &[$key]) -> std::collections::HashMap<$key, $crate::gql::Loaded<$value>> {
                let ($session, $tenant) = (&self.session, self.tenant);
                $body
            }
        }
    };
}
pub(crate) use loader;
