//! Who may give what. Pure: no connection, no clock, no GraphQL.

use chrono::{DateTime, Utc};

use crate::access::Role;
use crate::base::problem::{Code, Problem};

/// How many grants an account holds at a time, at most.
pub(super) const MOST_GRANTS: usize = 20;

/// Whether holders of `held`, all at a place that covers the organization, may give or end `role`:
/// every right of the role must be among theirs.
pub(super) fn may_give(held: &[Role], role: Role) -> Result<(), Problem> {
    let covered = role.permissions().iter().all(|permission| held.iter().any(|held| held.allows(*permission)));
    if covered { Ok(()) } else { Err(Problem::new(Code::GrantBeyondOwnRights, "role")) }
}

/// Whether a grant's time is one.
pub(super) fn period(from: DateTime<Utc>, until: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<(), Problem> {
    match until {
        Some(until) if until <= now => Err(Problem::new(Code::GrantInThePast, "until")),
        Some(until) if until <= from => Err(Problem::new(Code::GrantPeriod, "until")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Role, may_give};

    #[test]
    fn nobody_gives_more_than_they_hold() {
        assert!(may_give(&[Role::OrganizationAdministrator], Role::OrganizationAdministrator).is_ok());
        assert!(may_give(&[Role::Secretary], Role::CommitteeMember).is_ok());
        assert!(may_give(&[Role::Secretary], Role::BranchAdministrator).is_ok());
        assert!(may_give(&[Role::Secretary], Role::OrganizationAdministrator).is_err());
        assert!(may_give(&[Role::SystemAdministrator], Role::Auditor).is_err());
        assert!(may_give(&[], Role::Member).is_ok(), "a member's role holds no rights; giving it takes the right to give");
    }
}
