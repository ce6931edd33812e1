//! Published figures and assumptions from `data/distributions.csv`.

use std::collections::HashMap;

use anyhow::Context;

/// The newest value of every figure.
pub(super) struct Distributions {
    values: HashMap<(String, String), (u32, f64)>,
}

impl Distributions {
    pub(super) fn read() -> anyhow::Result<Self> {
        let mut values: HashMap<(String, String), (u32, f64)> = HashMap::new();
        for row in crate::areas::reference::csv("distributions.csv")?.records() {
            let row = row?;
            let cell = |place: usize| row.get(place).context("a short row in the distributions");
            let value: f64 = cell(4)?.parse()?;
            let year: u32 = cell(6)?.parse()?;
            let newest = values.entry((cell(0)?.to_owned(), cell(1)?.to_owned())).or_insert((year, value));
            if year > newest.0 {
                *newest = (year, value);
            }
        }
        Ok(Self { values })
    }

    /// The newest value.
    pub(super) fn value(&self, group: &str, key: &str) -> anyhow::Result<f64> {
        let found = self.values.get(&(group.to_owned(), key.to_owned()));
        found.map(|(_, value)| *value).with_context(|| format!("the distribution {group} {key} is missing"))
    }

    /// The newest values of several keys.
    pub(super) fn values(&self, group: &str, keys: &[&str]) -> anyhow::Result<Vec<f64>> {
        keys.iter().map(|key| self.value(group, key)).collect()
    }
}
