//! A scope: a set of subtrees, none inside another.

use std::fmt::Write;

use crate::base::path;

/// The subtrees in which something may be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    roots: Vec<String>,
}

impl Scope {
    /// The scope of some subtrees; those inside others disappear.
    #[must_use]
    pub fn of<'a>(paths: impl IntoIterator<Item = &'a str>) -> Self {
        let mut sorted: Vec<&str> = paths.into_iter().collect();
        sorted.sort_unstable();
        let mut roots: Vec<String> = Vec::new();
        for path in sorted {
            if !roots.last().is_some_and(|root| path::is_within(path, root)) {
                roots.push(path.to_owned());
            }
        }
        Self { roots }
    }

    /// Whether an organization at this path is inside.
    #[must_use]
    pub fn covers(&self, path: &str) -> bool {
        self.roots.iter().any(|root| path::is_within(path, root))
    }

    /// The outermost organizations, in tree order.
    #[must_use]
    pub fn roots(&self) -> &[String] {
        &self.roots
    }

    /// Whether nothing is inside.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.roots.is_empty()
    }

    /// From the first root to the end of the last: what the planner is told when everything in
    /// scope is browsed. The guard takes out what lies between.
    #[must_use]
    pub fn span(&self) -> (String, String) {
        match (self.roots.first(), self.roots.last()) {
            (Some(first), Some(last)) => (first.clone(), path::end_of(last)),
            _ => (String::new(), String::new()),
        }
    }

    /// The multirange for the guard, as `{[a01,a01~),[b01,b01~)}`. Paths are made of labels,
    /// so nothing needs quoting.
    #[must_use]
    pub fn setting(&self) -> String {
        let mut text = String::from("{");
        for (position, root) in self.roots.iter().enumerate() {
            let comma = if position > 0 { "," } else { "" };
            let _ = write!(text, "{comma}[{root},{root}~)");
        }
        text.push('}');
        text
    }
}

#[cfg(test)]
mod tests {
    use super::Scope;

    #[test]
    fn a_subtree_inside_another_adds_nothing() {
        let scope = Scope::of(["a01b02", "a01", "b01c01", "b01c01", "b01"]);
        assert_eq!(scope.roots(), ["a01", "b01"]);
        assert_eq!(scope.setting(), "{[a01,a01~),[b01,b01~)}");
        assert_eq!(scope.span(), ("a01".into(), "b01~".into()));
        assert!(scope.covers("a01zzz") && !scope.covers("c01"));
        assert_eq!(Scope::default().setting(), "{}");
        assert!(!Scope::default().covers("a01"));
        assert!(Scope::default().is_empty() && !scope.is_empty());
        assert_eq!(Scope::default().span(), (String::new(), String::new()));
        assert!(!scope.covers("a") && !scope.covers("a00") && scope.covers("b01"));
        assert_eq!(Scope::of(["a01"]).span(), ("a01".into(), "a01~".into()));
        let three = Scope::of(["c01", "a01", "b01"]);
        assert_eq!(three.setting(), "{[a01,a01~),[b01,b01~),[c01,c01~)}");
    }
}
