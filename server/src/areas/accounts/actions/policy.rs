//! Set the policy of a tenant.

use super::super::passwords::PasswordProfile;
use super::super::policy::{self, PolicyRow};
use crate::access::Permission;
use crate::areas::journal::{self, Event, Facts, Subject, SubjectKind};
use crate::areas::organizations::OrganizationByPath;
use crate::base::error::{Failure, stale};
use crate::base::ids::OrganizationId;
use crate::base::language::Language;
use crate::base::problem::{Code, Problem};
use crate::base::question::Summary;
use crate::gql::Cx;

/// Sets the policy, as it is wanted with what holds now before the eyes; at the tenant's root only.
pub(in crate::areas::accounts) async fn set_policy(
    cx: &Cx,
    wanted: impl FnOnce(&PolicyRow) -> PolicyRow,
) -> Result<PolicyRow, Failure> {
    let viewer = cx.viewer()?;
    let session = cx.session()?;
    let root = viewer.home_path.get(..3).unwrap_or_default().to_owned();
    let root = cx.load::<OrganizationByPath>(root).await?.ok_or_else(|| viewer.refusal(Permission::SetPolicy))?;
    let permit = viewer.permit(session, Permission::SetPolicy, OrganizationId(root.id)).await?;
    let before = policy::find(session, permit.tenant()).await?;
    let wanted = wanted(&before);
    if before.version != wanted.version {
        return Err(stale(before.version, before));
    }
    let bounded = |within: bool, field| if within { Ok(()) } else { Err(Problem::new(Code::PolicyOutOfBounds, field)) };
    bounded(wanted.rotation_days.is_none_or(|days| (30..=365).contains(&days)), "rotationDays")?;
    if wanted.password_profile == PasswordProfile::Graded && wanted.rotation_days.is_none() {
        return Err(Problem::new(Code::PolicyNeedsRotation, "rotationDays").into());
    }
    bounded((0..=12).contains(&wanted.two_person_depth), "twoPersonDepth")?;
    bounded((0..=10_000).contains(&wanted.unmask_daily_budget), "unmaskDailyBudget")?;
    let (facts_before, facts_after) = Facts::differences(&facts_of(&before), &facts_of(&wanted));
    if facts_before.is_empty() && facts_after.is_empty() {
        return Err(Problem::new(Code::NothingToChange, "version").into());
    }
    let rotation = |never: &str| wanted.rotation_days.map_or_else(|| never.to_owned(), |days| days.to_string());
    let summary = Summary::new("修改安全策略", "Set the security policy")
        .with_words(
            ("密码要求", "Passwords"),
            wanted.password_profile.name(Language::Zh),
            wanted.password_profile.name(Language::En),
        )
        .with_words(("更换周期（天）", "Renewed every so many days"), rotation("不要求"), rotation("Never"))
        .with_words(
            ("导入时的初始密码", "Initial password of imports"),
            wanted.initial_secret.name(Language::Zh),
            wanted.initial_secret.name(Language::En),
        )
        .with("双人授权层级", "Two persons down to level", wanted.two_person_depth)
        .with("每日查看明文次数", "Unmasked a day", wanted.unmask_daily_budget)
        .with_words(
            ("党员登录", "Members sign in"),
            if wanted.member_key_required { "须用安全密钥" } else { "密码即可" },
            if wanted.member_key_required { "With a security key" } else { "With a password" },
        );
    cx.confirm(&permit, summary)?;
    if !policy::set(session, permit.tenant(), &wanted).await? {
        return Err(Failure::Conflict);
    }
    let subject = Subject {
        event: Event::PolicySet,
        kind: SubjectKind::Organization,
        id: root.id,
        name: &root.name,
        before: facts_before,
        after: facts_after,
        reason: None,
        moved_from: None,
    };
    journal::record(cx, &permit, subject).await?;
    Ok(PolicyRow { version: wanted.version + 1, ..wanted })
}

fn facts_of(policy: &PolicyRow) -> Facts {
    Facts::default()
        .text("passwordProfile", Some(policy.password_profile.as_str()))
        .text("rotationDays", policy.rotation_days.map(|days| days.to_string()).as_deref())
        .text("initialSecret", Some(policy.initial_secret.as_str()))
        .text("twoPersonDepth", Some(&policy.two_person_depth.to_string()))
        .text("unmaskDailyBudget", Some(&policy.unmask_daily_budget.to_string()))
        .text("memberKeyRequired", Some(if policy.member_key_required { "true" } else { "false" }))
}
