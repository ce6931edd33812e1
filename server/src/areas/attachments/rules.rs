//! What an attachment must be. Pure: no connection, no clock, no GraphQL.

use super::content::MediaType;
use super::model::Owner;
use crate::areas::reference::Codes;
use crate::base::problem::{Code, Problem};
use crate::base::text::{self, NAME_LIMIT};

/// Most attachments of one record (Q01).
pub(super) const MOST: usize = 10;
const MEGABYTE: i64 = 1024 * 1024;

/// A name for people: without folders, and with the ending of what the file is.
pub(super) fn name(given: &str, is: MediaType, field: &'static str) -> Result<String, Problem> {
    // What a browser of long ago sends with the name, and what would leave a folder on the way out.
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = text::required(last, field, NAME_LIMIT)?;
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name.as_str(), ""));
    if stem.trim_matches(['.', ' ']).is_empty() || name.contains(['<', '>', ':', '"', '|', '?', '*']) {
        return Err(Problem::new(Code::InvalidCharacters, field).with(&name));
    }
    if !is.endings().contains(&ending.to_ascii_lowercase().as_str()) {
        return Err(Problem::new(Code::AttachmentMislabelled, field).with(is.endings().first().copied().unwrap_or_default()));
    }
    Ok(name)
}

/// A kind that such an owner's files have.
pub(super) fn kind(codes: &Codes, given: &str, owner: Owner) -> Result<String, Problem> {
    const FIELD: &str = "kind";
    let given = given.trim();
    if given.is_empty() {
        return Err(Problem::new(Code::Required, FIELD));
    }
    let value = codes.value("attachment_kind", given).ok_or_else(|| Problem::new(Code::UnknownCode, FIELD))?;
    let wanted = match owner {
        Owner::Organization(_) => "organization",
        Owner::Person(_) => "person",
    };
    let fits = value.attribute("owner").is_some_and(|owners| owners.split(';').any(|owner| owner == wanted));
    if fits { Ok(value.code.clone()) } else { Err(Problem::new(Code::AttachmentKindNotHere, FIELD)) }
}

/// Whether one more file of a record fits into its number and into the organization's space.
pub(super) fn room(count: usize, used: i64, more: i64, quota: i64) -> Result<(), Problem> {
    const FIELD: &str = "uploadId";
    if count >= MOST {
        return Err(Problem::new(Code::AttachmentTooMany, FIELD).with(MOST));
    }
    if used.saturating_add(more) > quota {
        return Err(Problem::new(Code::AttachmentQuotaSpent, FIELD).with((quota - used).max(0) / MEGABYTE));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Code, Codes, MediaType, Owner, kind, name, room};
    use crate::base::ids::{OrganizationId, PersonId};

    #[test]
    fn a_name_has_no_folders_and_the_ending_of_its_content() {
        let code = |given: &str| name(given, MediaType::Pdf, "name").map_err(|problem| problem.code);
        assert_eq!(code(" 关于成立的批复.pdf "), Ok("关于成立的批复.pdf".into()));
        assert_eq!(code("C:\\fakepath\\批复.PDF"), Ok("批复.PDF".into()));
        assert_eq!(code("../../../etc/passwd.pdf"), Ok("passwd.pdf".into()));
        for bad in [".pdf", "...pdf", "a\u{202e}fdp.pdf", "a\0.pdf", "a\r\nb.pdf", "a:b.pdf", "..", ""] {
            assert!(matches!(code(bad), Err(Code::InvalidCharacters | Code::Required | Code::AttachmentMislabelled)), "{bad}");
        }
        for wrong in ["a.docx", "a.pdf.exe", "a", "apdf"] {
            assert_eq!(code(wrong), Err(Code::AttachmentMislabelled), "{wrong}");
        }
    }

    #[test]
    fn a_kind_belongs_to_organizations_or_to_people() {
        let code = |given: &str, owner| kind(Codes::builtin(), given, owner).map_err(|problem| problem.code);
        let (branch, member) = (Owner::Organization(OrganizationId::new()), Owner::Person(PersonId::new()));
        assert_eq!(code("23", branch), Ok("23".into()));
        assert_eq!(code("23", member), Err(Code::AttachmentKindNotHere));
        assert_eq!(code("01", member), Ok("01".into()));
        assert_eq!(code("01", branch), Err(Code::AttachmentKindNotHere));
        assert_eq!((code("99", branch), code("99", member)), (Ok("99".into()), Ok("99".into())));
        assert_eq!((code("x", branch), code(" ", branch)), (Err(Code::UnknownCode), Err(Code::Required)));
    }

    #[test]
    fn ten_files_and_the_quota_are_the_end() {
        let code = |count, used, more| room(count, used, more, 100).err().map(|problem| problem.code);
        assert_eq!(
            (code(9, 0, 100), code(10, 0, 1), code(0, 1, 100)),
            (None, Some(Code::AttachmentTooMany), Some(Code::AttachmentQuotaSpent))
        );
    }
}
