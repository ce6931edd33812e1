//! Non-interference: what a viewer is told does not depend on what lies outside the viewer's scope.

use std::collections::HashSet;
use std::time::Instant;

use super::dice::setting;
use super::operations::{Asker, is_told_anyway};
use super::refused::naming;
use super::runner::{Case, Leak, Tally};
use super::schema::Schema;

const VIEWERS: usize = 5;
const OPERATIONS: u64 = 50;
/// Trees that may be asked beyond those that are wanted, until every field was asked for.
const MORE_TREES: u64 = 6;

/// One tree: asked, upset in the middle, asked again by the same viewers with the cursors of before. Every tree
/// begins with nothing known, so that its seed alone brings the same again.
async fn tree(seed: u64, count: u64, tally: &mut Tally) -> (Schema, HashSet<String>, Result<(), Leak>) {
    let mut case = Case::new(seed, VIEWERS).await;
    // Each tree goes on where the one before left off, whether it was asked or not.
    tally.turn = usize::try_from(seed * OPERATIONS / 5).expect("a small seed");
    let mut asker = Asker::new(&case.schema, &case.world);
    let mut found = case.run_mixed(&mut asker, count / 2, tally, true).await;
    let mut carried = asker.carry();
    if found.is_ok() {
        case.upset().await;
        let mut asker = Asker::resume(&case.schema, &case.world, carried);
        found = case.run_mixed(&mut asker, count - count / 2, tally, true).await;
        found = found.map_err(|leak| Leak { number: leak.number + count / 2, ..leak });
        carried = asker.carry();
    }
    let schema = case.schema.clone();
    if let Err(leak) = &mut found {
        leak.text = case.told_small(leak).await;
    }
    case.clear().await;
    (schema, carried.asked, found)
}

/// What reading can ask for and nobody did.
fn missing(schema: &Schema, asked: &HashSet<String>) -> Vec<String> {
    let reading =
        |name: &str| !name.starts_with("__") && !name.ends_with("Payload") && !["UserError", "UnmaskedValue"].contains(&name);
    let must = naming(schema).into_iter().map(|field| format!("Mutation.{}", field.name));
    let fields = schema
        .iter()
        // Reached only through the field that is told anyway.
        .filter(|(name, it)| it.kind == "OBJECT" && reading(name) && *name != "Mutation" && !name.starts_with("PersonAccess"))
        .flat_map(|(name, it)| {
            it.fields.iter().filter(|field| !is_told_anyway(name, field)).map(move |field| format!("{name}.{}", field.name))
        });
    must.chain(fields).filter(|field| !asked.contains(field)).collect()
}

/// `CASES` and `SEED` ask more and begin elsewhere; with `PROVE` a failure is told and the next tree follows.
///
/// covers: SEC-A01
#[tokio::test]
async fn answers_do_not_depend_on_what_lies_outside_the_scope() {
    let (cases, seed, prove) = (setting("CASES", 300), setting("SEED", 1), setting("PROVE", 0) == 1);
    let (mut tally, mut asked, mut failures) = (Tally::default(), HashSet::new(), Vec::new());
    let (mut schema, began) = (None, Instant::now());
    let wanted = cases.div_ceil(OPERATIONS);
    let all_asked = |schema: &Option<Schema>, asked: &HashSet<String>| {
        cases < 300 || schema.as_ref().is_some_and(|schema| missing(schema, asked).is_empty())
    };
    for number in 0.. {
        // A rare field may have to wait for a few more trees.
        if number >= wanted && (all_asked(&schema, &asked) || number >= wanted + MORE_TREES) {
            break;
        }
        let (told, fields, found) = tree(seed + number, OPERATIONS, &mut tally).await;
        asked.extend(fields);
        schema = Some(told);
        if let Err(leak) = found {
            println!("FAILED, again with: make prove SEED={} CASES={OPERATIONS}\n{}", seed + number, leak.text);
            failures.push(seed + number);
            assert!(prove, "see above");
        }
        if prove && number % 10 == 9 {
            println!("{} cases, {} failures, {} s", tally.cases, failures.len(), began.elapsed().as_secs());
        }
    }
    println!(
        "{} cases, {} failures, {} s; {} mutations refused, {} streams with {} events, {} without an error, {} raced, codes {:?}",
        tally.cases,
        failures.len(),
        began.elapsed().as_secs(),
        tally.refused,
        tally.streams,
        tally.events,
        tally.without_error,
        tally.raced,
        tally.codes
    );
    assert_eq!(failures, Vec::<u64>::new(), "seeds whose answers depend on what is out of scope");
    assert!(tally.raced * 20 < tally.cases, "{} of {} answers agreed only by chance", tally.raced, tally.cases);
    // A test that asks only what is refused would prove nothing.
    let read = tally.cases - tally.refused - tally.streams;
    assert!(tally.without_error * 2 > read, "too many refusals: {:?}", tally.codes);
    if cases >= 300 {
        assert!(tally.events > 0, "no stream told anything");
        assert_eq!(schema.map(|schema| missing(&schema, &asked)), Some(Vec::new()), "no operation asked for these");
    }
}
