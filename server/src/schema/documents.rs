//! Trusted documents: texts that are known beforehand and asked for by their digest.
//!
//! The id of a document is `sha256:` and the digest of its exact text in hexadecimal, as GraphQL over HTTP
//! has it (appendix A) and as the console's code generator makes it. A list is JSON, from id to text.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, bail};
use async_graphql::parser::parse_query;
use async_graphql::parser::types::ExecutableDocument;
use data_encoding::HEXLOWER;

use crate::access::{SignInMethod, Viewer};
use crate::base::secret::hash;

/// What an id begins with.
const PREFIX: &str = "sha256:";

/// Who may send a text of their own; the same read the schema and open GraphiQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum FreeText {
    /// Nobody: only listed documents are answered.
    Nobody,
    /// Whoever holds a bearer token of `banyan token`.
    Tokens,
    /// Everyone who is signed in, in a browser too.
    SignedIn,
    /// Strangers as well.
    Anyone,
}

impl FreeText {
    /// Whether whoever asks may send a text of their own.
    #[must_use]
    pub fn allows(self, viewer: Option<&Viewer>) -> bool {
        match self {
            Self::Nobody => false,
            Self::Tokens => viewer.is_some_and(|viewer| viewer.method == SignInMethod::Token),
            Self::SignedIn => viewer.is_some(),
            Self::Anyone => true,
        }
    }

    /// Whether it may still turn out to be allowed, before it is known who asks.
    #[must_use]
    pub fn may_allow(self, has_token: bool) -> bool {
        match self {
            Self::Nobody => false,
            Self::Tokens | Self::SignedIn => has_token,
            Self::Anyone => true,
        }
    }
}

/// A document, parsed once.
#[derive(Debug)]
pub struct Document {
    /// The exact text.
    pub text: String,
    /// What it says.
    pub parsed: ExecutableDocument,
    /// It was found valid by the schema, which does not change while the program runs.
    valid: AtomicBool,
}

impl Document {
    /// A text that was parsed.
    #[must_use]
    pub fn new(text: String, parsed: ExecutableDocument) -> Self {
        Self { text, parsed, valid: AtomicBool::new(false) }
    }

    /// Notes that the schema allows it. Rules are looked at for the operation that is asked for, so one with
    /// several is never known to be valid as a whole.
    pub fn note_valid(&self) {
        self.valid.store(self.parsed.operations.iter().count() == 1, Ordering::Relaxed);
    }

    /// Whether the schema is known to allow it.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.valid.load(Ordering::Relaxed)
    }
}

/// The list.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    by_id: HashMap<String, Arc<Document>>,
    by_text: HashMap<String, Arc<Document>>,
}

impl Documents {
    /// Puts a text on the list, and says by which id it is asked for.
    ///
    /// # Errors
    /// When it is no GraphQL.
    pub fn add(&mut self, text: &str) -> anyhow::Result<String> {
        let parsed = parse_query(text).with_context(|| format!("no GraphQL: {text}"))?;
        let trusted = Arc::new(Document::new(text.to_owned(), parsed));
        let id = id_of(text);
        self.by_id.insert(id.clone(), trusted.clone());
        self.by_text.insert(text.to_owned(), trusted);
        Ok(id)
    }

    /// Puts everything of a list in JSON on this one.
    ///
    /// # Errors
    /// When it is no such list, or an id is not that of its text.
    pub fn add_list(&mut self, json: &str) -> anyhow::Result<()> {
        let list: BTreeMap<String, String> = serde_json::from_str(json).context("not a list from id to text")?;
        for (id, text) in &list {
            let known = self.add(text)?;
            if known != with_prefix(id) {
                bail!("{id} is not the id of its text, which is {known}");
            }
        }
        Ok(())
    }

    /// By the id, with or without what it begins with.
    #[must_use]
    pub fn with_id(&self, id: &str) -> Option<Arc<Document>> {
        self.by_id.get(with_prefix(id).as_str()).cloned()
    }

    /// By the whole text: whoever sends it might as well have sent the id.
    #[must_use]
    pub fn with_text(&self, text: &str) -> Option<Arc<Document>> {
        self.by_text.get(text).cloned()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Document)> {
        self.by_id.iter().map(|(id, trusted)| (id.as_str(), &**trusted))
    }
}

/// The id of a text.
fn id_of(text: &str) -> String {
    format!("{PREFIX}{}", HEXLOWER.encode(&hash(text.as_bytes())))
}

fn with_prefix(id: &str) -> String {
    let digest = id.strip_prefix(PREFIX).unwrap_or(id);
    format!("{PREFIX}{}", digest.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::{Documents, FreeText};

    #[test]
    fn a_list_holds_texts_by_the_digest_of_each() {
        let mut documents = Documents::default();
        let id = documents.add("{ __typename }").unwrap();
        assert_eq!(id, "sha256:7f56e67dd21ab3f30d1ff8b7bed08893f0a0db86449836189b361dd1e56ddb4b");
        let bare = id.trim_start_matches("sha256:").to_uppercase();
        assert_eq!(documents.with_id(&bare).unwrap().text, "{ __typename }");
        assert!(documents.with_text("{ __typename }").is_some() && documents.with_text("{__typename}").is_none());
        assert!(documents.add("{").is_err());

        let mut others = Documents::default();
        others.add_list(&format!(r#"{{"{id}": "{{ __typename }}"}}"#)).unwrap();
        assert_eq!(others.iter().count(), 1);
        assert!(others.add_list(&format!(r#"{{"{id}": "{{ viewer {{ readOnly }} }}"}}"#)).is_err());
        assert!(others.add_list("[]").is_err());
    }

    #[test]
    fn a_stranger_needs_no_looking_up() {
        for policy in [FreeText::Nobody, FreeText::Tokens, FreeText::SignedIn] {
            assert!(!policy.may_allow(false) && !policy.allows(None), "{policy:?}");
        }
        assert!(FreeText::Anyone.may_allow(false) && FreeText::Anyone.allows(None) && !FreeText::Nobody.may_allow(true));
    }
}
