//! The accounts with which a visitor signs in.

use uuid::Uuid;

/// One way into the demonstration.
#[derive(Clone, Debug)]
pub struct DemoEntry {
    /// Stable name, for example `branch-secretary`.
    pub key: &'static str,
    /// What a visitor is, in Chinese.
    pub title_zh: &'static str,
    /// What a visitor is, in English.
    pub title_en: &'static str,
    /// The account; the same in every demonstration.
    pub account_id: Uuid,
}

/// Where an entry's role holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum At {
    Root,
    County,
    Township,
    /// The branch, as its person of this number.
    Branch(usize),
    OtherRoot,
}

/// An entry with what is stored for it.
pub(super) struct Plan {
    pub(super) entry: DemoEntry,
    /// Made-up name of an administrator; a person's account carries the person's name.
    pub(super) name: &'static str,
    pub(super) role: &'static str,
    pub(super) at: At,
}

/// All entries, in the order in which they are offered.
pub fn entries() -> Vec<DemoEntry> {
    plans().into_iter().map(|plan| plan.entry).collect()
}

pub(super) fn plans() -> Vec<Plan> {
    const ADMINISTRATOR: &str = "organization_administrator";
    [
        ("municipal-administrator", "市委组织管理员", "Administrator of the municipality", "周明远", ADMINISTRATOR, At::Root),
        ("county-administrator", "区委组织管理员", "Administrator of a district", "陈静怡", ADMINISTRATOR, At::County),
        ("township-administrator", "街道组织管理员", "Administrator of a subdistrict", "冉光华", ADMINISTRATOR, At::Township),
        ("branch-secretary", "支部书记", "Secretary of a branch", "", "secretary", At::Branch(0)),
        ("member", "普通党员", "Member", "", "member", At::Branch(1)),
        ("auditor", "审计员", "Auditor", "谭思源", "auditor", At::Root),
        (
            "other-tenant-administrator",
            "另一城市的管理员",
            "Administrator of another city",
            "方若兰",
            ADMINISTRATOR,
            At::OtherRoot,
        ),
        (
            "deputy-administrator",
            "市委组织管理员（副职）",
            "Deputy administrator of the municipality",
            "罗启航",
            ADMINISTRATOR,
            At::Root,
        ),
        ("system-administrator", "系统管理员", "System administrator", "杜文博", "system_administrator", At::Root),
        ("security-administrator", "安全管理员", "Security administrator", "向晓岚", "security_administrator", At::Root),
    ]
    .into_iter()
    .zip(1_u128..)
    .map(|((key, title_zh, title_en, name, role, at), number)| Plan {
        entry: DemoEntry { key, title_zh, title_en, account_id: account_id(number) },
        name,
        role,
        at,
    })
    .collect()
}

/// UUIDv7-shaped and older than every other id of the demonstration.
fn account_id(number: u128) -> Uuid {
    Uuid::from_u128(0x019b_0000_0000_7000_8000_0000_0000_0000 + number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_have_keys_and_ids_of_their_own() {
        let entries = entries();
        let keys: Vec<_> = entries.iter().map(|entry| entry.key).collect();
        assert_eq!(
            keys,
            [
                "municipal-administrator",
                "county-administrator",
                "township-administrator",
                "branch-secretary",
                "member",
                "auditor",
                "other-tenant-administrator",
                "deputy-administrator",
                "system-administrator",
                "security-administrator"
            ]
        );
        let mut ids: Vec<_> = entries.iter().map(|entry| entry.account_id).collect();
        ids.dedup();
        assert_eq!(ids.len(), entries.len());
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
    }
}
