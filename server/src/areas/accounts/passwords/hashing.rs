//! Argon2id. A hash keeps its own parameters; one with older ones is made anew at the next sign-in.

use std::sync::{Mutex, OnceLock, PoisonError};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;

use crate::base::error::Failure;
use crate::base::password_cost::PasswordCost;

/// What came of comparing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Wrong,
    Right,
    /// Right, and the hash is of older parameters.
    RightAndOld,
}

fn hasher(cost: PasswordCost) -> Result<Argon2<'static>, Failure> {
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None);
    let params = params.map_err(|error| Failure::Internal(anyhow::anyhow!("{error}")))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// As many at once as there are processors: each takes its memory and its time, and a flood must not take all.
fn turns() -> &'static Semaphore {
    static TURNS: OnceLock<Semaphore> = OnceLock::new();
    TURNS.get_or_init(|| Semaphore::new(std::thread::available_parallelism().map_or(1, usize::from)))
}

async fn in_turn<T: Send + 'static>(work: impl FnOnce() -> Result<T, Failure> + Send + 'static) -> Result<T, Failure> {
    let _turn = turns().acquire().await.map_err(anyhow::Error::from)?;
    tokio::task::spawn_blocking(work).await.map_err(anyhow::Error::from)?
}

/// The form in which a password is kept.
///
/// # Errors
/// When there is no memory for it.
pub(in crate::areas::accounts) async fn hash_password(cost: PasswordCost, password: String) -> Result<String, Failure> {
    in_turn(move || {
        let hash = hasher(cost)?.hash_password(password.as_bytes()).map_err(|error| anyhow::anyhow!("{error}"))?;
        Ok(hash.to_string())
    })
    .await
}

/// Compares a password with what is kept. Without anything kept it takes the same time and is wrong.
pub(super) async fn verify(cost: PasswordCost, password: String, kept: Option<String>) -> Result<Verdict, Failure> {
    in_turn(move || {
        let hasher = hasher(cost)?;
        let is_known = kept.is_some();
        let text = match kept {
            Some(kept) => kept,
            None => nobodys(cost, &hasher)?,
        };
        let hash = PasswordHash::new(&text).map_err(|error| anyhow::anyhow!("a kept password is not one: {error}"))?;
        let right = hasher.verify_password(password.as_bytes(), &hash).is_ok();
        let current = Params::try_from(&hash).is_ok_and(|params| {
            (params.m_cost(), params.t_cost(), params.p_cost()) == (cost.memory_kib, cost.passes, cost.lanes)
                && hash.algorithm.as_str() == "argon2id"
        });
        Ok(match (right && is_known, current) {
            (false, _) => Verdict::Wrong,
            (true, true) => Verdict::Right,
            (true, false) => Verdict::RightAndOld,
        })
    })
    .await
}

/// What a password is compared with that nobody has: of the same cost, and made once.
fn nobodys(cost: PasswordCost, hasher: &Argon2<'static>) -> Result<String, Failure> {
    static MADE: Mutex<Vec<(PasswordCost, String)>> = Mutex::new(Vec::new());
    let made = || MADE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, hash)) = made().iter().find(|(known, _)| *known == cost) {
        return Ok(hash.clone());
    }
    let hash = hasher.hash_password(b"nobody's").map_err(|error| anyhow::anyhow!("{error}"))?.to_string();
    made().push((cost, hash.clone()));
    Ok(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// covers: SEC-B10
    #[tokio::test]
    async fn a_password_is_kept_as_argon2id_and_old_parameters_are_noticed() {
        let kept = hash_password(PasswordCost::LEAST, "一个足够长的口令句子".to_owned()).await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert_eq!(
            verify(PasswordCost::LEAST, "一个足够长的口令句子".to_owned(), Some(kept.clone())).await.unwrap(),
            Verdict::Right
        );
        assert_eq!(verify(PasswordCost::LEAST, "另一个足够长的口令".to_owned(), Some(kept)).await.unwrap(), Verdict::Wrong);
        assert_eq!(verify(PasswordCost::LEAST, "nobody's".to_owned(), None).await.unwrap(), Verdict::Wrong);
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8 * 1024, 1, 1, None).unwrap());
        let old = weak.hash_password(b"old").unwrap().to_string();
        assert_eq!(verify(PasswordCost::LEAST, "old".to_owned(), Some(old)).await.unwrap(), Verdict::RightAndOld);
    }
}
