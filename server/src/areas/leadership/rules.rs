//! What a term and a post must be, and which role goes with a post. Pure: no connection, no clock, no GraphQL.

use chrono::{Months, NaiveDate};

use super::model::{PostRow, TermRow};
use crate::access::Role;
use crate::areas::people::Stage;
use crate::areas::reference::Codes;
use crate::base::problem::{Code, Problem};

/// 书记, of whom a term has one.
pub(super) const SECRETARY: &str = "1";
/// 换届不再任职, for whoever is in office when the next term begins.
pub(super) const END_OF_TERM: &str = "1";
/// Most members of the committee of a branch (U54).
const LARGEST_COMMITTEE: usize = 7;
/// Most entries of one term, held or ended: more are a mistake.
pub(super) const MOST_POSTS: usize = 60;
/// The newest terms that are shown of an organization.
pub(super) const MOST_TERMS: i64 = 30;
/// Highest number of a term.
const LAST_NUMBER: i32 = 200;
/// 不担任党内职务, which is none.
const NO_POST: &str = "9";

/// A post as a code of `party_post` that an organization of this kind has. Local committees and working offices
/// have posts that the table leaves open; it binds the primary organizations.
pub(super) fn post(codes: &Codes, given: &str, kind: &str) -> Result<String, Problem> {
    const FIELD: &str = "post";
    let given = given.trim();
    if given.is_empty() {
        return Err(Problem::new(Code::Required, FIELD));
    }
    let value = codes.value("party_post", given).filter(|value| value.code != NO_POST);
    let value = value.ok_or_else(|| Problem::new(Code::UnknownCode, FIELD))?;
    let is_primary = codes.organization_kind(kind).is_some_and(|kind| kind.is_primary);
    let kinds = value.attribute("org_kinds").unwrap_or_default();
    // A commission for discipline and party groups of an organ have their own posts; a branch does not.
    let fits = !is_primary || kinds.split(';').any(|allowed| allowed == kind) || is_committee(given) && !is_standing(given);
    if fits { Ok(value.code.clone()) } else { Err(Problem::new(Code::LeadershipPostNotHere, FIELD)) }
}

/// Secretary, deputy or member of the committee.
fn is_committee(post: &str) -> bool {
    matches!(post.chars().next(), Some('1'..='4'))
}

/// Of a standing committee, which primary organizations do not have.
fn is_standing(post: &str) -> bool {
    post == "3"
}

/// The role that goes with a post (A17): the secretary's and the committee member's; whoever is named as an
/// administrator of the own level runs the branch (R03, R04).
pub(super) fn role_of(post: &str, administers: bool) -> Option<Role> {
    match post.chars().next() {
        Some('1') => Some(Role::Secretary),
        _ if administers => Some(Role::BranchAdministrator),
        Some('2'..='4') => Some(Role::CommitteeMember),
        _ => None,
    }
}

/// Whether someone at this stage can hold a post: a full member in the committee and at the head of a group (章程 4,
/// U63), any member in the office of one.
pub(super) fn may_hold(stage: Stage, post: &str) -> Result<(), Problem> {
    const FIELD: &str = "personId";
    let in_office = matches!(post.chars().next(), Some('8'));
    match stage {
        Stage::Full => Ok(()),
        Stage::Probationary if in_office => Ok(()),
        Stage::Probationary => Err(Problem::new(Code::LeadershipNotFullMember, FIELD)),
        _ => Err(Problem::new(Code::LeadershipNotMember, FIELD)),
    }
}

/// What another entry may not be beside those that are held in the same term.
pub(super) fn beside(codes: &Codes, kind: &str, held: &[PostRow], new: &PostRow) -> Result<(), Problem> {
    let others: Vec<&PostRow> = held.iter().filter(|post| post.is_held() && post.id != new.id).collect();
    if others.iter().any(|post| post.person_id == new.person_id && post.post == new.post) {
        return Err(Problem::new(Code::LeadershipPostTwice, "post"));
    }
    if new.post == SECRETARY && others.iter().any(|post| post.post == SECRETARY) {
        return Err(Problem::new(Code::LeadershipOneSecretary, "post"));
    }
    let is_branch = codes.organization_kind(kind).is_some_and(|kind| kind.holds_members);
    let mut committee: Vec<_> =
        others.into_iter().chain([new]).filter(|post| is_committee(&post.post)).map(|post| post.person_id).collect();
    committee.sort_unstable();
    committee.dedup();
    if is_branch && is_committee(&new.post) && committee.len() > LARGEST_COMMITTEE {
        return Err(Problem::new(Code::LeadershipCommitteeFull, "personId").with(LARGEST_COMMITTEE));
    }
    Ok(())
}

/// Behind which of the entries a new one stands: posts in the order of their table, persons of one post as they came.
pub(super) fn place(codes: &Codes, entries: &[PostRow], post: &str) -> Option<uuid::Uuid> {
    let rank = |code: &str| codes.table("party_post").and_then(|table| table.values.iter().position(|value| value.code == code));
    entries.iter().rfind(|entry| rank(&entry.post) <= rank(post)).map(|entry| entry.id)
}

/// The end of a term by the regulations (U55); none for kinds without one.
pub(super) fn planned_end(codes: &Codes, kind: &str, from: NaiveDate) -> Option<NaiveDate> {
    let years: u32 = codes.value("org_kind", kind)?.attribute("term_years")?.parse().ok()?;
    from.checked_add_months(Months::new(12 * years))
}

/// Number and days of a term that follows another one.
pub(super) fn term(
    last: Option<&TermRow>,
    number: Option<i32>,
    from: NaiveDate,
    planned_until: Option<NaiveDate>,
) -> Result<i32, Vec<Problem>> {
    let mut problems = Vec::new();
    let next = last.map_or(1, |last| last.number + 1);
    let number = number.unwrap_or(next);
    if number < next || number > LAST_NUMBER {
        problems.push(Problem::new(Code::LeadershipTermNumber, "number").with(next));
    }
    // Both are told apart by their first day.
    if last.is_some_and(|last| from <= last.from_day) {
        problems.push(Problem::new(Code::DatesOutOfOrder, "from"));
    }
    if planned_until.is_some_and(|until| until <= from) {
        problems.push(Problem::new(Code::DatesOutOfOrder, "plannedUntil"));
    }
    if problems.is_empty() { Ok(number) } else { Err(problems) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, 3, 1).unwrap()
    }

    /// covers: U55
    #[test]
    fn a_term_ends_by_the_kind_of_organization() {
        let end = |kind| planned_end(Codes::builtin(), kind, day(2024));
        assert_eq!(
            (end("631"), end("621"), end("611"), end("13")),
            (Some(day(2027)), Some(day(2027)), Some(day(2029)), Some(day(2029)))
        );
        assert_eq!(end("633"), None);
    }

    #[test]
    fn the_role_follows_the_post() {
        for (post, administers, role) in [
            ("1", false, Some(Role::Secretary)),
            ("1", true, Some(Role::Secretary)),
            ("11", false, Some(Role::Secretary)),
            ("2", false, Some(Role::CommitteeMember)),
            ("43", false, Some(Role::CommitteeMember)),
            ("43", true, Some(Role::BranchAdministrator)),
            ("82", true, Some(Role::BranchAdministrator)),
            ("82", false, None),
            ("52", false, None),
        ] {
            assert_eq!(role_of(post, administers), role, "{post}");
        }
    }

    #[test]
    fn a_branch_has_the_posts_of_a_branch_and_only_members_hold_them() {
        let codes = Codes::builtin();
        let refusal = |given: &str, kind| post(codes, given, kind).err().map(|problem| problem.code);
        assert_eq!(
            (refusal("1", "631"), refusal("41", "631"), refusal("2", "634"), refusal("1", "13")),
            (None, None, None, None)
        );
        for (given, code) in
            [("5", Code::LeadershipPostNotHere), ("3", Code::LeadershipPostNotHere), ("7", Code::LeadershipPostNotHere)]
        {
            assert_eq!(refusal(given, "631"), Some(code), "{given}");
        }
        assert_eq!(
            (refusal("9", "631"), refusal("x", "13"), refusal("", "13")),
            (Some(Code::UnknownCode), Some(Code::UnknownCode), Some(Code::Required))
        );
        let holds = |stage, post| may_hold(stage, post).err().map(|problem| problem.code);
        assert_eq!((holds(Stage::Full, "1"), holds(Stage::Probationary, "82")), (None, None));
        assert_eq!(holds(Stage::Probationary, "4"), Some(Code::LeadershipNotFullMember));
        assert_eq!(
            (holds(Stage::Candidate, "82"), holds(Stage::Left, "1")),
            (Some(Code::LeadershipNotMember), Some(Code::LeadershipNotMember))
        );
    }
}
