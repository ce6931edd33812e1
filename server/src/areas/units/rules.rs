//! What a unit must be, and how many an organization has. Pure: no connection, no clock, no GraphQL.

use crate::areas::reference::Codes;
use crate::base::credit_code::is_credit_code;
use crate::base::problem::{Code, Problem};
use crate::base::text::{self, NAME_LIMIT, REMARK_LIMIT};

/// The kind of organization that several units set up together.
const JOINT_BRANCH: &str = "632";
/// Most units of a joint branch: more than five are unusual (U53), more than these a mistake.
const MOST: i64 = 20;

/// A unit as it was filled in.
#[derive(Clone, Debug)]
pub(super) struct UnitFields {
    pub name: String,
    pub credit_code: Option<String>,
    pub kind: String,
    pub industry: Option<String>,
    pub scale: Option<String>,
    pub address: Option<String>,
    pub legal_person: bool,
    pub superior_name: Option<String>,
}

/// The fields as they are kept, or all that is wrong with them.
pub(super) fn fields(codes: &Codes, given: UnitFields) -> Result<UnitFields, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut checked = |result: Result<Option<String>, Problem>| {
        result.unwrap_or_else(|problem| {
            problems.push(problem);
            None
        })
    };
    let name = checked(text::required(&given.name, "name", NAME_LIMIT).map(Some));
    let credit_code = checked(credit_code(given.credit_code.as_deref(), given.legal_person));
    let kind = checked(code(codes, "unit_kind", Some(&given.kind), "kind"));
    let kind = match kind {
        None if given.kind.trim().is_empty() => checked(Err(Problem::new(Code::Required, "kind"))),
        kind => kind,
    };
    let industry = checked(code(codes, "industry_section", given.industry.as_deref(), "industry"));
    let scale = checked(code(codes, "unit_scale", given.scale.as_deref(), "scale"));
    let address = checked(text::optional(given.address.as_deref(), "address", REMARK_LIMIT));
    let superior_name = checked(text::optional(given.superior_name.as_deref(), "superiorName", NAME_LIMIT));
    if given.legal_person && superior_name.is_some() {
        let _ = checked(Err(Problem::new(Code::UnitIsLegalPerson, "superiorName")));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(UnitFields {
        name: name.unwrap_or_default(),
        credit_code,
        kind: kind.unwrap_or_default(),
        industry,
        scale,
        address,
        legal_person: given.legal_person,
        superior_name,
    })
}

fn code(codes: &Codes, table: &str, given: Option<&str>, field: &'static str) -> Result<Option<String>, Problem> {
    match given.map(str::trim).filter(|code| !code.is_empty()) {
        None => Ok(None),
        Some(code) if codes.value(table, code).is_some() => Ok(Some(code.to_owned())),
        Some(_) => Err(Problem::new(Code::UnknownCode, field)),
    }
}

/// Small letters and spaces are what a hand writes; a legal person has a code.
fn credit_code(given: Option<&str>, legal_person: bool) -> Result<Option<String>, Problem> {
    const FIELD: &str = "creditCode";
    let text: String =
        given.unwrap_or_default().chars().filter(|character| *character != ' ').collect::<String>().to_ascii_uppercase();
    match text {
        text if text.is_empty() && legal_person => Err(Problem::new(Code::Required, FIELD)),
        text if text.is_empty() => Ok(None),
        text if is_credit_code(&text) => Ok(Some(text)),
        _ => Err(Problem::new(Code::CreditCodeCheckDigit, FIELD)),
    }
}

/// Whether an organization of a kind may be linked to one more unit (B19).
pub(super) fn may_link(kind: &str, linked: i64) -> Result<(), Problem> {
    const FIELD: &str = "unitId";
    if kind != JOINT_BRANCH && linked > 0 {
        return Err(Problem::new(Code::UnitOnlyOne, FIELD));
    }
    if linked >= MOST {
        return Err(Problem::new(Code::TooMany, FIELD).with(MOST));
    }
    Ok(())
}

/// Whether an organization with so many units may become of another kind (B19).
///
/// # Errors
/// `UNIT_KEEP_ONE` for several units and a kind that has one.
pub fn may_become(kind: &str, linked: i64) -> Result<(), Problem> {
    if kind != JOINT_BRANCH && linked > 1 { Err(Problem::new(Code::UnitKeepOne, "kind")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::{Code, Codes, UnitFields, fields, may_become, may_link};

    fn unit() -> UnitFields {
        UnitFields {
            name: "青石镇中心小学".into(),
            credit_code: Some("12500155mbncgl50x4".into()),
            kind: "333".into(),
            industry: Some("P".into()),
            scale: None,
            address: None,
            legal_person: true,
            superior_name: None,
        }
    }

    #[test]
    fn everything_that_is_wrong_with_a_unit_is_said_at_once() {
        let codes = Codes::builtin();
        assert_eq!(fields(codes, unit()).unwrap().credit_code.as_deref(), Some("12500155MBNCGL50X4"));
        let wrong = UnitFields {
            name: " ".into(),
            credit_code: Some("12500155MBNCGL50X5".into()),
            kind: "x".into(),
            industry: Some("Ω".into()),
            scale: Some("9".into()),
            superior_name: Some("区教委".into()),
            ..unit()
        };
        let told: Vec<(Code, &str)> =
            fields(codes, wrong).unwrap_err().iter().map(|problem| (problem.code, problem.field)).collect();
        assert_eq!(
            told,
            [
                (Code::Required, "name"),
                (Code::CreditCodeCheckDigit, "creditCode"),
                (Code::UnknownCode, "kind"),
                (Code::UnknownCode, "industry"),
                (Code::UnknownCode, "scale"),
                (Code::UnitIsLegalPerson, "superiorName"),
            ]
        );
        let part = UnitFields { credit_code: None, legal_person: false, superior_name: Some("区教委".into()), ..unit() };
        assert!(fields(codes, part.clone()).is_ok());
        let nameless = fields(codes, UnitFields { legal_person: true, superior_name: None, ..part }).unwrap_err();
        assert_eq!(nameless[0].code, Code::Required);
    }

    #[test]
    fn only_a_joint_branch_has_several_units() {
        assert_eq!(may_link("631", 0), Ok(()));
        assert_eq!(may_link("631", 1).map_err(|problem| problem.code), Err(Code::UnitOnlyOne));
        assert_eq!(may_link("632", 5), Ok(()));
        assert_eq!(may_become("631", 1), Ok(()));
        assert_eq!(may_become("631", 2).map_err(|problem| problem.code), Err(Code::UnitKeepOne));
        assert_eq!(may_become("632", 2), Ok(()));
    }
}
