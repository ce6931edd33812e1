//! The operation log in the schema (R07).

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::facts::{field_name, show};
use super::{Event, JournalFilter as Filter, JournalRow, SubjectKind, store};
use crate::access::{Permission, Role};
use crate::areas::organizations::graphql::Organization;
use crate::areas::organizations::{OrganizationById, span_under};
use crate::base::db::Span;
use crate::base::error::Failure;
use crate::base::ids::{
    AccountId, GrantId, Id, JournalEntryId, LeadershipPostId, LeadershipTermId, OrganizationId, PartyGroupId, PersonId, UnitId,
};
use crate::gql::{COUNT_LIMIT, Cx, Listed, Paging, Reach, Total, connection, parse_optional_id};

/// An entry of the operation log.
#[derive(Clone)]
pub struct JournalEntry(pub JournalRow);

/// What one account did to one thing at one moment; entries are never changed.
#[Object]
impl JournalEntry {
    /// Global id.
    pub async fn id(&self) -> ID {
        JournalEntryId(self.0.id).global().into()
    }

    /// When.
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }

    /// What was done; null for an event of a later program, which has its name in `eventName` alone.
    async fn event(&self) -> Option<Event> {
        Event::parse(&self.0.event)
    }

    /// What was done, in words of the request's language.
    async fn event_name(&self, ctx: &Context<'_>) -> String {
        Event::parse(&self.0.event).map_or_else(|| self.0.event.clone(), |event| event.name(Cx::of(ctx).language).to_owned())
    }

    /// The account's name at the time.
    async fn account_name(&self) -> &str {
        &self.0.account_name
    }

    /// The role that gave the right.
    async fn role(&self) -> Option<Role> {
        self.0.role.as_deref().and_then(Role::parse)
    }

    /// For whom it was done, when by delegation.
    async fn on_behalf_of(&self) -> Option<&str> {
        self.0.on_behalf_of.as_deref()
    }

    /// Where it was done.
    async fn organization(&self, ctx: &Context<'_>) -> Result<Option<Organization>> {
        Ok(Cx::of(ctx).load::<OrganizationById>(OrganizationId(self.0.organization_id)).await?.map(Organization))
    }

    /// What kind of thing it was done to.
    async fn subject_kind(&self) -> SubjectKind {
        self.kind()
    }

    /// The thing it was done to; give it to `node`.
    async fn subject_id(&self) -> ID {
        global_id(self.kind(), self.0.subject_id)
    }

    /// The thing's name at the time.
    async fn subject_name(&self) -> &str {
        &self.0.subject_name
    }

    /// Its fields before and after; sensitive values masked.
    async fn changes(&self, ctx: &Context<'_>) -> Vec<JournalChange> {
        let cx = &Cx::of(ctx);
        let (empty, mut fields) = (serde_json::Map::new(), Vec::new());
        let before = self.0.before.as_object().unwrap_or(&empty);
        let after = self.0.after.as_object().unwrap_or(&empty);
        fields.extend(before.keys());
        fields.extend(after.keys().filter(|field| !before.contains_key(*field)));
        let text = |value: Option<&Value>| value.map(|value| show(value, &cx.secrets, cx.language));
        fields
            .into_iter()
            .map(|field| JournalChange {
                field: field.clone(),
                field_name: field_name(field, cx.language).to_owned(),
                before: text(before.get(field)),
                after: text(after.get(field)),
            })
            .collect()
    }

    /// Why, in the words of whoever did it.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// From where it was done: the address that the request came from; null for what the system did.
    async fn source(&self) -> Option<&str> {
        self.0.source.as_deref()
    }

    /// Number of the request, as in error messages and in the server's logs.
    async fn request_id(&self) -> &str {
        &self.0.request_id
    }
}

impl JournalEntry {
    fn kind(&self) -> SubjectKind {
        SubjectKind::parse(&self.0.subject_kind).unwrap_or(SubjectKind::Organization)
    }
}

/// The global id of a thing of a kind.
#[must_use]
pub fn global_id(kind: SubjectKind, id: uuid::Uuid) -> ID {
    match kind {
        SubjectKind::Organization => OrganizationId(id).global(),
        SubjectKind::Person => PersonId(id).global(),
        SubjectKind::PartyGroup => PartyGroupId(id).global(),
        SubjectKind::Grant => GrantId(id).global(),
        SubjectKind::Account => AccountId(id).global(),
        SubjectKind::Unit => UnitId(id).global(),
        SubjectKind::LeadershipTerm => LeadershipTermId(id).global(),
        SubjectKind::LeadershipPost => LeadershipPostId(id).global(),
    }
    .into()
}

/// One field before and after.
#[derive(SimpleObject)]
pub struct JournalChange {
    /// Name of the field in the schema.
    field: String,
    /// Name of the field in the language of the request.
    field_name: String,
    /// Its value before; null when there was none.
    before: Option<String>,
    /// Its value after; null when there is none.
    after: Option<String>,
}

connection! {
    /// Entries of the operation log, newest first.
    JournalEntryConnection JournalEntryEdge JournalEntry
}

/// Which entries of the operation log.
#[derive(InputObject, Default)]
pub struct JournalFilter {
    /// By one account.
    account: Option<ID>,
    /// By accounts whose name begins so.
    account_name: Option<String>,
    /// Of these events.
    events: Option<Vec<Event>>,
    /// About one thing: the id of an organization, a person, a party group, a grant or an account.
    subject: Option<ID>,
    /// Not earlier than this.
    from: Option<DateTime<Utc>>,
    /// Earlier than this.
    until: Option<DateTime<Utc>>,
}

impl JournalFilter {
    fn checked(self) -> Result<Filter, Failure> {
        let subject = self.subject.map(|id| subject_key(id.as_str())).transpose()?;
        Ok(Filter {
            account: parse_optional_id(self.account.as_ref())?,
            account_name: self.account_name.filter(|name| !name.is_empty()),
            events: self.events.unwrap_or_default(),
            subject,
            from: self.from,
            until: self.until,
        })
    }
}

fn subject_key(id: &str) -> Result<uuid::Uuid, Failure> {
    OrganizationId::parse(id)
        .map(Id::uuid)
        .or_else(|_| PersonId::parse(id).map(Id::uuid))
        .or_else(|_| PartyGroupId::parse(id).map(Id::uuid))
        .or_else(|_| GrantId::parse(id).map(Id::uuid))
        .or_else(|_| AccountId::parse(id).map(Id::uuid))
}

/// A page of the log between two paths.
///
/// # Errors
/// `BAD_PAGE`, `BAD_CURSOR`, or when the database fails.
pub async fn entries(ctx: &Context<'_>, span: Span, filter: Filter, paging: Paging) -> Result<JournalEntryConnection> {
    let cx = Cx::of(ctx);
    let page = paging.page(&cx.secrets, "journal")?;
    let rows = store::page(&cx, &span, &filter, &page).await?;
    let listed = Listed::of(rows, &page, &cx.secrets, "journal", store::key);
    let total = Total::by(move || {
        let (cx, span, filter) = (cx.clone(), span.clone(), filter.clone());
        Box::pin(async move { store::count(&cx, &span, &filter, COUNT_LIMIT).await })
    });
    Ok(JournalEntryConnection::of(listed, total, JournalEntry))
}

/// The entries about one thing that stands at `path`.
///
/// # Errors
/// As [`entries`].
pub async fn entries_about(ctx: &Context<'_>, path: &str, subject: uuid::Uuid, paging: Paging) -> Result<JournalEntryConnection> {
    let filter = Filter { subject: Some(subject), ..Filter::default() };
    entries(ctx, Span::subtree(path), filter, paging).await
}

/// Queries of this area.
#[derive(Default)]
pub struct JournalQuery;

#[Object]
impl JournalQuery {
    /// The operation log under an organization, newest first (R07).
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn journal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The organization; the viewer's whole reach without one.")] under: Option<ID>,
        #[graphql(desc = "How far below it.", default_with = "Reach::Subtree")] reach: Reach,
        #[graphql(desc = "Which entries.")] filter: Option<JournalFilter>,
        #[graphql(desc = "At most so many from the beginning, 1 to 200; 20 without one.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<JournalEntryConnection> {
        let cx = &Cx::of(ctx);
        let span = span_under(cx, Permission::ReadJournal, under.as_ref(), reach).await?;
        let filter = filter.unwrap_or_default().checked()?;
        entries(ctx, span, filter, Paging { first, after, last, before }).await
    }
}
