//! Rows as they are made, before they are loaded.

use chrono::NaiveDate;
use uuid::Uuid;

use super::outline::Place;

/// An organization.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) id: Uuid,
    pub(super) parent: Option<usize>,
    pub(super) label: String,
    pub(super) path: String,
    pub(super) children: i32,
    pub(super) sort_order: i32,
    pub(super) kind: &'static str,
    pub(super) name: String,
    pub(super) short_name: String,
    pub(super) code: String,
    pub(super) territory: Option<String>,
    pub(super) founded_on: NaiveDate,
}

/// An organization that holds people, and how many.
#[derive(Clone, Debug)]
pub(super) struct Branch {
    pub(super) node: usize,
    pub(super) members: u32,
    pub(super) others: u32,
    pub(super) county: usize,
    pub(super) place: Place,
    /// Beginning of the addresses in it.
    pub(super) address: String,
}

/// A tree with its tenant.
pub(super) struct Tree {
    pub(super) tenant: Uuid,
    pub(super) nodes: Vec<Node>,
    pub(super) branches: Vec<Branch>,
    /// Codes of the counties, and which organization leads each.
    pub(super) counties: Vec<(String, usize)>,
    /// The organization of the first township.
    pub(super) first_township: usize,
}

/// Where somebody stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Applicant,
    Activist,
    Candidate,
    Probationary,
    Full,
}

impl Stage {
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Applicant => "applicant",
            Self::Activist => "activist",
            Self::Candidate => "candidate",
            Self::Probationary => "probationary",
            Self::Full => "full",
        }
    }

    pub(super) fn is_member(self) -> bool {
        matches!(self, Self::Probationary | Self::Full)
    }
}

/// A person, with secrets still in the open.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) id: Uuid,
    pub(super) group: Option<Uuid>,
    pub(super) stage: Stage,
    pub(super) name: String,
    pub(super) is_woman: bool,
    pub(super) ethnic_group: &'static str,
    pub(super) born: NaiveDate,
    pub(super) identity: String,
    pub(super) education: &'static str,
    pub(super) job: &'static str,
    pub(super) native_place: Option<String>,
    pub(super) phone: String,
    pub(super) address: String,
    pub(super) applied_on: NaiveDate,
    pub(super) joined_on: Option<NaiveDate>,
    pub(super) confirmed_on: Option<NaiveDate>,
}

impl Person {
    pub(super) fn sex(&self) -> &'static str {
        if self.is_woman { "2" } else { "1" }
    }
}

/// A group inside a branch.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) id: Uuid,
    pub(super) node: usize,
    pub(super) name: String,
    pub(super) leader: Option<Uuid>,
}
