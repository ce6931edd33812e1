//! Correct the data of an organization (B07).

use async_graphql::MaybeUndefined;
use chrono::NaiveDate;

use super::super::{OrganizationRow, rules, store, versions};
use super::{change_of, free_names, fresh, territory, with_unique_names};
use crate::access::Permission;
use crate::areas::journal::{self, Event, Facts, Subject, SubjectKind};
use crate::areas::reference::Codes;
use crate::areas::units;
use crate::base::error::Failure;
use crate::base::ids::OrganizationId;
use crate::base::mistakes::Mistakes;
use crate::base::problem::{Code, Problem};
use crate::base::text::{self, NAME_LIMIT, REMARK_LIMIT};
use crate::gql::Cx;

/// What is corrected: what is absent stays, what is null is cleared.
#[derive(Debug)]
pub struct EditOrganization {
    pub id: OrganizationId,
    pub version: i32,
    pub name: Option<String>,
    pub kind: Option<String>,
    pub code: Option<String>,
    pub short_name: MaybeUndefined<String>,
    pub setting: MaybeUndefined<String>,
    pub territory: MaybeUndefined<String>,
    pub founded_on: MaybeUndefined<NaiveDate>,
    pub contact_person: MaybeUndefined<String>,
    pub contact_phone: MaybeUndefined<String>,
    pub address: MaybeUndefined<String>,
}

/// Corrects an organization. A wrong name is mended in place; a change of name is a renaming.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, `STALE_VERSION`, or every mistake of the form.
pub async fn edit(cx: &Cx, input: EditOrganization) -> Result<OrganizationRow, Failure> {
    let codes = Codes::builtin();
    let viewer = cx.viewer()?;
    let permit = viewer.permit(cx.session()?, Permission::EditOrganization, input.id).await?;
    let before = store::lock(cx, &permit).await?;
    fresh(&before, input.version)?;
    rules::active(&before, "id")?;

    let mut mistakes = Mistakes::new();
    let mut row = before.clone();
    if let Some(name) = &input.name {
        row.name = mistakes.field(text::required(name, "name", NAME_LIMIT)).unwrap_or_default();
    }
    if let Some(code) = &input.code {
        row.code = mistakes.field(rules::code(code)).unwrap_or_default();
    }
    free_names(cx, &mut mistakes, before.parent_id, (Some(&row.name), Some(&row.code)), Some(before.id)).await?;
    if let Some(kind) = input.kind.filter(|kind| *kind != before.kind) {
        mistakes.found(may_become(cx, &before, &kind).await)?;
        row.kind = kind;
    }
    mistakes.field(set_text(&mut row.short_name, input.short_name, "shortName", NAME_LIMIT));
    if !input.setting.is_undefined() {
        let code = input.setting.take();
        row.setting = mistakes.field(rules::known_code(codes, "org_setting", code.as_deref(), "setting")).flatten();
    }
    if !input.territory.is_undefined() {
        let code = input.territory.take();
        row.territory = mistakes.found(territory(cx, code.as_deref()).await)?.flatten();
    }
    if !input.founded_on.is_undefined() {
        let day = input.founded_on.take();
        row.founded_on = day.and_then(|day| mistakes.field(rules::past_day(day, cx.clock.today(), "foundedOn")));
    }
    mistakes.field(set_text(&mut row.contact_person, input.contact_person, "contactPerson", NAME_LIMIT));
    mistakes.field(set_text(&mut row.contact_phone, input.contact_phone, "contactPhone", 40));
    mistakes.field(set_text(&mut row.address, input.address, "address", REMARK_LIMIT));
    mistakes.end()?;

    let (old, new) = Facts::differences(&before.facts(), &row.facts());
    if old.is_empty() && new.is_empty() {
        return Err(Problem::new(Code::NothingToChange, "id").into());
    }
    let row = with_unique_names(store::update(cx, &permit, &change_of(cx, &row)).await, "name")?;
    versions::correct(cx, &row).await?;
    let subject = Subject {
        event: Event::OrganizationEdited,
        kind: SubjectKind::Organization,
        id: row.id,
        name: &row.name,
        before: old,
        after: new,
        reason: None,
        moved_from: None,
    };
    journal::record(cx, &permit, subject).await?;
    Ok(row)
}

/// Whether it may become of another kind: what stands above and below it, its people and its units decide.
async fn may_become(cx: &Cx, before: &OrganizationRow, kind: &str) -> Result<(), Failure> {
    if cx.viewer()?.is_own_root(Permission::EditOrganization, &before.path) {
        return Err(Problem::new(Code::OrganizationIsOwnRoot, "kind").into());
    }
    let above = match before.parent_id {
        Some(parent) => cx.load::<super::super::OrganizationById>(OrganizationId(parent)).await?.map(|parent| parent.kind),
        None => None,
    };
    let children = store::list_kinds_of_children(cx, before.key()).await?;
    let (members, others) = store::count_people(cx, before.key()).await?;
    rules::may_become(Codes::builtin(), kind, above.as_deref(), &children, members + others > 0)?;
    units::may_become(kind, units::count_links(cx, before.key()).await?)?;
    Ok(())
}

fn set_text(place: &mut Option<String>, value: MaybeUndefined<String>, field: &'static str, limit: usize) -> Result<(), Problem> {
    match value {
        MaybeUndefined::Undefined => {}
        MaybeUndefined::Null => *place = None,
        MaybeUndefined::Value(value) => *place = text::optional(Some(&value), field, limit)?,
    }
    Ok(())
}
