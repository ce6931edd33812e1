//! Mutations that must be refused: everything they name lies outside the scope, or their token only reads. What
//! they answer is compared with the pruned database, and above all the tables are looked at: a refusal that
//! leaves something behind is none.

use tokio_postgres::Client as Database;

use super::dice::Dice;
use super::guard::guarded;
use super::node::Node;
use super::operations::Asker;
use super::runner::{Case, Leak, Tally, bare, told};
use super::schema::{Field, Schema};

/// What is noted of a refusal itself, on purpose.
const NOTED: [&str; 1] = ["sessions"];

/// How a refusal that left something behind is told.
pub const WROTE: &str = "wrote to";

/// The mutations that name something which they cannot do without.
pub fn naming(schema: &Schema) -> Vec<&Field> {
    let needs_id = |field: &&Field| {
        field.arguments.iter().any(|(_, of)| schema[&of.name].inputs.iter().any(|(_, of)| of.required && of.name == "ID"))
    };
    schema["Mutation"].fields.iter().filter(needs_id).collect()
}

impl Case {
    /// Asks one, the next in turn, and looks at every table before and after.
    pub async fn refuse(&self, asker: &mut Asker<'_>, dice: &mut Dice, place: usize, tally: &mut Tally) -> Result<(), Leak> {
        let viewer = &self.viewers[place].0;
        let all = &self.schema["Mutation"].fields;
        let asked = naming(&self.schema);
        // Someone who only reads may name what is within reach, too.
        let field = if viewer.read_only { &all[tally.turn % all.len()] } else { asked[tally.turn % asked.len()] };
        tally.turn += 1;
        let operation = asker.mutation(dice, viewer, field);
        self.refused(operation, place, tally).await
    }

    /// The same for one mutation.
    pub async fn refuse_named(
        &self,
        asker: &mut Asker<'_>,
        dice: &mut Dice,
        place: usize,
        name: &str,
        tally: &mut Tally,
    ) -> Result<(), Leak> {
        let field = self.schema["Mutation"].fields.iter().find(|field| field.name == name).expect("a mutation");
        let operation = asker.mutation(dice, &self.viewers[place].0, field);
        self.refused(operation, place, tally).await
    }

    /// Asks one that must be refused, of the whole database and of a viewer's.
    pub async fn refused(&self, operation: Node, place: usize, tally: &mut Tally) -> Result<(), Leak> {
        let (viewer, pruned) = &self.viewers[place];
        let owner = self.whole.database.owner().await;
        let before = digest(&owner).await;
        let document = operation.document();
        let (here, there) = (self.whole.sign_in(&viewer.token), pruned.sign_in(&viewer.token));
        let (here, there) = (here.ask(&document).await, there.ask(&document).await);
        let after = digest(&owner).await;
        tally.refused += 1;
        *tally.codes.entry(format!("refused {}", code_of(&here))).or_default() += 1;
        let changed: Vec<&str> =
            before.iter().zip(&after).filter(|(old, new)| old != new).map(|((table, _), _)| table.as_str()).collect();
        if changed.is_empty() && bare(&here) == bare(&there) {
            return Ok(());
        }
        let (what, kind) = if changed.is_empty() {
            ("answers differ".into(), format!("{} {}", code_of(&here), code_of(&there)))
        } else {
            (format!("{WROTE} {changed:?}"), WROTE.to_owned())
        };
        let text = format!("{what}: {}", told(viewer, &operation, &(here, there)));
        Err(Leak { number: 0, text, kind, asked: Some((place, operation)), stream: None })
    }
}

fn code_of(answer: &banyan_tests::Answer) -> String {
    let problem = answer.json["data"].as_object().and_then(|data| data.values().next());
    let problem = problem.and_then(|payload| payload.pointer("/userErrors/0/code")).and_then(serde_json::Value::as_str);
    problem.unwrap_or_else(|| answer.code()).to_owned()
}

/// Everything in every table of the tenants, in a few bytes each.
async fn digest(owner: &Database) -> Vec<(String, String)> {
    let tables: Vec<String> = guarded(owner).await.into_iter().filter(|table| !NOTED.contains(&table.as_str())).collect();
    let looks: Vec<String> = tables
        .iter()
        .map(|table| format!("(SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} AS t)"))
        .collect();
    let row = owner.query_one(&format!("SELECT {}", looks.join(", ")), &[]).await.expect("the tables");
    tables.into_iter().enumerate().map(|(place, table)| (table, row.get(place))).collect()
}
