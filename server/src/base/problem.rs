//! Problems: what a person did that cannot be done, with code, place and text in both languages.
//!
//! One table, so that a code is never given twice and never without a text. Codes never
//! change; texts may. Chinese texts in the catalogue of features are quoted word for word.

use super::labels::label_of;
use super::language::Language;

/// One refusal, at one field of the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Which refusal.
    pub code: Code,
    /// The input field, in GraphQL's spelling.
    pub field: &'static str,
    /// What `{}` in the text stands for; without one, what the field is called.
    pub value: Option<String>,
}

impl Problem {
    /// A refusal at a field.
    #[must_use]
    pub fn new(code: Code, field: &'static str) -> Self {
        Self { code, field, value: None }
    }

    /// Gives the text its value.
    #[must_use]
    pub fn with(mut self, value: impl ToString) -> Self {
        self.value = Some(value.to_string());
        self
    }

    /// The text for people.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        let (zh, en) = self.code.texts();
        let spoken_of = self.value.as_deref().or_else(|| label_of(self.field, language)).unwrap_or(self.field);
        language.pick(zh, en).replace("{}", spoken_of)
    }
}

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident $rule:literal $zh:literal $en:literal)*) => {
        /// Every refusal that the server knows.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
        #[graphql(name = "UserErrorCode")]
        pub enum Code {
            $(
                #[doc = $en]
                $name,
            )*
        }

        impl Code {
            /// Text in Chinese and English.
            #[must_use]
            pub fn texts(self) -> (&'static str, &'static str) {
                match self { $(Self::$name => ($zh, $en),)* }
            }

            /// As it stands in the schema, for what is not answered through it.
            #[must_use]
            pub fn name(self) -> &'static str {
                use async_graphql::resolver_utils::EnumType;
                Self::items().iter().find(|item| item.value == self).map_or("", |item| item.name)
            }

            /// Reads what [`Code::name`] wrote; none for a refusal that only a newer program knows.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.name() == text)
            }

            /// The row of the catalogue or the regulation behind it; empty for none.
            #[must_use]
            pub fn rule(self) -> &'static str {
                match self { $(Self::$name => $rule,)* }
            }

            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];
        }
    };
}

problems! {
    Required "T03" "请填写必填项：{}" "Required: {}"
    TooLong "" "内容过长，最多{}个字符" "Too long: at most {} characters"
    InvalidCharacters "" "包含不可用的字符：{}" "Contains characters that cannot be used: {}"
    UnknownCode "D29" "代码无效：{}" "Unknown code: {}"
    TooMany "" "一次最多{}条" "At most {} at a time"
    StaleVersion "API28" "数据已被他人修改，请刷新后重试（当前版本{}）" "Changed by someone else since you read it; refresh and try again (current version {})"
    DateInFuture "" "日期不能晚于今天" "The date lies in the future"
    DateTooEarly "" "日期过早：{}" "The date is too early: {}"
    NothingToChange "" "没有需要修改的内容" "Nothing to change"
    NoSuchThing "" "记录不存在或无权访问" "Not found, or not within your reach"

    OrganizationSameName "B04" "同一上级下已有同名党组织" "An organization of this name exists under the same superior"
    OrganizationSameCode "B04" "党组织代码已存在" "This organization code is in use"
    OrganizationCodeForm "B04" "党组织代码只能由数字和大写字母组成，最多20位" "An organization code has digits and capital letters only, at most 20"
    OrganizationIsLeaf "B05" "该类别党组织不能新增下级组织" "An organization of this kind cannot have subordinate organizations"
    OrganizationKindNotAllowed "B04" "上级党组织不能包含该类别的党组织" "The superior cannot contain an organization of this kind"
    OrganizationKindNotInstantiable "B04" "请选择具体的党组织类别" "Choose a concrete kind of organization"
    OrganizationKindHasChildren "B07" "现有下级组织不允许改为该类别" "The present subordinates do not allow this kind"
    OrganizationKindHasPeople "B07" "党组织内有人员，不能改为该类别" "It holds people, so it cannot become of this kind"
    OrganizationDissolved "B10" "党组织已撤销" "The organization is dissolved"
    OrganizationFull "" "下级组织编号已用完" "No label is left for another subordinate organization"
    OrganizationIsOwnRoot "B07" "本级的上级、类别和撤销只能由上级办理" "Superior, kind and dissolution of your own root are decided from above"
    OrganizationMoveIntoItself "B11" "不能移动到自身或下级" "An organization cannot move below itself"
    OrganizationMoveNowhere "B11" "新上级与现上级相同" "It already stands under this superior"
    OrganizationMoveRunning "B11" "该组织或其上级、下级正在移动，请待移动完成后再试" "This organization, or one above or below it, is being moved; try again when that is done"
    OrganizationHasPeople "B10" "该支部有代办事宜、党员信息等不能进行删除，必须对代办事宜和党员信息进行处理即可删除" "It still has members, so it cannot be dissolved; deal with them first"
    OrganizationHasApplicants "B10" "该党组织还有入党申请人，不能撤销" "It still has applicants, so it cannot be dissolved"
    OrganizationHasToDos "B10" "该党组织还有待批准的事项，不能撤销" "Something still waits for a decision there, so it cannot be dissolved"
    OrganizationHasChildren "B10" "该党组织还有下级组织，不能撤销" "It still has subordinate organizations, so it cannot be dissolved"
    OrganizationNotSibling "B13" "只能在同一上级下排序" "Only organizations under the same superior can be sorted"
    OrganizationBeforeFounding "B09" "日期早于成立日期或上次变更日期{}" "The date lies before the founding or the last change, {}"
    OrganizationNameUnchanged "B09" "名称没有变化" "The name is unchanged"
    OrganizationHoldsNoGroups "B21" "只有党支部可以设党小组" "Only a branch can have party groups"

    PartyGroupSameName "B21" "该支部已有同名党小组" "The branch has a party group of this name"
    PartyGroupLeaderNotFullMember "U63" "党小组组长应为本支部正式党员" "The leader of a party group is a full member of the branch"
    PartyGroupLeaderStays "B21" "组长不能离开本党小组，请先更换组长" "The leader cannot leave the group; give it another leader first"
    PartyGroupOfAnotherBranch "B21" "党小组不属于该党支部" "The party group belongs to another branch"
    PartyGroupDissolved "B21" "党小组已撤销" "The party group is dissolved"
    PartyGroupHasMembers "B21" "党小组还有成员，请先移出" "The party group still has members; take them out first"

    PersonNotInBranch "D03" "请选择具体的支部" "Choose a concrete branch"
    IdentityNumberLength "U80" "身份证号应为18位（或15位旧号）" "An identity number has 18 characters (or 15 in the old form)"
    IdentityNumberCharacters "U80" "身份证号含有无效字符" "The identity number contains invalid characters"
    IdentityNumberRegion "U80" "身份证号的地区码不存在" "The region of the identity number does not exist"
    IdentityNumberBirthDate "U80" "身份证号中的出生日期无效" "The birth date in the identity number is invalid"
    IdentityNumberCheckDigit "U80" "身份证号校验码错误" "The check digit of the identity number is wrong"
    IdentityNumberOrReason "A13" "请填写身份证号；确实没有的，填写原因" "Give the identity number or, where there is none, the reason"
    EmailForm "A15" "电子邮箱格式不正确" "This is not an e-mail address"
    IdentityNumberTaken "D04" "身份证号已存在" "This identity number is already on the roll"
    IdentityNumberTakenAt "D04" "身份证号已存在于{}" "This identity number is already on the roll of {}"
    BirthDateDiffers "D31" "出生日期与身份证号不一致" "The birth date differs from the identity number"
    SexDiffers "U80" "性别与身份证号不一致" "The sex differs from the identity number"
    TooYoung "U1" "申请入党须年满十八岁" "An applicant is at least eighteen years old"
    JoinedOnRequired "D12" "请填写入党时间" "The joining date is required at this stage"
    ConfirmedOnRequired "D12" "请填写转正时间" "The date of full membership is required at this stage"
    DateNotAtThisStage "D12" "当前阶段不能填写该日期" "This date does not belong to the present stage"
    DatesOutOfOrder "D12" "日期先后顺序有误" "The dates are out of order"
    StageNotAllowed "D04" "不能以该阶段新增人员" "A person cannot be added at this stage"
    PersonLeft "V.8" "该人员已离开" "The person has left"
    PhotoForm "D30" "照片须为JPEG或PNG格式" "A photo is a JPEG or a PNG"
    PhotoTooLarge "D30" "照片不能超过200KB" "A photo has at most 200 kB"

    CreditCodeTaken "C02" "统一社会信用代码已存在" "This unified social credit code is in use"
    CreditCodeCheckDigit "U81" "统一社会信用代码校验失败" "The unified social credit code does not pass its checks"
    UnitLinked "C04" "单位已被党组织引用，不能删除" "An organization is set up in this unit, so it cannot be deleted"
    UnitLinkedAlready "B19" "该党组织已关联此单位" "The organization is set up in this unit already"
    UnitOnlyOne "B19" "非联合党支部只能关联一个法人单位" "Only a joint branch is set up in several units"
    UnitKeepOne "B19" "请先保留一个法人单位" "Keep one of the units first"
    UnitIsLegalPerson "C05" "法人单位没有上级法人单位" "A legal person belongs to no other one"

    AttachmentTooLarge "Q01" "文件不能超过{}MB" "A file has at most {} MB"
    AttachmentType "Q01" "只能上传PDF、OFD、JPEG、PNG和不含宏的Word、Excel、PowerPoint文件" "Only PDF, OFD, JPEG, PNG and Word, Excel, PowerPoint files without macros can be uploaded"
    AttachmentMislabelled "SEC-E01" "文件内容与扩展名不符，内容为{}" "The content is not what the name says; it is {}"
    AttachmentImageTooLarge "SEC-E01" "图片像素过多，最多{}万像素" "The picture has too many pixels; at most {} times ten thousand"
    AttachmentArchive "SEC-E01" "文件解压后过大或结构异常" "The file is damaged, or far too large when it is unpacked"
    AttachmentMacro "SEC-E01" "不能上传含宏的文件" "Files with macros cannot be uploaded"
    AttachmentTooMany "Q01" "最多上传{}个附件" "At most {} attachments"
    AttachmentQuotaSpent "SEC-E01" "该党组织的附件空间已满，剩余{}MB" "The organization's space for attachments is used up; left: {} MB"
    AttachmentKindNotHere "Q01" "该附件种类不适用于此处" "This kind of attachment does not belong here"
    UploadTooMany "SEC-E01" "尚未保存的上传文件过多，最多{}个" "Too many uploads that are not attached to anything; at most {}"
    UploadGone "Q01" "上传的文件已失效，请重新上传" "The upload is gone; send the file again"

    LeadershipNoTerm "J15" "请先建立本届领导班子" "Begin a term of the leadership first"
    LeadershipTermNumber "J15" "届次应在{}至200之间" "The number of the term lies between {} and 200"
    LeadershipOneSecretary "J15" "本届已有书记" "This term has a secretary already"
    LeadershipPostTwice "J16" "该成员已任此职" "This member holds this post already"
    LeadershipPostNotHere "J15" "该类别党组织没有此职务" "An organization of this kind does not have this post"
    LeadershipPostEnded "J18" "该职务已结束" "The post has ended"
    LeadershipNotMember "J15" "请选择本组织或下级组织的党员" "Choose a member of this organization or of one below it"
    LeadershipNotFullMember "J15" "该职务应由正式党员担任" "This post is held by a full member"
    LeadershipCommitteeFull "U54" "支部委员会最多{}人" "The committee of a branch has at most {} members"
    LeadershipNotSameTerm "J21" "只能在同一届内排序" "Only posts of one term can be sorted"

    GrantBeyondOwnRights "R02" "不能授予超出本人权限的角色" "You cannot give more than you hold"
    GrantExists "R01" "该账号在此组织已有该角色" "The account already holds this role at this organization"
    GrantEnded "R02" "授权已结束" "The grant has ended"
    GrantByPost "A17" "该角色随职务产生，请在领导班子中办理免职" "The role goes with a post; end the post instead"
    GrantTooMany "R02" "一个账号最多同时持有{}个授权" "An account holds at most {} grants at a time"
    GrantPeriod "R02" "结束时间必须晚于开始时间" "The end must be later than the beginning"
    GrantInThePast "R02" "结束时间不能早于现在" "The end must lie in the future"
    DutiesSeparate "BEYOND17" "系统管理员、安全管理员、审计管理员不能由同一账号兼任" "System, security and audit administrator are never the same account"
    GrantNotPending "SEC-A11" "该授权不在待批准状态" "The grant does not wait for a second person"
    GrantSecondPerson "SEC-A11" "须由授权人和被授权人以外的另一人批准" "Another person than giver and recipient decides"
    GrantGiverLostRight "SEC-A11" "授权人已不再具有该权限，不能批准" "The giver no longer holds the right, so it cannot be approved"
    GrantNotGiver "SEC-A12" "只有提请人可以修改待批准的授权" "Only the giver changes what waits for approval"
    DelegationNotOwn "BEYOND4" "只能委托本人持有的、正在生效的权限" "Only a running right of your own can be lent"
    DelegationNotLendable "BEYOND4" "该权限不能委托：{}" "This right cannot be lent: {}"
    DelegationBeyondSource "BEYOND4" "委托不能超出本人的权限范围或期限" "What is lent stays within your own right, its place and its time"
    DelegationToOneself "BEYOND4" "不能委托给本人" "A right is lent to someone else"
    DelegationTooMany "BEYOND4" "一个授权最多同时委托给{}人次" "A grant is lent at most {} times at once"
    UnmaskBudgetSpent "SEC-H02" "今日查看明文次数已用完，还可查看{}次" "Today's budget for unmasked fields is spent; left: {}"
    LastAdministrator "R01" "至少保留一名管理员" "At least one administrator must remain"
    AccountInactive "R01" "账号已停用" "The account is disabled"

    PasswordWrong "A10" "原密码错误" "The old password is wrong"
    PasswordUnchanged "A10" "新密码不能与原密码相同" "The new password is the old one"
    PasswordTooShort "SEC-B09" "密码至少{}个字符" "A password has at least {} characters"
    PasswordTooSimple "SEC-B09" "密码须包含大写字母、小写字母、数字、符号中的三种" "A password has three kinds of capitals, small letters, digits and signs"
    PasswordTooCommon "SEC-B09" "密码过于常见，容易被猜中" "The password is a common one and easily guessed"
    PasswordContainsName "SEC-B09" "密码不能包含姓名或登录名" "The password contains the name"
    PasswordUsedBefore "SEC-B09" "不能使用最近五次用过的密码" "The password was used before"
    UserNameTaken "A11" "登录名已存在" "The login name is taken"
    UserNameForm "A11" "登录名为2至40个字符，不能含空格和@" "A login name has 2 to 40 characters, without spaces and @"
    AccountExists "A12" "该党员已有账号" "This person has an account already"
    AccountNeedsOneOf "A12" "请填写人员或姓名之一" "Give either a person or a name"
    AccountBeyondOwnRights "R01" "该账号的权限超出本人范围，不能管理" "The account holds more than you do, so it is not yours to manage"
    AccountNeedsSuperior "SEC-A11" "该账号持有高层级的重要角色，安全密钥须由上级办理" "The account holds a high role at an upper level; its keys are given from above"
    AccountIsOwn "R01" "不能对本人账号执行此操作" "This cannot be done to your own account"
    AccountFollowsPerson "R01" "党员账号的姓名和所属组织随党员信息变动" "A person's account follows the person's name and branch"
    AccountClosed "V.7" "账号已注销" "The account is closed"
    AccountNotDisabled "V.7" "账号未停用" "The account is not disabled"
    AccountHasNoPerson "A12" "管理员账号使用安全密钥，没有密码" "An administrator's account has keys and no password"
    PersonHasLeft "A12" "该人员已离开，不能开通或启用账号" "The person has left, so no account can be opened or enabled"
    KeyIsLast "SEC-B05" "不能移除最后一个安全密钥，请先登记另一个" "The last key stays; enrol another first"
    KeyTooMany "A01" "一个账号最多{}个安全密钥" "An account has at most {} keys"
    PolicyNeedsRotation "SEC-B09" "等级保护要求定期更换密码，请填写更换周期" "Graded protection asks for regular change: say after how many days"
    PolicyOutOfBounds "SEC-B09" "数值超出允许范围：{}" "Out of bounds: {}"
    JobRightsEnded "R02" "办理人已不再具有所需权限，未执行" "Whoever ordered it no longer holds the right, so it was not done"
    JobGivenUp "" "多次尝试均未完成，已放弃；请稍后重新办理" "It could not be done in several tries and was given up; order it again later"
    ClaimCodeTooMany "A15" "同时有效的认领码最多{}个" "At most {} claim codes run at a time"
}

#[cfg(test)]
mod tests {
    use super::{Code, Problem};
    use crate::base::language::Language;

    #[test]
    fn every_problem_has_a_text_in_both_languages() {
        for code in Code::ALL {
            let (zh, en) = code.texts();
            assert!(zh.chars().any(|character| character > '\u{2e80}'), "{code:?}");
            assert!(en.is_ascii() && !en.is_empty(), "{code:?}");
        }
        let problem = Problem::new(Code::TooLong, "name").with(5);
        assert_eq!(problem.message(Language::Zh), "内容过长，最多5个字符");
        let problem = Problem::new(Code::Required, "shortName");
        assert_eq!(problem.message(Language::Zh), "请填写必填项：简称");
        assert_eq!(problem.message(Language::En), "Required: short name");
    }
}
