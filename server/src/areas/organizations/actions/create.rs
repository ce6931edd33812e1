//! Create a child (B04, B05).

use chrono::NaiveDate;

use super::super::model::NewOrganization;
use super::super::{OrganizationRow, rules, store, versions};
use super::{free_names, territory, with_unique_names};
use crate::access::Permission;
use crate::areas::journal::{self, Event, Facts, Subject, SubjectKind};
use crate::areas::reference::Codes;
use crate::base::error::Failure;
use crate::base::ids::{OrganizationId, new_key};
use crate::base::mistakes::Mistakes;
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
/// `NOT_FOUND`, `FORBIDDEN`, or every mistake of the form.
pub async fn create(cx: &Cx, input: CreateOrganization) -> Result<OrganizationRow, Failure> {
    let today = cx.clock.today();
    let codes = Codes::builtin();
    let permit = cx.viewer()?.permit(cx.session()?, Permission::CreateOrganization, input.parent).await?;
    let parent = store::lock(cx, &permit).await?;
    let mut mistakes = Mistakes::new();
    mistakes.field(rules::active(&parent, "parentId"));
    let name = mistakes.field(text::required(&input.name, "name", NAME_LIMIT));
    let code = mistakes.field(rules::code(&input.code));
    let kind = rules::concrete_kind(codes, &input.kind);
    mistakes.field(kind.and_then(|()| rules::may_contain(codes, &parent.kind, &input.kind, "kind")));
    let bounded = |text: Option<&str>, field, limit| text::optional(text, field, limit);
    let short_name = mistakes.field(bounded(input.short_name.as_deref(), "shortName", NAME_LIMIT));
    let setting = mistakes.field(rules::known_code(codes, "org_setting", input.setting.as_deref(), "setting"));
    let territory = mistakes.found(territory(cx, input.territory.as_deref()).await)?;
    let founded_on = input.founded_on.and_then(|day| mistakes.field(rules::past_day(day, today, "foundedOn")));
    let contact_person = mistakes.field(bounded(input.contact_person.as_deref(), "contactPerson", NAME_LIMIT));
    let contact_phone = mistakes.field(bounded(input.contact_phone.as_deref(), "contactPhone", 40));
    let address = mistakes.field(bounded(input.address.as_deref(), "address", REMARK_LIMIT));
    free_names(cx, &mut mistakes, Some(parent.id), (name.as_deref(), code.as_deref()), None).await?;
    mistakes.end()?;
    let name = name.unwrap_or_default();

    let label = store::take_label(cx, &permit).await?.ok_or_else(|| Problem::new(Code::OrganizationFull, "parentId"))?;
    let (sort_order, tree_order) = store::last_place(cx, &permit, &parent).await?;
    let (keys, now) = (NameKeys::of_organization(&name), cx.clock.now());
    let new = NewOrganization {
        tenant_id: permit.tenant(),
        id: new_key(),
        parent_id: Some(parent.id),
        path: format!("{}{label}", parent.path),
        label,
        kind: input.kind,
        setting: setting.flatten(),
        name,
        short_name: short_name.flatten(),
        code: code.unwrap_or_default(),
        name_pinyin: keys.pinyin,
        name_initials: keys.initials,
        name_grams: keys.grams,
        territory: territory.flatten(),
        sort_order,
        tree_order,
        founded_on,
        contact_person: contact_person.flatten(),
        contact_phone: contact_phone.flatten(),
        address: address.flatten(),
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
