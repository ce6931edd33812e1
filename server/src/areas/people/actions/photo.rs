//! Set or remove the portrait (D12, D30).

use data_encoding::BASE64;

use super::super::{PersonRow, photos, store};
use super::{change_of, permit_for};
use crate::access::Permission;
use crate::areas::journal::{self, Event, Facts, Subject, SubjectKind};
use crate::base::error::{Failure, stale};
use crate::base::ids::PersonId;
use crate::base::problem::{Code, Problem};
use crate::gql::Cx;

/// Largest photo, in bytes.
const LARGEST: usize = 200 * 1024;

/// Replaces the portrait, or removes it.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, or what stands in the way.
pub async fn set_photo(cx: &Cx, id: PersonId, version: i32, base64: Option<&str>) -> Result<PersonRow, Failure> {
    let (permit, before) = permit_for(cx, Permission::EditPerson, id).await?;
    if before.version != version {
        return Err(stale(before.version, before));
    }
    let photo = base64.map(read).transpose()?;
    let had_one = photos::replace(cx, &permit, id, photo.as_ref()).await?;
    let row = store::update(cx, &permit, id, &change_of(cx, &before, before.version + 1)).await?;
    let said = |there: bool| Facts::default().text("photo", there.then_some("✓"));
    let subject = Subject {
        event: Event::PersonPhotoChanged,
        kind: SubjectKind::Person,
        id: row.id,
        name: &row.name,
        before: said(had_one),
        after: said(photo.is_some()),
        reason: None,
        moved_from: None,
    };
    journal::record(cx, &permit, subject).await?;
    Ok(row)
}

/// Type by content, never by what the sender calls it.
fn read(base64: &str) -> Result<(&'static str, Vec<u8>), Problem> {
    const FIELD: &str = "base64";
    let form = || Problem::new(Code::PhotoForm, FIELD);
    let content = BASE64.decode(base64.trim().as_bytes()).map_err(|_| form())?;
    if content.len() > LARGEST {
        return Err(Problem::new(Code::PhotoTooLarge, FIELD));
    }
    if content.starts_with(&[0xff, 0xd8, 0xff]) && content.ends_with(&[0xff, 0xd9]) {
        Ok(("image/jpeg", content))
    } else if content.starts_with(b"\x89PNG\r\n\x1a\n") {
        Ok(("image/png", content))
    } else {
        Err(form())
    }
}

#[cfg(test)]
mod tests {
    use super::{BASE64, Code, read};

    #[test]
    fn a_photo_is_known_by_its_content() {
        let of = |bytes: &[u8]| read(&BASE64.encode(bytes)).map(|(kind, _)| kind).map_err(|problem| problem.code);
        assert_eq!(of(b"\x89PNG\r\n\x1a\nrest"), Ok("image/png"));
        assert_eq!(of(&[0xff, 0xd8, 0xff, 0, 0xff, 0xd9]), Ok("image/jpeg"));
        assert_eq!(of(b"<svg/>"), Err(Code::PhotoForm));
        assert_eq!(of(&vec![0; 300_000]), Err(Code::PhotoTooLarge));
        assert_eq!(read("no base64!").map_err(|problem| problem.code), Err(Code::PhotoForm));
    }
}
