//! What guessing a password costs: the parameters of argon2id, which an operator may raise (SEC-B10).

/// Parameters of argon2id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordCost {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes at once.
    pub lanes: u32,
}

impl PasswordCost {
    /// OWASP's first choice, and the least that is taken: 19 MiB, two passes, one lane.
    pub const LEAST: Self = Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 };
}

impl Default for PasswordCost {
    fn default() -> Self {
        Self::LEAST
    }
}
