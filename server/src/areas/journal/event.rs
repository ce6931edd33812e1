//! What can happen.

use async_graphql::Enum;
use serde::{Deserialize, Serialize};

use crate::base::language::Language;

/// What kind of thing an entry is about.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SubjectKind {
    /// An organization.
    Organization,
    /// A person.
    Person,
    /// A party group.
    PartyGroup,
    /// A grant of a role.
    Grant,
    /// An account.
    Account,
    /// A unit.
    Unit,
    /// A term of leadership.
    LeadershipTerm,
    /// A post of a person in a term of leadership.
    LeadershipPost,
}

impl SubjectKind {
    const ALL: [(Self, &'static str); 8] = [
        (Self::Organization, "organization"),
        (Self::Person, "person"),
        (Self::PartyGroup, "party_group"),
        (Self::Grant, "grant"),
        (Self::Account, "account"),
        (Self::Unit, "unit"),
        (Self::LeadershipTerm, "leadership_term"),
        (Self::LeadershipPost, "leadership_post"),
    ];

    /// As it stands in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("organization", |(_, text)| text)
    }

    /// Reads what [`SubjectKind::as_str`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == text).map(|(kind, _)| *kind)
    }
}

/// What a change does to the lists that show its subject.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChangeKind {
    /// New.
    Created,
    /// Changed where it stands.
    Updated,
    /// Stands elsewhere now.
    Moved,
    /// No longer on the lists.
    Removed,
}

macro_rules! events {
    ($($name:ident $text:literal $change:ident $zh:literal $en:literal)*) => {
        /// What was done; the names never change.
        #[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
        #[graphql(name = "JournalEvent")]
        pub enum Event {
            $(#[doc = $en] $name,)*
        }

        impl Event {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// As it stands in the log; never changes.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// What it does to lists.
            #[must_use]
            pub fn change(self) -> ChangeKind {
                match self { $(Self::$name => ChangeKind::$change,)* }
            }

            /// In words.
            #[must_use]
            pub fn name(self, language: Language) -> &'static str {
                match self { $(Self::$name => language.pick($zh, $en),)* }
            }

            /// Reads what [`Event::as_str`] wrote.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|event| event.as_str() == text)
            }
        }
    };
}

events! {
    OrganizationCreated "ORGANIZATION_CREATED" Created "新增组织" "Organization created"
    OrganizationEdited "ORGANIZATION_EDITED" Updated "编辑组织" "Organization edited"
    OrganizationRenamed "ORGANIZATION_RENAMED" Updated "党组织更名" "Organization renamed"
    OrganizationMoved "ORGANIZATION_MOVED" Moved "更换上级" "Organization moved"
    OrganizationReordered "ORGANIZATION_REORDERED" Updated "党组织排序" "Organization sorted"
    OrganizationDissolved "ORGANIZATION_DISSOLVED" Removed "撤销组织" "Organization dissolved"
    PartyGroupCreated "PARTY_GROUP_CREATED" Created "新增党小组" "Party group created"
    PartyGroupEdited "PARTY_GROUP_EDITED" Updated "编辑党小组" "Party group edited"
    PartyGroupDissolved "PARTY_GROUP_DISSOLVED" Removed "撤销党小组" "Party group dissolved"
    PartyGroupAssigned "PARTY_GROUP_ASSIGNED" Updated "党小组成员调整" "Party group members changed"
    PersonAdded "PERSON_ADDED" Created "新增人员" "Person added"
    PersonEdited "PERSON_EDITED" Updated "编辑人员" "Person edited"
    PersonPhotoChanged "PERSON_PHOTO_CHANGED" Updated "更换照片" "Photo changed"
    UnitCreated "UNIT_CREATED" Created "新增单位" "Unit entered"
    UnitEdited "UNIT_EDITED" Updated "编辑单位" "Unit edited"
    UnitDeleted "UNIT_DELETED" Removed "删除单位" "Unit deleted"
    UnitLinked "UNIT_LINKED" Updated "关联单位" "Unit linked"
    UnitUnlinked "UNIT_UNLINKED" Updated "取消关联单位" "Unit unlinked"
    LeadershipTermBegun "LEADERSHIP_TERM_BEGUN" Created "新一届领导班子" "Term of leadership begun"
    LeadershipTermEnded "LEADERSHIP_TERM_ENDED" Updated "领导班子届满" "Term of leadership ended"
    LeadershipPostAdded "LEADERSHIP_POST_ADDED" Created "任职" "Named for a post"
    LeadershipPostEdited "LEADERSHIP_POST_EDITED" Updated "修改任职" "Post edited"
    LeadershipPostEnded "LEADERSHIP_POST_ENDED" Updated "免职" "Post ended"
    LeadershipPostDeleted "LEADERSHIP_POST_DELETED" Removed "删除任职" "Entry of a post deleted"
    LeadershipPostReordered "LEADERSHIP_POST_REORDERED" Updated "领导班子排序" "Leadership sorted"
    AttachmentAdded "ATTACHMENT_ADDED" Updated "上传附件" "Attachment added"
    AttachmentEdited "ATTACHMENT_EDITED" Updated "修改附件信息" "Attachment edited"
    AttachmentRemoved "ATTACHMENT_REMOVED" Updated "删除附件" "Attachment removed"
    GrantGiven "GRANT_GIVEN" Created "授予角色" "Role granted"
    GrantEnded "GRANT_ENDED" Removed "结束授权" "Grant ended"
    GrantProposed "GRANT_PROPOSED" Created "提请授予角色" "Role proposed"
    GrantApproved "GRANT_APPROVED" Updated "批准授权" "Role approved"
    GrantRefused "GRANT_REFUSED" Removed "拒绝授权" "Role refused"
    GrantEdited "GRANT_EDITED" Updated "修改待批准的授权" "Proposed role changed"
    GrantDelegated "GRANT_DELEGATED" Created "委托权限" "Right lent"
    PersonUnmasked "PERSON_UNMASKED" Updated "查看明文" "Unmasked fields read"
    TokenIssued "TOKEN_ISSUED" Created "签发令牌" "Token issued"
    AccountOpened "ACCOUNT_OPENED" Created "开通账号" "Account opened"
    AccountEdited "ACCOUNT_EDITED" Updated "编辑账号" "Account edited"
    AccountReset "ACCOUNT_RESET" Updated "重置账号" "Account reset"
    AccountDisabled "ACCOUNT_DISABLED" Updated "停用账号" "Account disabled"
    AccountEnabled "ACCOUNT_ENABLED" Updated "启用账号" "Account enabled"
    AccountClosed "ACCOUNT_CLOSED" Removed "注销账号" "Account closed"
    AccountRenamed "ACCOUNT_RENAMED" Updated "修改登录名" "Login name changed"
    AccountInvited "ACCOUNT_INVITED" Updated "邀请登记安全密钥" "Invited to enrol a key"
    InvitationEnded "INVITATION_ENDED" Updated "撤回密钥登记邀请" "Invitation taken back"
    AccountClaimed "ACCOUNT_CLAIMED" Created "认领账号" "Account claimed"
    PasswordChanged "PASSWORD_CHANGED" Updated "修改密码" "Password changed"
    KeyEnrolled "KEY_ENROLLED" Updated "登记安全密钥" "Key enrolled"
    KeyRenamed "KEY_RENAMED" Updated "安全密钥改名" "Key renamed"
    KeyRemoved "KEY_REMOVED" Updated "移除安全密钥" "Key removed"
    SessionEnded "SESSION_ENDED" Updated "结束会话" "Session ended"
    ClaimCodeIssued "CLAIM_CODE_ISSUED" Updated "发放认领码" "Claim code issued"
    ClaimCodeEnded "CLAIM_CODE_ENDED" Updated "作废认领码" "Claim code ended"
    PolicySet "POLICY_SET" Updated "修改安全策略" "Policy set"
}
