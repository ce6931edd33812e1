//! A person in the schema.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use data_encoding::BASE64;

use super::super::photos::PhotoOf;
use super::super::{PersonRow, Stage};
use super::watch::{PersonAccessConnection, access_of};
use crate::access::Permission;
use crate::areas::accounts::AccountOfPerson;
use crate::areas::accounts::graphql::Account;
use crate::areas::attachments::Owner;
use crate::areas::attachments::graphql::{Attachment, attachments_of};
use crate::areas::journal::graphql::{JournalEntryConnection, entries_about};
use crate::areas::journal::mask;
use crate::areas::leadership::graphql::{LeadershipPost, posts_of_person};
use crate::areas::organizations::graphql::{Organization, PartyGroup};
use crate::areas::organizations::{GroupById, OrganizationById};
use crate::areas::reference::DivisionByCode;
use crate::areas::reference::graphql::{Code, Division};
use crate::base::ids::{Id, OrganizationId, PartyGroupId};
use crate::gql::{Cx, Day, Masked, Paging};

/// A person.
#[derive(Clone)]
pub struct Person(pub PersonRow);

impl From<PersonRow> for Person {
    fn from(row: PersonRow) -> Self {
        Self(row)
    }
}

/// A person on the roll of a branch, from application to history (D).
#[Object]
impl Person {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.key().global().into()
    }

    /// Raised by every change; give it back with a write.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The account with which the person signs in, within the viewer's reach (A12).
    async fn account(&self, ctx: &Context<'_>) -> Result<Option<Account>> {
        Ok(Cx::of(ctx).load::<AccountOfPerson>(self.0.key()).await?.map(Account))
    }

    /// Sex (GB/T 2261.1).
    async fn sex(&self) -> Result<Code> {
        Code::of("sex", &self.0.sex)
    }

    /// Ethnic group (GB/T 3304).
    async fn ethnic_group(&self) -> Result<Code> {
        Code::of("ethnic_group", &self.0.ethnic_group)
    }

    /// Birth date; agrees with the identity number (D31).
    async fn birth_date(&self) -> Day {
        Day(self.0.birth_date)
    }

    /// Completed years today.
    async fn age(&self, ctx: &Context<'_>) -> i32 {
        self.0.age_on(Cx::of(ctx).clock.today())
    }

    /// Identity number, masked; empty where there is none.
    async fn identity_number(&self, ctx: &Context<'_>) -> Result<Masked> {
        self.0.identity_number.as_deref().map_or_else(|| Ok(Masked { text: String::new() }), |sealed| masked(ctx, sealed))
    }

    /// Why there is no identity number; null where there is one (A13).
    async fn no_identity_number_reason(&self) -> Option<&str> {
        self.0.no_identity_reason.as_deref()
    }

    /// Whether the identity number was given with 15 digits and converted (U80): to be compared with the present card.
    /// The full number, given once, clears it.
    async fn identity_converted(&self) -> bool {
        self.0.identity_converted
    }

    /// Phone, masked.
    async fn phone(&self, ctx: &Context<'_>) -> Result<Option<Masked>> {
        self.0.phone.as_deref().map(|sealed| masked(ctx, sealed)).transpose()
    }

    /// E-mail address, masked (A15).
    async fn email(&self, ctx: &Context<'_>) -> Result<Option<Masked>> {
        self.0.email.as_deref().map(|sealed| masked(ctx, sealed)).transpose()
    }

    /// Address, masked.
    async fn address(&self, ctx: &Context<'_>) -> Result<Option<Masked>> {
        self.0.address.as_deref().map(|sealed| masked(ctx, sealed)).transpose()
    }

    /// Where the family comes from.
    async fn native_place(&self, ctx: &Context<'_>) -> Result<Option<Division>> {
        let Some(code) = self.0.native_place.clone() else { return Ok(None) };
        Ok(Cx::of(ctx).load::<DivisionByCode>(code).await?.map(Division))
    }

    /// Highest completed education (GB/T 4658).
    async fn education(&self) -> Result<Code> {
        Code::of("education", &self.0.education)
    }

    /// Kind of work (`job_category`).
    async fn job_category(&self) -> Result<Option<Code>> {
        Code::of_optional("job_category", self.0.job_category.as_deref())
    }

    /// Where the person stands between application and history.
    async fn stage(&self) -> Stage {
        self.0.stage()
    }

    /// When the person applied.
    async fn applied_on(&self) -> Option<Day> {
        self.0.applied_on.map(Day)
    }

    /// When the branch meeting adopted the member.
    async fn joined_on(&self) -> Option<Day> {
        self.0.joined_on.map(Day)
    }

    /// When the person became a full member.
    async fn confirmed_on(&self) -> Option<Day> {
        self.0.confirmed_on.map(Day)
    }

    /// The branch on whose roll the person is.
    async fn organization(&self, ctx: &Context<'_>) -> Result<Option<Organization>> {
        Ok(Cx::of(ctx).load::<OrganizationById>(OrganizationId(self.0.organization_id)).await?.map(Organization))
    }

    /// The group inside the branch (B21).
    async fn party_group(&self, ctx: &Context<'_>) -> Result<Option<PartyGroup>> {
        let Some(group) = self.0.party_group_id else { return Ok(None) };
        Ok(Cx::of(ctx).load::<GroupById>(PartyGroupId(group)).await?.map(PartyGroup))
    }

    /// The portrait (D30).
    async fn photo(&self, ctx: &Context<'_>) -> Result<Option<Photo>> {
        let photo = Cx::of(ctx).load::<PhotoOf>(self.0.key()).await?;
        Ok(photo.map(|row| Photo { media_type: row.media_type, base64: BASE64.encode(&row.content) }))
    }

    /// The person's files, oldest first (D07); at most ten.
    async fn attachments(&self, ctx: &Context<'_>) -> Result<Vec<Attachment>> {
        Box::pin(attachments_of(ctx, Owner::Person(self.0.key()))).await
    }

    /// How many files the person has.
    async fn attachment_count(&self, ctx: &Context<'_>) -> Result<i32> {
        Ok(i32::try_from(Box::pin(attachments_of(ctx, Owner::Person(self.0.key()))).await?.len()).unwrap_or(i32::MAX))
    }

    /// Posts in the leadership of organizations, those that are held first; the fifty newest (D07, D16).
    async fn posts(&self, ctx: &Context<'_>) -> Result<Vec<LeadershipPost>> {
        posts_of_person(ctx, self.0.key()).await
    }

    /// What was changed, newest first; empty for those who may not read the log (D06).
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many from the beginning, 1 to 200; 20 without one.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<JournalEntryConnection> {
        Box::pin(entries_about(ctx, &self.0.path, self.0.id, Paging { first, after, last, before })).await
    }

    /// Who may see this person and why, also above the viewer's reach: names, roles and places only (BEYOND16).
    async fn access(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many from the beginning, 1 to 200; 20 without one.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<PersonAccessConnection> {
        Box::pin(access_of(ctx, self.0.key(), Paging { first, after, last, before })).await
    }

    /// What the viewer may do with this person.
    async fn may(&self, ctx: &Context<'_>) -> Result<Vec<Permission>> {
        Ok(Cx::of(ctx).viewer()?.permissions_at(&self.0.path))
    }

    /// When the record was entered.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When the record was last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }
}

fn masked(ctx: &Context<'_>, sealed: &[u8]) -> Result<Masked> {
    let plain = Cx::of(ctx).secrets.open(sealed).map_err(crate::base::error::Failure::from)?;
    Ok(Masked { text: mask(&plain) })
}

/// A portrait.
#[derive(SimpleObject)]
pub struct Photo {
    /// `image/jpeg` or `image/png`.
    media_type: String,
    /// The file in base 64.
    base64: String,
}
