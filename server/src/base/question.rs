//! The question that a dangerous action puts to whoever asked for it; see `gql/confirm.rs`.

use uuid::Uuid;

use super::language::Language;

/// What a dangerous action would do, in words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    zh: String,
    en: String,
    details: Vec<(&'static str, &'static str, String)>,
}

impl Summary {
    /// A sentence in both languages.
    #[must_use]
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into(), details: Vec::new() }
    }

    /// A fact under the sentence: its name in both languages and its value.
    #[must_use]
    pub fn with(mut self, zh: &'static str, en: &'static str, value: impl ToString) -> Self {
        self.details.push((zh, en, value.to_string()));
        self
    }

    /// The sentence.
    #[must_use]
    pub fn text(&self, language: Language) -> &str {
        language.pick(&self.zh, &self.en)
    }

    /// The facts, with their names in both languages.
    #[must_use]
    pub fn all(&self) -> &[(&'static str, &'static str, String)] {
        &self.details
    }

    /// The facts, by name.
    #[must_use]
    pub fn details(&self, language: Language) -> Vec<(&'static str, &str)> {
        self.details.iter().map(|(zh, en, value)| (language.pick(zh, en), value.as_str())).collect()
    }
}

/// The question that a dangerous action puts to whoever asked for it.
#[derive(Clone, Debug)]
pub struct Question {
    /// Number of the ceremony that answers it; part of the action, so that no answer serves twice.
    pub ceremony: Uuid,
    /// The action in words that do not depend on language, spacing or order.
    pub action: String,
    /// What people are shown.
    pub summary: Summary,
}
