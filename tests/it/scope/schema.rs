//! The schema as the server itself tells it: what a random operation is made of.

use std::collections::BTreeMap;

use banyan_tests::Client;
use serde_json::Value;

/// A type as it is referred to.
#[derive(Clone, Debug)]
pub struct Reference {
    pub name: String,
    pub list: bool,
    pub required: bool,
}

#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    pub arguments: Vec<(String, Reference)>,
    pub returns: Reference,
}

#[derive(Clone, Debug, Default)]
pub struct Type {
    pub kind: String,
    pub fields: Vec<Field>,
    pub inputs: Vec<(String, Reference)>,
    pub values: Vec<String>,
    pub possible: Vec<String>,
}

pub type Schema = BTreeMap<String, Type>;

const ASK: &str = "{ __schema { types { kind name fields { name args { ...input } type { ...ref } } inputFields { ...input }
    enumValues { name } possibleTypes { name } } } }
    fragment input on __InputValue { name type { ...ref } }
    fragment ref on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

/// Asks for it.
pub async fn introspect(client: &Client) -> Schema {
    let types = client.ask(ASK).await.at("/__schema/types");
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let inputs = |values: &Value| list(values).iter().map(|input| (text(&input["name"]), reference(&input["type"]))).collect();
    let names = |values: &Value| list(values).iter().map(|value| text(&value["name"])).collect();
    list(&types)
        .iter()
        .map(|it| {
            let field = |field: &Value| Field {
                name: text(&field["name"]),
                arguments: inputs(&field["args"]),
                returns: reference(&field["type"]),
            };
            let known = Type {
                kind: text(&it["kind"]),
                fields: list(&it["fields"]).iter().map(field).collect(),
                inputs: inputs(&it["inputFields"]),
                values: names(&it["enumValues"]),
                possible: names(&it["possibleTypes"]),
            };
            (text(&it["name"]), known)
        })
        .collect()
}

fn reference(value: &Value) -> Reference {
    let (mut value, mut list) = (value, false);
    let required = value["kind"] == "NON_NULL";
    while let Some(inner) = value.get("ofType").filter(|inner| inner.is_object()) {
        list |= value["kind"] == "LIST";
        value = inner;
    }
    Reference { name: value["name"].as_str().unwrap_or_default().to_owned(), list, required }
}
