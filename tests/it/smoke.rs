//! The harness itself works.

use banyan_tests::TestApp;

#[tokio::test]
async fn an_official_sees_the_own_subtree() {
    let app = TestApp::new().await;
    let answer = app
        .sign_in("county-administrator")
        .ask("{ viewer { roots { code counts { members applicants } } } people { totalCount } }")
        .await;
    assert_eq!(answer.at("/viewer/roots/0/code"), "N");
    assert_eq!(answer.at("/viewer/roots/0/counts/members"), 16);
    assert_eq!(answer.at("/people/totalCount"), 20);
}
