//! Ids: a type for each kind of thing in the code, an opaque text with the kind before it outside.

use data_encoding::BASE64URL_NOPAD;
use uuid::Uuid;

use super::error::Failure;

/// A kind of thing that has ids.
pub trait Id: Copy + Sized + Send + Sync + 'static {
    /// What stands before the underscore of the global id.
    const PREFIX: &'static str;

    /// Wraps a database key.
    fn from_uuid(id: Uuid) -> Self;

    /// The database key.
    fn uuid(self) -> Uuid;

    /// The text that clients see, as `org_AZq…`.
    fn global(self) -> String {
        format!("{}_{}", Self::PREFIX, BASE64URL_NOPAD.encode(self.uuid().as_bytes()))
    }

    /// Reads a text that clients send.
    ///
    /// # Errors
    /// [`Failure::BadId`] for a text of another form or an id of another kind.
    fn parse(text: &str) -> Result<Self, Failure> {
        let (prefix, body) = text.split_once('_').ok_or(Failure::BadId)?;
        if prefix != Self::PREFIX {
            return Err(Failure::BadId);
        }
        let bytes = BASE64URL_NOPAD.decode(body.as_bytes()).map_err(|_| Failure::BadId)?;
        Uuid::from_slice(&bytes).map(Self::from_uuid).map_err(|_| Failure::BadId)
    }
}

/// A new database key: UUIDv7, so that keys made together lie together in the indexes.
#[must_use]
pub fn new_key() -> Uuid {
    Uuid::now_v7()
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident $prefix:literal)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
            pub struct $name(pub Uuid);

            impl Id for $name {
                const PREFIX: &'static str = $prefix;
                fn from_uuid(id: Uuid) -> Self { Self(id) }
                fn uuid(self) -> Uuid { self.0 }
            }

            impl $name {
                /// A new id of this kind.
                #[must_use]
                pub fn new() -> Self { Self(new_key()) }
            }

            impl Default for $name {
                fn default() -> Self { Self::new() }
            }
        )*
    };
}

ids! {
    /// An organization.
    OrganizationId "org"
    /// A person.
    PersonId "per"
    /// A group inside a branch.
    PartyGroupId "grp"
    /// An account.
    AccountId "acc"
    /// A grant of a role.
    GrantId "gra"
    /// An entry of the operation log.
    JournalEntryId "jou"
    /// A session or a bearer token.
    SessionId "ses"
    /// A security key.
    KeyId "key"
    /// An invitation to enrol a key.
    InvitationId "inv"
    /// A code with which members claim their record.
    ClaimCodeId "clm"
    /// A file of an organization or a person.
    AttachmentId "att"
    /// A unit.
    UnitId "unt"
    /// A term of leadership.
    LeadershipTermId "trm"
    /// A post of a person in a term of leadership.
    LeadershipPostId "pst"
    /// A file that was sent and is not yet attached.
    UploadId "upl"
    /// A sign-in, or what else happened to an account.
    SecurityEventId "sec"
    /// A look behind the mask of one's own record.
    LookupId "loo"
    /// Work that a request ordered.
    JobId "job"
}

#[cfg(test)]
mod tests {
    use super::{Failure, Id, OrganizationId, PersonId};

    /// covers: API10
    #[test]
    fn an_id_says_its_kind_and_is_refused_as_another() {
        let id = OrganizationId::new();
        let text = id.global();
        assert!(text.starts_with("org_"));
        assert_eq!(OrganizationId::parse(&text).ok(), Some(id));
        assert!(matches!(PersonId::parse(&text), Err(Failure::BadId)));
        for broken in ["", "org", "org_", "org_###", "org_AAAA", &format!("{text}A"), &id.0.to_string()] {
            assert!(matches!(OrganizationId::parse(broken), Err(Failure::BadId)), "{broken}");
        }
    }
}
