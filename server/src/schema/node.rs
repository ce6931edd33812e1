//! Anything that has an id.

use async_graphql::{Context, ID, Interface};

use crate::areas::accounts::graphql::{Account, Invitation, SecurityEvent, event_by_id};
use crate::areas::accounts::{AccountById, InvitationById};
use crate::areas::attachments::AttachmentById;
use crate::areas::attachments::graphql::Attachment;
use crate::areas::jobs::graphql::{Job, job_by_id};
use crate::areas::journal;
use crate::areas::journal::graphql::JournalEntry;
use crate::areas::leadership::graphql::{LeadershipPost, LeadershipTerm};
use crate::areas::leadership::{PostById, TermById};
use crate::areas::organizations::graphql::{Organization, PartyGroup};
use crate::areas::organizations::{GroupById, OrganizationById};
use crate::areas::people::PersonById;
use crate::areas::people::graphql::{Lookup, Person, lookup_by_id};
use crate::areas::roles::GrantById;
use crate::areas::roles::graphql::Grant;
use crate::areas::units::UnitById;
use crate::areas::units::graphql::Unit;
use crate::base::error::Failure;
use crate::base::ids::{
    AccountId, AttachmentId, GrantId, Id, InvitationId, JobId, JournalEntryId, LeadershipPostId, LeadershipTermId, LookupId,
    OrganizationId, PartyGroupId, PersonId, SecurityEventId, UnitId,
};
use crate::gql::{Cx, parse_id};

/// Anything that has a global id.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Global id."))]
pub enum Node {
    /// An organization.
    Organization(Organization),
    /// A person.
    Person(Person),
    /// A party group.
    PartyGroup(PartyGroup),
    /// A file of an organization or a person.
    Attachment(Attachment),
    /// A unit.
    Unit(Unit),
    /// A term of leadership.
    LeadershipTerm(LeadershipTerm),
    /// A post of a person in a term of leadership.
    LeadershipPost(LeadershipPost),
    /// An account.
    Account(Account),
    /// A grant.
    Grant(Grant),
    /// An entry of the operation log.
    JournalEntry(JournalEntry),
    /// An invitation to enrol a key.
    Invitation(Invitation),
    /// A sign-in, or what else happened to an account.
    SecurityEvent(SecurityEvent),
    /// A look behind the mask of one's own record.
    Lookup(Lookup),
    /// Work that a request ordered.
    Job(Job),
}

/// The thing with this id, if the viewer can see it.
///
/// # Errors
/// `NOT_FOUND`, word for word the same for what is out of reach and what never was; `BAD_ID`.
pub async fn find(ctx: &Context<'_>, id: &ID) -> Result<Option<Node>, Failure> {
    let cx = &Cx::of(ctx);
    cx.viewer()?;
    let (kind, _) = id.split_once('_').ok_or(Failure::BadId)?;
    let found = match kind {
        OrganizationId::PREFIX => cx.load::<OrganizationById>(parse_id(id)?).await?.map(Organization).map(Node::from),
        PersonId::PREFIX => cx.load::<PersonById>(parse_id(id)?).await?.map(Person).map(Node::from),
        PartyGroupId::PREFIX => cx.load::<GroupById>(parse_id(id)?).await?.map(PartyGroup).map(Node::from),
        AttachmentId::PREFIX => cx.load::<AttachmentById>(parse_id(id)?).await?.map(Attachment).map(Node::from),
        UnitId::PREFIX => cx.load::<UnitById>(parse_id(id)?).await?.map(Unit).map(Node::from),
        LeadershipTermId::PREFIX => cx.load::<TermById>(parse_id(id)?).await?.map(LeadershipTerm).map(Node::from),
        LeadershipPostId::PREFIX => cx.load::<PostById>(parse_id(id)?).await?.map(LeadershipPost).map(Node::from),
        AccountId::PREFIX => cx.load::<AccountById>(parse_id(id)?).await?.map(Account).map(Node::from),
        GrantId::PREFIX => cx.load::<GrantById>(parse_id(id)?).await?.map(Grant).map(Node::from),
        JournalEntryId::PREFIX => {
            let id: JournalEntryId = parse_id(id)?;
            journal::find(cx, id.0).await?.map(JournalEntry).map(Node::from)
        }
        InvitationId::PREFIX => cx.load::<InvitationById>(parse_id(id)?).await?.map(Invitation).map(Node::from),
        SecurityEventId::PREFIX => event_by_id(cx, parse_id(id)?).await?.map(Node::from),
        LookupId::PREFIX => lookup_by_id(cx, parse_id(id)?).await?.map(Node::from),
        JobId::PREFIX => job_by_id(cx, parse_id(id)?).await?.map(Node::from),
        _ => return Err(Failure::BadId),
    };
    found.map(Some).ok_or(Failure::NotFound)
}
