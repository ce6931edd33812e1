//! What people do to the tree. Each function is one action in the transaction of its request.

mod create;
mod dissolve;
mod edit;
mod relocate;
mod rename;
mod reorder;

pub use create::{CreateOrganization, create};
pub use dissolve::{DissolveOrganization, dissolve};
pub use edit::{EditOrganization, edit};
pub use relocate::{MoveOrganization, Moved, carry_out as carry_out_move, relocate};
pub use rename::{RenameOrganization, rename};
pub use reorder::{ReorderOrganization, reorder};

use uuid::Uuid;

use super::model::OrganizationChange;
use super::{OrganizationRow, store};
use crate::areas::reference::division_exists;
use crate::base::error::{Failure, OnViolation, stale};
use crate::base::mistakes::Mistakes;
use crate::base::names::NameKeys;
use crate::base::problem::{Code, Problem};
use crate::base::text;
use crate::gql::Cx;

/// Refuses a write that was prepared from an older state.
fn fresh(row: &OrganizationRow, version: i32) -> Result<(), Failure> {
    if row.version == version { Ok(()) } else { Err(stale(row.version, row.clone())) }
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

/// Refuses a name that a sibling has and a code that anyone in the tenant has (B04).
async fn free_names(
    cx: &Cx,
    mistakes: &mut Mistakes,
    superior: Option<Uuid>,
    (name, code): (Option<&str>, Option<&str>),
    except: Option<Uuid>,
) -> Result<(), Failure> {
    let (name_taken, code_taken) =
        store::find_taken(cx, superior, (name.unwrap_or_default(), code.unwrap_or_default()), except).await?;
    if name_taken {
        mistakes.note(Problem::new(Code::OrganizationSameName, "name"));
    }
    if code_taken {
        mistakes.note(Problem::new(Code::OrganizationSameCode, "code"));
    }
    Ok(())
}

/// A division that exists.
async fn territory(cx: &Cx, given: Option<&str>) -> Result<Option<String>, Failure> {
    const FIELD: &str = "territory";
    let code = text::optional(given, FIELD, 12)?;
    match code {
        Some(code) if !division_exists(cx, &code).await? => Err(Problem::new(Code::UnknownCode, FIELD).into()),
        code => Ok(code),
    }
}

/// The constraints behind two rules, for the race that the rules cannot see.
fn with_unique_names<T>(result: Result<T, Failure>, name_field: &'static str) -> Result<T, Failure> {
    result
        .on_violation("organizations_one_name_per_parent", Problem::new(Code::OrganizationSameName, name_field))
        .on_violation("organizations_code_unique", Problem::new(Code::OrganizationSameCode, "code"))
}
