//! The keys of nobody: what a stranger hears of a name that nobody has, or whose account has no key (SEC-B08).

use diesel::sql_types::Bool;

use super::super::door::Door;
use crate::base::db::prelude::*;
use crate::base::db::{Session, Statement};
use crate::base::error::Failure;
use crate::base::secret::Secrets;

/// Keys of an account, as often as accounts have so many.
const COUNTS: [usize; 8] = [1, 1, 1, 1, 1, 2, 2, 3];
/// Bytes of a credential's id, about as often as keys on the market make them so long.
const LENGTHS: [usize; 8] = [16, 20, 32, 32, 48, 64, 64, 96];
/// Bytes of one keyed hash.
const HASH: usize = 32;

/// Ids of credentials that nobody has: the same for a name every time, and for each name others, so many and so
/// long. A name of a real account has the same keys with the code of its root behind it and without; so has this.
pub(super) async fn credentials(door: &Door, session: &Session, name: &str, root: &str) -> Result<Vec<Vec<u8>>, Failure> {
    let dice = i64::from(byte(&door.secrets, &format!("home of {name}")));
    let conn = session.conn().await?;
    let at_home: bool =
        Statement::<Bool>::new("SELECT nobody_at_home($1, $2)").bind(dice).bind(root).get_result(&mut conn.get()).await?;
    let at_home = at_home || root.is_empty();
    Ok(of_name(&door.secrets, &if at_home { name.to_owned() } else { format!("{name}@{root}") }))
}

fn of_name(secrets: &Secrets, name: &str) -> Vec<Vec<u8>> {
    let key = |number: usize| {
        let what = format!("key {number} of {name}");
        let length = pick(&LENGTHS, byte(secrets, &format!("length of {what}")));
        let parts = (0..length.div_ceil(HASH)).flat_map(|part| secrets.index(&format!("part {part} of {what}")));
        parts.take(length).collect()
    };
    (0..pick(&COUNTS, byte(secrets, &format!("keys of {name}")))).map(key).collect()
}

fn byte(secrets: &Secrets, what: &str) -> u8 {
    secrets.index(what).as_slice().first().copied().unwrap_or_default()
}

fn pick(of: &[usize; 8], byte: u8) -> usize {
    of.iter().cycle().nth(byte.into()).copied().unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{COUNTS, LENGTHS, of_name};
    use crate::base::secret::Secrets;

    #[test]
    fn nobodys_keys_are_as_many_and_as_long_as_anybodys_and_stay_the_same() {
        let secrets = Secrets::from_root(&[7; 32]).unwrap();
        let (mut counts, mut lengths, mut ids) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for number in 0..500 {
            let name = format!("张{number}");
            let keys = of_name(&secrets, &name);
            assert_eq!(keys, of_name(&secrets, &name));
            counts.insert(keys.len());
            lengths.extend(keys.iter().map(Vec::len));
            for key in keys {
                assert!(ids.insert(key), "{name}");
            }
        }
        assert_eq!(counts, COUNTS.into_iter().collect());
        assert_eq!(lengths, LENGTHS.into_iter().collect());
    }
}
