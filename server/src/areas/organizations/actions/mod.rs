//! What people do to the tree. Each function is one action in the transaction of its request.

mod create;
mod dissolve;
mod edit;
mod relocate;
mod rename;

pub use create::{CreateOrganization, create};
pub use dissolve::{DissolveOrganization, dissolve};
pub use edit::{EditOrganization, edit};
pub use relocate::{MoveOrganization, ReorderOrganization, relocate, reorder};
pub use rename::{RenameOrganization, rename};

use super::OrganizationRow;
use super::model::OrganizationChange;
use crate::base::error::{Failure, OnViolation, stale};
use crate::base::names::NameKeys;
use crate::base::problem::{Code, Problem};
use crate::gql::Cx;

/// Refuses a write that was prepared from an older state.
fn fresh(row: &OrganizationRow, version: i32) -> Result<(), Failure> {
    if row.version == version { Ok(()) } else { Err(stale(row.version)) }
}

/// The row as a change, with the next version.
fn change_of(cx: &Cx, row: &OrganizationRow) -> OrganizationChange {
    let keys = NameKeys::of_organization(&row.name);
    OrganizationChange {
        kind: row.kind.clone(),
        setting: row.setting.clone(),
        name: row.name.clone(),
        short_name: row.short_name.clone(),
        code: row.code.clone(),
        name_pinyin: keys.pinyin,
        name_initials: keys.initials,
        name_grams: keys.grams,
        territory: row.territory.clone(),
        founded_on: row.founded_on,
        contact_person: row.contact_person.clone(),
        contact_phone: row.contact_phone.clone(),
        address: row.address.clone(),
        status: row.status.clone(),
        dissolved_on: row.dissolved_on,
        dissolved_reason: row.dissolved_reason.clone(),
        version: row.version + 1,
        updated_at: cx.clock.now(),
    }
}

/// The constraints behind two rules, for the race that the rules cannot see.
fn with_unique_names<T>(result: Result<T, Failure>, name_field: &'static str) -> Result<T, Failure> {
    result
        .on_violation("organizations_one_name_per_parent", Problem::new(Code::OrganizationSameName, name_field))
        .on_violation("organizations_code_unique", Problem::new(Code::OrganizationSameCode, "code"))
}
