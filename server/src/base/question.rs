//! The question that a dangerous action puts to whoever asked for it; see `gql/confirm.rs`.

use uuid::Uuid;

use super::language::Language;

/// What a dangerous action would do, in words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    zh: String,
    en: String,
    details: Vec<Detail>,
}

/// A fact under the sentence, in both languages.
#[derive(Clone, Debug, PartialEq)]
pub struct Detail {
    name: (&'static str, &'static str),
    value: (String, String),
}

impl Detail {
    /// Its name.
    #[must_use]
    pub fn name(&self, language: Language) -> &'static str {
        language.pick(self.name.0, self.name.1)
    }

    /// What it is.
    #[must_use]
    pub fn value(&self, language: Language) -> &str {
        language.pick(&self.value.0, &self.value.1)
    }
}

impl Summary {
    /// A sentence in both languages.
    #[must_use]
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into(), details: Vec::new() }
    }

    /// A fact under the sentence whose value reads the same in both languages: a name, a number, a day.
    #[must_use]
    pub fn with(self, zh: &'static str, en: &'static str, value: impl ToString) -> Self {
        let value = value.to_string();
        self.with_words((zh, en), value.clone(), value)
    }

    /// A fact under the sentence whose value is in words.
    #[must_use]
    pub fn with_words(mut self, name: (&'static str, &'static str), zh: impl Into<String>, en: impl Into<String>) -> Self {
        self.details.push(Detail { name, value: (zh.into(), en.into()) });
        self
    }

    /// The sentence.
    #[must_use]
    pub fn text(&self, language: Language) -> &str {
        language.pick(&self.zh, &self.en)
    }

    /// The facts.
    #[must_use]
    pub fn details(&self) -> &[Detail] {
        &self.details
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
