//! Mutations of accounts, keys, sessions, codes and the policy.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};

use super::credentials::{ClaimCode, Invitation, SecurityKey};
use super::policy::{Policy, PolicySetInput};
use super::types::Account;
use crate::areas::accounts::AccountRow;
use crate::areas::accounts::actions::{self, EditAccount, InviteToKey, OpenAccount, Turn};
use crate::gql::{Cx, Outcome, UserError, parse_id, parse_optional_id, payload};

impl From<AccountRow> for Account {
    fn from(row: AccountRow) -> Self {
        Self(row)
    }
}

payload! {
    /// What came of a change of an account.
    AccountPayload account: Account
}
payload! {
    /// What came of a change of a key.
    SecurityKeyPayload key: SecurityKey
}
payload! {
    /// What came of taking an invitation back.
    InvitationEndPayload invitation: Invitation
}
payload! {
    /// What came of ending a claim code.
    ClaimCodeEndPayload claim_code: ClaimCode
}
payload! {
    /// What came of setting the policy.
    PolicyPayload policy: Policy
}

/// An account with its initial password, which is told here and never again.
#[derive(SimpleObject)]
pub struct AccountSecretPayload {
    /// The account as it is now; null when the mutation was refused.
    account: Option<Account>,
    /// The name to sign in with.
    user_name: Option<String>,
    /// The initial password, which opens nothing but its own change; null for an administrator's account.
    initial_secret: Option<String>,
    /// The account as it is now, when an older version was read (`STALE_VERSION`).
    current: Option<Account>,
    /// What stood in the way; empty when it was done.
    user_errors: Vec<UserError>,
}

impl AccountSecretPayload {
    fn of(mut outcome: Outcome<actions::Opened>) -> Self {
        let current = outcome.current().map(Account);
        let (account, initial_secret) = outcome.done.map_or((None, None), |opened| (Some(opened.account), opened.secret));
        let user_name = account.as_ref().and_then(|account| account.user_name.clone());
        Self { account: account.map(Account), user_name, initial_secret, current, user_errors: outcome.user_errors }
    }
}

/// An invitation with its code, which is told here and never again.
#[derive(SimpleObject)]
pub struct InvitationPayload {
    /// The invitation; null when the mutation was refused.
    invitation: Option<Invitation>,
    /// The code, in groups of five; case and hyphens do not matter.
    code: Option<String>,
    /// The account as it is now, when an older version was read (`STALE_VERSION`).
    current: Option<Account>,
    /// What stood in the way; empty when it was done.
    user_errors: Vec<UserError>,
}

impl InvitationPayload {
    fn of(mut outcome: Outcome<actions::Invited>) -> Self {
        let current = outcome.current().map(Account);
        let (invitation, code) =
            outcome.done.map_or((None, None), |invited| (Some(Invitation(invited.invitation)), Some(invited.code)));
        Self { invitation, code, current, user_errors: outcome.user_errors }
    }
}

/// A claim code, which is told here and never again.
#[derive(SimpleObject)]
pub struct ClaimCodePayload {
    /// What is kept of it; null when the mutation was refused.
    claim_code: Option<ClaimCode>,
    /// The code itself.
    code: Option<String>,
    /// What stood in the way; empty when it was done.
    user_errors: Vec<UserError>,
}

/// What came of ending sessions.
#[derive(SimpleObject)]
pub struct SessionEndPayload {
    /// How many were ended; null when the mutation was refused.
    ended: Option<i32>,
    /// What stood in the way; empty when it was done.
    user_errors: Vec<UserError>,
}

impl SessionEndPayload {
    fn of(outcome: Outcome<i32>) -> Self {
        Self { ended: outcome.done, user_errors: outcome.user_errors }
    }
}

/// A new account, of a person or of an administrator.
#[derive(InputObject)]
pub struct AccountCreateInput {
    /// The organization that keeps it; a person's own.
    organization_id: ID,
    /// The person, for a member's account.
    person_id: Option<ID>,
    /// The name, for an administrator's account.
    name: Option<String>,
    /// The login name; made from the name for a person's account without one (A07).
    user_name: Option<String>,
    /// Whether people are taken over from another platform: only then the tenant's scheme for initial passwords holds
    /// (A08); without it the password is made up.
    #[graphql(default)]
    imported: bool,
}

/// What is to be done with an account, and why.
#[derive(InputObject)]
pub struct AccountTurnInput {
    /// The account.
    id: ID,
    /// The version that was read.
    version: i32,
    /// Why.
    reason: Option<String>,
}

/// Another login name of one's own.
#[derive(InputObject)]
pub struct AccountRenameInput {
    /// The version that was read.
    version: i32,
    /// The login name, 2 to 40 characters without spaces and @.
    user_name: String,
}

/// Whom to invite.
#[derive(InputObject)]
pub struct AccountInviteInput {
    /// The account.
    id: ID,
    /// The version that was read.
    version: i32,
    /// Why; required for a lost key.
    reason: Option<String>,
    /// The present keys are lost: they and what they opened end at once.
    #[graphql(default)]
    replaces: bool,
}

/// What an account is to be called and who keeps it; what is left out stays.
#[derive(InputObject)]
pub struct AccountEditInput {
    /// The account.
    id: ID,
    /// The version that was read.
    version: i32,
    /// The name; a person's account has the person's.
    name: Option<String>,
    /// The login name, 2 to 40 characters without spaces and @.
    user_name: Option<String>,
    /// The organization that keeps it; a person's account stands at the person's own.
    organization_id: Option<ID>,
    /// Why.
    reason: Option<String>,
}

/// A thing and why.
#[derive(InputObject)]
pub struct EndInput {
    /// Which one.
    id: ID,
    /// Why.
    reason: Option<String>,
}

/// A further key of one's own.
#[derive(InputObject)]
pub struct KeyInviteOwnInput {
    /// Why.
    reason: Option<String>,
    /// The password, for someone who has no key yet.
    password: Option<String>,
}

/// Another name of a key.
#[derive(InputObject)]
pub struct KeyRenameInput {
    /// The key.
    id: ID,
    /// The version that was read.
    version: i32,
    /// The name.
    name: String,
}

/// The removal of a key.
#[derive(InputObject)]
pub struct KeyRemoveInput {
    /// The key.
    id: ID,
    /// The version that was read.
    version: i32,
    /// Why.
    reason: Option<String>,
}

/// Whose other sessions.
#[derive(InputObject)]
pub struct SessionEndOthersInput {
    /// The account; one's own without it.
    account_id: Option<ID>,
}

/// For which organization.
#[derive(InputObject)]
pub struct ClaimCodeIssueInput {
    /// The organization whose members may claim with it, and those below.
    organization_id: ID,
}

/// Which code.
#[derive(InputObject)]
pub struct ClaimCodeEndInput {
    /// The code's id.
    id: ID,
}

/// Mutations of this area.
#[derive(Default)]
pub struct AccountMutation;

#[Object]
impl AccountMutation {
    /// Opens an account: a member's with a login name and an initial password (A12), or an administrator's.
    async fn account_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose account.")] input: AccountCreateInput,
    ) -> Result<AccountSecretPayload> {
        let cx = &Cx::of(ctx);
        let wanted = OpenAccount {
            organization: parse_id(&input.organization_id)?,
            person: parse_optional_id(input.person_id.as_ref())?,
            name: input.name,
            user_name: input.user_name,
            imported: input.imported,
        };
        Ok(AccountSecretPayload::of(Outcome::of(cx, actions::open(cx, wanted).await)?))
    }

    /// Gives a forgotten account its login name and an initial password anew; its sessions end (A12).
    async fn account_reset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which account.")] input: AccountTurnInput,
    ) -> Result<AccountSecretPayload> {
        let cx = &Cx::of(ctx);
        let reset = actions::reset(cx, parse_id(&input.id)?, input.version, input.reason.as_deref()).await;
        Ok(AccountSecretPayload::of(Outcome::of(cx, reset)?))
    }

    /// Gives an account another name, login name or organization; at another organization its sessions end (R01).
    async fn account_edit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which account, and what it becomes.")] input: AccountEditInput,
    ) -> Result<AccountPayload> {
        let cx = &Cx::of(ctx);
        let wanted = EditAccount {
            id: parse_id(&input.id)?,
            version: input.version,
            name: input.name,
            user_name: input.user_name,
            organization: parse_optional_id(input.organization_id.as_ref())?,
            reason: input.reason,
        };
        Ok(Outcome::of(cx, actions::edit(cx, wanted).await)?.into())
    }

    /// Disables an account; its sessions end at once (R01).
    async fn account_disable(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which account.")] input: AccountTurnInput,
    ) -> Result<AccountPayload> {
        turn(ctx, Turn::Disable, input).await
    }

    /// Enables a disabled account; its password must be changed at the next sign-in (R01).
    async fn account_enable(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which account.")] input: AccountTurnInput,
    ) -> Result<AccountPayload> {
        turn(ctx, Turn::Enable, input).await
    }

    /// Closes an account for good; its login name is not given again (V.7).
    async fn account_close(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which account.")] input: AccountTurnInput,
    ) -> Result<AccountPayload> {
        turn(ctx, Turn::Close, input).await
    }

    /// Gives one's own account another login name (A11).
    async fn account_rename(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The name.")] input: AccountRenameInput,
    ) -> Result<AccountPayload> {
        let cx = &Cx::of(ctx);
        Ok(Outcome::of(cx, actions::rename_own(cx, input.version, &input.user_name).await)?.into())
    }

    /// Invites someone to enrol a security key by a one-time code (A01).
    async fn account_invite(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom.")] input: AccountInviteInput,
    ) -> Result<InvitationPayload> {
        let cx = &Cx::of(ctx);
        let wanted =
            InviteToKey { id: parse_id(&input.id)?, version: input.version, reason: input.reason, replaces: input.replaces };
        Ok(InvitationPayload::of(Outcome::of(cx, actions::invite(cx, wanted).await)?))
    }

    /// Takes an invitation back before it is used.
    async fn invitation_end(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: EndInput,
    ) -> Result<InvitationEndPayload> {
        let cx = &Cx::of(ctx);
        let ended = actions::end_invitation(cx, parse_id(&input.id)?, input.reason.as_deref()).await;
        Ok(Outcome::of(cx, ended)?.into())
    }

    /// A code for a further key of one's own.
    async fn key_invite_own(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Why, and how one is known.")] input: KeyInviteOwnInput,
    ) -> Result<InvitationPayload> {
        let cx = &Cx::of(ctx);
        let invited = actions::invite_own(cx, input.reason.as_deref(), input.password).await;
        Ok(InvitationPayload::of(Outcome::of(cx, invited)?))
    }

    /// Gives a key another name.
    async fn key_rename(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The name.")] input: KeyRenameInput,
    ) -> Result<SecurityKeyPayload> {
        let cx = &Cx::of(ctx);
        Ok(Outcome::of(cx, actions::rename_key(cx, parse_id(&input.id)?, input.version, &input.name).await)?.into())
    }

    /// Removes a key; what it opened ends at once (SEC-B05).
    async fn key_remove(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: KeyRemoveInput,
    ) -> Result<SecurityKeyPayload> {
        let cx = &Cx::of(ctx);
        let removed = actions::remove_key(cx, parse_id(&input.id)?, input.version, input.reason.as_deref()).await;
        Ok(Outcome::of(cx, removed)?.into())
    }

    /// Ends a session (SEC-C04).
    async fn session_end(&self, ctx: &Context<'_>, #[graphql(desc = "Which one.")] input: EndInput) -> Result<SessionEndPayload> {
        let cx = &Cx::of(ctx);
        let ended = actions::end_session(cx, parse_id(&input.id)?, input.reason.as_deref()).await;
        Ok(SessionEndPayload::of(Outcome::of(cx, ended)?))
    }

    /// Ends all sessions of an account but the present one (SEC-C04).
    async fn session_end_others(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose.")] input: SessionEndOthersInput,
    ) -> Result<SessionEndPayload> {
        let cx = &Cx::of(ctx);
        let ended = actions::end_others(cx, parse_optional_id(input.account_id.as_ref())?).await;
        Ok(SessionEndPayload::of(Outcome::of(cx, ended)?))
    }

    /// Issues a code with which members claim their records (A15).
    async fn claim_code_issue(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "For which organization.")] input: ClaimCodeIssueInput,
    ) -> Result<ClaimCodePayload> {
        let cx = &Cx::of(ctx);
        let outcome = Outcome::of(cx, actions::issue_claim_code(cx, parse_id(&input.organization_id)?).await)?;
        let (claim_code, code) = outcome.done.map_or((None, None), |(row, code)| (Some(ClaimCode(row)), Some(code)));
        Ok(ClaimCodePayload { claim_code, code, user_errors: outcome.user_errors })
    }

    /// Ends a claim code before its time.
    async fn claim_code_end(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: ClaimCodeEndInput,
    ) -> Result<ClaimCodeEndPayload> {
        let cx = &Cx::of(ctx);
        Ok(Outcome::of(cx, actions::end_claim_code(cx, parse_id(&input.id)?).await)?.into())
    }

    /// Sets the policy of the tenant, at its root.
    async fn policy_set(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The whole policy.")] input: PolicySetInput,
    ) -> Result<PolicyPayload> {
        let cx = &Cx::of(ctx);
        Ok(Outcome::of(cx, actions::set_policy(cx, |now| input.row(now)).await)?.into())
    }
}

async fn turn(ctx: &Context<'_>, turn: Turn, input: AccountTurnInput) -> Result<AccountPayload> {
    let cx = &Cx::of(ctx);
    let turned = actions::turn(cx, turn, parse_id(&input.id)?, input.version, input.reason.as_deref()).await;
    Ok(Outcome::of(cx, turned)?.into())
}
