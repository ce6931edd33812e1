//! What the fields of forms are called: refusals name a field as people read it, not as the schema spells it.

use super::language::Language;

/// Name in the schema, in Chinese, in English, by the first. A test compares the names with the inputs of the schema.
const LABELS: [(&str, &str, &str); 76] = [
    ("account", "账号", "account"),
    ("accountId", "账号", "account"),
    ("accountName", "账号名称", "account name"),
    ("address", "地址", "address"),
    ("administers", "本级管理员", "administrator of the own level"),
    ("afterId", "排序位置", "place in the order"),
    ("appliedOn", "申请入党时间", "date of application"),
    ("base64", "照片", "photo"),
    ("birthDate", "出生日期", "birth date"),
    ("code", "党组织代码", "organization code"),
    ("confirmedOn", "转正时间", "date of full membership"),
    ("contactPerson", "联系人", "contact person"),
    ("contactPhone", "联系电话", "contact phone"),
    ("creditCode", "统一社会信用代码", "unified social credit code"),
    ("datedOn", "文件日期", "date of the document"),
    ("document", "批准文件", "approval document"),
    ("duty", "分工", "duty"),
    ("education", "学历", "education"),
    ("email", "电子邮箱", "e-mail"),
    ("ethnicGroup", "民族", "ethnic group"),
    ("fields", "查看项目", "fields to be shown"),
    ("file", "文件", "file"),
    ("foundedOn", "成立日期", "founding date"),
    ("from", "开始时间", "beginning"),
    ("grantId", "授权", "grant"),
    ("id", "记录", "record"),
    ("identityNumber", "身份证号", "identity number"),
    ("imported", "从其他平台导入", "taken over from another platform"),
    ("industry", "所属行业", "industry"),
    ("initialSecret", "首次登录方式", "first secret"),
    ("jobCategory", "工作岗位", "job category"),
    ("joinedOn", "入党时间", "joining date"),
    ("kind", "类别", "kind"),
    ("leaderId", "组长", "leader"),
    ("legalPerson", "法人单位", "legal person"),
    ("link", "关联党组织", "link to the organization"),
    ("memberKeyRequired", "党员须用安全密钥", "security key of members"),
    ("name", "名称（姓名）", "name"),
    ("nativePlace", "籍贯", "native place"),
    ("newPassword", "新密码", "new password"),
    ("newSuperiorId", "新上级党组织", "new superior"),
    ("noIdentityNumberReason", "无身份证号的原因", "reason for having no identity number"),
    ("number", "届次", "number of the term"),
    ("on", "日期", "date"),
    ("organizationId", "党组织", "organization"),
    ("ownerId", "所属记录", "record that it belongs to"),
    ("parentId", "上级党组织", "superior"),
    ("partyGroupId", "党小组", "party group"),
    ("password", "密码", "password"),
    ("passwordProfile", "密码要求", "password rules"),
    ("permissions", "权限", "rights"),
    ("personId", "人员", "person"),
    ("personIds", "人员", "people"),
    ("phone", "手机号码", "phone"),
    ("plannedUntil", "任期届满日期", "planned end"),
    ("post", "职务", "post"),
    ("purpose", "查看目的", "purpose"),
    ("reason", "原因", "reason"),
    ("remove", "移出", "leaving"),
    ("replaces", "替换现有安全密钥", "replacement of present keys"),
    ("role", "角色", "role"),
    ("rotationDays", "密码更换周期", "days until a password is changed"),
    ("scale", "单位规模", "size"),
    ("setting", "设置方式", "how it is set up"),
    ("sex", "性别", "sex"),
    ("shortName", "简称", "short name"),
    ("stage", "阶段", "stage"),
    ("superiorName", "上级法人单位", "superior legal person"),
    ("territory", "所在区划", "division"),
    ("twoPersonDepth", "双人授权层级", "depth of the rule of two people"),
    ("unitId", "单位", "unit"),
    ("unmaskDailyBudget", "每日查看次数", "daily budget of unmasked fields"),
    ("until", "结束时间", "end"),
    ("uploadId", "上传文件", "uploaded file"),
    ("userName", "登录名", "login name"),
    ("version", "版本", "version"),
];

/// What a field is called; none for one that no form has.
#[must_use]
pub fn label_of(field: &str, language: Language) -> Option<&'static str> {
    let place = LABELS.binary_search_by_key(&field, |(name, ..)| name).ok()?;
    LABELS.get(place).map(|(_, zh, en)| language.pick(zh, en))
}

#[cfg(test)]
mod tests {
    use super::{LABELS, Language, label_of};

    #[test]
    fn every_label_is_found_and_is_in_its_language() {
        assert!(LABELS.is_sorted_by_key(|(name, ..)| *name));
        for (name, zh, en) in LABELS {
            assert_eq!(label_of(name, Language::Zh), Some(zh), "{name}");
            assert_eq!(label_of(name, Language::En), Some(en), "{name}");
            assert!(zh.chars().all(|character| character > '\u{2e80}') && en.is_ascii(), "{name}");
        }
        assert_eq!(label_of("nothing", Language::En), None);
    }
}
