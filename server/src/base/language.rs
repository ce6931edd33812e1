//! The two languages of every text.

/// Language of a request, from `Accept-Language`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Chinese, the first language.
    #[default]
    Zh,
    /// English.
    En,
}

impl Language {
    /// The first of the two that the header names; Chinese without one.
    #[must_use]
    pub fn from_header(header: Option<&str>) -> Self {
        for part in header.unwrap_or_default().split(',') {
            let tag = part.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            if tag.starts_with("zh") {
                return Self::Zh;
            }
            if tag.starts_with("en") {
                return Self::En;
            }
        }
        Self::Zh
    }

    /// The one of two texts that is in this language.
    #[must_use]
    pub fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn the_first_known_language_of_the_header_wins() {
        assert_eq!(Language::from_header(Some("fr, en-GB;q=0.8, zh")), Language::En);
        assert_eq!(Language::from_header(Some("zh-CN,en;q=0.5")), Language::Zh);
        assert_eq!(Language::from_header(None), Language::Zh);
    }
}
