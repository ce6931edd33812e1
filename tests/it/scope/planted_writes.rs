//! Leaks on purpose that mutations tell of: what must be refused is not, or its refusal says that something is there.

use std::collections::{BTreeMap, BTreeSet};

use super::dice::Dice;
use super::operations::Asker;
use super::planted::{EXPIRY, without};
use super::refused::{WROTE, naming};
use super::runner::{Case, Tally};

/// How often one mutation is asked at most, before a leak counts as not found.
const TRIES: usize = 60;
/// The viewer of a case whose wide grants are over.
const EXPIRED: usize = 2;

/// The mutations of a family, by the beginnings of their names, and the tables by which they find what is named. What is
/// found in one shows only when its account and its organization are found, too: several policies would have to fail, and
/// here all do. Then it is FORBIDDEN in place of NOT_FOUND, or a rule of what was found.
const FAMILIES: [(&str, &[&str]); 13] = [
    ("organization", &["organizations"]),
    ("partyGroup", &["organizations", "party_groups"]),
    ("person", &["organizations", "people"]),
    ("attachment", &["organizations", "attachments"]),
    ("unit", &["organizations", "units"]),
    ("leadershipTerm", &["organizations"]),
    ("leadershipPost", &["organizations", "leadership_posts"]),
    ("grant", &["organizations", "grants"]),
    ("account", &["organizations", "accounts"]),
    ("invitation", &["organizations", "accounts", "invitations"]),
    ("session", &["organizations", "accounts", "sessions"]),
    ("key", &["organizations", "accounts", "account_keys"]),
    ("claimCode", &["organizations", "claim_codes"]),
];

fn family(mutation: &str) -> Option<(&'static str, &'static [&'static str])> {
    FAMILIES.into_iter().find(|(beginning, _)| mutation.starts_with(beginning))
}

/// Every table that a mutation looks something up in, opened for reading and writing, shows in the answers of the
/// family that does.
#[tokio::test]
async fn a_loose_policy_shows_in_the_mutations_of_every_family() {
    let case = Case::new(5, 4).await;
    let owner = case.whole.database.owner().await;
    let all: Vec<String> = naming(&case.schema).iter().map(|field| field.name.clone()).collect();
    let without_family: Vec<&String> = all.iter().filter(|name| family(name).is_none()).collect();
    assert_eq!(without_family, Vec::<&String>::new(), "a family is missing above");
    for (beginning, tables) in FAMILIES {
        for table in tables {
            let plant = format!("CREATE POLICY leak ON {table} FOR ALL TO banyan_app USING (true) WITH CHECK (true)");
            owner.batch_execute(&plant).await.expect(&plant);
        }
        let names: Vec<&String> = all.iter().filter(|name| family(name).is_some_and(|(known, _)| known == beginning)).collect();
        assert!(!names.is_empty(), "{beginning}");
        let mut unnoticed: BTreeSet<&String> = names.iter().copied().collect();
        let (mut asker, dice, mut tally) = (Asker::new(&case.schema, &case.world), &mut Dice::new(5), Tally::default());
        // What is named by one id of many kinds is met seldom.
        'tries: for _ in 0..TRIES * 5 {
            for name in names.iter().filter(|name| unnoticed.contains(**name)).copied().collect::<Vec<_>>() {
                // A plain member, several roots, something small: each sees little of the tenant.
                let place = dice.below(3);
                if case.refuse_named(&mut asker, dice, place, name, &mut tally).await.is_err() {
                    unnoticed.remove(name);
                }
            }
            if unnoticed.is_empty() {
                break 'tries;
            }
        }
        for table in tables {
            owner.batch_execute(&format!("DROP POLICY leak ON {table}")).await.expect("mended");
        }
        println!("{beginning}: {} mutations, {} asked, unnoticed {unnoticed:?}", names.len(), tally.refused);
        assert_eq!(unnoticed, BTreeSet::new(), "{beginning}: these tell nothing of open {tables:?}");
    }
    still(&case).await;
    case.clear().await;
}

/// A grant that has run out and still gives its rights: every mutation there is does what it should refuse, or says so.
#[tokio::test]
async fn a_right_that_is_over_shows_in_every_mutation_and_in_the_tables() {
    let case = Case::new(5, 4).await;
    let owner = case.whole.database.owner().await;
    let (plant, mend) = without(&owner, "session_viewer", EXPIRY).await;
    owner.batch_execute(&plant).await.expect("planted");
    let (mut asker, dice, mut tally) = (Asker::new(&case.schema, &case.world), &mut Dice::new(5), Tally::default());
    let (mut unnoticed, mut wrote) = (Vec::new(), BTreeMap::<&str, Vec<String>>::new());
    for field in naming(&case.schema) {
        let (mut found, mut left) = (false, false);
        for number in 0..TRIES {
            if let Err(leak) = case.refuse_named(&mut asker, dice, EXPIRED, &field.name, &mut tally).await {
                found = true;
                left = leak.text.starts_with(WROTE);
            }
            // Dangerous ones ask for the key, so that they tell and write nothing.
            if left || found && number >= TRIES / 3 {
                break;
            }
        }
        if !found {
            unnoticed.push(field.name.clone());
        }
        if left {
            wrote.entry(family(&field.name).map_or("", |(family, _)| family)).or_default().push(field.name.clone());
        }
    }
    owner.batch_execute(&mend).await.expect("mended");
    println!("{} asked, unnoticed {unnoticed:?}; left rows {wrote:?}", tally.refused);
    assert_eq!(unnoticed, Vec::<String>::new(), "these tell nothing of a right that is over");
    for family in ["organization", "partyGroup", "person", "attachment", "unit"] {
        assert!(wrote.contains_key(family), "{family}: nothing was left behind, so the look at the tables means nothing");
    }
    case.clear().await;
}

/// Mended, nothing differs.
async fn still(case: &Case) {
    let (mut asker, dice, mut tally) = (Asker::new(&case.schema, &case.world), &mut Dice::new(6), Tally::default());
    for number in 0..2 * naming(&case.schema).len() {
        let found = case.refuse(&mut asker, dice, number % 3, &mut tally).await;
        assert!(found.is_ok(), "a mended leak: {}", found.err().map(|leak| leak.text).unwrap_or_default());
    }
}
