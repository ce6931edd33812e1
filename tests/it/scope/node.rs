//! A random operation as a tree that can be made smaller.

use std::fmt::{Display, Formatter, Result};

/// A value in an operation.
#[derive(Clone, Debug)]
pub enum Literal {
    Plain(String),
    List(Vec<Literal>),
    Fields(Vec<(String, Literal)>),
}

impl Literal {
    /// A text in quotes.
    pub fn quoted(text: impl Display) -> Self {
        Self::Plain(format!("\"{text}\""))
    }

    /// The same with one item or one field fewer, for each that can go.
    fn smaller(&self) -> Vec<Self> {
        match self {
            Self::Plain(_) => Vec::new(),
            Self::List(items) => without_one(items).into_iter().filter(|items| !items.is_empty()).map(Self::List).collect(),
            Self::Fields(fields) => {
                let within = fields.iter().enumerate().flat_map(|(place, (name, value))| {
                    value.smaller().into_iter().map(move |value| replaced(fields, place, (name.clone(), value)))
                });
                without_one(fields).into_iter().chain(within).map(Self::Fields).collect()
            }
        }
    }
}

impl Display for Literal {
    fn fmt(&self, text: &mut Formatter<'_>) -> Result {
        match self {
            Self::Plain(plain) => text.write_str(plain),
            Self::List(items) => {
                write!(text, "[{}]", items.iter().map(Self::to_string).collect::<Vec<_>>().join(", "))
            }
            Self::Fields(fields) => write!(text, "{{ {} }}", listed(fields)),
        }
    }
}

/// A field with its arguments and what is asked of it.
#[derive(Clone, Debug)]
pub struct Node {
    pub name: String,
    pub arguments: Vec<(String, Literal)>,
    pub inside: Vec<Node>,
}

impl Node {
    pub fn of(name: impl Into<String>, inside: Vec<Self>) -> Self {
        Self { name: name.into(), arguments: Vec::new(), inside }
    }

    /// What is asked for as it is written.
    pub fn leaf(text: &str) -> Self {
        Self::of(text, Vec::new())
    }

    /// As a document.
    pub fn document(&self) -> String {
        let arguments = if self.arguments.is_empty() { String::new() } else { format!("({})", listed(&self.arguments)) };
        let inside: Vec<String> = self.inside.iter().map(Self::document).collect();
        let inside = if inside.is_empty() { String::new() } else { format!(" {{ {} }}", inside.join(" ")) };
        format!("{}{arguments}{inside}", self.name)
    }

    /// How many fields it asks for.
    pub fn size(&self) -> usize {
        1 + self.inside.iter().map(Self::size).sum::<usize>()
    }

    /// The same with a little less: a field, an argument, or a part of one, for each that can go. What goes with much
    /// comes first.
    pub fn smaller(&self) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        if self.inside.len() > 1 {
            all.extend(without_one(&self.inside).into_iter().map(|inside| Self { inside, ..self.clone() }));
        }
        all.extend(without_one(&self.arguments).into_iter().map(|arguments| Self { arguments, ..self.clone() }));
        for (place, below) in self.inside.iter().enumerate() {
            let smaller = below.smaller().into_iter();
            all.extend(smaller.map(|below| Self { inside: replaced(&self.inside, place, below), ..self.clone() }));
        }
        for (place, (name, value)) in self.arguments.iter().enumerate() {
            let smaller = value.smaller().into_iter().map(|value| (name.clone(), value));
            all.extend(smaller.map(|one| Self { arguments: replaced(&self.arguments, place, one), ..self.clone() }));
        }
        all
    }
}

fn listed(values: &[(String, Literal)]) -> String {
    values.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join(", ")
}

fn without_one<T: Clone>(all: &[T]) -> Vec<Vec<T>> {
    let without = |place| all.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, one)| one.clone()).collect();
    (0..all.len()).map(without).collect()
}

fn replaced<T: Clone>(all: &[T], place: usize, one: T) -> Vec<T> {
    let mut all = all.to_vec();
    all[place] = one;
    all
}

#[test]
fn an_operation_is_made_smaller_part_by_part() {
    let list = Literal::List(vec![Literal::quoted("a"), Literal::Plain("1".into())]);
    let filter = Literal::Fields(vec![("name".into(), list), ("sex".into(), Literal::quoted("1"))]);
    let people = Node {
        arguments: vec![("filter".into(), filter), ("first".into(), Literal::Plain("3".into()))],
        ..Node::of("r0: people", vec![Node::of("nodes", vec![Node::leaf("id")]), Node::leaf("totalCount")])
    };
    let whole = Node::of("query", vec![people]);
    assert_eq!(
        whole.document(),
        r#"query { r0: people(filter: { name: ["a", 1], sex: "1" }, first: 3) { nodes { id } totalCount } }"#
    );
    let smaller: Vec<String> = whole.smaller().iter().map(Node::document).collect();
    assert_eq!(
        smaller,
        [
            r#"query { r0: people(filter: { name: ["a", 1], sex: "1" }, first: 3) { totalCount } }"#,
            r#"query { r0: people(filter: { name: ["a", 1], sex: "1" }, first: 3) { nodes { id } } }"#,
            r#"query { r0: people(first: 3) { nodes { id } totalCount } }"#,
            r#"query { r0: people(filter: { name: ["a", 1], sex: "1" }) { nodes { id } totalCount } }"#,
            r#"query { r0: people(filter: { sex: "1" }, first: 3) { nodes { id } totalCount } }"#,
            r#"query { r0: people(filter: { name: ["a", 1] }, first: 3) { nodes { id } totalCount } }"#,
            r#"query { r0: people(filter: { name: [1], sex: "1" }, first: 3) { nodes { id } totalCount } }"#,
            r#"query { r0: people(filter: { name: ["a"], sex: "1" }, first: 3) { nodes { id } totalCount } }"#,
        ]
    );
    assert_eq!(whole.size(), 5);
}
