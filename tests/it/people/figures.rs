use banyan_tests::TestApp;
use serde_json::{Value, json};

use super::add::{identity, newcomer};
use crate::acting::{done, organization, person, rows, sound};

const COUNTS: &str = "SELECT applicants, probationary, full_members, women, minority, college_and_above FROM organization_counts WHERE path = 'a01000000000'";
const TALLIES: &str =
    "SELECT string_agg(dimension || ' ' || value || ' ' || members, ', ' ORDER BY dimension, value) FROM organization_tallies
                       WHERE path = 'a01000000000' AND members > 0 AND dimension <> 'birth_year'";

/// Each edit that matters to a figure changes that figure and no other.
#[tokio::test]
async fn figures_follow_every_change_of_a_person() {
    let app = TestApp::new().await;
    assert_eq!(rows(&app, COUNTS).await, "1 | 1 | 3 | 2 | 1 | 2");
    let number = identity("1975-03-11", 802);
    for (version, changed, counts) in [
        (1, json!({ "ethnicGroup": "15" }), "1 | 1 | 3 | 2 | 2 | 2"),
        (2, json!({ "education": "61" }), "1 | 1 | 3 | 2 | 2 | 1"),
        (3, json!({ "education": "31" }), "1 | 1 | 3 | 2 | 2 | 2"),
        (4, json!({ "sex": "2", "identityNumber": number }), "1 | 1 | 3 | 3 | 2 | 2"),
        (5, json!({ "name": "王晓敏", "phone": null }), "1 | 1 | 3 | 3 | 2 | 2"),
        (6, json!({ "birthDate": "1976-03-11", "identityNumber": identity("1976-03-11", 802) }), "1 | 1 | 3 | 3 | 2 | 2"),
    ] {
        let mut input = changed;
        input["id"] = json!(person(&app, "N1A-1"));
        input["version"] = json!(version);
        done(&app, "branch-administrator", "personEdit", input).await;
        assert_eq!(rows(&app, COUNTS).await, counts);
    }
    assert_eq!(
        rows(&app, TALLIES).await,
        "education 21 1, education 31 1, education 61 2, ethnic_group 01 2, ethnic_group 15 2, sex 1 1, sex 2 3"
    );
    assert_eq!(rows(&app, "SELECT value, members FROM organization_tallies WHERE path = 'a01000000000' AND dimension = 'birth_year' AND members > 0 ORDER BY 1").await, "1976 | 1\n1980 | 1\n1985 | 1\n1990 | 1");
    // An edit changes no membership.
    assert_eq!(app.database.number("SELECT count(*) FROM membership_ledger WHERE path = 'a01000000000'").await, 4);
}

#[tokio::test]
async fn an_applicant_changes_the_figure_of_applicants_only() {
    let app = TestApp::new().await;
    let input = json!({ "id": person(&app, "N1A-5"), "version": 1, "ethnicGroup": "15", "education": "21" });
    done(&app, "branch-administrator", "personEdit", input).await;
    assert_eq!(rows(&app, COUNTS).await, "1 | 1 | 3 | 2 | 1 | 2");
    let changed = [("stage", json!("APPLICANT")), ("joinedOn", Value::Null), ("confirmedOn", Value::Null)];
    done(&app, "branch-administrator", "personAdd", newcomer(&app, &changed)).await;
    assert_eq!(rows(&app, COUNTS).await, "2 | 1 | 3 | 2 | 1 | 2");
}

#[tokio::test]
async fn many_additions_to_one_branch_at_a_time_are_all_counted() {
    let app = TestApp::new().await;
    let client = app.sign_in("branch-administrator");
    let inputs: Vec<Value> =
        (0..8_u16).map(|number| newcomer(&app, &[("identityNumber", json!(identity("1990-05-20", 700 + 2 * number)))])).collect();
    let answers =
        futures_util::future::join_all(inputs.iter().map(|input| crate::acting::send(&client, "personAdd", input))).await;
    assert!(answers.iter().all(|answer| answer.user_errors().is_empty()));
    assert_eq!(rows(&app, COUNTS).await, "1 | 1 | 11 | 10 | 9 | 10");
    sound(&app).await;
}

#[tokio::test]
async fn the_headline_figures_of_every_level_are_the_sum_of_its_branches() {
    let app = TestApp::new().await;
    done(&app, "branch-administrator", "personAdd", newcomer(&app, &[])).await;
    for (code, members) in [("M", 25), ("N", 17), ("N1", 9), ("N1A", 5), ("N1B", 4), ("S", 8)] {
        let ask = format!(
            "{{ node(id: \"{}\") {{ ... on Organization {{ counts {{ members }} members {{ totalCount }} memberOverview {{ members }} }} }} }}",
            organization(&app, code)
        );
        let answer = app.sign_in("municipal-administrator").ask(&ask).await;
        assert_eq!(
            answer.at("/node"),
            json!({ "counts": { "members": members }, "members": { "totalCount": members }, "memberOverview": { "members": members } }),
            "{code}"
        );
    }
}
