//! Non-interference: what a viewer is told does not depend on what lies outside the viewer's scope.

use super::dice::setting;
use super::operations::{Asker, is_told_anyway};
use super::runner::{Case, Tally};

const VIEWERS: usize = 5;
const OPERATIONS: u64 = 50;

/// covers: SEC-A01
#[tokio::test]
async fn answers_do_not_depend_on_what_lies_outside_the_scope() {
    let (cases, seed) = (setting("CASES", 300), setting("SEED", 1));
    let (mut tally, mut asked) = (Tally::default(), std::collections::HashSet::new());
    let mut schema = None;
    for tree in 0..cases.div_ceil(OPERATIONS) {
        let case = Case::new(seed + tree, VIEWERS).await;
        let mut asker = Asker::new(&case.schema, &case.world);
        asker.asked = asked;
        if let Err(leak) = case.run(&mut asker, OPERATIONS, &mut tally).await {
            panic!("tree {tree}, operation {}: {}", leak.number, leak.text);
        }
        asked = asker.asked;
        schema = Some(case.schema.clone());
        case.clear().await;
    }
    println!("{} cases, {} without an error, {} raced, codes {:?}", tally.cases, tally.without_error, tally.raced, tally.codes);
    assert!(tally.raced * 20 < tally.cases, "{} of {} answers agreed only by chance", tally.raced, tally.cases);
    assert!(tally.cases >= cases);
    // A test that asks only what is refused would prove nothing.
    assert!(tally.without_error * 2 > tally.cases, "too many refusals: {:?}", tally.codes);
    let reading = |name: &str| {
        !name.starts_with("__")
            && !name.ends_with("Payload")
            && !["Mutation", "Subscription", "Change", "UserError", "UnmaskedValue"].contains(&name)
    };
    let missing: Vec<String> = schema
        .iter()
        .flatten()
        // Reached only through the field that is told anyway.
        .filter(|(name, it)| it.kind == "OBJECT" && reading(name) && !name.starts_with("PersonAccess"))
        .flat_map(|(name, it)| {
            it.fields.iter().filter(|field| !is_told_anyway(name, field)).map(move |field| format!("{name}.{}", field.name))
        })
        .filter(|field| !asked.contains(field))
        .collect();
    assert_eq!(missing, Vec::<String>::new(), "no operation asked for these");
}
