//! Another name, login name or organization of an account (R01).

use super::super::{AccountRow, SecurityEventKind, names, store};
use super::{end_all_sessions, fresh, manage, record};
use crate::access::{Permission, Permit};
use crate::areas::journal::{Event, Facts};
use crate::areas::organizations::OrganizationById;
use crate::base::error::{Failure, OnViolation};
use crate::base::ids::{AccountId, OrganizationId};
use crate::base::problem::{Code, Problem};
use crate::base::question::Summary;
use crate::base::text::{self, NAME_LIMIT, REMARK_LIMIT};
use crate::gql::Cx;

/// What an account is to be called and who keeps it; what is left out stays.
#[derive(Debug)]
pub(in crate::areas::accounts) struct EditAccount {
    pub id: AccountId,
    pub version: i32,
    pub name: Option<String>,
    pub user_name: Option<String>,
    pub organization: Option<OrganizationId>,
    pub reason: Option<String>,
}

/// Changes an account. A person's name and branch are the person's and change there; an administrator's account
/// that goes to another organization takes its keys along, and what it is signed in with ends, for a bound key
/// opens other rights there.
pub(in crate::areas::accounts) async fn edit(cx: &Cx, input: EditAccount) -> Result<AccountRow, Failure> {
    let (permit, account) = manage(cx, Permission::ManageAccounts, input.id).await?;
    fresh(&account, input.version)?;
    let (name, user_name) = wanted(&account, &input)?;
    let reason = text::optional(input.reason.as_deref(), "reason", REMARK_LIMIT)?;
    let home = OrganizationId(account.organization_id);
    let target = match input.organization.filter(|organization| *organization != home) {
        Some(organization) => Some(destination(cx, organization).await?),
        None => None,
    };
    if target.is_none() && name == account.name && user_name == account.user_name {
        return Err(Problem::new(Code::NothingToChange, "name").into());
    }
    let (before, after) = Facts::differences(
        &facts(cx, &account.name, account.user_name.as_deref(), home).await?,
        &facts(cx, &name, user_name.as_deref(), target.as_ref().map_or(home, Permit::organization)).await?,
    );
    let summary = Summary::new(format!("修改「{}」的账号", account.name), format!("Change the account of {}", account.name))
        .with("姓名", "Name", &name)
        .with("登录名", "Login name", user_name.as_deref().unwrap_or("-"));
    let keeper = cx.load::<OrganizationById>(target.as_ref().map_or(home, Permit::organization)).await?;
    cx.confirm(&permit, summary.with("所属组织", "Organization", keeper.map_or_else(String::new, |keeper| keeper.name.clone())))?;
    let (session, now) = (cx.session()?, cx.clock.now());
    let place = target.as_ref().map_or((account.organization_id, account.path.as_str()), |to| (to.organization().0, to.path()));
    let changed = store::edit(session, permit.tenant(), input.id, (&name, user_name.as_deref()), place, now).await;
    let changed = changed.on_violation("accounts_one_user_name", Problem::new(Code::UserNameTaken, "userName"))?;
    if target.is_some() {
        store::take_along(session, permit.tenant(), input.id, place).await?;
        end_all_sessions(cx, &account, "account_moved", now).await?;
    }
    let told = (Event::AccountEdited, SecurityEventKind::AccountChanged);
    record(cx, &permit, &changed, told, (before, after), reason.as_deref()).await?;
    Ok(changed)
}

/// The names that it will have; every mistake at once.
fn wanted(account: &AccountRow, input: &EditAccount) -> Result<(String, Option<String>), Failure> {
    let of_a_person = account.kind == "person";
    let elsewhere = input.organization.is_some_and(|organization| organization.0 != account.organization_id);
    let follows = |stands: bool, field| (of_a_person && stands).then(|| Problem::new(Code::AccountFollowsPerson, field));
    let mut problems: Vec<Problem> =
        [follows(input.name.is_some(), "name"), follows(elsewhere, "organizationId")].into_iter().flatten().collect();
    let name = input.name.as_deref().filter(|_| !of_a_person).map(|name| text::required(name, "name", NAME_LIMIT)).transpose();
    let name = name.unwrap_or_else(|problem| {
        problems.push(problem);
        None
    });
    let user_name = input.user_name.as_deref().map(names::chosen).transpose().unwrap_or_else(|problem| {
        problems.push(problem);
        None
    });
    if !problems.is_empty() {
        return Err(Failure::Problems(problems));
    }
    Ok((name.unwrap_or_else(|| account.name.clone()), user_name.or_else(|| account.user_name.clone())))
}

/// The right over accounts there too. What is not there is said of the field: the account itself is known.
async fn destination(cx: &Cx, organization: OrganizationId) -> Result<Permit, Failure> {
    match cx.viewer()?.permit(cx.session()?, Permission::ManageAccounts, organization).await {
        Err(Failure::NotFound) => Err(Problem::new(Code::NoSuchThing, "organizationId").into()),
        permit => permit,
    }
}

async fn facts(cx: &Cx, name: &str, user_name: Option<&str>, keeper: OrganizationId) -> Result<Facts, Failure> {
    let keeper = cx.load::<OrganizationById>(keeper).await?;
    let keeper = keeper.as_ref().map(|keeper| keeper.name.as_str());
    Ok(Facts::default().text("account", Some(name)).text("userName", user_name).text("organization", keeper))
}
