//! Code tables in memory.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use anyhow::Context;

/// One value of a code table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeValue {
    /// The table, for example `education`.
    pub table: Arc<str>,
    /// The code, unique in the table.
    pub code: String,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// The value above, in tables with levels.
    pub parent_code: Option<String>,
    /// Where the code comes from: begins with `GB` or `internal`.
    pub note: String,
    /// Further columns of the table; empty cells are left out.
    pub attributes: Vec<(String, String)>,
}

impl CodeValue {
    /// A further column of the table.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// One code table.
#[derive(Clone, Debug)]
pub struct CodeTable {
    /// The name of its file without the ending.
    pub name: String,
    /// Chinese title.
    pub title_zh: String,
    /// English title.
    pub title_en: String,
    /// The values in the order of the file.
    pub values: Vec<CodeValue>,
    by_code: HashMap<String, usize>,
}

impl CodeTable {
    /// The value of a code.
    pub fn value(&self, code: &str) -> Option<&CodeValue> {
        self.by_code.get(code).and_then(|place| self.values.get(*place))
    }
}

/// What the code table `org_kind` says about a kind of organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationKind {
    /// The code of the kind.
    pub code: String,
    /// Whether people belong to it directly.
    pub holds_members: bool,
    /// Kinds that may be directly below.
    pub may_contain: Vec<String>,
    /// Fewest members by the rules.
    pub members_min: Option<u32>,
    /// Most members by the rules.
    pub members_max: Option<u32>,
    /// Whether it is a primary organization.
    pub is_primary: bool,
}

/// All code tables.
#[derive(Clone, Debug)]
pub struct Codes {
    tables: Vec<CodeTable>,
    by_name: HashMap<String, usize>,
    kinds: HashMap<String, OrganizationKind>,
}

impl Codes {
    /// The tables built into the program.
    pub fn builtin() -> &'static Self {
        #[expect(clippy::expect_used, reason = "the files are part of the program, and a test reads them")]
        static CODES: LazyLock<Codes> = LazyLock::new(|| Codes::read().expect("the built-in code tables are sound"));
        &CODES
    }

    fn read() -> anyhow::Result<Self> {
        let mut tables = Vec::new();
        for row in super::csv("codes/_index.csv")?.records() {
            let row = row?;
            let cell = |place: usize| row.get(place).map(str::to_owned).context("a short row in the index");
            let name = cell(0)?.trim_end_matches(".csv").to_owned();
            let values = read_values(&name).with_context(|| format!("code table {name}"))?;
            let by_code = values.iter().enumerate().map(|(place, value)| (value.code.clone(), place)).collect();
            tables.push(CodeTable { name, title_zh: cell(1)?, title_en: cell(2)?, values, by_code });
        }
        let by_name = tables.iter().enumerate().map(|(place, table)| (table.name.clone(), place)).collect();
        let mut codes = Self { tables, by_name, kinds: HashMap::new() };
        let kinds = codes.table("org_kind").context("no table of kinds of organizations")?;
        codes.kinds = kinds.values.iter().map(|value| (value.code.clone(), kind_from(value))).collect();
        Ok(codes)
    }

    /// All tables in the order of the index.
    pub fn tables(&self) -> impl Iterator<Item = &CodeTable> {
        self.tables.iter()
    }

    /// The table of this name.
    pub fn table(&self, name: &str) -> Option<&CodeTable> {
        self.by_name.get(name).and_then(|place| self.tables.get(*place))
    }

    /// A value of a table.
    pub fn value(&self, table: &str, code: &str) -> Option<&CodeValue> {
        self.table(table)?.value(code)
    }

    /// The rules for a kind of organization.
    pub fn organization_kind(&self, code: &str) -> Option<OrganizationKind> {
        self.kinds.get(code).cloned()
    }

    /// Whether an ethnic group is a minority; an unknown code is not.
    pub fn is_minority(&self, ethnic_group: &str) -> bool {
        self.value("ethnic_group", ethnic_group).and_then(|value| value.attribute("is_minority")) == Some("Y")
    }

    /// The column of the year reports for an education: a code of `education_report_group`.
    pub fn education_report_group(&self, education: &str) -> Option<&str> {
        self.value("education", education)?.attribute("report_group")
    }

    /// Junior college, bachelor or graduate.
    pub fn is_college_and_above(&self, education: &str) -> bool {
        matches!(self.education_report_group(education), Some("graduate" | "bachelor" | "junior_college"))
    }
}

fn read_values(name: &str) -> anyhow::Result<Vec<CodeValue>> {
    let table: Arc<str> = name.into();
    let mut reader = super::csv(&format!("codes/{name}.csv"))?;
    let headers = reader.headers()?.clone();
    let mut values = Vec::new();
    for row in reader.records() {
        let row = row?;
        let cell = |place: usize| row.get(place).unwrap_or_default().to_owned();
        let further = headers.iter().zip(row.iter()).skip(5).filter(|(_, value)| !value.is_empty());
        values.push(CodeValue {
            table: table.clone(),
            code: cell(0),
            name_zh: cell(1),
            name_en: cell(2),
            parent_code: Some(cell(3)).filter(|code| !code.is_empty()),
            note: cell(4),
            attributes: further.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        });
    }
    Ok(values)
}

fn kind_from(value: &CodeValue) -> OrganizationKind {
    let number = |name: &str| value.attribute(name).and_then(|text| text.parse().ok());
    let contained = value.attribute("may_contain").unwrap_or_default();
    OrganizationKind {
        code: value.code.clone(),
        holds_members: value.attribute("holds_members") == Some("Y"),
        may_contain: contained.split(';').filter(|code| !code.is_empty()).map(str::to_owned).collect(),
        members_min: number("members_min"),
        members_max: number("members_max"),
        is_primary: value.attribute("is_primary") == Some("Y"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_tables_can_be_read() {
        let codes = Codes::builtin();
        assert_eq!(codes.tables().count(), 82);
        assert_eq!(codes.tables().map(|table| table.values.len()).sum::<usize>(), 1304);
        assert_eq!(codes.tables().next().map(|table| table.name.as_str()), Some("abroad_kind"));
        for table in codes.tables() {
            assert_eq!(table.by_code.len(), table.values.len(), "codes of {} are unique", table.name);
            for parent in table.values.iter().filter_map(|value| value.parent_code.as_deref()) {
                assert!(table.value(parent).is_some(), "{parent} of {} exists", table.name);
            }
        }
    }

    #[test]
    fn kinds_of_organizations_know_their_rules() {
        let codes = Codes::builtin();
        let branch = codes.organization_kind("631").expect("a branch");
        assert!(branch.holds_members && branch.is_primary);
        assert_eq!((branch.members_min, branch.members_max), (Some(3), Some(50)));
        assert_eq!(branch.may_contain, ["71"]);
        assert!(!codes.organization_kind("611").expect("a committee").holds_members);
        assert_eq!(codes.organization_kind("nothing"), None);
    }

    #[test]
    fn ethnic_groups_and_educations_fall_into_their_columns() {
        let codes = Codes::builtin();
        assert!(!codes.is_minority("01") && codes.is_minority("15") && !codes.is_minority("?"));
        assert_eq!(codes.education_report_group("28"), Some("junior_college"));
        assert!(codes.is_college_and_above("14") && !codes.is_college_and_above("61"));
    }
}
