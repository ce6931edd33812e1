use banyan_tests::TestApp;
use insta::assert_snapshot;
use serde_json::Value;

use crate::acting::organization;

const OVERVIEW: &str = "members byStage { stage count } bySex { code { name } count } byEthnicGroup { code { name } count } byAgeBand { code { name } count } byEducation { code { code name } count }";

async fn overview(app: &TestApp, who: &str, code: &str) -> Value {
    let ask = format!(
        "{{ node(id: \"{}\") {{ ... on Organization {{ memberOverview {{ {OVERVIEW} }} }} }} }}",
        organization(app, code)
    );
    app.sign_in(who).speaking("zh").ask(&ask).await.at("/node/memberOverview")
}

/// `total | stage… | sex… | ethnic group… | age… | education…`
fn lines(overview: &Value) -> String {
    let part = |name: &str| {
        let counts = overview[name].as_array().expect("counts").iter();
        let label = |count: &Value| count["stage"].as_str().or(count["code"]["name"].as_str()).unwrap_or("-").to_owned();
        counts.map(|count| format!("{} {}", label(count), count["count"])).collect::<Vec<_>>().join(", ")
    };
    let parts = ["byStage", "bySex", "byEthnicGroup", "byAgeBand", "byEducation"].map(part);
    format!("{}\n{}", overview["members"], parts.join("\n"))
}

/// covers: D01
#[tokio::test]
async fn members_of_a_scope_are_counted_by_stage_sex_ethnic_group_age_and_education() {
    let app = TestApp::new().await;
    let end_of_2026: chrono::DateTime<chrono::Utc> = "2026-12-01T00:00:00Z".parse().expect("a time");
    app.clock.shift((end_of_2026 - app.clock.now()).num_seconds());
    assert_snapshot!(lines(&overview(&app, "county-administrator", "N").await), @"
    16
    FULL 12, PROBATIONARY 4
    男 8, 女 8
    汉族 12, 土家族 4
    36至40岁 4, 41至45岁 4, 46至50岁 4, 51至55岁 4
    大学本科 8, 高中、中技 8
    ");
    assert_snapshot!(lines(&overview(&app, "branch-administrator", "N1A").await), @"
    4
    FULL 3, PROBATIONARY 1
    男 2, 女 2
    汉族 3, 土家族 1
    36至40岁 1, 41至45岁 1, 46至50岁 1, 51至55岁 1
    大学本科 2, 高中、中技 2
    ");
    // The age is that of the end of the year: five years later everyone is in the next bracket.
    app.clock.shift(5 * 366 * 86_400);
    assert_snapshot!(lines(&overview(&app, "branch-administrator", "N1A").await), @"
    4
    FULL 3, PROBATIONARY 1
    男 2, 女 2
    汉族 3, 土家族 1
    41至45岁 1, 46至50岁 1, 51至55岁 1, 56至60岁 1
    大学本科 2, 高中、中技 2
    ");
    // Every way of counting counts all members.
    let overview = overview(&app, "municipal-administrator", "M").await;
    for way in ["byStage", "bySex", "byEthnicGroup", "byAgeBand", "byEducation"] {
        let sum: i64 = overview[way].as_array().expect("counts").iter().filter_map(|count| count["count"].as_i64()).sum();
        assert_eq!(sum, 24, "{way}");
    }
}

#[tokio::test]
async fn the_overview_is_for_those_who_may_read_people() {
    let app = TestApp::new().await;
    assert_eq!(overview(&app, "system-administrator", "N").await, Value::Null);
    assert_eq!(overview(&app, "auditor", "N").await["members"], 16);
    assert_eq!(overview(&app, "member", "N1A").await, Value::Null);
}
