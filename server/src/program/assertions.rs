//! `banyan audit verify --assertions`: the signed confirmations of dangerous actions, from stored data alone
//! (BEYOND5, SEC-B07). Each must be the signature of a key that was enrolled for the account of its entry, over
//! the very action that is kept with it.

use std::collections::HashMap;
use std::process::ExitCode;

use futures_util::TryStreamExt;
use serde_json::Value;
use uuid::Uuid;

use crate::areas::accounts::verify_evidence;
use crate::base::db::connect;
use crate::base::ids::{AccountId, Id, JournalEntryId};

/// What was found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Assertions {
    /// Signed by a key, and right.
    pub signed: u64,
    /// Confirmed by a click in the demonstration, which proves nothing.
    pub clicked: u64,
    /// The entries whose confirmation is wrong, and why.
    pub wrong: Vec<(JournalEntryId, String)>,
}

/// Verifies every confirmation of one tenant, or of all.
///
/// # Errors
/// When the database cannot be read.
pub async fn verify_assertions(owner_url: &str, tenant: Option<Uuid>) -> anyhow::Result<Assertions> {
    let client = connect(owner_url).await?;
    let rows = client
        .query_raw(
            "SELECT j.id, j.account_id, j.confirmation, k.credential -> 'cred', j.request_id
             FROM journal j
             LEFT JOIN account_keys k ON k.tenant_id = j.tenant_id AND k.account_id = j.account_id
                 AND k.credential_id = decode(translate(j.confirmation ->> 'credential', '-_', '+/')
                     || repeat('=', (4 - length(j.confirmation ->> 'credential') % 4) % 4), 'base64')
             WHERE j.confirmation IS NOT NULL AND ($1::uuid IS NULL OR j.tenant_id = $1)
             ORDER BY j.tenant_id, j.id",
            [tenant],
        )
        .await?;
    let mut rows = std::pin::pin!(rows);
    let mut found = Assertions::default();
    // One confirmation is for one request, which may leave several entries.
    let mut requests: HashMap<String, String> = HashMap::new();
    while let Some(row) = rows.try_next().await? {
        let (id, account): (Uuid, Option<Uuid>) = (row.try_get(0)?, row.try_get(1)?);
        let (evidence, enrolled): (Value, Option<Value>) = (row.try_get(2)?, row.try_get(3)?);
        let request: String = row.try_get(4)?;
        let verdict = verdict(&evidence, enrolled.as_ref(), account).and_then(|(ceremony, signed)| {
            let first = requests.entry(ceremony).or_insert_with(|| request.clone());
            if *first == request { Ok(signed) } else { Err("the confirmation was given for another request".to_owned()) }
        });
        match verdict {
            Ok(true) => found.signed += 1,
            Ok(false) => found.clicked += 1,
            Err(reason) => found.wrong.push((JournalEntryId(id), reason)),
        }
    }
    Ok(found)
}

/// The number of the question, and whether a key signed; false for a click.
fn verdict(evidence: &Value, enrolled: Option<&Value>, account: Option<Uuid>) -> Result<(String, bool), String> {
    let action: Value = evidence
        .get("action")
        .and_then(Value::as_str)
        .and_then(|text| serde_json::from_str(text).ok())
        .ok_or_else(|| "no action".to_owned())?;
    let acting = account.map(|account| AccountId(account).global());
    if action.get("account").and_then(Value::as_str) != acting.as_deref() {
        return Err("the action is another account's".to_owned());
    }
    let ceremony = action.get("ceremony").and_then(Value::as_str).ok_or_else(|| "no question".to_owned())?.to_owned();
    match evidence.get("kind").and_then(Value::as_str) {
        Some("click") => return Ok((ceremony, false)),
        Some("key") => {}
        _ => return Err("of an unknown kind".to_owned()),
    }
    if enrolled.is_none() || enrolled != evidence.get("publicKey") {
        return Err("the key was not enrolled for this account".to_owned());
    }
    verify_evidence(evidence).map(|()| (ceremony, true))
}

/// Says what was found; the code for the shell.
pub(super) fn tell(found: &Assertions) -> ExitCode {
    for (entry, reason) in &found.wrong {
        println!("{}: 确认签名不成立 / the confirmation does not hold: {reason}", entry.global());
    }
    println!(
        "{0}条由密钥签名，{1}条由演示点击确认，{2}条不成立 / {0} signed by a key, {1} by a click of the demonstration, {2} wrong",
        found.signed,
        found.clicked,
        found.wrong.len()
    );
    if found.wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
