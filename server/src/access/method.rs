//! How a session was opened: what it may do follows from it.

/// How a session was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum SignInMethod {
    /// With a security key that verified its user.
    Key,
    /// With a security key and the password.
    KeyAndPassword,
    /// With a password alone: it opens what a member's role brings, and nothing else (A01, A17).
    Password,
    /// By an open entry of the demonstration.
    Demonstration,
    /// A bearer token of a script.
    Token,
}

impl SignInMethod {
    const ALL: [(Self, &'static str); 5] = [
        (Self::Key, "key"),
        (Self::KeyAndPassword, "key_and_password"),
        (Self::Password, "password"),
        (Self::Demonstration, "demonstration"),
        (Self::Token, "token"),
    ];

    /// As it stands in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(method, _)| *method == self).map_or("token", |(_, text)| text)
    }

    /// Reads what [`SignInMethod::as_str`] wrote; what is unknown is taken for the weakest.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self::ALL.iter().find(|(_, known)| *known == text).map_or(Self::Token, |(method, _)| *method)
    }
}

#[cfg(test)]
mod tests {
    use super::SignInMethod;

    #[test]
    fn what_was_written_is_read_back_and_the_unknown_is_the_weakest() {
        let all = ["key", "key_and_password", "password", "demonstration", "token"];
        assert_eq!(SignInMethod::ALL.map(|(method, _)| method.as_str()), all);
        assert_eq!(all.map(SignInMethod::parse), SignInMethod::ALL.map(|(method, _)| method));
        assert_eq!(SignInMethod::parse("knock"), SignInMethod::Token);
    }
}
