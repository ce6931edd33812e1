//! The arrows of the house point one way, and its files stay small.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const LAYERS: [&str; 9] = ["base", "access", "gql", "areas", "schema", "jobs", "http", "program", "demo"];
const AREAS: [&str; 10] =
    ["journal", "jobs", "reference", "attachments", "units", "organizations", "accounts", "roles", "people", "leadership"];
const LARGEST: usize = 600;

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").join("server/src")
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn all() -> BTreeMap<String, String> {
    let mut found = Vec::new();
    files(&source(), &mut found);
    found
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(source()).expect("inside").to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).expect("a file"))
        })
        .collect()
}

/// The paths that a file names after `crate::`.
fn uses(text: &str) -> impl Iterator<Item = &str> {
    text.split("crate::").skip(1).map(|rest| {
        let end = rest
            .find(|character: char| !(character.is_alphanumeric() || character == '_' || character == ':'))
            .unwrap_or(rest.len());
        rest.split_at(end).0
    })
}

#[test]
fn a_layer_uses_only_the_layers_before_it() {
    // The command line puts everything together, and the demonstration writes tables as the owner.
    let allowed = |from: &str, to: &str| {
        let place = |layer: &str| LAYERS.iter().position(|known| *known == layer);
        match (from, to) {
            ("http", "demo") | ("program", _) => true,
            ("demo", to) => matches!(to, "base" | "areas" | "demo"),
            (from, to) => place(to) <= place(from),
        }
    };
    for (name, text) in all() {
        let from = name.split('/').next().unwrap_or_default();
        if !LAYERS.contains(&from) {
            continue;
        }
        for used in uses(&text) {
            let to = used.split("::").next().unwrap_or_default();
            if LAYERS.contains(&to) {
                assert!(allowed(from, to), "{name} uses crate::{used}");
            }
        }
    }
}

#[test]
fn an_area_uses_earlier_areas_through_their_doors_and_only_graphql_files_know_them_all() {
    for (name, text) in all() {
        let Some(rest) = name.strip_prefix("areas/") else { continue };
        let Some((area, file)) = rest.split_once('/') else { continue };
        let is_graphql = file.starts_with("graphql");
        let place = |area: &str| AREAS.iter().position(|known| *known == area);
        for used in uses(&text).filter_map(|used| used.strip_prefix("areas::")) {
            let mut parts = used.split("::");
            let (other, inside) = (parts.next().unwrap_or_default(), parts.next());
            if other == area || is_graphql {
                continue;
            }
            // How the log shows a code needs the code tables: values, no rows.
            let values_only = area == "journal" && other == "reference";
            assert!(place(other) <= place(area) || values_only, "{name} uses the later area {other}");
            let is_door = inside.is_none_or(|inside| {
                inside.is_empty()
                    || inside.starts_with(char::is_uppercase)
                    || !matches!(inside, "graphql" | "store" | "model" | "loaders" | "actions")
            });
            assert!(is_door, "{name} reaches past the door of {other}: {used}");
        }
    }
}

#[test]
fn rules_are_pure() {
    for (name, text) in all().into_iter().filter(|(name, _)| name.ends_with("/rules.rs")) {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for word in ["async ", ".await", "diesel", "Session", "Cx", "clock", "graphql"] {
            assert!(!code.lines().any(|line| !line.trim_start().starts_with("//") && line.contains(word)), "{name} names {word}");
        }
    }
}

/// A write needs a permit, and only the viewer makes one.
#[test]
fn permits_are_made_in_one_place() {
    for (name, text) in all() {
        assert!(
            ["access/viewer.rs", "access/viewer/tests.rs"].contains(&name.as_str()) || !text.contains("Permit::new("),
            "{name} makes a permit"
        );
        assert!(
            name.starts_with("schema/")
                || name.starts_with("base/")
                // Before anyone is anybody, and for the password and the key of whoever is.
                || ["areas/accounts/door.rs", "areas/accounts/passwords/change.rs"].contains(&name.as_str())
                || !text.contains("Session::begin("),
            "{name} begins a transaction"
        );
        let sql_by_text = text.contains("sql_query(")
            || (text.contains("format!(\"SELECT") || text.contains("format!(\"UPDATE") || text.contains("format!(\"INSERT"));
        assert!(!sql_by_text, "{name} writes SQL by text");
    }
}

#[test]
fn files_are_small() {
    for (name, text) in all() {
        let lines = text.lines().count();
        assert!(lines <= LARGEST, "{name} has {lines} lines: make it a folder");
    }
}
