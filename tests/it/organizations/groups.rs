use banyan_tests::TestApp;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::acting::{denied, done, newest_entry, organization, person, refused, rows};

/// A group of branch N1A that N1A-2 leads.
async fn led(app: &TestApp) -> String {
    let input = json!({ "organizationId": organization(app, "N1A"), "name": "第一党小组", "leaderId": person(app, "N1A-2") });
    done(app, "branch-administrator", "partyGroupCreate", input).await.0
}

const GROUPS: &str = "SELECT g.name, l.name, g.active, g.version, o.code, g.path = o.path FROM party_groups g
                      JOIN organizations o ON o.id = g.organization_id LEFT JOIN people l ON l.id = g.leader_id ORDER BY g.id";
const MEMBERS: &str = "SELECT p.name, g.name, p.version FROM people p LEFT JOIN party_groups g ON g.id = p.party_group_id WHERE p.path = 'a01000000000' ORDER BY p.id";
const NOT_FULL: (&str, &str) = (
    "leaderId PARTY_GROUP_LEADER_NOT_FULL_MEMBER 党小组组长应为本支部正式党员",
    "leaderId PARTY_GROUP_LEADER_NOT_FULL_MEMBER The leader of a party group is a full member of the branch",
);

/// Group meetings belong to the area of activities (I).
///
/// covers: B21
#[tokio::test]
async fn a_branch_has_groups_with_a_leader_and_members() {
    let app = TestApp::new().await;
    let group = led(&app).await;
    assert_snapshot!(rows(&app, GROUPS).await, @"第一党小组 | 李芳 | t | 1 | N1A | t");
    assert_snapshot!(newest_entry(&app).await, @r#"PARTY_GROUP_CREATED | branch-administrator | branch_administrator | N1A | party_group | 第一党小组 | {} | {"name": "第一党小组", "leader": "李芳"} | -"#);

    let join =
        json!({ "id": group, "version": 1, "personIds": [person(&app, "N1A-1"), person(&app, "N1A-4"), person(&app, "N1A-5")] });
    done(&app, "secretary", "partyGroupAssign", join).await;
    assert_snapshot!(rows(&app, MEMBERS).await, @"
    王小明 | 第一党小组 | 2
    李芳 | 第一党小组 | 2
    张建国 | - | 1
    陈秀英 | 第一党小组 | 2
    刘洋 | 第一党小组 | 2
    ");
    assert_snapshot!(newest_entry(&app).await, @r#"PARTY_GROUP_ASSIGNED | secretary | secretary | N1A | party_group | 第一党小组 | {} | {"members": "王小明、陈秀英、刘洋"} | -"#);

    let leave = json!({ "id": group, "version": 2, "personIds": [person(&app, "N1A-4")], "remove": true });
    done(&app, "township-administrator", "partyGroupAssign", leave).await;
    assert_snapshot!(newest_entry(&app).await, @r#"PARTY_GROUP_ASSIGNED | township-administrator | organization_administrator | N1A | party_group | 第一党小组 | {"members": "陈秀英"} | {} | -"#);

    let rename = json!({ "id": group, "version": 3, "name": "东组", "leaderId": person(&app, "N1A-3") });
    done(&app, "branch-administrator", "partyGroupEdit", rename).await;
    assert_snapshot!(rows(&app, GROUPS).await, @"东组 | 张建国 | t | 4 | N1A | t");
    assert_snapshot!(newest_entry(&app).await, @r#"PARTY_GROUP_EDITED | branch-administrator | branch_administrator | N1A | party_group | 东组 | {"name": "第一党小组", "leader": "李芳"} | {"name": "东组", "leader": "张建国"} | -"#);
    assert_snapshot!(rows(&app, MEMBERS).await, @"
    王小明 | 东组 | 2
    李芳 | 东组 | 2
    张建国 | 东组 | 2
    陈秀英 | - | 3
    刘洋 | 东组 | 2
    ");

    let ask = format!(
        "{{ node(id: \"{group}\") {{ ... on PartyGroup {{ name active version leader {{ name }} organization {{ code }} members {{ totalCount nodes {{ name }} }} }} }} }}"
    );
    assert_snapshot!(app.sign_in("committee-member").ask(&ask).await.at("/node"), @r#"{"active":true,"leader":{"name":"张建国"},"members":{"nodes":[{"name":"李芳"},{"name":"刘洋"},{"name":"王小明"},{"name":"张建国"}],"totalCount":4},"name":"东组","organization":{"code":"N1A"},"version":4}"#);
    let of_group = format!("{{ people(filter: {{ partyGroup: \"{group}\" }}) {{ totalCount }} }}");
    assert_eq!(app.sign_in("secretary").ask(&of_group).await.at("/people/totalCount"), 4);
}

/// Group meetings belong to the area of activities (I).
///
/// covers: B21
#[tokio::test]
async fn a_group_is_dissolved_when_nobody_belongs_to_it() {
    let app = TestApp::new().await;
    let group = led(&app).await;
    let dissolve = |version: i64| json!({ "id": group, "version": version });
    let has_members = (
        "id PARTY_GROUP_HAS_MEMBERS 党小组还有成员，请先移出",
        "id PARTY_GROUP_HAS_MEMBERS The party group still has members; take them out first",
    );
    refused(&app, "secretary", "partyGroupDissolve", dissolve(1), has_members.0, has_members.1).await;
    let stale = (
        "version STALE_VERSION 数据已被他人修改，请刷新后重试（当前版本1）",
        "version STALE_VERSION Changed by someone else since you read it; refresh and try again (current version 1)",
    );
    refused(&app, "secretary", "partyGroupDissolve", dissolve(4), stale.0, stale.1).await;
    refused(&app, "secretary", "partyGroupEdit", json!({ "id": group, "version": 4, "name": "西组" }), stale.0, stale.1).await;
    let join = json!({ "id": group, "version": 4, "personIds": [person(&app, "N1A-1")] });
    refused(&app, "secretary", "partyGroupAssign", join, stale.0, stale.1).await;

    done(&app, "secretary", "partyGroupEdit", json!({ "id": group, "version": 1, "leaderId": null })).await;
    let leave = json!({ "id": group, "version": 2, "personIds": [person(&app, "N1A-2")], "remove": true });
    done(&app, "secretary", "partyGroupAssign", leave).await;
    done(&app, "secretary", "partyGroupDissolve", dissolve(3)).await;
    assert_snapshot!(rows(&app, GROUPS).await, @"第一党小组 | - | f | 4 | N1A | t");
    assert_snapshot!(newest_entry(&app).await, @r#"PARTY_GROUP_DISSOLVED | secretary | secretary | N1A | party_group | 第一党小组 | {"name": "第一党小组"} | {} | -"#);

    let dissolved = ("id PARTY_GROUP_DISSOLVED 党小组已撤销", "id PARTY_GROUP_DISSOLVED The party group is dissolved");
    for (name, input) in [
        ("partyGroupDissolve", dissolve(4)),
        ("partyGroupEdit", json!({ "id": group, "version": 4, "name": "西组" })),
        ("partyGroupAssign", json!({ "id": group, "version": 4, "personIds": [person(&app, "N1A-1")] })),
    ] {
        refused(&app, "secretary", name, input, dissolved.0, dissolved.1).await;
    }
    // Its name is free again.
    led(&app).await;
}

/// Rule U63, its first half: the leader is a full member of the branch.
#[tokio::test]
async fn the_leader_of_a_group_is_a_full_member_of_the_branch() {
    let app = TestApp::new().await;
    let group = led(&app).await;
    for leader in ["N1A-4", "N1A-5", "N1B-1"] {
        let create =
            json!({ "organizationId": organization(&app, "N1A"), "name": "第二党小组", "leaderId": person(&app, leader) });
        refused(&app, "township-administrator", "partyGroupCreate", create, NOT_FULL.0, NOT_FULL.1).await;
        let edit = json!({ "id": group, "version": 1, "leaderId": person(&app, leader) });
        refused(&app, "township-administrator", "partyGroupEdit", edit, NOT_FULL.0, NOT_FULL.1).await;
    }
    // Someone out of reach is nobody.
    let nobody = ("leaderId NO_SUCH_THING 记录不存在或无权访问", "leaderId NO_SUCH_THING Not found, or not within your reach");
    let edit = json!({ "id": group, "version": 1, "leaderId": person(&app, "N1B-1") });
    refused(&app, "secretary", "partyGroupEdit", edit, nobody.0, nobody.1).await;
    // The leader does not leave the own group, by whatever door.
    let stays = |field: &str| {
        let zh = format!("{field} PARTY_GROUP_LEADER_STAYS 组长不能离开本党小组，请先更换组长");
        (zh, format!("{field} PARTY_GROUP_LEADER_STAYS The leader cannot leave the group; give it another leader first"))
    };
    let second = json!({ "organizationId": organization(&app, "N1A"), "name": "第二党小组" });
    let second = done(&app, "secretary", "partyGroupCreate", second).await.0;
    let leader = person(&app, "N1A-2");
    let version =
        app.database.number("SELECT version::bigint FROM people WHERE id IN (SELECT leader_id FROM party_groups)").await;
    for (mutation, field, input) in [
        ("partyGroupAssign", "personIds", json!({ "id": group, "version": 1, "personIds": [leader], "remove": true })),
        ("partyGroupAssign", "personIds", json!({ "id": second, "version": 1, "personIds": [leader] })),
        ("partyGroupEdit", "leaderId", json!({ "id": second, "version": 1, "leaderId": leader })),
        ("personEdit", "partyGroupId", json!({ "id": leader, "version": version, "partyGroupId": null })),
        ("personEdit", "partyGroupId", json!({ "id": leader, "version": version, "partyGroupId": second })),
    ] {
        let (zh, en) = stays(field);
        refused(&app, "secretary", mutation, input, &zh, &en).await;
    }
}

/// Group meetings belong to the area of activities (I).
///
/// covers: B21
#[tokio::test]
async fn a_wrong_group_is_refused_and_nothing_is_written() {
    let app = TestApp::new().await;
    let group = led(&app).await;
    let create = |code: &str, name: &str| json!({ "organizationId": organization(&app, code), "name": name });
    let second = done(&app, "secretary", "partyGroupCreate", create("N1A", "第二党小组")).await.0;
    let same = (
        "name PARTY_GROUP_SAME_NAME 该支部已有同名党小组",
        "name PARTY_GROUP_SAME_NAME The branch has a party group of this name",
    );
    let no_groups = (
        "organizationId ORGANIZATION_HOLDS_NO_GROUPS 只有党支部可以设党小组",
        "organizationId ORGANIZATION_HOLDS_NO_GROUPS Only a branch can have party groups",
    );
    let required = ("name REQUIRED 请填写必填项：名称（姓名）", "name REQUIRED Required: name");
    let other_branch = (
        "personIds PARTY_GROUP_OF_ANOTHER_BRANCH 党小组不属于该党支部",
        "personIds PARTY_GROUP_OF_ANOTHER_BRANCH The party group belongs to another branch",
    );
    let nobody = ("personIds REQUIRED 请填写必填项：人员", "personIds REQUIRED Required: people");
    let too_many = ("personIds TOO_MANY 一次最多200条", "personIds TOO_MANY At most 200 at a time");
    let assign = |people: Value| json!({ "id": group, "version": 1, "personIds": people });
    for (name, input, (zh, en)) in [
        ("partyGroupCreate", create("N1A", "第一党小组"), same),
        ("partyGroupEdit", json!({ "id": second, "version": 1, "name": "第一党小组" }), same),
        ("partyGroupCreate", create("N1A", ""), required),
        ("partyGroupCreate", create("N1", "第一党小组"), no_groups),
        ("partyGroupAssign", assign(json!([person(&app, "N1A-1"), person(&app, "N1B-1")])), other_branch),
        ("partyGroupAssign", assign(json!([])), nobody),
        ("partyGroupAssign", assign(json!(vec![person(&app, "N1A-1"); 201])), too_many),
    ] {
        refused(&app, "township-administrator", name, input, zh, en).await;
    }
    // Another branch may use the name.
    done(&app, "township-administrator", "partyGroupCreate", create("N1B", "第一党小组")).await;
    for who in ["committee-member", "auditor"] {
        denied(&app, who, "partyGroupCreate", create("N1A", "第三党小组"), "FORBIDDEN").await;
    }
    denied(&app, "secretary", "partyGroupCreate", create("N1B", "第三党小组"), "NOT_FOUND").await;
    denied(&app, "other-county-administrator", "partyGroupAssign", assign(json!([person(&app, "N1A-1")])), "NOT_FOUND").await;
    denied(&app, "member", "partyGroupEdit", json!({ "id": group, "version": 1, "name": "西组" }), "NOT_FOUND").await;
}

#[tokio::test]
async fn people_taken_out_belonged_to_the_group() {
    let app = TestApp::new().await;
    let group = led(&app).await;
    let other = json!({ "organizationId": organization(&app, "N1A"), "name": "第二党小组", "leaderId": person(&app, "N1A-3") });
    let other = done(&app, "secretary", "partyGroupCreate", other).await.0;
    let join = json!({ "id": other, "version": 1, "personIds": [person(&app, "N1A-1")] });
    done(&app, "secretary", "partyGroupAssign", join).await;
    let leave = json!({ "id": group, "version": 1, "personIds": [person(&app, "N1A-1")], "remove": true });
    let refusal = (
        "personIds PARTY_GROUP_OF_ANOTHER_BRANCH 党小组不属于该党支部",
        "personIds PARTY_GROUP_OF_ANOTHER_BRANCH The party group belongs to another branch",
    );
    refused(&app, "secretary", "partyGroupAssign", leave, refusal.0, refusal.1).await;
}
