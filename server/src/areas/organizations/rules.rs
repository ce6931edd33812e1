//! What may be done to the tree. Pure: no connection, no clock, no GraphQL.

use chrono::NaiveDate;

use super::OrganizationRow;
use crate::areas::reference::Codes;
use crate::base::path;
use crate::base::problem::{Code, Problem};

/// Longest code of an organization.
const CODE_LIMIT: usize = 20;
/// The kind of a party group, which is a row of its branch and not an organization (B05, B21).
const PARTY_GROUP: &str = "71";

/// Kinds that a new child of this kind may have; none below a leaf kind.
pub(super) fn kinds_below(codes: &Codes, kind: &str) -> Vec<String> {
    let allowed = codes.organization_kind(kind).map(|kind| kind.may_contain).unwrap_or_default();
    allowed.into_iter().filter(|kind| kind != PARTY_GROUP).collect()
}

/// Whether an organization of `kind` may stand under one of kind `above`.
pub(super) fn may_contain(codes: &Codes, above: &str, kind: &str, field: &'static str) -> Result<(), Problem> {
    if codes.organization_kind(above).is_some_and(|above| above.holds_members) {
        return Err(Problem::new(Code::OrganizationIsLeaf, field));
    }
    if !kinds_below(codes, above).iter().any(|allowed| allowed == kind) {
        return Err(Problem::new(Code::OrganizationKindNotAllowed, field));
    }
    Ok(())
}

/// A kind that an organization can have.
pub(super) fn concrete_kind(codes: &Codes, kind: &str) -> Result<(), Problem> {
    let known = codes.organization_kind(kind).ok_or_else(|| Problem::new(Code::UnknownCode, "kind"))?;
    let heads_a_group_of_kinds =
        codes.table("org_kind").is_some_and(|table| table.values.iter().any(|value| value.parent_code.as_deref() == Some(kind)));
    if heads_a_group_of_kinds || known.code == PARTY_GROUP {
        return Err(Problem::new(Code::OrganizationKindNotInstantiable, "kind"));
    }
    Ok(())
}

/// A code of an organization: digits and capital letters.
pub(super) fn code(text: &str) -> Result<String, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::new(Code::Required, "code"));
    }
    let fits =
        text.len() <= CODE_LIMIT && text.chars().all(|character| character.is_ascii_digit() || character.is_ascii_uppercase());
    if fits { Ok(text.to_owned()) } else { Err(Problem::new(Code::OrganizationCodeForm, "code")) }
}

/// A value of a code table, or none.
pub(super) fn known_code(codes: &Codes, table: &str, code: Option<&str>, field: &'static str) -> Result<Option<String>, Problem> {
    match code.map(str::trim).filter(|code| !code.is_empty()) {
        None => Ok(None),
        Some(code) if codes.value(table, code).is_some() => Ok(Some(code.to_owned())),
        Some(_) => Err(Problem::new(Code::UnknownCode, field)),
    }
}

/// A day that has come, not before the party.
pub(crate) fn past_day(day: NaiveDate, today: NaiveDate, field: &'static str) -> Result<NaiveDate, Problem> {
    const FOUNDING_OF_THE_PARTY: Option<NaiveDate> = NaiveDate::from_ymd_opt(1921, 7, 1);
    match FOUNDING_OF_THE_PARTY {
        Some(earliest) if day < earliest => Err(Problem::new(Code::DateTooEarly, field).with(earliest)),
        _ if day > today => Err(Problem::new(Code::DateInFuture, field)),
        _ => Ok(day),
    }
}

/// An organization that can be changed.
pub(super) fn active(row: &OrganizationRow, field: &'static str) -> Result<(), Problem> {
    if row.is_active() { Ok(()) } else { Err(Problem::new(Code::OrganizationDissolved, field)) }
}

/// Whether an organization may get a new superior (B11).
pub(super) fn may_move(codes: &Codes, moved: &OrganizationRow, superior: &OrganizationRow) -> Result<(), Problem> {
    const FIELD: &str = "newSuperiorId";
    active(moved, "id")?;
    if path::is_within(&superior.path, &moved.path) {
        return Err(Problem::new(Code::OrganizationMoveIntoItself, FIELD));
    }
    if moved.parent_id == Some(superior.id) {
        return Err(Problem::new(Code::OrganizationMoveNowhere, FIELD));
    }
    active(superior, FIELD)?;
    may_contain(codes, &superior.kind, &moved.kind, FIELD)
}

/// Organizations that are moved within a request. Rows go at some ten thousand a second on a small machine, an organization
/// with its past, its figures and its people being about fifteen of them: so many take some three seconds of the ten that a
/// request may take, and of which a slower machine needs more.
pub const MOVED_AT_ONCE: i64 = 2_000;
/// People of one organization that weigh as much as the organization itself.
const PEOPLE_OF_ONE: i64 = 10;

/// Whether a move is more than a request can do.
pub(super) fn is_large_move(organizations: i64, people: i64, at_once: i64) -> bool {
    organizations > at_once || people > at_once * PEOPLE_OF_ONE
}

/// How many there are of what hinders a dissolution.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hindrances {
    pub children: i64,
    pub members: i64,
    /// On the way to membership.
    pub applicants: i64,
    /// What waits for somebody's decision.
    pub to_dos: i64,
}

impl Hindrances {
    /// What stands in the way of dissolving an organization (B10): all of it, so that one round is enough.
    pub(super) fn problems(self) -> impl Iterator<Item = Problem> {
        [
            (self.children, Code::OrganizationHasChildren),
            (self.members, Code::OrganizationHasPeople),
            (self.applicants, Code::OrganizationHasApplicants),
            (self.to_dos, Code::OrganizationHasToDos),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(_, code)| Problem::new(code, "id"))
    }
}

/// Whether an organization with these children and people may become of another kind (B07).
pub(super) fn may_become(
    codes: &Codes,
    kind: &str,
    above: Option<&str>,
    children: &[String],
    has_people: bool,
) -> Result<(), Problem> {
    concrete_kind(codes, kind)?;
    if let Some(above) = above {
        may_contain(codes, above, kind, "kind")?;
    }
    let allowed = kinds_below(codes, kind);
    if !children.iter().all(|child| allowed.contains(child)) {
        return Err(Problem::new(Code::OrganizationKindHasChildren, "kind"));
    }
    if has_people && !codes.organization_kind(kind).is_some_and(|kind| kind.holds_members) {
        return Err(Problem::new(Code::OrganizationKindHasPeople, "kind"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Code, Codes, code, concrete_kind, is_large_move, kinds_below, may_become, may_contain, past_day};
    use chrono::NaiveDate;

    /// covers: B05
    #[test]
    fn a_branch_has_no_subordinates_and_a_committee_only_those_that_its_kind_may_contain() {
        let codes = Codes::builtin();
        let refusal = |above: &str, kind: &str| may_contain(codes, above, kind, "kind").err().map(|problem| problem.code);
        for leaf in ["631", "632", "633", "634"] {
            assert_eq!(refusal(leaf, "631"), Some(Code::OrganizationIsLeaf));
            assert!(kinds_below(codes, leaf).is_empty());
        }
        assert_eq!(refusal("621", "631"), None);
        assert_eq!(refusal("621", "611"), Some(Code::OrganizationKindNotAllowed));
        assert_eq!(refusal("11", "13"), None);
    }

    #[test]
    fn only_concrete_kinds_can_be_given() {
        let codes = Codes::builtin();
        let refusal = |kind: &str| concrete_kind(codes, kind).err().map(|problem| problem.code);
        assert_eq!(refusal("631"), None);
        assert_eq!(refusal("63"), Some(Code::OrganizationKindNotInstantiable));
        assert_eq!(refusal("71"), Some(Code::OrganizationKindNotInstantiable));
        assert_eq!(refusal("nothing"), Some(Code::UnknownCode));
        assert_eq!(may_become(codes, "621", Some("611"), &["631".into()], false), Ok(()));
        assert_eq!(
            may_become(codes, "631", Some("611"), &["631".into()], false).map_err(|p| p.code),
            Err(Code::OrganizationKindHasChildren)
        );
        assert_eq!(may_become(codes, "621", Some("611"), &[], true).map_err(|p| p.code), Err(Code::OrganizationKindHasPeople));
    }

    #[test]
    fn a_move_is_large_by_its_organizations_or_by_its_people() {
        assert!(!is_large_move(2_000, 20_000, 2_000));
        assert!(is_large_move(2_001, 0, 2_000) && is_large_move(1, 20_001, 2_000) && is_large_move(1, 0, 0));
    }

    #[test]
    fn codes_and_days_have_their_bounds() {
        assert_eq!(code(" 500101A ").ok().as_deref(), Some("500101A"));
        for bad in ["a", "5 0", "123456789012345678901", "五"] {
            assert_eq!(code(bad).map_err(|problem| problem.code), Err(Code::OrganizationCodeForm), "{bad}");
        }
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
        let check = |given| past_day(given, day(2026, 7, 1), "on").err().map(|problem| problem.code);
        assert_eq!(check(day(2026, 7, 1)), None);
        assert_eq!(check(day(2026, 7, 2)), Some(Code::DateInFuture));
        assert_eq!(check(day(1921, 6, 30)), Some(Code::DateTooEarly));
    }
}
