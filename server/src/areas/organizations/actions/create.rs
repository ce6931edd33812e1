//! Create a child (B04, B05).

use chrono::NaiveDate;

use super::super::model::NewOrganization;
use super::super::{OrganizationRow, rules, store, versions};
use super::with_unique_names;
use crate::access::Permission;
use crate::areas::journal::{self, Event, Facts, Subject, SubjectKind};
use crate::areas::reference::{Codes, division_exists};
use crate::base::error::Failure;
use crate::base::ids::{OrganizationId, new_key};
use crate::base::names::NameKeys;
use crate::base::problem::{Code, Problem};
use crate::base::text::{self, NAME_LIMIT, REMARK_LIMIT};
use crate::gql::Cx;

/// A new organization, as it was filled in.
#[derive(Debug)]
pub struct CreateOrganization {
    pub parent: OrganizationId,
    pub kind: String,
    pub name: String,
    pub code: String,
    pub short_name: Option<String>,
    pub setting: Option<String>,
    pub territory: Option<String>,
    pub founded_on: Option<NaiveDate>,
    pub contact_person: Option<String>,
    pub contact_phone: Option<String>,
    pub address: Option<String>,
}

/// Creates an organization under another one.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, or what stands in the way.
pub async fn create(cx: &Cx, input: CreateOrganization) -> Result<OrganizationRow, Failure> {
    let today = cx.clock.today();
    let codes = Codes::builtin();
    let permit = cx.viewer()?.permit(cx.session()?, Permission::CreateOrganization, input.parent).await?;
    let parent = store::lock(cx, &permit).await?;
    let name = text::required(&input.name, "name", NAME_LIMIT)?;
    let founded_on = input.founded_on.map(|day| rules::past_day(day, today, "foundedOn")).transpose()?;
    rules::active(&parent, "parentId")?;
    rules::concrete_kind(codes, &input.kind)?;
    rules::may_contain(codes, &parent.kind, &input.kind, "kind")?;
    let territory = text::optional(input.territory.as_deref(), "territory", 12)?;
    if let Some(code) = &territory
        && !division_exists(cx, code).await?
    {
        return Err(Problem::new(Code::UnknownCode, "territory").into());
    }

    let label = store::take_label(cx, &permit).await?.ok_or_else(|| Problem::new(Code::OrganizationFull, "parentId"))?;
    let (keys, now) = (NameKeys::of_organization(&name), cx.clock.now());
    let new = NewOrganization {
        tenant_id: permit.tenant(),
        id: new_key(),
        parent_id: Some(parent.id),
        path: format!("{}{label}", parent.path),
        label,
        kind: input.kind,
        setting: rules::known_code(codes, "org_setting", input.setting.as_deref(), "setting")?,
        name,
        short_name: text::optional(input.short_name.as_deref(), "shortName", NAME_LIMIT)?,
        code: rules::code(&input.code)?,
        name_pinyin: keys.pinyin,
        name_initials: keys.initials,
        name_grams: keys.grams,
        territory,
        sort_order: store::last_place(cx, &permit).await?,
        founded_on,
        contact_person: text::optional(input.contact_person.as_deref(), "contactPerson", NAME_LIMIT)?,
        contact_phone: text::optional(input.contact_phone.as_deref(), "contactPhone", 40)?,
        address: text::optional(input.address.as_deref(), "address", REMARK_LIMIT)?,
        created_at: now,
        updated_at: now,
    };
    let row = with_unique_names(store::insert(cx, &new).await, "name")?;
    versions::begin(cx, &row, founded_on.unwrap_or(today), versions::change::FOUNDED, None).await?;

    // The entry stands where the new organization stands, so that whoever runs it later finds its beginning.
    let permit = cx.viewer()?.permit(cx.session()?, Permission::CreateOrganization, row.key()).await?;
    let subject = Subject {
        event: Event::OrganizationCreated,
        kind: SubjectKind::Organization,
        id: row.id,
        name: &row.name,
        before: Facts::default(),
        after: row.facts().text("superior", Some(&parent.name)),
        reason: None,
        moved_from: None,
    };
    journal::record(cx, &permit, subject).await?;
    Ok(row)
}
