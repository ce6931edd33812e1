//! Fields of a subject before and after, and how they are shown.

use chrono::NaiveDate;
use data_encoding::BASE64;
use serde_json::{Map, Value, json};

use crate::areas::reference::Codes;
use crate::base::identity::IdentityNumber;
use crate::base::language::Language;
use crate::base::secret::Secrets;

/// Fields of a subject. A field without a value is left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts(Map<String, Value>);

impl Facts {
    /// A text.
    #[must_use]
    pub fn text(self, field: &str, value: Option<&str>) -> Self {
        self.put(field, value.map(|text| json!(text)))
    }

    /// A day.
    #[must_use]
    pub fn day(self, field: &str, value: Option<NaiveDate>) -> Self {
        self.put(field, value.map(|day| json!(day.to_string())))
    }

    /// A code, shown by its name.
    #[must_use]
    pub fn code(self, field: &str, table: &str, value: Option<&str>) -> Self {
        self.put(field, value.map(|code| json!({ "table": table, "code": code })))
    }

    /// A sealed value, with the fingerprint that tells two of them apart: sealing the same text twice gives different bytes.
    #[must_use]
    pub fn sealed(self, field: &str, secrets: &Secrets, value: Option<&[u8]>) -> Self {
        let sealed = value.map(|bytes| {
            let mark = secrets.open(bytes).map(|plain| BASE64.encode(&secrets.index(&plain))).unwrap_or_default();
            json!({ "sealed": BASE64.encode(bytes), "mark": mark })
        });
        self.put(field, sealed)
    }

    fn put(mut self, field: &str, value: Option<Value>) -> Self {
        if let Some(value) = value {
            self.0.insert(field.to_owned(), value);
        }
        self
    }

    /// The fields in which two states differ, on each side.
    #[must_use]
    pub fn differences(before: &Self, after: &Self) -> (Self, Self) {
        let differing = |one: &Self, other: &Self| {
            Self(
                one.0
                    .iter()
                    .filter(|(field, value)| !same(other.0.get(*field), value))
                    .map(|(f, v)| (f.clone(), v.clone()))
                    .collect(),
            )
        };
        (differing(before, after), differing(after, before))
    }

    /// Whether nothing is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// For the row.
    #[must_use]
    pub fn into_json(self) -> Value {
        Value::Object(self.0)
    }
}

fn same(one: Option<&Value>, other: &Value) -> bool {
    match (one.and_then(|value| value.get("mark")), other.get("mark")) {
        (Some(one), Some(other)) => one == other,
        _ => one == Some(other),
    }
}

/// A value of the log in words; a sealed one masked.
#[must_use]
pub fn show(value: &Value, secrets: &Secrets, language: Language) -> String {
    if let Some(text) = value.as_str() {
        return text.to_owned();
    }
    if let (Some(table), Some(code)) = (value.get("table").and_then(Value::as_str), value.get("code").and_then(Value::as_str)) {
        return Codes::builtin()
            .value(table, code)
            .map_or_else(|| code.to_owned(), |value| language.pick(&value.name_zh, &value.name_en).to_owned());
    }
    if let Some(sealed) = value.get("sealed").and_then(Value::as_str) {
        let plain = BASE64.decode(sealed.as_bytes()).ok().and_then(|bytes| secrets.open(&bytes).ok());
        return plain.map_or_else(|| "****".to_owned(), |plain| mask(&plain));
    }
    value.to_string()
}

/// Hides the middle of a sensitive text: an identity number as its own rule says, anything else
/// but its first three and last two characters, or all of a short one.
#[must_use]
pub fn mask(plain: &str) -> String {
    if let Ok(number) = IdentityNumber::parse(plain) {
        return number.masked();
    }
    let characters: Vec<char> = plain.chars().collect();
    if characters.len() < 8 {
        return "*".repeat(characters.len());
    }
    let (head, rest) = characters.split_at(3);
    let (middle, tail) = rest.split_at(rest.len() - 2);
    head.iter().chain(std::iter::repeat_n(&'*', middle.len())).chain(tail).collect()
}

/// Name of a field of the log.
#[must_use]
pub fn field_name(field: &str, language: Language) -> &str {
    const NAMES: &[(&str, &str, &str)] = &[
        ("name", "名称", "Name"),
        ("personName", "姓名", "Name"),
        ("shortName", "简称", "Short name"),
        ("code", "代码", "Code"),
        ("kind", "类别", "Kind"),
        ("setting", "设置方式", "Set-up"),
        ("territory", "所在区划", "Territory"),
        ("foundedOn", "成立日期", "Founded on"),
        ("contactPerson", "联系人", "Contact person"),
        ("contactPhone", "联系电话", "Contact phone"),
        ("address", "地址", "Address"),
        ("superior", "上级党组织", "Superior"),
        ("position", "顺序", "Position"),
        ("dissolvedOn", "撤销日期", "Dissolved on"),
        ("on", "日期", "Date"),
        ("document", "批准文件", "Document"),
        ("leader", "组长", "Leader"),
        ("partyGroup", "党小组", "Party group"),
        ("members", "成员", "Members"),
        ("organization", "党组织", "Organization"),
        ("stage", "人员类别", "Stage"),
        ("sex", "性别", "Sex"),
        ("ethnicGroup", "民族", "Ethnic group"),
        ("identityNumber", "身份证号", "Identity number"),
        ("noIdentityNumberReason", "无身份证号的原因", "Why there is no identity number"),
        ("identityConverted", "15位身份证号已转换", "Number of 15 digits converted"),
        ("birthDate", "出生日期", "Birth date"),
        ("education", "学历", "Education"),
        ("nativePlace", "籍贯", "Native place"),
        ("jobCategory", "工作岗位", "Job"),
        ("phone", "联系电话", "Phone"),
        ("email", "电子邮箱", "E-mail"),
        ("appliedOn", "申请入党时间", "Applied on"),
        ("joinedOn", "入党时间", "Joined on"),
        ("confirmedOn", "转正时间", "Full member since"),
        ("photo", "照片", "Photo"),
        ("creditCode", "统一社会信用代码", "Credit code"),
        ("industry", "行业", "Industry"),
        ("scale", "规模", "Size"),
        ("legalPerson", "法人单位", "Legal person"),
        ("superiorUnit", "上级法人单位", "Legal person above"),
        ("post", "职务", "Post"),
        ("duty", "分工", "Duty"),
        ("administers", "本级管理员", "Administrator of the own level"),
        ("leaveReason", "免职原因", "Reason for leaving"),
        ("termNumber", "届次", "Term"),
        ("plannedUntil", "计划届满日期", "Planned end"),
        ("attachment", "附件", "Attachment"),
        ("attachmentKind", "附件种类", "Kind of attachment"),
        ("datedOn", "文件日期", "Dated"),
        ("digest", "文件摘要", "Digest"),
        ("account", "账号", "Account"),
        ("userName", "登录名", "Login name"),
        ("state", "状态", "State"),
        ("key", "安全密钥", "Security key"),
        ("invitedBy", "邀请人", "Invited by"),
        ("replaces", "替换原密钥", "Replaces keys"),
        ("passwordProfile", "密码策略", "Password profile"),
        ("rotationDays", "密码有效天数", "Rotation in days"),
        ("initialSecret", "初始密码方式", "Initial passwords"),
        ("twoPersonDepth", "双人授权层级", "Two persons down to level"),
        ("unmaskDailyBudget", "每日查看明文次数", "Unmasked a day"),
        ("memberKeyRequired", "党员须用安全密钥", "Key of members"),
        ("sessions", "会话", "Sessions"),
        ("role", "角色", "Role"),
        ("permissions", "权限", "Rights"),
        ("onBehalfOf", "委托人", "Lent by"),
        ("reason", "理由", "Reason"),
        ("fields", "字段", "Fields"),
        ("from", "开始时间", "From"),
        ("until", "结束时间", "Until"),
    ];
    NAMES.iter().find(|(known, ..)| *known == field).map_or(field, |(_, zh, en)| language.pick(zh, en))
}

#[cfg(test)]
mod tests {
    use super::{Facts, Language, Secrets, mask, show};

    #[test]
    fn only_what_differs_is_recorded_and_the_same_secret_sealed_again_does_not_differ() {
        let secrets = Secrets::from_root(&[3; 32]).unwrap();
        let facts = |name: &str, phone: &str| {
            Facts::default().text("name", Some(name)).sealed("phone", &secrets, Some(&secrets.seal(phone)))
        };
        let (before, after) = Facts::differences(&facts("甲", "13800000000"), &facts("乙", "13800000000"));
        assert_eq!(before, Facts::default().text("name", Some("甲")));
        assert_eq!(after, Facts::default().text("name", Some("乙")));
        let (_, after) = Facts::differences(&facts("甲", "13800000000"), &facts("甲", "13900000000"));
        let json = after.into_json();
        assert!(!json.to_string().contains("13900000000"));
        assert_eq!(show(&json["phone"], &secrets, Language::Zh), "139******00");
        assert_eq!(mask("重庆市"), "***");
    }

    #[test]
    fn a_code_is_shown_by_its_name() {
        let secrets = Secrets::from_root(&[3; 32]).unwrap();
        let json = Facts::default().code("sex", "sex", Some("1")).into_json();
        assert_eq!(show(&json["sex"], &secrets, Language::Zh), "男");
        assert_eq!(show(&json["sex"], &secrets, Language::En), "Male");
    }
}
