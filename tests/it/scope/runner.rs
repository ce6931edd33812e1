//! Asks the same of the whole database and of the pruned one.

use std::collections::HashMap;

use banyan::testing::Changes;
use banyan_tests::{Answer, Client, Database, TestApp, clone_of_template};

use super::dice::Dice;
use super::node::Node;
use super::operations::Asker;
use super::prune::prune;
use super::schema::{Schema, introspect};
use super::streaming::Listening;
use super::world::{Account, World};

/// A tree, and for some viewers the tree without what they may not see.
pub struct Case {
    pub seed: u64,
    pub world: World,
    pub whole: TestApp,
    pub viewers: Vec<(Account, TestApp)>,
    pub schema: Schema,
    /// How often it was upset.
    pub round: u64,
}

/// How the answers came out.
#[derive(Default)]
pub struct Tally {
    pub cases: u64,
    pub without_error: u64,
    /// Those of which only a repetition agreed.
    pub raced: u64,
    pub codes: HashMap<String, u64>,
    /// Mutations that had to be refused, of all cases.
    pub refused: u64,
    /// Streams, of all cases, and what they told.
    pub streams: u64,
    pub events: u64,
    /// Whose turn it is among the mutations.
    pub turn: usize,
}

/// Two answers that should be one, or a refusal that left something behind.
pub struct Leak {
    pub number: u64,
    pub text: String,
    /// What it is of a mutation, which stays the same while the leak is made small: what was written, or the two codes.
    pub kind: String,
    /// Whose answers they are, of the case's viewers, and what was asked. None for what is not an answer.
    pub asked: Option<(usize, Node)>,
    /// What was listened to instead.
    pub stream: Option<Listening>,
}

impl Case {
    /// A tree with so many viewers: a plain member, one with several roots, one whose wide grants are over,
    /// the others as they come.
    pub async fn new(seed: u64, viewers: usize) -> Self {
        let database = clone_of_template().await;
        let world = World::grow(&database, seed).await;
        let differences = banyan::testing::check(&database.owner().await).await.expect("a check");
        assert_eq!(differences, [], "seed {seed}: the tree that was thrown is not consistent");
        // One listener for all, on the database that is not taken away before the end.
        let mut places: Vec<usize> = (0..world.accounts.len()).collect();
        let dice = &mut Dice::new(seed ^ 0x5eed);
        let mut chosen = Vec::new();
        for number in 0..viewers {
            let place = if number < 3 { places.remove(0) } else { places.remove(dice.below(places.len())) };
            let viewer = world.accounts[place].clone();
            let pruned = database.copy().await;
            prune(&pruned, &world, &viewer).await;
            chosen.push((viewer, pruned));
        }
        let changes = Changes::listen(database.app_url.clone());
        let whole = TestApp::listening(database, changes.clone());
        let schema = introspect(&whole.sign_in("auditor")).await;
        let viewers = chosen.into_iter().map(|(viewer, pruned)| (viewer, TestApp::listening(pruned, changes.clone()))).collect();
        Self { seed, world, whole, viewers, schema, round: 0 }
    }

    /// Asks `count` operations, viewer by viewer in turn, until two answers differ.
    pub async fn run(&self, asker: &mut Asker<'_>, count: u64, tally: &mut Tally) -> Result<(), Leak> {
        self.run_mixed(asker, count, tally, false).await
    }

    /// With streams and refused mutations among the operations.
    pub async fn run_mixed(&self, asker: &mut Asker<'_>, count: u64, tally: &mut Tally, mixed: bool) -> Result<(), Leak> {
        let dice = &mut Dice::new(self.seed ^ 0x0b5e ^ (self.round << 32));
        for number in 0..count {
            let turn = usize::try_from(number).expect("few cases");
            let place = if mixed { dice.below(self.viewers.len()) } else { turn % self.viewers.len() };
            let (viewer, pruned) = &self.viewers[place];
            let (here, there) = (self.whole.sign_in(&viewer.token), pruned.sign_in(&viewer.token));
            if mixed && (number % 25 == 7 || number % 5 == 3) {
                tally.cases += 1;
                let found = if number % 25 == 7 {
                    self.watch(asker, dice, place, tally).await
                } else {
                    self.refuse(asker, dice, place, tally).await
                };
                found.map_err(|leak| Leak { number, text: format!("SEED={} {}", self.seed, leak.text), ..leak })?;
                continue;
            }
            let operation = asker.operation(dice, viewer);
            let answers = ask(&here, &there, &operation).await;
            tally.cases += 1;
            tally.without_error += u64::from(answers.0.code().is_empty());
            *tally.codes.entry(answers.0.code().to_owned()).or_default() += 1;
            if bare(&answers.0) != bare(&answers.1) {
                if !differ(&here, &there, &operation).await {
                    tally.raced += 1;
                    continue;
                }
                let text = format!("SEED={} {}", self.seed, told(viewer, &operation, &answers));
                return Err(Leak { number, text, kind: String::new(), asked: Some((place, operation)), stream: None });
            }
            asker.learn(&answers.0);
        }
        Ok(())
    }

    /// Gives the room of the databases back.
    pub async fn clear(self) {
        let apps = self.viewers.into_iter().map(|(_, app)| app).chain([self.whole]);
        for app in apps {
            app.close();
            drop_database(&app.database).await;
        }
    }
}

/// Who asked what and was told what.
pub fn told(viewer: &Account, operation: &Node, answers: &(Answer, Answer)) -> String {
    let Account { token, grants, .. } = viewer;
    let (document, whole, pruned) = (operation.document(), bare(&answers.0), bare(&answers.1));
    format!("viewer {token} {grants:?}\n{document}\nwhole:  {whole}\npruned: {pruned}")
}

/// Asks both.
pub async fn ask(here: &Client, there: &Client, operation: &Node) -> (Answer, Answer) {
    let document = operation.document();
    tokio::join!(here.ask(&document), there.ask(&document))
}

/// Whether two answers differ every time. Where several fields fail, an error that empties what is around
/// it stops the others half-way, and which of their errors are told is chance: such answers agree soon.
pub async fn differ(here: &Client, there: &Client, operation: &Node) -> bool {
    for _ in 0..12 {
        let again = ask(here, there, operation).await;
        if bare(&again.0) == bare(&again.1) {
            return false;
        }
    }
    true
}

/// Status and body without the number of the request and the end of links, the things that may differ.
pub fn bare(answer: &Answer) -> String {
    let mut text = String::new();
    let whole = format!("{} {}", answer.status, answer.text);
    for (place, part) in whole.split("\"/files/").enumerate() {
        // The id stays; when the link ends and its signature hang on the second.
        let (id, rest) = part.split_once('/').filter(|_| place > 0).map_or((part, ""), |(id, rest)| (id, rest));
        text.push_str(id);
        text.push_str(rest.split_once('"').map_or("", |(_, rest)| rest));
    }
    for error in answer.json["errors"].as_array().into_iter().flatten() {
        if let Some(number) = error.pointer("/extensions/requestId").and_then(serde_json::Value::as_str) {
            text = text.replace(number, "…");
        }
    }
    text
}

async fn drop_database(database: &Database) {
    let (server, name) = database.owner_url.rsplit_once('/').expect("a url");
    let admin = banyan::testing::connect(&format!("{server}/postgres")).await.expect("a connection");
    admin.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await.expect("the database goes");
}
