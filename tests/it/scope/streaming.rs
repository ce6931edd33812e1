//! Subscriptions: the same notices are told to a server of the whole database and to one of the pruned, and both
//! streams say the same.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use super::dice::Dice;
use super::node::Node;
use super::operations::Asker;
use super::runner::{Case, Leak, Tally};
use crate::live::Events;

const KINDS: [(&str, &str); 5] =
    [("org", "Organization"), ("per", "Person"), ("grp", "PartyGroup"), ("gra", "Grant"), ("acc", "Account")];

/// A stream of a viewer, and what is told while it is open.
#[derive(Clone)]
pub struct Listening {
    place: usize,
    operation: Node,
    notices: Vec<Value>,
    mark: Option<i64>,
}

impl Case {
    /// Opens one stream on each side, tells of things inside and outside the scope, and compares what comes.
    pub async fn watch(&self, asker: &mut Asker<'_>, dice: &mut Dice, place: usize, tally: &mut Tally) -> Result<(), Leak> {
        let viewer = &self.viewers[place].0;
        let (operation, marker) = asker.subscription(dice, viewer);
        let watched = marker.as_ref().map(|(_, path)| path.as_str());
        let mut notices: Vec<Value> = (0..4).map(|_| self.notice(dice, watched)).collect();
        notices.extend(marker.map(|(id, path)| told(("org", "Organization"), id, &path, None, u64::MAX)));
        let mark = notices.last().and_then(|notice| notice["at"].as_i64());
        let listening = Listening { place, operation, notices, mark };
        tally.streams += 1;
        // What one stream missed while the other listened is told again to both.
        for _ in 0..3 {
            let told = self.heard(&listening).await;
            if told.0 == told.1 {
                tally.events += told.0.len() as u64;
                return Ok(());
            }
        }
        let text = format!("viewer {} {:?}\n{}", viewer.token, viewer.grants, self.told_of(&listening).await);
        Err(Leak { number: 0, text, kind: String::new(), asked: None, stream: Some(listening) })
    }

    /// The document, what was told of, and what came of it on both sides.
    pub async fn told_of(&self, listening: &Listening) -> String {
        let (whole, pruned) = self.heard(listening).await;
        let Listening { operation, notices, .. } = listening;
        format!("{}\nnotices: {notices:?}\nwhole:  {whole:?}\npruned: {pruned:?}", operation.document())
    }

    /// The least that still differs: fewer notices, fewer fields. Each attempt may take seconds, so there is an end to them.
    pub async fn listen_to_less(&self, listening: &Listening) -> Listening {
        let (mut least, mut attempts) = (listening.clone(), 60);
        'again: loop {
            // The last notice says that all were told.
            let fewer = (0..least.notices.len().saturating_sub(1)).map(|gone| {
                let mut notices = least.notices.clone();
                notices.remove(gone);
                Listening { notices, ..least.clone() }
            });
            let smaller = least.operation.smaller().into_iter().map(|operation| Listening { operation, ..least.clone() });
            for less in fewer.chain(smaller).collect::<Vec<_>>() {
                if attempts == 0 {
                    return least;
                }
                attempts -= 1;
                let (told, again) = (self.heard(&less).await, self.heard(&less).await);
                if told.0 != told.1 && again.0 != again.1 {
                    least = less;
                    continue 'again;
                }
            }
            return least;
        }
    }

    /// Something that may have happened somewhere; what is said to have left the watched subtree is told of, too.
    fn notice(&self, dice: &mut Dice, watched: Option<&str>) -> Value {
        let kind = *dice.pick(&KINDS);
        let (id, path) = dice.pick(&self.world.ids[kind.0]).clone();
        let from = dice.chance(0.5).then(|| watched.map_or_else(|| dice.pick(&self.world.ids["org"]).1.clone(), str::to_owned));
        told(kind, id, &path, from, dice.below(1000) as u64)
    }

    async fn heard(&self, listening: &Listening) -> (BTreeSet<String>, BTreeSet<String>) {
        let Listening { place, operation, notices, mark } = listening;
        let ((viewer, pruned), mark) = (&self.viewers[*place], *mark);
        let body = json!({ "query": operation.document() });
        let owner = self.whole.database.owner().await;
        let (here, there) =
            (Events::begin(&self.whole, &viewer.token, &body).await, Events::begin(pruned, &viewer.token, &body).await);
        let telling = async {
            for _ in 0..60 {
                tokio::time::sleep(Duration::from_millis(40)).await;
                for notice in notices {
                    owner.execute("SELECT pg_notify('banyan_changes', $1)", &[&notice.to_string()]).await.expect("a notice");
                }
            }
        };
        tokio::select! {
            both = async { tokio::join!(until_marked(here, mark), until_marked(there, mark)) } => both,
            () = telling => Default::default(),
        }
    }
}

/// What a stream says until it ends, or until all notices must have been told once: between two of the last one.
async fn until_marked(mut events: Events, mark: Option<i64>) -> BTreeSet<String> {
    let (mut heard, mut marks) = (BTreeSet::new(), 0);
    while let Some(mut event) = events.next().await {
        for error in event.get_mut("errors").and_then(Value::as_array_mut).into_iter().flatten() {
            error["extensions"]["requestId"] = Value::Null;
        }
        let text = event.to_string();
        let is_mark = mark.is_some() && event.pointer("/data/r0/at").and_then(Value::as_str).is_some_and(is_last);
        heard.insert(text);
        marks += usize::from(is_mark);
        if marks == 2 {
            break;
        }
    }
    heard
}

/// The last notice is the only one of that time.
fn is_last(at: &str) -> bool {
    at.starts_with("2033")
}

fn told(kind: (&str, &str), id: uuid::Uuid, path: &str, from: Option<String>, at: u64) -> Value {
    // In milliseconds: some time in 2023, the marker in 2033.
    let at = if at == u64::MAX { 2_000_000_000_000_i64 } else { 1_700_000_000_000 + i64::try_from(at).unwrap_or(0) };
    let change = if from.is_some() { "Moved" } else { "Updated" };
    json!({ "path": path, "moved_from": from, "change": change, "kind": kind.1, "id": id, "at": at })
}
