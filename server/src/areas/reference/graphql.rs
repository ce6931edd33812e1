//! Code tables and divisions in the schema (X, D29).

use async_graphql::{Context, Enum, Object, Result, SimpleObject};

use super::{CodeTable as Table, CodeValue, Codes, DivisionRow, divisions as store};
use crate::base::db::KeyPart;
use crate::base::error::Failure;
use crate::base::language::Language;
use crate::gql::{Cx, Listed, Paging, Total, connection};

/// A value of a code table.
#[derive(Clone, Copy)]
pub struct Code(pub &'static CodeValue);

impl Code {
    /// The value of a code that a row holds; rows hold known codes only.
    ///
    /// # Errors
    /// `INTERNAL` for a code that is in no table.
    pub fn of(table: &str, code: &str) -> Result<Self> {
        let value = Codes::builtin().value(table, code);
        Ok(value.map(Self).ok_or_else(|| Failure::Internal(anyhow::anyhow!("no code {code} in {table}")))?)
    }

    /// The same for a code that may be absent.
    ///
    /// # Errors
    /// `INTERNAL` for a code that is in no table.
    pub fn of_optional(table: &str, code: Option<&str>) -> Result<Option<Self>> {
        code.map(|code| Self::of(table, code)).transpose()
    }
}

/// A value of a code table, with its names in both languages.
#[Object]
impl Code {
    /// The code table, as `education`.
    async fn table(&self) -> &str {
        &self.0.table
    }

    /// The code, unique in its table.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// The name in the language of the request.
    async fn name(&self, ctx: &Context<'_>) -> &str {
        Cx::of(ctx).language.pick(&self.0.name_zh, &self.0.name_en)
    }

    /// The name in Chinese.
    async fn name_zh(&self) -> &str {
        &self.0.name_zh
    }

    /// The name in English.
    async fn name_en(&self) -> &str {
        &self.0.name_en
    }

    /// The value above, in tables with levels.
    async fn parent_code(&self) -> Option<&str> {
        self.0.parent_code.as_deref()
    }

    /// Where the code comes from: begins with `GB` for a national standard, with `internal` for our own.
    async fn note(&self) -> &str {
        &self.0.note
    }

    /// Further columns of the table.
    async fn attributes(&self) -> Vec<CodeAttribute> {
        self.0.attributes.iter().map(|(name, value)| CodeAttribute { name: name.clone(), value: value.clone() }).collect()
    }
}

/// A further column of a code table.
#[derive(SimpleObject)]
pub struct CodeAttribute {
    /// Name of the column.
    name: String,
    /// Its value.
    value: String,
}

/// How many people or organizations share a code.
#[derive(SimpleObject)]
pub struct CountByCode {
    /// The code.
    pub code: Code,
    /// How many.
    pub count: i32,
}

/// A code table.
#[derive(Clone, Copy)]
pub struct CodeTable(&'static Table);

/// A code table: what it is called and how large it is.
#[Object]
impl CodeTable {
    /// Its name, as `education`; give it to `codes`.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The title in the language of the request.
    async fn title(&self, ctx: &Context<'_>) -> &str {
        Cx::of(ctx).language.pick(&self.0.title_zh, &self.0.title_en)
    }

    /// The title in Chinese.
    async fn title_zh(&self) -> &str {
        &self.0.title_zh
    }

    /// The title in English.
    async fn title_en(&self) -> &str {
        &self.0.title_en
    }

    /// How many values it has.
    async fn size(&self) -> i32 {
        i32::try_from(self.0.values.len()).unwrap_or(i32::MAX)
    }
}

/// An administrative division.
#[derive(Clone)]
pub struct Division(pub DivisionRow);

/// Levels of administrative divisions.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum DivisionLevel {
    /// A province, an autonomous region or a city of that rank.
    Province,
    /// A city or prefecture.
    Prefecture,
    /// A county, a district or a city of that rank.
    County,
    /// A township, a town or a subdistrict.
    Township,
    /// A village or a residents' committee.
    Village,
}

impl DivisionLevel {
    fn parse(text: &str) -> Result<Self, Failure> {
        Ok(match text {
            "province" => Self::Province,
            "prefecture" => Self::Prefecture,
            "county" => Self::County,
            "township" => Self::Township,
            "village" => Self::Village,
            other => return Err(Failure::Internal(anyhow::anyhow!("a division of level {other}"))),
        })
    }
}

/// An administrative division: province, county, township or village.
#[Object]
impl Division {
    /// The code of GB/T 2260 or of the statistical office.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// The name at its own level.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The name with the names above it.
    async fn full_name(&self) -> &str {
        &self.0.full_name
    }

    /// Which of the five it is.
    async fn level(&self) -> Result<DivisionLevel> {
        Ok(DivisionLevel::parse(&self.0.level)?)
    }

    /// The division above.
    async fn parent_code(&self) -> Option<&str> {
        self.0.parent_code.as_deref()
    }

    /// Whether there are divisions below.
    async fn has_children(&self) -> bool {
        self.0.has_children
    }
}

connection! {
    /// Values of a code table, page by page.
    CodeConnection CodeEdge Code
}
connection! {
    /// The code tables, page by page.
    CodeTableConnection CodeTableEdge CodeTable
}
connection! {
    /// Administrative divisions, page by page.
    DivisionConnection DivisionEdge Division
}

/// Pages a list that is in memory; its keys are its own texts, in its own order.
fn page_of<T: Copy>(cx: &Cx, paging: &Paging, list: &str, all: &[T], key: impl Fn(&T) -> &str) -> Result<Listed<T>, Failure> {
    let page = paging.page(&cx.secrets, list)?;
    let place = |bound: &Option<Vec<KeyPart>>| {
        bound.as_ref().and_then(|bound| all.iter().position(|item| *bound == [KeyPart::Text(key(item).to_owned())]))
    };
    let start = place(&page.after).map_or(0, |place| place + 1);
    let end = place(&page.before).unwrap_or(all.len()).max(start);
    let window = all.get(start..end).unwrap_or_default();
    let rows: Vec<T> = if page.backward {
        window.iter().rev().take(page.limit + 1).copied().collect()
    } else {
        window.iter().take(page.limit + 1).copied().collect()
    };
    Ok(Listed::of(rows, &page, &cx.secrets, list, |item| vec![KeyPart::Text(key(item).to_owned())]))
}

/// Queries of this area.
#[derive(Default)]
pub struct ReferenceQuery;

#[Object]
impl ReferenceQuery {
    /// The code tables.
    async fn code_tables(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many from the beginning, 1 to 200; 20 without one.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<CodeTableConnection> {
        let cx = &Cx::of(ctx);
        cx.viewer()?;
        let all: Vec<&'static Table> = Codes::builtin().tables().collect();
        let listed = page_of(cx, &Paging { first, after, last, before }, "codeTables", &all, |table| &table.name)?;
        Ok(CodeTableConnection::of(listed, Total::known(all.len()), CodeTable))
    }

    /// The values of a code table in its own order, all or those whose code or name contains the search text.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn codes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Name of the table, as `education`.")] table: String,
        #[graphql(desc = "A part of the code or of the name in either language.")] search: Option<String>,
        #[graphql(desc = "At most so many from the beginning, 1 to 200; 20 without one.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<CodeConnection> {
        let cx = &Cx::of(ctx);
        cx.viewer()?;
        let table = Codes::builtin().table(&table).ok_or(Failure::NotFound)?;
        let wanted = search.map(|text| text.trim().to_lowercase()).filter(|text| !text.is_empty());
        let all: Vec<&'static CodeValue> =
            table.values.iter().filter(|value| wanted.as_deref().is_none_or(|text| is_about(value, text))).collect();
        let listed = page_of(cx, &Paging { first, after, last, before }, "codes", &all, |value| &value.code)?;
        Ok(CodeConnection::of(listed, Total::known(all.len()), Code))
    }

    /// Administrative divisions: those below `parent`, those whose code or name begins with `search`, or the provinces.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn divisions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Code of the division above.")] parent: Option<String>,
        #[graphql(desc = "The beginning of a code or of a name.")] search: Option<String>,
        #[graphql(desc = "At most so many from the beginning, 1 to 200; 20 without one.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<DivisionConnection> {
        let cx = Cx::of(ctx);
        let page = Paging { first, after, last, before }.page(&cx.secrets, "divisions")?;
        let search = search.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let rows = store::page_of_divisions(&cx, parent.as_deref(), search.as_deref(), &page).await?;
        let listed = Listed::of(rows, &page, &cx.secrets, "divisions", |row| vec![KeyPart::Text(row.code.clone())]);
        let total = Total::by(move || {
            let (cx, parent, search) = (cx.clone(), parent.clone(), search.clone());
            Box::pin(async move { store::count_divisions(&cx, parent.as_deref(), search.as_deref()).await })
        });
        Ok(DivisionConnection::of(listed, total, Division))
    }
}

fn is_about(value: &CodeValue, text: &str) -> bool {
    value.code.to_lowercase().starts_with(text) || value.name_zh.contains(text) || value.name_en.to_lowercase().contains(text)
}

/// The name of a code in a language, for other areas' texts.
#[must_use]
pub fn code_name(table: &str, code: &str, language: Language) -> String {
    Codes::builtin()
        .value(table, code)
        .map_or_else(|| code.to_owned(), |value| language.pick(&value.name_zh, &value.name_en).to_owned())
}
