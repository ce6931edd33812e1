//! Open an account and give it a new initial password (A07, A08, A12).

use super::super::passwords::{generate_initial, hash_password, reset as reset_password};
use super::super::policy::{InitialSecret, find as find_policy};
use super::super::store::NewAccount;
use super::super::throttle;
use super::super::{AccountRow, SecurityEventKind, names, store};
use super::{covered, end_all_sessions, fresh, manage, record};
use crate::access::{Permission, Permit};
use crate::areas::journal::{Event, Facts};
use crate::areas::organizations::OrganizationById;
use crate::base::error::{Failure, OnViolation};
use crate::base::ids::{AccountId, OrganizationId, PersonId, new_key};
use crate::base::language::Language;
use crate::base::problem::{Code, Problem};
use crate::base::question::Summary;
use crate::base::text::{self, NAME_LIMIT, REMARK_LIMIT};
use crate::gql::Cx;

/// The password of the old platform for everyone; a tenant that imports may ask for it, and it opens nothing
/// but its own change (A08).
const FIXED: &str = "123456";

/// Whose account.
#[derive(Debug)]
pub(in crate::areas::accounts) struct OpenAccount {
    pub organization: OrganizationId,
    pub person: Option<PersonId>,
    pub name: Option<String>,
    pub user_name: Option<String>,
    /// Taken over from another platform: only then the tenant's scheme for initial passwords holds.
    pub imported: bool,
}

/// An account with the secret that is told once.
pub(in crate::areas::accounts) struct Opened {
    pub account: AccountRow,
    pub secret: Option<String>,
}

/// Opens a member's account with an initial password, or an administrator's without one.
pub(in crate::areas::accounts) async fn open(cx: &Cx, input: OpenAccount) -> Result<Opened, Failure> {
    let viewer = cx.viewer()?;
    let session = cx.session()?;
    let permit = viewer.permit(session, Permission::ManageAccounts, input.organization).await?;
    permit.standing("organizationId")?;
    let chosen = input.user_name.as_deref().map(names::chosen).transpose()?;
    let new = match (input.person, input.name.as_deref()) {
        (Some(person), None) => of_a_person(cx, &permit, person, chosen).await?,
        (None, Some(name)) => {
            let name = text::required(name, "name", NAME_LIMIT)?;
            NewAccount { kind: "administrator", name, person: None, user_name: chosen, state: "provisioned" }
        }
        _ => return Err(Problem::new(Code::AccountNeedsOneOf, "personId").into()),
    };
    let summary = Summary::new(format!("为「{}」开通账号", new.name), format!("Open an account for {}", new.name));
    let scheme = match input.imported {
        true => find_policy(session, permit.tenant()).await?.initial_secret,
        false => InitialSecret::Generated,
    };
    let mut summary = summary.with("登录名", "Login name", new.user_name.as_deref().unwrap_or("-"));
    if input.person.is_some() {
        summary = summary.with_words(("初始密码", "Initial password"), scheme.name(Language::Zh), scheme.name(Language::En));
    }
    cx.confirm(&permit, summary)?;
    let user_name = new.user_name.clone();
    let account = store::insert(session, &permit, new_key(), &new, cx.clock.now()).await;
    let account = account
        .on_violation("accounts_one_per_person", Problem::new(Code::AccountExists, "personId"))
        .on_violation("accounts_one_user_name", Problem::new(Code::UserNameTaken, "userName"))?;
    let secret = match input.person {
        Some(person) => {
            covered(cx, AccountId(account.id), "personId").await?;
            store::give_member_role(session, &permit, &account, cx.clock.now()).await?;
            Some(give_secret(cx, &account, person, scheme).await?)
        }
        None => None,
    };
    let after = Facts::default().text("account", Some(&account.name)).text("userName", user_name.as_deref());
    record(cx, &permit, &account, (Event::AccountOpened, SecurityEventKind::AccountOpened), (Facts::default(), after), None)
        .await?;
    Ok(Opened { account, secret })
}

async fn of_a_person(cx: &Cx, permit: &Permit, id: PersonId, chosen: Option<String>) -> Result<NewAccount, Failure> {
    let person = store::find_person(cx.session()?, permit.tenant(), id).await?;
    let missing = || Problem::new(Code::NoSuchThing, "personId");
    let person = person.filter(|person| person.organization_id == permit.organization().0).ok_or_else(missing)?;
    if person.stage == "left" {
        return Err(Problem::new(Code::PersonHasLeft, "personId").into());
    }
    let user_name = match chosen {
        Some(chosen) => chosen,
        None => names::free_name(cx.session()?, permit.tenant(), &person.name, person.birth_date, None).await?,
    };
    Ok(NewAccount { kind: "person", name: person.name, person: Some(id), user_name: Some(user_name), state: "provisioned" })
}

/// Makes an initial password; it is told once and kept as a hash.
async fn give_secret(cx: &Cx, account: &AccountRow, person: PersonId, scheme: InitialSecret) -> Result<String, Failure> {
    let (session, tenant) = (cx.session()?, cx.viewer()?.tenant);
    let secret = match scheme {
        InitialSecret::Generated => generate_initial(),
        InitialSecret::Fixed => FIXED.to_owned(),
        InitialSecret::IdentityTail => {
            let person = store::find_person(session, tenant, person).await?.ok_or(Failure::NotFound)?;
            match &person.identity_number {
                Some(sealed) => {
                    let number = cx.secrets.open(sealed)?;
                    number.chars().skip(number.chars().count().saturating_sub(6)).collect()
                }
                // Whoever has no number gets a secret of the other kind, and can sign in all the same (A13).
                None => generate_initial(),
            }
        }
    };
    let hash = hash_password(cx.password_cost, secret.clone()).await?;
    if reset_password(session, tenant, AccountId(account.id), hash, cx.clock.now()).await? {
        Ok(secret)
    } else {
        Err(Failure::NotFound)
    }
}

/// Gives a forgotten account its login name and a password anew; what is signed in ends (A12).
pub(in crate::areas::accounts) async fn reset(
    cx: &Cx,
    id: AccountId,
    version: i32,
    reason: Option<&str>,
) -> Result<Opened, Failure> {
    let (permit, account) = manage(cx, Permission::ManageAccounts, id).await?;
    fresh(&account, version)?;
    let reason = text::optional(reason, "reason", REMARK_LIMIT)?;
    if !account.active {
        return Err(Problem::new(Code::AccountInactive, "id").into());
    }
    let Some(person) = account.person_id.map(PersonId) else {
        return Err(Problem::new(Code::AccountHasNoPerson, "id").into());
    };
    let (session, tenant, now) = (cx.session()?, permit.tenant(), cx.clock.now());
    let found = store::find_person(session, tenant, person).await?.ok_or(Failure::NotFound)?;
    let login = names::free_name(session, tenant, &found.name, found.birth_date, account.user_name.as_deref()).await?;
    let summary =
        Summary::new(format!("重置「{}」的账号", account.name), format!("Give the account of {} a new password", account.name));
    cx.confirm(&permit, summary.with("登录名", "Login name", &login))?;
    let secret = give_secret(cx, &account, person, InitialSecret::Generated).await?;
    if let Some(old) = &account.user_name {
        throttle::forget(session, throttle::subject(&cx.secrets, "name", old)).await?;
    }
    let changed = store::change(session, tenant, id, "provisioned", Some(&login), now).await;
    let changed = changed.on_violation("accounts_one_user_name", Problem::new(Code::UserNameTaken, "userName"))?;
    end_all_sessions(cx, &account, "password_reset", now).await?;
    let (before, after) = Facts::differences(
        &Facts::default().text("userName", account.user_name.as_deref()),
        &Facts::default().text("userName", changed.user_name.as_deref()),
    );
    let organization = cx.load::<OrganizationById>(OrganizationId(account.organization_id)).await?;
    let after = after.text("organization", organization.as_ref().map(|organization| organization.name.as_str()));
    record(cx, &permit, &changed, (Event::AccountReset, SecurityEventKind::PasswordReset), (before, after), reason.as_deref())
        .await?;
    Ok(Opened { account: changed, secret: Some(secret) })
}
