//! Counts and tallies of a branch, as a recount would give them.

use std::collections::BTreeMap;

use chrono::Datelike;

use super::rows::{Person, Stage};
use crate::areas::reference::Codes;

/// The figures of one organization's own people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) applicants: i32,
    pub(super) activists: i32,
    pub(super) candidates: i32,
    pub(super) probationary: i32,
    pub(super) full_members: i32,
    pub(super) women: i32,
    pub(super) minority: i32,
    pub(super) college_and_above: i32,
}

/// One row of tallies without its organization.
pub(super) type Tally = (&'static str, String, i32);

pub(super) fn count(people: &[Person]) -> (Counts, Vec<Tally>) {
    let codes = Codes::builtin();
    let mut counts = Counts::default();
    let mut tallies: BTreeMap<(&'static str, String), i32> = BTreeMap::new();
    for person in people {
        *match person.stage {
            Stage::Applicant => &mut counts.applicants,
            Stage::Activist => &mut counts.activists,
            Stage::Candidate => &mut counts.candidates,
            Stage::Probationary => &mut counts.probationary,
            Stage::Full => &mut counts.full_members,
        } += 1;
        if !person.stage.is_member() {
            continue;
        }
        counts.women += i32::from(person.is_woman);
        counts.minority += i32::from(codes.is_minority(person.ethnic_group));
        counts.college_and_above += i32::from(codes.is_college_and_above(person.education));
        for (dimension, value) in [
            ("sex", person.sex().to_owned()),
            ("ethnic_group", person.ethnic_group.to_owned()),
            ("education", person.education.to_owned()),
            ("birth_year", person.born.year().to_string()),
        ] {
            *tallies.entry((dimension, value)).or_default() += 1;
        }
    }
    (counts, tallies.into_iter().map(|((dimension, value), members)| (dimension, value, members)).collect())
}
