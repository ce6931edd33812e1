//! Who may see a person, who looked, and looking, in the schema.

use std::cmp::Reverse;
use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};

use super::super::actions::Unmasked;
use super::super::watch::{self, AccessKey, AccessRow, AccessTo, LookupRow, MaskedField};
use super::Person;
use crate::access::Role;
use crate::base::db::{Key, KeyPart, Page};
use crate::base::error::Failure;
use crate::base::ids::{Id, LookupId, PersonId};
use crate::gql::{Cx, Listed, Outcome, Paging, Total, UserError, connection};

/// One who may see a person.
#[derive(Clone)]
pub struct PersonAccess(AccessRow);

/// Who may see a person and why: a role at the person's branch or above, or the record being one's own (BEYOND16).
#[Object]
impl PersonAccess {
    /// Who.
    async fn holder(&self) -> &str {
        &self.0.holder
    }

    /// By which role.
    async fn role(&self) -> Result<Role> {
        Ok(role_of(&self.0.role)?)
    }

    /// Where the role holds, by name.
    async fn organization(&self) -> &str {
        &self.0.organization
    }

    /// Until when; null for no end.
    async fn until(&self) -> Option<DateTime<Utc>> {
        self.0.until
    }

    /// Who lent the right; null for one of their own.
    async fn on_behalf_of(&self) -> Option<&str> {
        self.0.on_behalf_of.as_deref()
    }

    /// The reason in words, in the language of the request.
    async fn why(&self, ctx: &Context<'_>) -> Result<String> {
        let language = Cx::of(ctx).language;
        let role = role_of(&self.0.role)?;
        if role == Role::Member {
            return Ok(language.pick("本人的档案", "Their own record").to_owned());
        }
        let (place, role) = (&self.0.organization, role.name(language));
        let lent = self
            .0
            .on_behalf_of
            .as_ref()
            .map_or_else(String::new, |lender| language.pick("，受{}委托", ", on behalf of {}").replace("{}", lender));
        let text = language.pick(
            "{place}的{role}{lent}，可以查看本组织及下级组织的人员",
            "{role} of {place}{lent}: may read the people there and below",
        );
        Ok(text.replace("{role}", role).replace("{lent}", &lent).replace("{place}", place))
    }
}

fn role_of(text: &str) -> Result<Role, Failure> {
    Role::parse(text).ok_or_else(|| Failure::Internal(anyhow::anyhow!("a grant of an unknown role")))
}

connection! {
    /// Who may see a person, page by page, from the root of the tree down.
    PersonAccessConnection PersonAccessEdge PersonAccess
}

/// One look behind the mask of one's own record.
#[derive(Clone)]
pub struct Lookup(LookupRow);

/// Who read masked fields of one's own record, when and what for (BEYOND19).
#[Object]
impl Lookup {
    /// Global id.
    pub async fn id(&self) -> ID {
        LookupId(self.0.id).global().into()
    }

    /// When.
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }

    /// Who; with the name of the one who had lent the right, if it was lent.
    async fn by(&self, ctx: &Context<'_>) -> String {
        let who = &self.0.account_name;
        match &self.0.on_behalf_of {
            None => who.clone(),
            Some(lender) => Cx::of(ctx)
                .language
                .pick("{who}(受{lender}委托)", "{who} on behalf of {lender}")
                .replace("{lender}", lender)
                .replace("{who}", who),
        }
    }

    /// By which role.
    async fn role(&self) -> Option<Role> {
        self.0.role.as_deref().and_then(Role::parse)
    }

    /// Where that role holds the record, by name.
    async fn organization(&self) -> &str {
        &self.0.organization
    }

    /// Which fields, as in `MaskedField`.
    async fn fields(&self) -> Vec<String> {
        let fields = self.0.after.get("fields").and_then(serde_json::Value::as_str).unwrap_or_default();
        fields.split(", ").filter(|field| !field.is_empty()).map(str::to_owned).collect()
    }

    /// What for.
    async fn purpose(&self) -> &str {
        self.0.purpose.as_deref().unwrap_or_default()
    }
}

connection! {
    /// Looks behind the mask of one's own record, page by page, newest first.
    LookupConnection LookupEdge Lookup
}

/// A page of a short list that was read in whole; `place` puts it in order, `read` finds the place of a cursor.
fn cut<R: Clone, P: Ord>(rows: &[R], page: &Page, place: impl Fn(&R) -> P, read: impl Fn(&Key) -> Option<P>) -> Vec<R> {
    let (after, before) = (page.after.as_ref().and_then(&read), page.before.as_ref().and_then(&read));
    let inside = rows.iter().filter(|row| {
        let here = place(row);
        after.as_ref().is_none_or(|after| here > *after) && before.as_ref().is_none_or(|before| here < *before)
    });
    if page.backward {
        inside.rev().take(page.limit + 1).cloned().collect()
    } else {
        inside.take(page.limit + 1).cloned().collect()
    }
}

/// Who may see a person.
pub(super) async fn access_of(ctx: &Context<'_>, person: PersonId, paging: Paging) -> Result<PersonAccessConnection> {
    const LIST: &str = "people/access";
    let cx = Cx::of(ctx);
    let page = paging.page(&cx.secrets, LIST)?;
    let all = cx.load::<AccessTo>(AccessKey { person, at: cx.clock.now() }).await?.unwrap_or_else(|| Arc::new(Vec::new()));
    let rows = cut(
        &all,
        &page,
        |row| (row.path.clone(), row.id),
        |key| match key.as_slice() {
            [KeyPart::Text(path), KeyPart::Id(id)] => Some((path.clone(), *id)),
            _ => None,
        },
    );
    let key = |row: &AccessRow| vec![KeyPart::Text(row.path.clone()), KeyPart::Id(row.id)];
    let listed = Listed::of(rows, &page, &cx.secrets, LIST, key);
    Ok(PersonAccessConnection::of(listed, Total::known(all.len()), PersonAccess))
}

/// Who looked behind the mask of the viewer's own record.
///
/// # Errors
/// `BAD_PAGE`, `BAD_CURSOR`, or when the database fails.
pub async fn lookups_of_viewer(ctx: &Context<'_>, paging: Paging) -> Result<LookupConnection> {
    const LIST: &str = "people/lookups";
    let cx = Cx::of(ctx);
    let page = paging.page(&cx.secrets, LIST)?;
    let all = watch::list_lookups(&cx).await?;
    let rows = cut(
        &all,
        &page,
        |row| Reverse(row.id),
        |key| match key.as_slice() {
            [KeyPart::Id(id)] => Some(Reverse(*id)),
            _ => None,
        },
    );
    let listed = Listed::of(rows, &page, &cx.secrets, LIST, |row| vec![KeyPart::Id(row.id)]);
    Ok(LookupConnection::of(listed, Total::known(all.len()), Lookup))
}

/// The look with this id, if it was behind the mask of the viewer's own record.
///
/// # Errors
/// When the database fails.
pub async fn lookup_by_id(cx: &Cx, id: LookupId) -> Result<Option<Lookup>, Failure> {
    Ok(watch::list_lookups(cx).await?.into_iter().find(|row| row.id == id.0).map(Lookup))
}

/// A look behind the mask.
#[derive(InputObject)]
pub struct PersonUnmaskInput {
    /// The person.
    pub(super) id: ID,
    /// Which fields.
    pub(super) fields: Vec<MaskedField>,
    /// What for; the person will read it.
    pub(super) purpose: String,
}

/// A field without its mask.
#[derive(SimpleObject)]
pub struct UnmaskedValue {
    /// Which.
    field: MaskedField,
    /// Its value; null when there is none.
    value: Option<String>,
}

/// What came of a look behind the mask.
#[derive(SimpleObject)]
pub struct UnmaskPayload {
    /// Whose; null when the mutation was refused.
    person: Option<Person>,
    /// What was read.
    values: Vec<UnmaskedValue>,
    /// How many looks of today's budget are left.
    left: Option<i32>,
    /// What stood in the way; empty when it was done.
    user_errors: Vec<UserError>,
}

impl From<Outcome<Unmasked>> for UnmaskPayload {
    fn from(outcome: Outcome<Unmasked>) -> Self {
        let user_errors = outcome.user_errors;
        let Some(done) = outcome.done else { return Self { person: None, values: Vec::new(), left: None, user_errors } };
        let values = done.values.into_iter().map(|(field, value)| UnmaskedValue { field, value }).collect();
        Self { person: Some(Person(done.row)), values, left: Some(done.left), user_errors }
    }
}
