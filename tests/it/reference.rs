//! Code tables and administrative divisions.

use banyan_tests::TestApp;
use serde_json::{Value, json};

use crate::acting::each;

/// covers: D29
#[tokio::test]
async fn every_code_table_is_served_with_all_its_values_in_both_languages() {
    let app = TestApp::new().await;
    let member = app.sign_in("member");
    let answer = member.ask("{ codeTables(first: 200) { totalCount nodes { name title titleZh titleEn size } } }").await;
    assert_eq!(answer.at("/codeTables/totalCount"), 82);
    let tables = answer.at("/codeTables/nodes");
    let mut rows = 0;
    for table in tables.as_array().expect("tables") {
        let (name, size) = (table["name"].as_str().expect("a name"), table["size"].as_i64().expect("a size"));
        assert!(size > 0 && table["title"] == table["titleEn"], "{name}");
        assert!(table["titleZh"].as_str().is_some_and(|title| !title.is_ascii()), "{name}");
        let ask = format!(
            "{{ codes(table: \"{name}\", first: 200) {{ totalCount nodes {{ table code name nameZh nameEn parentCode note }} }} }}"
        );
        let codes = member.speaking_zh().ask(&ask).await;
        assert_eq!(codes.at("/codes/totalCount"), size, "{name}");
        let codes = codes.at("/codes/nodes");
        let codes = codes.as_array().expect("codes");
        assert_eq!(codes.len() as i64, size.min(200), "{name}");
        for code in codes {
            assert!(code["table"] == name && code["name"] == code["nameZh"], "{code}");
            for text in ["code", "nameZh", "nameEn", "note"] {
                assert!(code[text].as_str().is_some_and(|text| !text.trim().is_empty()), "{name} {code}");
            }
            let above = &code["parentCode"];
            assert!(above.is_null() || codes.len() == 200 || codes.iter().any(|other| other["code"] == *above), "{name} {code}");
        }
        rows += size;
    }
    assert_eq!(app.database.number("SELECT count(*) FROM codes").await, rows);
    assert_eq!(app.database.number("SELECT count(DISTINCT table_name) FROM codes").await, 82);
}

trait SpeakingChinese {
    fn speaking_zh(&self) -> Self;
}

impl SpeakingChinese for banyan_tests::Client {
    fn speaking_zh(&self) -> Self {
        self.clone().speaking("zh")
    }
}

#[tokio::test]
async fn codes_are_searched_by_code_and_by_name_in_either_language() {
    let app = TestApp::new().await;
    let found = |table: &str, search: &str| {
        let (client, ask) =
            (app.sign_in("member"), format!("{{ codes(table: \"{table}\", search: \"{search}\") {{ nodes {{ code }} }} }}"));
        async move { each(&client.ask(&ask).await.at("/codes/nodes"), "code") }
    };
    assert_eq!(found("sex", "女").await, ["2"]);
    assert_eq!(found("sex", "FEMALE").await, ["2"]);
    assert_eq!(found("education", "14").await, ["14"]);
    assert!(found("education", "博士").await.starts_with(&["11".to_owned()]));
    assert!(found("education", "nothing like it").await.is_empty());
    let unknown = app.sign_in("member").ask("{ codes(table: \"nothing\") { totalCount } }").await;
    assert!(!unknown.code().is_empty(), "{}", unknown.text);
    for ask in ["{ codeTables { totalCount } }", "{ codes(table: \"sex\") { totalCount } }", "{ divisions { totalCount } }"] {
        assert_eq!(app.stranger().ask(ask).await.code(), "UNAUTHENTICATED");
    }
}

#[tokio::test]
async fn divisions_are_opened_level_by_level_and_searched() {
    let app = TestApp::new().await;
    let divisions = |arguments: &str| {
        let (client, ask) = (
            app.sign_in("member"),
            format!(
                "{{ divisions{arguments} {{ totalCount nodes {{ code name fullName level parentCode hasChildren }} pageInfo {{ endCursor hasNextPage }} }} }}"
            ),
        );
        async move { client.ask(&ask).await }
    };
    let provinces = divisions("(first: 50)").await;
    assert_eq!(
        provinces.at("/divisions/nodes/0"),
        json!({ "code": "110000", "name": "北京市", "fullName": "北京市", "level": "PROVINCE", "parentCode": null, "hasChildren": true })
    );
    assert!(provinces.at("/divisions/totalCount").as_i64() >= Some(31));
    let chongqing = divisions("(parent: \"500000\", first: 50)").await;
    assert_eq!(chongqing.at("/divisions/totalCount"), 38);
    assert_eq!(chongqing.at("/divisions/nodes/0/name"), "万州区");
    let townships = divisions("(parent: \"500101\", first: 100)").await;
    assert_eq!(townships.at("/divisions/nodes/0/level"), "TOWNSHIP");
    let township = townships.at("/divisions/nodes/0/code");
    let villages = divisions(&format!("(parent: {township})")).await;
    assert_eq!(
        (villages.at("/divisions/nodes/0/level"), villages.at("/divisions/nodes/0/hasChildren")),
        (json!("VILLAGE"), json!(false))
    );
    assert_eq!(villages.at("/divisions/nodes/0/parentCode"), township);
    // By the beginning of a name or a code; signs of a pattern are letters as others.
    assert_eq!(divisions("(search: \"万州\")").await.at("/divisions/nodes/0/code"), "500101");
    assert_eq!(divisions("(search: \"500101\", first: 1)").await.at("/divisions/nodes/0/name"), "万州区");
    assert_eq!(divisions("(parent: \"500000\", search: \"万\")").await.at("/divisions/totalCount"), 1);
    for nothing in ["%", "_", "\\\\", "没有这个地方"] {
        assert_eq!(divisions(&format!("(search: \"{nothing}\")")).await.at("/divisions/totalCount"), 0, "{nothing}");
    }
    let first = divisions("(parent: \"500000\")").await;
    let next = divisions(&format!("(parent: \"500000\", after: {})", first.at("/divisions/pageInfo/endCursor"))).await;
    let codes = [each(&first.at("/divisions/nodes"), "code"), each(&next.at("/divisions/nodes"), "code")].concat();
    assert_eq!(codes, each(&chongqing.at("/divisions/nodes"), "code"));
    assert_eq!(
        (first.at("/divisions/pageInfo/hasNextPage"), next.at("/divisions/pageInfo/hasNextPage")),
        (json!(true), json!(false))
    );
    assert_ne!(codes, Vec::<String>::new());
    assert_eq!(
        app.sign_in("member")
            .ask("{ divisions(search: \"\") { nodes { parentCode } } }")
            .await
            .at("/divisions/nodes/0/parentCode"),
        Value::Null
    );
}
