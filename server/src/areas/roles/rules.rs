//! Who may give what. Pure: no connection, no clock, no GraphQL.

use chrono::{DateTime, Utc};

use super::GrantRow;
use crate::access::{Holding, Permission, Role};
use crate::base::path;
use crate::base::problem::{Code, Problem};

/// How many grants an account holds at a time, at most.
pub(super) const MOST_GRANTS: usize = 20;
/// How many parts of one grant are lent at a time, at most.
pub(super) const MOST_LENT: usize = 20;

/// Whether holders of `held`, all at a place that covers the organization, may give or end `role`:
/// every right of the role must be among theirs.
pub(super) fn may_give(held: &[Role], role: Role, field: &'static str) -> Result<(), Problem> {
    let covered = role.permissions().iter().all(|permission| held.iter().any(|held| held.allows(*permission)));
    if covered { Ok(()) } else { Err(Problem::new(Code::GrantBeyondOwnRights, field)) }
}

/// Whether a grant's time is one.
pub(super) fn period(from: DateTime<Utc>, until: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<(), Problem> {
    match until {
        Some(until) if until <= now => Err(Problem::new(Code::GrantInThePast, "until")),
        Some(until) if until <= from => Err(Problem::new(Code::GrantPeriod, "until")),
        _ => Ok(()),
    }
}

/// System, security and audit administrator are never one account, at no time: also what waits for approval,
/// begins later or was lent counts (BEYOND17). The database refuses the same for what the giver cannot see.
pub(super) fn separate_duties(
    held: &[GrantRow],
    role: Role,
    from: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
) -> Result<(), Problem> {
    let overlaps = |grant: &&GrantRow| {
        grant.ended_at.is_none()
            && until.is_none_or(|until| grant.valid_from < until)
            && grant.valid_until.is_none_or(|end| from < end)
    };
    let other = |grant: &GrantRow| Role::parse(&grant.role).is_some_and(|held| held.is_duty() && held != role);
    if role.is_duty() && held.iter().filter(overlaps).any(other) {
        return Err(Problem::new(Code::DutiesSeparate, "role"));
    }
    Ok(())
}

/// What is lent of a grant of one's own: within its place, its time and its rights, and never what gives rights.
pub(super) fn may_lend(
    source: &Holding,
    source_ends: Option<DateTime<Utc>>,
    place: &str,
    part: Option<&[Permission]>,
    until: DateTime<Utc>,
) -> Result<(), Problem> {
    if source.lender.is_some() || !source.allows(Permission::DelegateGrants) {
        return Err(Problem::new(Code::DelegationNotOwn, "grantId"));
    }
    if !path::is_within(place, &source.path) {
        return Err(Problem::new(Code::DelegationBeyondSource, "organizationId"));
    }
    if source_ends.is_some_and(|end| until > end) {
        return Err(Problem::new(Code::DelegationBeyondSource, "until"));
    }
    let Some(part) = part else { return Ok(()) };
    if part.is_empty() {
        return Err(Problem::new(Code::Required, "permissions"));
    }
    if let Some(fixed) = part.iter().find(|permission| !permission.may_be_lent()) {
        return Err(Problem::new(Code::DelegationNotLendable, "permissions").with(fixed.name()));
    }
    if part.iter().any(|permission| !source.allows(*permission)) {
        return Err(Problem::new(Code::DelegationBeyondSource, "permissions"));
    }
    Ok(())
}

/// Who decides about what waits: a second person, neither giver nor recipient.
pub(super) fn second_person(asker: uuid::Uuid, row: &GrantRow) -> Result<(), Problem> {
    if Some(asker) == row.given_by || asker == row.account_id {
        return Err(Problem::new(Code::GrantSecondPerson, "id"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_gives_more_than_they_hold() {
        let may_give = |held: &[Role], role| may_give(held, role, "role");
        assert!(may_give(&[Role::OrganizationAdministrator], Role::OrganizationAdministrator).is_ok());
        assert!(may_give(&[Role::Secretary], Role::CommitteeMember).is_ok());
        assert!(may_give(&[Role::Secretary], Role::BranchAdministrator).is_ok());
        assert!(may_give(&[Role::Secretary], Role::OrganizationAdministrator).is_err());
        assert!(may_give(&[Role::SystemAdministrator], Role::Auditor).is_err());
        assert!(may_give(&[], Role::Member).is_ok(), "a member's role holds no rights; giving it takes the right to give");
    }

    #[test]
    fn what_is_lent_stays_within_the_source() {
        let source = Holding::own(Role::Secretary, "a01001");
        let day: DateTime<Utc> = "2030-01-01T00:00:00Z".parse().unwrap();
        let lend = |place: &str, part: Option<&[Permission]>| may_lend(&source, Some(day), place, part, day).map_err(|p| p.code);
        assert_eq!(lend("a01001", None), Ok(()));
        assert_eq!(lend("a01001001", Some(&[Permission::EditPerson])), Ok(()));
        assert_eq!(lend("a01", None), Err(Code::DelegationBeyondSource));
        assert_eq!(lend("a01001", Some(&[])), Err(Code::Required));
        assert_eq!(lend("a01001", Some(&[Permission::RenameOrganization])), Err(Code::DelegationBeyondSource));
        for fixed in Permission::ALL.into_iter().filter(|permission| !permission.may_be_lent()) {
            assert_eq!(lend("a01001", Some(&[fixed])), Err(Code::DelegationNotLendable));
        }
        let late = day + chrono::Duration::seconds(1);
        assert!(may_lend(&source, Some(day), "a01001", None, late).is_err());
        assert!(may_lend(&source, None, "a01001", None, late).is_ok());
        assert!(may_lend(&Holding::own(Role::CommitteeMember, "a01"), None, "a01", None, day).is_err());
    }
}
