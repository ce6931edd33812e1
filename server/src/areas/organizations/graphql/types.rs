//! An organization in the schema.

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};

use super::super::loaders::{ActiveChildren, CountsKey, CountsOf, OrganizationById, OrganizationByPath, StateOn, WarningsOf};
use super::super::model::CountsRow;
use super::super::versions::VersionRow;
use super::super::warnings::{Warning, WarningCode};
use super::super::{OrganizationRow, Walk, rules, store};
use super::lists::{OrganizationConnection, OrganizationPastStateConnection, child_list, past_state_list};
use super::party_group::{PartyGroupConnection, party_group_list};
use crate::access::Permission;
use crate::areas::attachments::Owner;
use crate::areas::attachments::graphql::{Attachment, attachments_of};
use crate::areas::journal::graphql::{JournalEntryConnection, entries_about};
use crate::areas::leadership::graphql::{LeadershipTerm, running_term_of, terms_of};
use crate::areas::people::graphql::{MemberOverview, PersonConnection, applicants_of, member_overview, members_of};
use crate::areas::reference::graphql::{Code, CountByCode, Division, code_name};
use crate::areas::reference::{Codes, DivisionByCode};
use crate::areas::units::graphql::{Unit, units_of};
use crate::areas::units::{UnitCounts, UnitCountsKey};
use crate::base::error::Failure;
use crate::base::ids::{Id, OrganizationId};
use crate::base::language::Language;
use crate::gql::{Cx, Day, Paging, Reach};

/// Whether an organization exists.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrganizationStatus {
    /// It exists.
    Active,
    /// It was dissolved; its history stays.
    Dissolved,
}

/// An organization of the tree.
#[derive(Clone)]
pub struct Organization(pub OrganizationRow);

impl From<OrganizationRow> for Organization {
    fn from(row: OrganizationRow) -> Self {
        Self(row)
    }
}

/// A party organization: a node of the tree (B).
#[Object]
impl Organization {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.key().global().into()
    }

    /// Raised by every change; give it back with a write.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Full name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Short name.
    async fn short_name(&self) -> Option<&str> {
        self.0.short_name.as_deref()
    }

    /// Code of the organization, unique in the tenant.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Kind of organization (`org_kind`).
    async fn kind(&self) -> Result<Code> {
        Code::of("org_kind", &self.0.kind)
    }

    /// How deep it stands in the tree: the tenant's top is 1, each subordinate one below its superior (B03).
    async fn level(&self) -> i32 {
        crate::base::path::level_of(&self.0.path)
    }

    /// How it is set up (`org_setting`).
    async fn setting(&self) -> Result<Option<Code>> {
        Code::of_optional("org_setting", self.0.setting.as_deref())
    }

    /// The division that it works in.
    async fn territory(&self, ctx: &Context<'_>) -> Result<Option<Division>> {
        let Some(code) = self.0.territory.clone() else { return Ok(None) };
        Ok(Cx::of(ctx).load::<DivisionByCode>(code).await?.map(Division))
    }

    /// Whether it exists.
    async fn status(&self) -> OrganizationStatus {
        if self.0.is_active() { OrganizationStatus::Active } else { OrganizationStatus::Dissolved }
    }

    /// When it was founded.
    async fn founded_on(&self) -> Option<Day> {
        self.0.founded_on.map(Day)
    }

    /// Whom to ask.
    async fn contact_person(&self) -> Option<&str> {
        self.0.contact_person.as_deref()
    }

    /// The office's phone.
    async fn contact_phone(&self) -> Option<&str> {
        self.0.contact_phone.as_deref()
    }

    /// The office's address.
    async fn address(&self) -> Option<&str> {
        self.0.address.as_deref()
    }

    /// When it was dissolved.
    async fn dissolved_on(&self) -> Option<Day> {
        self.0.dissolved_on.map(Day)
    }

    /// Why it was dissolved.
    async fn dissolved_reason(&self) -> Option<&str> {
        self.0.dissolved_reason.as_deref()
    }

    /// The superior; null at the top of the viewer's reach.
    async fn superior(&self, ctx: &Context<'_>) -> Result<Option<Self>> {
        let Some(parent) = self.0.parent_id else { return Ok(None) };
        Ok(Cx::of(ctx).load::<OrganizationById>(OrganizationId(parent)).await?.map(Self))
    }

    /// The superiors within the viewer's reach, outermost first.
    async fn ancestors(&self, ctx: &Context<'_>) -> Result<Vec<Self>> {
        let cx = &Cx::of(ctx);
        let above = crate::base::path::above(&self.0.path).map(|path| cx.load::<OrganizationByPath>(path.to_owned()));
        let found = futures_util::future::try_join_all(above).await?;
        Ok(found.into_iter().flatten().map(Self).collect())
    }

    /// How many active organizations stand directly below.
    async fn child_count(&self, ctx: &Context<'_>) -> Result<i32> {
        let count = Cx::of(ctx).load::<ActiveChildren>(self.0.key()).await?.unwrap_or_default();
        Ok(i32::try_from(count).unwrap_or(i32::MAX))
    }

    /// The active organizations directly below, in manual order (B13).
    async fn children(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many from the beginning, 1 to 200; 20 without one.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<OrganizationConnection> {
        Box::pin(child_list(ctx, self.0.key(), Paging { first, after, last, before })).await
    }

    /// Headline figures, kept current by every change of a person.
    async fn counts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How far below.", default_with = "Reach::Subtree")] reach: Reach,
    ) -> Result<MemberCounts> {
        let cx = &Cx::of(ctx);
        if reach == Reach::Children {
            return Err(Failure::BadInput("reach").into());
        }
        let key = CountsKey::of(store::span_of(&self.0.path, reach));
        Ok(MemberCounts::from(cx.load::<CountsOf>(key).await?.unwrap_or_default()))
    }

    /// What is unusual about it (U51, U52, U53, U63): told, and never in the way; a new branch warns until it is filled.
    async fn warnings(&self, ctx: &Context<'_>) -> Result<Vec<OrganizationWarning>> {
        let cx = &Cx::of(ctx);
        let warnings = cx.load::<WarningsOf>(self.0.key()).await?.unwrap_or_default();
        Ok(warnings.iter().map(|warning| OrganizationWarning::of(warning, cx.language)).collect())
    }

    /// Organizations here and below by kind (B02).
    async fn overview(&self, ctx: &Context<'_>) -> Result<OrganizationOverview> {
        let cx = &Cx::of(ctx);
        let kinds = Box::pin(store::list_kinds(cx.session()?, &store::span_of(&self.0.path, Reach::Subtree))).await?;
        let codes = Codes::builtin();
        let number = |count: i64| i32::try_from(count).unwrap_or(i32::MAX);
        let sum = |count: fn(&(String, i64, i64)) -> i64| kinds.iter().map(count).sum::<i64>();
        let (organizations, with_secretary) = (sum(|kind| kind.1), sum(|kind| kind.2));
        let branches: i64 = kinds
            .iter()
            .filter(|kind| codes.organization_kind(&kind.0).is_some_and(|kind| kind.holds_members))
            .map(|kind| kind.1)
            .sum();
        let count = |reach| cx.load::<UnitCounts>(UnitCountsKey::of(store::span_of(&self.0.path, reach)));
        let (units, own_units) = futures_util::try_join!(count(Reach::Subtree), count(Reach::Own))?;
        let (units, own_units) = (units.unwrap_or_default(), own_units.unwrap_or_default());
        // Who holds a post is told to those only who may read people.
        let tells = cx.viewer()?.may(Permission::ReadPeople, &self.0.path);
        Ok(OrganizationOverview {
            organizations: number(organizations),
            branches: number(branches),
            by_kind: kinds
                .iter()
                .map(|(kind, count, _)| Ok(CountByCode { code: Code::of("org_kind", kind)?, count: number(*count) }))
                .collect::<Result<_>>()?,
            with_secretary: tells.then(|| number(with_secretary)),
            without_secretary: tells.then(|| number(organizations - with_secretary)),
            units: number(units),
            own_units: number(own_units),
        })
    }

    /// Members here and below by stage, sex, ethnic group, age and education (D01); null for those who may not read people.
    async fn member_overview(&self, ctx: &Context<'_>) -> Result<Option<MemberOverview>> {
        Box::pin(member_overview(ctx, &self.0.path)).await
    }

    /// Members: people of stage probationary or full, in tree order.
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How far below.", default_with = "Reach::Subtree")] reach: Reach,
        #[graphql(desc = "At most so many from the beginning, 1 to 200; 20 without one.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<PersonConnection> {
        let walk = Walk::of(Cx::of(ctx).viewer()?, &self.0, reach);
        Box::pin(members_of(ctx, walk, Paging { first, after, last, before })).await
    }

    /// Applicants, activists and candidates, in tree order.
    async fn applicants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How far below.", default_with = "Reach::Subtree")] reach: Reach,
        #[graphql(desc = "At most so many from the beginning, 1 to 200; 20 without one.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<PersonConnection> {
        let walk = Walk::of(Cx::of(ctx).viewer()?, &self.0, reach);
        Box::pin(applicants_of(ctx, walk, Paging { first, after, last, before })).await
    }

    /// The party groups of a branch (B21).
    async fn party_groups(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many from the beginning, 1 to 200; 20 without one.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<PartyGroupConnection> {
        Box::pin(party_group_list(ctx, self.0.key(), Paging { first, after, last, before })).await
    }

    /// What it was called and what it was, the present state first (B09).
    async fn past_states(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many from the beginning, 1 to 200; 20 without one.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<OrganizationPastStateConnection> {
        Box::pin(past_state_list(ctx, self.0.key(), Paging { first, after, last, before })).await
    }

    /// What it was on a day: a paper of that day carries the name of that day (B09). Null before its first state.
    async fn state_on(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which day.")] day: Day,
    ) -> Result<Option<OrganizationPastState>> {
        Ok(Cx::of(ctx).load::<StateOn>((self.0.key(), day.0)).await?.map(OrganizationPastState))
    }

    /// What was done to it, newest first; empty for those who may not read the log.
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

    /// The units that it is set up in: several for a joint branch, one for others (B19).
    async fn units(&self, ctx: &Context<'_>) -> Result<Vec<Unit>> {
        Box::pin(units_of(ctx, self.0.key())).await
    }

    /// The term of leadership that runs (J15).
    async fn leadership(&self, ctx: &Context<'_>) -> Result<Option<LeadershipTerm>> {
        running_term_of(ctx, self.0.key()).await
    }

    /// Its terms of leadership, the last first; the thirty newest.
    async fn leadership_terms(&self, ctx: &Context<'_>) -> Result<Vec<LeadershipTerm>> {
        terms_of(ctx, self.0.key()).await
    }

    /// Its own files: founding and adjustment documents and others, oldest first (B08, B18); at most ten.
    async fn attachments(&self, ctx: &Context<'_>) -> Result<Vec<Attachment>> {
        Box::pin(attachments_of(ctx, Owner::Organization(self.0.key()))).await
    }

    /// How many files it has.
    async fn attachment_count(&self, ctx: &Context<'_>) -> Result<i32> {
        Ok(i32::try_from(Box::pin(attachments_of(ctx, Owner::Organization(self.0.key()))).await?.len()).unwrap_or(i32::MAX))
    }

    /// Kinds that a new subordinate may have; empty for leaf kinds (B05).
    async fn may_contain(&self) -> Result<Vec<Code>> {
        rules::kinds_below(Codes::builtin(), &self.0.kind).iter().map(|kind| Code::of("org_kind", kind)).collect()
    }

    /// Whether people belong to it directly (D03).
    async fn holds_members(&self) -> bool {
        Codes::builtin().organization_kind(&self.0.kind).is_some_and(|kind| kind.holds_members)
    }

    /// What the viewer may do here.
    async fn may(&self, ctx: &Context<'_>) -> Result<Vec<Permission>> {
        Ok(Cx::of(ctx).viewer()?.permissions_at(&self.0.path))
    }

    /// When it was entered.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }
}

/// Something unusual about an organization.
#[derive(SimpleObject)]
pub struct OrganizationWarning {
    /// What is unusual; codes never change.
    code: WarningCode,
    /// In words, in the language of the request.
    message: String,
    /// The rule behind it: a row of the regulations.
    rule: String,
    /// The figure that is unusual.
    figure: i32,
    /// What it is held against; 0 where there should be none.
    bound: i32,
}

impl OrganizationWarning {
    fn of(warning: &Warning, language: Language) -> Self {
        Self {
            code: warning.code,
            message: warning.message(language),
            rule: warning.code.rule().into(),
            figure: i32::try_from(warning.figure).unwrap_or(i32::MAX),
            bound: warning.bound,
        }
    }
}

/// Headline figures of an organization or a subtree.
#[derive(SimpleObject)]
pub struct MemberCounts {
    /// Members: probationary and full.
    members: i32,
    /// Full members.
    full: i32,
    /// Probationary members.
    probationary: i32,
    /// Candidates for development.
    candidates: i32,
    /// Activists.
    activists: i32,
    /// Applicants.
    applicants: i32,
    /// Women among the members.
    women: i32,
    /// Members of ethnic minorities.
    minority: i32,
    /// Members with junior college and above.
    college_and_above: i32,
}

impl From<CountsRow> for MemberCounts {
    fn from(row: CountsRow) -> Self {
        let number = |count: i64| i32::try_from(count).unwrap_or(i32::MAX);
        Self {
            members: number(row.full + row.probationary),
            full: number(row.full),
            probationary: number(row.probationary),
            candidates: number(row.candidates),
            activists: number(row.activists),
            applicants: number(row.applicants),
            women: number(row.women),
            minority: number(row.minority),
            college_and_above: number(row.college_and_above),
        }
    }
}

/// Organizations of a subtree by kind.
#[derive(SimpleObject)]
pub struct OrganizationOverview {
    /// All active ones, the top one included.
    organizations: i32,
    /// Those that people belong to directly.
    branches: i32,
    /// By kind.
    by_kind: Vec<CountByCode>,
    /// Those with a secretary in their present term; null for those who may not read people.
    with_secretary: Option<i32>,
    /// Those without; null for those who may not read people. `organizations(filter: { hasSecretary })` lists both.
    without_secretary: Option<i32>,
    /// Units that are kept here and below; `units(under:)` lists them.
    units: i32,
    /// Those that are kept here itself.
    own_units: i32,
}

/// A state of an organization's past.
#[derive(Clone)]
pub struct OrganizationPastState(pub VersionRow);

/// What an organization was called and what it was, from a day until a day.
#[Object]
impl OrganizationPastState {
    /// Full name at the time.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Short name at the time.
    async fn short_name(&self) -> Option<&str> {
        self.0.short_name.as_deref()
    }

    /// Kind at the time.
    async fn kind(&self) -> Result<Code> {
        Code::of("org_kind", &self.0.kind)
    }

    /// The superior at the time, as it is today; null at the top of the viewer's reach and for one beyond it.
    async fn superior(&self, ctx: &Context<'_>) -> Result<Option<Organization>> {
        let Some(parent) = self.0.parent_id else { return Ok(None) };
        Ok(Cx::of(ctx).load::<OrganizationById>(OrganizationId(parent)).await?.map(Organization))
    }

    /// The first day.
    async fn from(&self) -> Option<Day> {
        self.0.from().map(Day)
    }

    /// The first day after it; null while it lasts.
    async fn until(&self) -> Option<Day> {
        self.0.until().map(Day)
    }

    /// The document behind it.
    async fn document(&self) -> Option<&str> {
        self.0.document.as_deref()
    }

    /// What began it, in the language of the request (`org_change_kind`).
    async fn change(&self, ctx: &Context<'_>) -> String {
        code_name("org_change_kind", &self.0.change, Cx::of(ctx).language)
    }
}
