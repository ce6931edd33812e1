//! The login names of an organization's people, to be handed out (A14). No secret is on it.

use async_graphql::{Context, Object, Result};

use super::types::{Account, AccountFlag, AccountState};
use crate::areas::accounts::AccountOfPerson;
use crate::areas::people::PersonById;
use crate::areas::people::graphql::Person;
use crate::base::ids::PersonId;
use crate::gql::{Cx, connection};

/// One line of a roster.
#[derive(Clone)]
pub struct RosterEntry(pub PersonId);

/// A person with the login name, or without an account.
#[Object]
impl RosterEntry {
    /// The person.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        Ok(Cx::of(ctx).load::<PersonById>(self.0).await?.map(Person))
    }

    /// The account; null for someone who has none.
    async fn account(&self, ctx: &Context<'_>) -> Result<Option<Account>> {
        self.of(ctx).await
    }

    /// The name to sign in with.
    async fn user_name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        Ok(self.of(ctx).await?.and_then(|account| account.0.user_name))
    }

    /// Where the account stands.
    async fn state(&self, ctx: &Context<'_>) -> Result<Option<AccountState>> {
        Ok(self.of(ctx).await?.map(|account| AccountState::parse(&account.0.state)))
    }

    /// Why the person may be unable to sign in (A13).
    async fn flags(&self, ctx: &Context<'_>) -> Result<Vec<AccountFlag>> {
        match self.of(ctx).await? {
            Some(account) => account.flags_in(&Cx::of(ctx)).await.map_err(Into::into),
            None => Ok(vec![AccountFlag::NoAccountSecret]),
        }
    }
}

impl RosterEntry {
    async fn of(&self, ctx: &Context<'_>) -> Result<Option<Account>> {
        Ok(Cx::of(ctx).load::<AccountOfPerson>(self.0).await?.map(Account))
    }
}

connection! {
    /// A roster, page by page.
    RosterConnection RosterEdge RosterEntry
}
