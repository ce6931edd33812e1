//! A member claims the own record (A15): name, identity number and the code that the branch handed out. An
//! account comes of it, never a member.

use banyan_tables::claim_codes;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use diesel::sql_types::{Bool, Date, Uuid as SqlUuid};
use uuid::Uuid;

use super::door::{Door, Knock, Someone};
use super::events::{self, NewEvent, SecurityEventKind};
use super::names;
use super::passwords::{check, code, hash_password, insert_own, plain_code};
use super::sessions::{self, OpenedSession};
use super::throttle::{self, Subjects};
use super::{policy, store};
use crate::access::{Permit, SignInMethod};
use crate::areas::journal::{self, Event, Facts, Subject, SubjectKind};
use crate::base::db::prelude::*;
use crate::base::db::{Session, Statement};
use crate::base::error::Failure;
use crate::base::identity::IdentityNumber;
use crate::base::ids::{ClaimCodeId, OrganizationId, new_key};
use crate::base::problem::Problem;
use crate::base::secret::hash;

/// How long a branch's code stands.
const CODE_LIFETIME: Duration = Duration::days(30);
/// How many codes of one branch run at a time.
pub(super) const MOST_CODES: usize = 10;

/// What a claimant knows.
pub struct Claim {
    /// The name.
    pub name: String,
    /// The identity number.
    pub identity_number: String,
    /// The branch's code.
    pub code: String,
    /// The password wanted.
    pub password: String,
}

/// What came of it.
pub enum Claimed {
    /// The account is open; its login name.
    Opened(OpenedSession, String),
    /// One answer for every reason.
    Refused,
    /// The record has an account.
    Taken,
    /// The password cannot be used.
    BadPassword(Vec<Problem>),
    /// Too many tries: how long to wait.
    Wait(Duration),
}

/// Who the claimed record is.
struct Claimant {
    someone: Someone,
    has_account: bool,
    birth_date: NaiveDate,
}

/// Opens the account of one's own record.
///
/// # Errors
/// When the database fails.
pub async fn claim(door: &Door, knock: &Knock, wanted: Claim) -> Result<Claimed, Failure> {
    let name = wanted.name.trim().to_owned();
    let code_hash = hash(plain_code(&wanted.code).as_bytes());
    // A number in its old form of fifteen digits is the same person's.
    let identity = IdentityNumber::parse(wanted.identity_number.trim()).map(|number| door.secrets.index(number.as_str())).ok();
    let subjects =
        Subjects::of(&door.secrets, "claim", &data_encoding::HEXLOWER.encode(identity.as_deref().unwrap_or_default()), knock);
    let session = door.open().await?;
    if let Some(wait) = throttle::enter(&session, &subjects, door.now()).await? {
        session.finish(true).await?;
        return Ok(Claimed::Wait(wait));
    }
    session.finish(true).await?;
    let Some(identity) = identity.filter(|_| !name.contains('\0')) else { return Ok(Claimed::Refused) };
    let session = door.open().await?;
    let found = find(door, &session, (&code_hash, &identity, &name)).await?;
    let profile = match &found {
        Some(found) => policy::find(&session, found.someone.tenant).await?.password_profile,
        None => policy::PolicyRow::default().password_profile,
    };
    if found.is_some() {
        // All three are right: a password that is refused is no guess.
        throttle::leave(&session, &subjects).await?;
    }
    session.finish(true).await?;
    let Some(found) = found else { return Ok(Claimed::Refused) };
    if found.has_account {
        return Ok(Claimed::Taken);
    }
    if let Err(problems) = check(profile, &wanted.password, &[&name], "password") {
        return Ok(Claimed::BadPassword(problems));
    }
    let password = hash_password(door.password_cost, wanted.password).await?;
    let session = door.open().await?;
    match open(door, knock, &session, &found, (&code_hash, &identity, &name), password).await {
        Ok(Some((opened, login, notices))) => {
            session.finish_and_tell(true, journal::CHANNEL, &notices).await?;
            Ok(Claimed::Opened(opened, login))
        }
        // Two windows at once: the other one came first.
        Ok(None) => {
            session.finish(false).await?;
            Ok(Claimed::Taken)
        }
        Err(failure) => {
            session.finish(false).await?;
            Err(failure)
        }
    }
}

type Known<'a> = (&'a [u8], &'a [u8], &'a str);

async fn find(door: &Door, session: &Session, (code, identity, name): Known<'_>) -> Result<Option<Claimant>, Failure> {
    let conn = session.conn().await?;
    let row: Option<(Uuid, Uuid, bool, NaiveDate)> = Statement::<(SqlUuid, SqlUuid, Bool, Date)>::new(
        "SELECT tenant_id, person_id, has_account, birth_date FROM claimant($1, $2, $3, $4)",
    )
    .bind(code.to_vec())
    .bind(identity.to_vec())
    .bind(name)
    .bind(door.now())
    .get_result(&mut conn.get())
    .await
    .optional()?;
    Ok(row.map(|(tenant, person, has_account, birth_date)| Claimant {
        someone: Someone { tenant, account: person },
        has_account,
        birth_date,
    }))
}

async fn open(
    door: &Door,
    knock: &Knock,
    session: &Session,
    found: &Claimant,
    (code, identity, name): Known<'_>,
    password: String,
) -> Result<Option<(OpenedSession, String, Vec<String>)>, Failure> {
    let (now, tenant) = (door.now(), found.someone.tenant);
    let someone = Someone { tenant, account: new_key() };
    let login = names::free_name(session, tenant, name, found.birth_date, None).await?;
    let conn = session.conn().await?;
    let done: bool = Statement::<Bool>::new("SELECT claim_open($1, $2, $3, $4, $5, $6, $7)")
        .bind(code.to_vec())
        .bind(identity.to_vec())
        .bind(name)
        .bind(someone.account)
        .bind(new_key())
        .bind(login.as_str())
        .bind(now)
        .get_result(&mut conn.get())
        .await?;
    drop(conn);
    if !done {
        return Ok(None);
    }
    door.step_in(session, someone).await?;
    insert_own(session, tenant, someone.account, password, now).await?;
    let account = store::lock_own(session, tenant, someone.account).await?;
    let account = account.ok_or_else(|| Failure::Internal(anyhow::anyhow!("a claimed account is not there")))?;
    let opened = sessions::insert(door, session, tenant, &account, (SignInMethod::Password, None), knock).await?;
    let event = NewEvent {
        method: Some(SignInMethod::Password),
        agent: knock.agent.as_deref(),
        ..NewEvent::of(SecurityEventKind::Claimed, knock.source.as_deref(), &knock.request_id)
    };
    events::note(session, tenant, &account, now, &event).await?;
    let cx = door.as_viewer(session, &hash(opened.token.as_bytes()), knock).await?;
    let subject = Subject {
        event: Event::AccountClaimed,
        kind: SubjectKind::Account,
        id: account.id,
        name: &account.name,
        before: Facts::default(),
        after: Facts::default().text("userName", Some(&login)),
        reason: None,
        moved_from: None,
    };
    journal::record(&cx, &cx.viewer()?.permit_own()?, subject).await?;
    Ok(Some((opened, login, cx.notices())))
}

/// A code that a branch hands out.
#[derive(Clone, Debug, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = claim_codes)]
pub struct ClaimCodeRow {
    pub id: Uuid,
    pub organization_id: Uuid,
    pub created_by_name: String,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// The codes of one organization that run.
pub(super) async fn list(
    session: &Session,
    tenant: Uuid,
    organization: OrganizationId,
    now: DateTime<Utc>,
) -> Result<Vec<ClaimCodeRow>, Failure> {
    let conn = session.conn().await?;
    let query = claim_codes::table
        .filter(claim_codes::tenant_id.eq(tenant))
        .filter(claim_codes::organization_id.eq(organization.0))
        .filter(claim_codes::ended_at.is_null())
        .filter(claim_codes::expires_at.gt(now));
    let query = query.order(claim_codes::id.asc()).limit(i64::try_from(MOST_CODES).unwrap_or(10));
    Ok(query.select(ClaimCodeRow::as_select()).load(&mut conn.get()).await?)
}

/// One that runs.
pub(super) async fn lock(session: &Session, tenant: Uuid, id: ClaimCodeId) -> Result<Option<ClaimCodeRow>, Failure> {
    let conn = session.conn().await?;
    let query = claim_codes::table.find((tenant, id.0)).filter(claim_codes::ended_at.is_null());
    Ok(query.select(ClaimCodeRow::as_select()).for_update().first(&mut conn.get()).await.optional()?)
}

/// Writes a new one; the code is shown once.
pub(super) async fn insert(session: &Session, permit: &Permit, now: DateTime<Utc>) -> Result<(ClaimCodeRow, String), Failure> {
    let text = code(2, 5);
    let conn = session.conn().await?;
    let row = diesel::insert_into(claim_codes::table)
        .values((
            claim_codes::tenant_id.eq(permit.tenant()),
            claim_codes::id.eq(new_key()),
            claim_codes::organization_id.eq(permit.organization().0),
            claim_codes::path.eq(permit.path()),
            claim_codes::code_hash.eq(hash(plain_code(&text).as_bytes())),
            claim_codes::created_by_name.eq(permit.account_name()),
            claim_codes::created_at.eq(now),
            claim_codes::expires_at.eq(now + CODE_LIFETIME),
        ))
        .returning(ClaimCodeRow::as_returning())
        .get_result(&mut conn.get())
        .await?;
    Ok((row, text))
}

/// Ends one.
pub(super) async fn close(session: &Session, tenant: Uuid, id: ClaimCodeId, at: DateTime<Utc>) -> Result<(), Failure> {
    let conn = session.conn().await?;
    diesel::update(claim_codes::table.find((tenant, id.0))).set(claim_codes::ended_at.eq(at)).execute(&mut conn.get()).await?;
    Ok(())
}
