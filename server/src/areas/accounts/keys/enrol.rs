//! Enrolling a key with a one-time code: an invitation, the link of `banyan bootstrap`, or a further key of one's own.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;
use webauthn_rs_core::proto::RegistrationState;

use super::super::ceremonies::{self, CeremonyKind, Taken};
use super::super::door::{Door, Knock, Someone, identify};
use super::super::events::{self, NewEvent, SecurityEventKind};
use super::super::invitations::{self, InvitationRow};
use super::super::passwords::{self, plain_code};
use super::super::sessions::{self, OpenedSession};
use super::super::throttle::{self, Subjects};
use super::super::{AccountRow, store as accounts};
use super::checks;
use super::store::{self, NewKey};
use crate::access::SignInMethod;
use crate::areas::journal::{self, Event, Facts, Subject, SubjectKind};
use crate::base::db::{Session, Statement};
use crate::base::error::Failure;
use crate::base::ids::{AccountId, new_key};
use crate::base::secret::hash;
use crate::base::text::{self, NAME_LIMIT};

/// What a code is for.
#[derive(Debug)]
pub struct Invited {
    /// Name of the account.
    pub account: String,
    /// The organization that keeps it; None for a member's own.
    pub organization: Option<String>,
    /// Until when.
    pub expires_at: DateTime<Utc>,
    /// Whether the keys that there are end.
    pub replaces: bool,
}

/// What came of an enrolment.
#[derive(Debug)]
pub enum Enrolled {
    /// Enrolled; signed in with it, unless the key verifies no user.
    Done(Option<OpenedSession>),
    /// One answer for every reason.
    Refused,
    /// The model is not on the list.
    ModelNotAllowed,
}

#[derive(Serialize, Deserialize)]
struct Challenge {
    state: RegistrationState,
    code_hash: Vec<u8>,
}

/// A transaction, and whose it has become by a code.
type Found = (Session, Option<(Someone, AccountRow, InvitationRow)>);

/// Whose an invitation is, with the transaction that has become theirs.
async fn invited(door: &Door, code_hash: &[u8]) -> Result<Found, Failure> {
    let session = door.open().await?;
    let query = Statement::new("SELECT tenant_id, account_id FROM account_of_invitation($1, $2)")
        .bind(code_hash.to_vec())
        .bind(door.now());
    let Some(someone) = identify(&session, query).await? else { return Ok((session, None)) };
    door.step_in(&session, someone).await?;
    let account = accounts::lock_own(&session, someone.tenant, someone.account).await?;
    let invitation = invitations::lock_by_code(&session, someone.tenant, code_hash, door.now()).await?;
    let found = account.zip(invitation).map(|(account, invitation)| (someone, account, invitation));
    Ok((session, found))
}

/// Whose a typed code is. Codes are long, but whoever tries them is counted all the same.
async fn counted(door: &Door, knock: &Knock, code: &str) -> Result<Result<Found, chrono::Duration>, Failure> {
    let code_hash = hash(plain_code(code).as_bytes());
    let subjects = Subjects::of(&door.secrets, "invitation", &data_encoding::HEXLOWER.encode(&code_hash), knock);
    let session = door.open().await?;
    let wait = throttle::enter(&session, &subjects, door.now()).await?;
    session.finish(true).await?;
    if let Some(wait) = wait {
        return Ok(Err(wait));
    }
    let (session, found) = invited(door, &code_hash).await?;
    if found.is_some() {
        throttle::leave(&session, &subjects).await?;
    }
    Ok(Ok((session, found)))
}

/// What a code is for; None for one that is unknown, used, ended or too old.
///
/// # Errors
/// When the database fails; how long to wait after too many codes that were none.
pub async fn look_at_invitation(
    door: &Door,
    knock: &Knock,
    code: &str,
) -> Result<Result<Option<Invited>, chrono::Duration>, Failure> {
    let (session, found) = match counted(door, knock, code).await? {
        Ok(found) => found,
        Err(wait) => return Ok(Err(wait)),
    };
    session.finish(true).await?;
    Ok(Ok(found.map(|(_, account, invitation)| Invited {
        account: account.name,
        organization: invitation.organization_name,
        expires_at: invitation.expires_at,
        replaces: invitation.replaces,
    })))
}

/// A challenge, and the options for the browser; None for a code that is none.
///
/// # Errors
/// When the database fails.
pub async fn begin_enrolment(
    door: &Door,
    knock: &Knock,
    code: &str,
) -> Result<Result<Option<(Uuid, Value)>, chrono::Duration>, Failure> {
    let code_hash = hash(plain_code(code).as_bytes());
    let (session, found) = match counted(door, knock, code).await? {
        Ok(found) => found,
        Err(wait) => return Ok(Err(wait)),
    };
    let Some((someone, account, _)) = found else {
        session.finish(true).await?;
        return Ok(Ok(None));
    };
    let mut known = Vec::new();
    for key in store::list(&session, someone.tenant, AccountId(someone.account)).await? {
        known.push(key.credential()?.cred_id);
    }
    let shown = account.user_name.as_deref().unwrap_or(&account.name);
    // Without a password there is nothing that could be asked for beside a key that verifies nobody.
    let alone = account.kind == "administrator" || !passwords::has_own(&session, someone.tenant, account.id).await?;
    let (options, state) = door.relying_party.registration(someone.account.as_bytes(), shown, known, alone)?;
    let id = new_key();
    let (ceremony, source) = ((id, CeremonyKind::Enrolment), throttle::network(&door.secrets, knock));
    let kept = Challenge { state, code_hash };
    let wait = ceremonies::begin(&session, &door.clock, ceremony, Some(someone), &kept, source).await?;
    session.finish(true).await?;
    Ok(wait.map_or(Ok(Some((id, options))), Err))
}

/// The answer of a key.
///
/// # Errors
/// When the database fails.
pub async fn finish_enrolment(
    door: &Door,
    knock: &Knock,
    ceremony: Uuid,
    answer: &Value,
    name: &str,
) -> Result<Enrolled, Failure> {
    let session = door.open().await?;
    let taken: Option<Taken<Challenge>> = ceremonies::take(&session, &door.clock, ceremony, CeremonyKind::Enrolment).await?;
    session.finish(true).await?;
    let Some(challenge) = taken.map(|taken| taken.state) else {
        // Unknown, used or too old: nobody's log has a place for it.
        tracing::info!(request_id = knock.request_id, reason = "ChallengeNotFound", "an enrolment was refused");
        return Ok(Enrolled::Refused);
    };
    let name = text::required(name, "name", NAME_LIMIT)?;
    // The code may have been ended, or used in another window, since the question.
    let (session, found) = invited(door, &challenge.code_hash).await?;
    let Some((someone, account, invitation)) = found else {
        session.finish(true).await?;
        return Ok(Enrolled::Refused);
    };
    let registered = match door.relying_party.register(answer, &challenge.state, account.kind == "administrator") {
        // Such a key opens nothing without the password beside it: without one it would lock its owner out.
        Ok(credential) if !credential.user_verified && !passwords::has_own(&session, someone.tenant, account.id).await? => {
            Err("UserNotVerified".to_owned())
        }
        other => other,
    };
    match registered {
        Ok(credential) => {
            let key = new_key();
            let new = NewKey {
                tenant: someone.tenant,
                id: key,
                account: account.id,
                organization: account.organization_id,
                path: &account.path,
                name: &name,
                bound: invitation.bound,
                credential: &credential,
                at: door.now(),
            };
            match write(door, knock, &session, (someone, &account, &invitation), &new).await {
                Ok((opened, notices)) => {
                    session.finish_and_tell(true, journal::CHANNEL, &notices).await?;
                    Ok(Enrolled::Done(opened))
                }
                // The credential is someone's already, or was: whose is not told.
                Err(failure) if is_duplicate(&failure) => {
                    session.finish(false).await?;
                    refused(door, knock, someone, "CredentialAlreadyRegistered").await?;
                    Ok(Enrolled::Refused)
                }
                Err(failure) => {
                    session.finish(false).await?;
                    Err(failure)
                }
            }
        }
        Err(reason) => {
            session.finish(false).await?;
            refused(door, knock, someone, &reason).await?;
            Ok(if checks::is_policy(&reason) { Enrolled::ModelNotAllowed } else { Enrolled::Refused })
        }
    }
}

async fn write(
    door: &Door,
    knock: &Knock,
    session: &Session,
    (someone, account, invitation): (Someone, &AccountRow, &InvitationRow),
    new: &NewKey<'_>,
) -> Result<(Option<OpenedSession>, Vec<String>), Failure> {
    let now = door.now();
    let tenant = someone.tenant;
    if invitation.replaces {
        store::close_all(session, tenant, AccountId(account.id), "replaced", now).await?;
        sessions::close_all(session, tenant, AccountId(account.id), None, "key_replaced", now).await?;
    }
    store::insert(session, new).await?;
    invitations::use_up(session, tenant, invitation.id, now).await?;
    accounts::activate(session, tenant, account.id, now).await?;
    let event = NewEvent::of(SecurityEventKind::KeyEnrolled, knock.source.as_deref(), &knock.request_id);
    events::note(session, tenant, account, now, &event).await?;
    let verifies = new.credential.user_verified;
    let method = if verifies { SignInMethod::Key } else { SignInMethod::Password };
    // The session is also what the log's entry is written through; a key that verifies no user keeps none.
    let opened = sessions::insert(door, session, tenant, account, (method, Some(new.id)), knock).await?;
    let token_hash = hash(opened.token.as_bytes());
    let cx = door.as_viewer(session, &token_hash, knock).await?;
    let subject = Subject {
        event: Event::KeyEnrolled,
        kind: SubjectKind::Account,
        id: account.id,
        name: &account.name,
        before: Facts::default(),
        after: Facts::default().text("key", Some(new.name)).text("invitedBy", Some(&invitation.created_by_name)),
        reason: invitation.reason.as_deref(),
        moved_from: None,
    };
    journal::record(&cx, &cx.viewer()?.permit_own()?, subject).await?;
    if verifies {
        accounts::note_sign_in(session, tenant, account.id, now).await?;
        return Ok((Some(opened), cx.notices()));
    }
    let own = cx.viewer()?.session;
    sessions::close(session, tenant, own, "key_alone", now).await?;
    Ok((None, cx.notices()))
}

/// What failed is kept for those who read the log, in a transaction of its own.
async fn refused(door: &Door, knock: &Knock, someone: Someone, reason: &str) -> Result<(), Failure> {
    let session = door.open().await?;
    door.step_in(&session, someone).await?;
    if let Some(account) = accounts::lock_own(&session, someone.tenant, someone.account).await? {
        let failed = NewEvent {
            reason: Some(reason),
            agent: knock.agent.as_deref(),
            ..NewEvent::of(SecurityEventKind::KeyEnrolmentFailed, knock.source.as_deref(), &knock.request_id)
        };
        events::note(&session, someone.tenant, &account, door.now(), &failed).await?;
    }
    session.finish(true).await
}

fn is_duplicate(failure: &Failure) -> bool {
    use diesel::result::{DatabaseErrorKind, Error};
    match failure {
        Failure::Internal(error) => matches!(
            error.downcast_ref::<Error>(),
            Some(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, information))
                if information.constraint_name() == Some("account_keys_one_credential")
        ),
        _ => false,
    }
}
