//! Limits, all checked before anything is executed: bytes, tokens and nesting on the text, so that
//! the parser is safe; depth, nodes, aliases, directives and root fields on the parsed document.

use std::collections::HashMap;

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, Field, FragmentDefinition, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, Variables};
use async_graphql_value::Value;

/// What a document may ask for.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the text.
    pub bytes: usize,
    /// Words, numbers, strings and signs of the text.
    pub tokens: usize,
    /// Brackets inside brackets.
    pub nesting: usize,
    /// Fields inside fields.
    pub depth: usize,
    /// Values that the answer may have at most, counted with the sizes of the pages.
    pub nodes: u64,
    /// Aliases.
    pub aliases: usize,
    /// Directives.
    pub directives: usize,
    /// Fields at the root.
    pub roots: usize,
    /// Lists of introspection inside each other: types refer to types in circles.
    pub introspection: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 64 * 1024,
            tokens: 4_000,
            nesting: 60,
            depth: 18,
            nodes: 60_000,
            aliases: 40,
            directives: 40,
            roots: 20,
            introspection: 2,
        }
    }
}

/// Which limit was passed, and how far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exceeded {
    /// Name of the limit.
    pub limit: &'static str,
    /// What is allowed.
    pub allowed: u64,
}

fn within(limit: &'static str, found: usize, allowed: usize) -> Result<(), Exceeded> {
    if found > allowed { Err(Exceeded { limit, allowed: allowed as u64 }) } else { Ok(()) }
}

/// Checks a text before it is parsed.
///
/// # Errors
/// The limit that it passes.
pub fn check_text(limits: &Limits, text: &str) -> Result<(), Exceeded> {
    within("bytes", text.len(), limits.bytes)?;
    let mut tokens = 0_usize;
    let mut nesting = 0_usize;
    let mut rest = text.char_indices().peekable();
    while let Some((_, character)) = rest.next() {
        match character {
            '#' => while rest.next_if(|(_, next)| *next != '\n').is_some() {},
            '"' => {
                tokens += 1;
                let mut escaped = false;
                for (_, next) in rest.by_ref() {
                    match next {
                        '\\' if !escaped => escaped = true,
                        '"' if !escaped => break,
                        _ => escaped = false,
                    }
                }
            }
            '{' | '[' | '(' => {
                tokens += 1;
                nesting += 1;
                within("nesting", nesting, limits.nesting)?;
            }
            '}' | ']' | ')' => {
                tokens += 1;
                nesting = nesting.saturating_sub(1);
            }
            _ if character.is_alphanumeric() || character == '_' => {
                tokens += 1;
                while rest.next_if(|(_, next)| next.is_alphanumeric() || *next == '_').is_some() {}
            }
            _ if character.is_whitespace() || character == ',' => {}
            _ => tokens += 1,
        }
        within("tokens", tokens, limits.tokens)?;
    }
    Ok(())
}

/// Checks the operation of a parsed document that will be executed.
///
/// # Errors
/// The limit that it passes.
pub fn check_document(
    limits: &Limits,
    document: &ExecutableDocument,
    operation_name: Option<&str>,
    variables: &Variables,
) -> Result<(), Exceeded> {
    let Some(operation) = operation_of(document, operation_name) else { return Ok(()) };
    let mut walk = Walk {
        limits,
        document,
        operation,
        variables,
        aliases: 0,
        directives: operation.directives.len(),
        known: HashMap::new(),
        open: Vec::new(),
    };
    within("rootFields", operation.selection_set.node.items.len(), limits.roots)?;
    let size = walk.selection(&operation.selection_set.node)?;
    within("depth", size.depth, limits.depth)?;
    if size.nodes > limits.nodes {
        return Err(Exceeded { limit: "nodes", allowed: limits.nodes });
    }
    Ok(())
}

/// The operation that a request means.
#[must_use]
pub fn operation_of<'a>(document: &'a ExecutableDocument, name: Option<&str>) -> Option<&'a OperationDefinition> {
    match (&document.operations, name) {
        (DocumentOperations::Single(operation), _) => Some(&operation.node),
        (DocumentOperations::Multiple(operations), Some(name)) => operations.get(name).map(|operation| &operation.node),
        (DocumentOperations::Multiple(operations), None) if operations.len() == 1 => {
            operations.values().next().map(|operation| &operation.node)
        }
        (DocumentOperations::Multiple(_), None) => None,
    }
}

#[derive(Clone, Copy, Default)]
struct Size {
    depth: usize,
    nodes: u64,
    circles: usize,
    /// Whether it holds the items of a page, under whatever name and in whichever fragment.
    has_items: bool,
}

/// Fields of introspection by which the answer grows with every circle; the schema has none of these names.
const CIRCLES: [&str; 4] = ["fields", "inputFields", "interfaces", "possibleTypes"];

/// Lists that have no pages, because nobody has many of them; each is counted as a few. A test finds one that is missing.
pub const SHORT_LISTS: [&str; 23] = [
    "ancestors",
    "attachments",
    "attributes",
    "byAgeBand",
    "byEducation",
    "byEthnicGroup",
    "byKind",
    "bySex",
    "byStage",
    "changes",
    "claimCodes",
    "grants",
    "invitations",
    "keys",
    "leadershipTerms",
    "mayContain",
    "posts",
    "roots",
    "sessions",
    "units",
    "userErrors",
    "values",
    "warnings",
];

struct Walk<'a> {
    limits: &'a Limits,
    document: &'a ExecutableDocument,
    operation: &'a OperationDefinition,
    variables: &'a Variables,
    aliases: usize,
    directives: usize,
    /// Fragments are measured once each: spread inside spread would otherwise take exponential time.
    known: HashMap<Name, Size>,
    open: Vec<Name>,
}

impl<'a> Walk<'a> {
    fn selection(&mut self, selection: &'a SelectionSet) -> Result<Size, Exceeded> {
        let mut whole = Size::default();
        for item in &selection.items {
            let size = match &item.node {
                Selection::Field(field) => self.field(&field.node)?,
                Selection::InlineFragment(fragment) => {
                    self.count_directives(fragment.node.directives.len())?;
                    self.selection(&fragment.node.selection_set.node)?
                }
                Selection::FragmentSpread(spread) => {
                    self.count_directives(spread.node.directives.len())?;
                    self.fragment(&spread.node.fragment_name.node)?
                }
            };
            whole.depth = whole.depth.max(size.depth);
            whole.nodes = whole.nodes.saturating_add(size.nodes);
            whole.circles = whole.circles.max(size.circles);
            whole.has_items |= size.has_items;
        }
        within("depth", whole.depth, self.limits.depth)?;
        within("introspection", whole.circles, self.limits.introspection)?;
        Ok(whole)
    }

    fn field(&mut self, field: &'a Field) -> Result<Size, Exceeded> {
        if field.alias.is_some() {
            self.aliases += 1;
            within("aliases", self.aliases, self.limits.aliases)?;
        }
        self.count_directives(field.directives.len())?;
        let inside = self.selection(&field.selection_set.node)?;
        let name = field.name.node.as_str();
        let nodes = inside.nodes.saturating_mul(self.repeated(field, inside.has_items)).saturating_add(1);
        let circles = inside.circles + usize::from(CIRCLES.contains(&name));
        Ok(Size { depth: inside.depth + 1, nodes, circles, has_items: matches!(name, "edges" | "nodes") })
    }

    fn fragment(&mut self, name: &'a Name) -> Result<Size, Exceeded> {
        if let Some(size) = self.known.get(name) {
            return Ok(*size);
        }
        // A fragment inside itself: validation refuses it later, this walk must only end.
        if self.open.contains(name) {
            return Ok(Size::default());
        }
        let Some(fragment): Option<&'a Positioned<FragmentDefinition>> = self.document.fragments.get(name) else {
            return Ok(Size::default());
        };
        self.count_directives(fragment.node.directives.len())?;
        self.open.push(name.clone());
        let size = self.selection(&fragment.node.selection_set.node)?;
        self.open.pop();
        self.known.insert(name.clone(), size);
        Ok(size)
    }

    fn count_directives(&mut self, more: usize) -> Result<(), Exceeded> {
        self.directives += more;
        within("directives", self.directives, self.limits.directives)
    }

    /// How often the inside of a field is repeated: the size of the page that it asks for.
    fn repeated(&self, field: &Field, has_items: bool) -> u64 {
        const DEFAULT: u64 = 20;
        const LARGEST: u64 = 200;
        const SHORT: u64 = 5;
        // Both at once are refused later; until then the larger one counts.
        let asked = field.arguments.iter().filter(|(name, _)| matches!(name.node.as_str(), "first" | "last"));
        match asked.map(|(_, value)| self.number(&value.node)).max() {
            Some(Asked::Number(number)) => number.min(LARGEST),
            Some(Asked::Unclear) => LARGEST,
            Some(Asked::Nothing) => DEFAULT,
            None if has_items => DEFAULT,
            None if SHORT_LISTS.contains(&field.name.node.as_str()) => SHORT,
            None => 1,
        }
    }

    /// The number that an argument has in the end: as written, as given, or as the operation has it where nothing is given.
    fn number(&self, value: &Value) -> Asked {
        let Value::Variable(name) = value else { return Asked::by(value.clone().into_const().as_ref()) };
        match Asked::by(self.variables.get(name)) {
            Asked::Nothing => {
                let mut definitions = self.operation.variable_definitions.iter().map(|definition| &definition.node);
                let definition = definitions.find(|definition| definition.name.node == *name);
                Asked::by(definition.and_then(|definition| definition.default_value.as_ref()).map(|default| &default.node))
            }
            given => given,
        }
    }
}

/// What an argument says of a page's size.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Asked {
    Nothing,
    Number(u64),
    /// No number at all: refused when it is read, and counted as the most until then.
    Unclear,
}

impl Asked {
    fn by(value: Option<&async_graphql::Value>) -> Self {
        match value {
            None | Some(async_graphql::Value::Null) => Self::Nothing,
            Some(async_graphql::Value::Number(number)) => number.as_u64().map_or(Self::Unclear, Self::Number),
            Some(_) => Self::Unclear,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Exceeded, Limits, check_document, check_text};
    use async_graphql::Variables;
    use async_graphql::parser::parse_query;

    fn refused_by(text: &str) -> Option<&'static str> {
        refused_with(text, "{}")
    }

    fn refused_with(text: &str, variables: &str) -> Option<&'static str> {
        let limits = Limits::default();
        let variables = Variables::from_json(serde_json::from_str(variables).unwrap());
        let checked: Result<(), Exceeded> =
            check_text(&limits, text).and_then(|()| check_document(&limits, &parse_query(text).unwrap(), None, &variables));
        checked.err().map(|exceeded| exceeded.limit)
    }

    /// covers: API16, SEC-D01
    #[test]
    fn each_limit_refuses_the_document_that_passes_it() {
        assert_eq!(refused_by("{ viewer { account { name } } }"), None);
        assert_eq!(refused_by(&format!("{{ a }} #{}", "x".repeat(70_000))), Some("bytes"));
        assert_eq!(refused_by(&format!("{{ {} }}", "a ".repeat(5_000))), Some("tokens"));
        assert_eq!(refused_by(&format!("{}a{}", "{a".repeat(80), "}".repeat(80))), Some("nesting"));
        assert_eq!(refused_by(&format!("{}a{}", "{a".repeat(30), "}".repeat(30))), Some("depth"));
        assert_eq!(
            refused_by(&format!("{{ p {{ {} }} }}", (0..50).map(|n| format!("a{n}: b ")).collect::<String>())),
            Some("aliases")
        );
        assert_eq!(refused_by(&format!("{{ p {{ a {} }} }}", "@include(if: true) ".repeat(50))), Some("directives"));
        assert_eq!(refused_by(&format!("{{ {} }}", "a ".repeat(30))), Some("rootFields"));
        assert_eq!(refused_by("{ a(first: 200) { nodes { b(first: 200) { nodes { c d } } } } }"), Some("nodes"));
        assert_eq!(refused_by("{ __schema { types { fields { type { interfaces { name } } } } } }"), None);
        assert_eq!(
            refused_by("{ __schema { types { possibleTypes { interfaces { possibleTypes { name } } } } } }"),
            Some("introspection")
        );
    }

    #[test]
    fn fragments_are_measured_once_and_a_circle_ends() {
        let mut text = String::from("{ ...f0 }");
        for number in 0..40 {
            text.push_str(&format!(" fragment f{number} on Q {{ ...f{next} ...f{next} }}", next = number + 1));
        }
        text.push_str(" fragment f40 on Q { a }");
        assert_eq!(refused_by(&text), Some("nodes"));
        assert_eq!(refused_by("{ ...f } fragment f on Q { a ...f }"), None);
    }

    /// However the size of a page is said, and wherever its items are spelled out, it counts.
    #[test]
    fn a_page_counts_by_its_size_whichever_way_it_is_asked_for() {
        let nested = |head: &str, paging: &str| {
            format!("query{head} {{ a{paging} {{ nodes {{ b{paging} {{ nodes {{ c{paging} {{ nodes {{ d }} }} }} }} }} }} }}")
        };
        let with_variable = nested("($n: Int)", "(first: $n)");
        let with_default = nested("($n: Int = 200)", "(first: $n)");
        assert_eq!(refused_with(&with_variable, "{}"), None);
        assert_eq!(refused_with(&with_variable, r#"{"n": 200}"#), Some("nodes"));
        assert_eq!(refused_with(&with_default, "{}"), Some("nodes"));
        assert_eq!(refused_with(&with_default, r#"{"n": null}"#), Some("nodes"));
        assert_eq!(refused_with(&with_default, r#"{"n": 5}"#), None);
        for odd in [r#"{"n": "200"}"#, r#"{"n": 2e2}"#, r#"{"n": [200]}"#, r#"{"n": true}"#] {
            assert_eq!(refused_with(&with_variable, odd), Some("nodes"), "{odd}");
        }
        assert_eq!(refused_by(&nested("($n: Int = 200)", "(last: $n)")), Some("nodes"));
        assert_eq!(refused_by(&nested("", "(last: 200)")), Some("nodes"));
        assert_eq!(refused_by(&nested("", "(last: 1, first: 200)")), Some("nodes"));
        assert_eq!(refused_by(&nested("", "(first: 200, last: 1)")), Some("nodes"));
        assert_eq!(refused_by(&nested("($v: Boolean = true)", "(first: 200) @include(if: $v)")), Some("nodes"));
    }

    #[test]
    fn items_inside_fragments_and_under_other_names_are_items() {
        let five = |items: &str, rest: &str| {
            let lists = (0..5).fold("c".to_owned(), |inside, _| format!("l {{ {} }}", items.replace('$', &inside)));
            refused_by(&format!("{{ {lists} }}{rest}"))
        };
        assert_eq!(five("nodes { $ }", ""), Some("nodes"));
        assert_eq!(five("edges { node { $ } }", ""), Some("nodes"));
        assert_eq!(five("n: nodes { $ }", ""), Some("nodes"));
        assert_eq!(five("... { nodes { $ } }", ""), Some("nodes"));
        assert_eq!(five("... on L @include(if: true) { edges { node { $ } } }", ""), Some("nodes"));
        assert_eq!(five("totalCount one { $ }", ""), None);
        let mut chain = String::from("{ ...f0 }");
        for number in 0..5 {
            chain.push_str(&format!(
                " fragment f{number} on Q {{ l {{ ...i{number} }} }} fragment i{number} on L {{ ...j{number} }}"
            ));
            chain.push_str(&format!(" fragment j{number} on L {{ nodes {{ ...f{next} }} }}", next = number + 1));
        }
        chain.push_str(" fragment f5 on Q { a }");
        assert_eq!(refused_by(&chain), Some("nodes"));
    }

    #[test]
    fn lists_without_pages_count_as_a_few() {
        let of_terms = |times: usize| (0..times).fold("id".to_owned(), |inside, _| format!("leadershipTerms {{ {inside} }}"));
        assert_eq!(refused_by(&format!("{{ o {{ {} }} }}", of_terms(4))), None);
        assert_eq!(refused_by(&format!("{{ o {{ {} }} }}", of_terms(8))), Some("nodes"));
    }

    #[test]
    fn signs_inside_strings_and_comments_are_not_brackets() {
        assert_eq!(refused_by(&format!("{{ a(b: \"{}\") }} # {}", "{".repeat(100), "{".repeat(100))), None);
    }
}
