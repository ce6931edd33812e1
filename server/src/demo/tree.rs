//! Organizations over an outline, with the number of people in each branch.

use anyhow::Context;
use chrono::NaiveDate;

use super::outline::{Outline, Place, Village};
use super::random::Dice;
use super::rows::{Branch, Node, Tree};
use super::sizes::{self, BRANCH_MAX, BRANCH_MIN};
use crate::base::path;

/// So many people a village are enough to give every village some.
const PEOPLE_PER_VILLAGE: u32 = 16;
/// Villages of the first township that come before all others.
const FIRST_VILLAGES: usize = 5;
/// From so many members on, a place has a committee instead of a general branch (U52).
const COMMITTEE_MIN: u32 = 100;

/// Grows the tree of an outline with this number of people, a share of them members.
pub(super) fn grow(outline: &Outline, people: u32, member_share: f64, dice: &mut Dice) -> anyhow::Result<Tree> {
    let mut tree = Growing { dice, nodes: Vec::new(), branches: Vec::new() };
    let tenant = tree.dice.id();
    let born = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
    let root_founded = NaiveDate::from_ymd_opt(1949, 12, 3).unwrap_or_default();
    let root = tree.add(None, outline.label, outline.kind, outline.name, "委员会", outline.code, root_founded)?;
    tree.short_name(root, format!("{}委", outline.name));

    let mut counties = Vec::new();
    for county in &outline.counties {
        let founded = tree.dice.day(root_founded, born(1954));
        let name = format!("{}{}", outline.name, county.name);
        let node = tree.add(Some(root), "", "13", &name, "委员会", &county.code, founded)?;
        tree.short_name(node, short_county(&county.name));
        counties.push((county.code.clone(), node));
    }
    let mut townships = Vec::new();
    for township in &outline.townships {
        let (code, above) = counties.get(township.county).context("the county of a township")?;
        let founded = if township.is_subdistrict { (born(1955), born(2012)) } else { (born(1952), born(1985)) };
        let founded = tree.dice.day(founded.0, founded.1);
        let county = outline.counties.iter().find(|county| county.code == *code).map_or("", |county| &county.name);
        let name = format!("{}{county}{}", outline.name, township.name);
        let (kind, ending, short) =
            if township.is_subdistrict { ("22", "工作委员会", "党工委") } else { ("611", "委员会", "党委") };
        let node = tree.add(Some(*above), "", kind, &name, ending, &township.code, founded)?;
        tree.short_name(node, format!("{}{short}", township.name));
        townships.push(node);
    }
    let members = sizes::rounded(f64::from(people) * member_share).clamp(BRANCH_MIN.min(people), people);
    let shares = share_out(outline, members, people - members, tree.dice);
    for (village, (members, others)) in outline.villages.iter().zip(shares) {
        let above = *townships.get(village.township).context("the township of a village")?;
        tree.add_village(outline, village, above, members, others)?;
    }
    if !outline.is_real {
        for node in &mut tree.nodes {
            node.territory = None;
        }
    }
    let first_township = *townships.first().context("an outline without townships")?;
    Ok(Tree { tenant, nodes: tree.nodes, branches: tree.branches, counties, first_township })
}

/// Members and others of every village.
fn share_out(outline: &Outline, members: u32, others: u32, dice: &mut Dice) -> Vec<(u32, u32)> {
    let count = outline.villages.len();
    let enough = usize::try_from((members + others) / PEOPLE_PER_VILLAGE).unwrap_or(count);
    let used = enough.clamp(1, count).min(usize::try_from(members / BRANCH_MIN).unwrap_or(count)).max(1);
    let mut order: Vec<usize> = (FIRST_VILLAGES.min(count)..count).collect();
    dice.shuffle(&mut order);
    let mut chosen: Vec<bool> = vec![false; count];
    for place in (0..FIRST_VILLAGES.min(count)).chain(order).take(used) {
        if let Some(chosen) = chosen.get_mut(place) {
            *chosen = true;
        }
    }
    let mut weights = Vec::with_capacity(count);
    let mut other_weights = Vec::with_capacity(count);
    for (village, chosen) in outline.villages.iter().zip(&chosen) {
        let factor = if village.place == Place::Community { 1.9 } else { 1.0 };
        let weight = if *chosen { factor * dice.skewed(0.75) } else { 0.0 };
        weights.push(weight);
        other_weights.push((weight + 0.2) * if *chosen { dice.skewed(0.3) } else { 0.0 });
    }
    let floor = BRANCH_MIN.min(members / u32::try_from(used).unwrap_or(1));
    let rest = members - floor * u32::try_from(used).unwrap_or(1);
    let shares = sizes::spread(rest, &weights).into_iter().zip(sizes::spread(others, &other_weights));
    shares.zip(chosen).map(|((members, others), chosen)| (members + if chosen { floor } else { 0 }, others)).collect()
}

/// 万州区委, 忠县县委, 石柱县委: the name with 委, of autonomous counties without the peoples.
fn short_county(name: &str) -> String {
    if let Some(autonomous) = name.strip_suffix("自治县") {
        let place: String = autonomous.chars().take(2).collect();
        return format!("{place}县委");
    }
    if name.chars().count() <= 2 { format!("{name}县委") } else { format!("{name}委") }
}

struct Growing<'a> {
    dice: &'a mut Dice,
    nodes: Vec<Node>,
    branches: Vec<Branch>,
}

impl Growing<'_> {
    #[expect(clippy::too_many_arguments, reason = "the columns of an organization")]
    fn add(
        &mut self,
        parent: Option<usize>,
        root_label: &str,
        kind: &'static str,
        name: &str,
        ending: &str,
        code: &str,
        founded_on: NaiveDate,
    ) -> anyhow::Result<usize> {
        let (above, label, sort_order, earliest) = match parent.and_then(|parent| self.nodes.get_mut(parent)) {
            Some(parent) => {
                let number = parent.children;
                parent.children += 1;
                (parent.path.clone(), path::label(number).context("too many children")?, number, parent.founded_on)
            }
            None => (String::new(), root_label.to_owned(), 0, founded_on),
        };
        self.nodes.push(Node {
            id: self.dice.id(),
            parent,
            path: format!("{above}{label}"),
            label,
            children: 0,
            sort_order,
            kind,
            name: format!("中国共产党{name}{ending}"),
            short_name: String::new(),
            code: code.to_owned(),
            territory: Some(code.to_owned()),
            founded_on: founded_on.max(earliest),
        });
        Ok(self.nodes.len() - 1)
    }

    fn short_name(&mut self, node: usize, short_name: String) {
        if let Some(node) = self.nodes.get_mut(node) {
            node.short_name = short_name;
        }
    }

    fn add_village(
        &mut self,
        outline: &Outline,
        village: &Village,
        above: usize,
        members: u32,
        others: u32,
    ) -> anyhow::Result<()> {
        let (kind, ending, short) = match members {
            0 => ("631", "支部委员会", "党支部"),
            1..=4 => ("632", "联合支部委员会", "联合党支部"),
            5..=BRANCH_MAX => ("631", "支部委员会", "党支部"),
            51..COMMITTEE_MIN => ("621", "总支部委员会", "党总支"),
            _ => ("611", "委员会", "党委"),
        };
        let (from, to) = match village.place {
            Place::Village => (1952, 1965),
            Place::Community => (1955, 2010),
        };
        let day = |year| NaiveDate::from_ymd_opt(year, 7, 1).unwrap_or_default();
        let founded = self.dice.day(day(from), day(to));
        let township = outline.townships.get(village.township).map_or("", |township| &township.name);
        let county = outline.counties.get(village.county).map_or("", |county| &county.name);
        let name = format!("{township}{}", village.name);
        let node = self.add(Some(above), "", kind, &name, ending, &village.code, founded)?;
        self.short_name(node, format!("{}{short}", village.name));
        let address = format!("{}{county}{name}", outline.name);
        let branch = |node, members, others| Branch {
            node,
            members,
            others,
            county: village.county,
            place: village.place,
            address: address.clone(),
        };
        let sizes = sizes::branches(members, self.dice);
        if sizes.len() <= 1 {
            self.branches.push(branch(node, members, others));
            return Ok(());
        }
        let weights: Vec<f64> = sizes.iter().map(|size| f64::from(*size)).collect();
        let others = sizes::spread(others, &weights);
        for (number, (members, others)) in sizes.into_iter().zip(others).enumerate() {
            let ordinal = format!("第{}", chinese_number(number + 1));
            let name = format!("{name}{ordinal}");
            let code = format!("{}{:02}", village.code, number + 1);
            let founded = self.dice.day(founded.max(day(1990)), day(2021));
            let below = self.add(Some(node), "", "631", &name, "支部委员会", &code, founded)?;
            self.short_name(below, format!("{ordinal}支部"));
            if let Some(below) = self.nodes.get_mut(below) {
                below.territory = Some(village.code.clone());
            }
            self.branches.push(branch(below, members, others));
        }
        Ok(())
    }
}

/// Numbers up to 999 in words, larger ones in digits.
pub(super) fn chinese_number(number: usize) -> String {
    let digit = |digit: usize| ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"].get(digit).copied().unwrap_or("");
    match number {
        ..10 => digit(number).to_owned(),
        10..20 => format!("十{}", digit(number % 10)),
        20..100 => format!("{}十{}", digit(number / 10), digit(number % 10)),
        100..1_000 => {
            let rest = match number % 100 {
                0 => String::new(),
                rest @ 1..10 => format!("零{}", digit(rest)),
                rest => format!("{}十{}", digit(rest / 10), digit(rest % 10)),
            };
            format!("{}百{rest}", digit(number / 100))
        }
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::areas::reference::Codes;

    fn check(people: u32) -> Tree {
        let outline = Outline::chongqing().expect("the outline");
        let tree = grow(&outline, people, 0.74, &mut Dice::new(1)).expect("a tree");
        let (mut paths, mut codes, mut names) = (HashSet::new(), HashSet::new(), HashSet::new());
        for node in &tree.nodes {
            assert!(paths.insert(&node.path) && codes.insert(&node.code), "{}", node.code);
            assert!(names.insert((node.parent, &node.name)), "{}", node.name);
            let Some(parent) = node.parent else { continue };
            let parent = &tree.nodes[parent];
            assert_eq!(node.path, format!("{}{}", parent.path, node.label));
            assert!(node.founded_on >= parent.founded_on);
            let rules = Codes::builtin().organization_kind(parent.kind).expect("a kind");
            assert!(rules.may_contain.iter().any(|kind| kind == node.kind), "{} in {}", node.kind, parent.kind);
        }
        let total: u32 = tree.branches.iter().map(|branch| branch.members + branch.others).sum();
        assert_eq!(total, people);
        for branch in &tree.branches {
            let kind = Codes::builtin().organization_kind(tree.nodes[branch.node].kind).expect("a kind");
            assert!(kind.holds_members && branch.members <= BRANCH_MAX);
            assert!(branch.members == 0 || branch.members >= BRANCH_MIN, "{}", branch.members);
            assert!(branch.members > 0 || branch.others == 0);
        }
        tree
    }

    #[test]
    fn every_place_has_an_organization_however_few_people_there_are() {
        for people in [20, 1_000, 200_000] {
            let tree = check(people);
            assert!(tree.nodes.len() > 12_339);
        }
    }

    #[test]
    fn large_places_have_branches_below() {
        let tree = check(1_000_000);
        let count = |kind| tree.nodes.iter().filter(|node| node.kind == kind).count();
        assert!(count("621") > 1000 && count("611") > 1500 && count("631") > 20_000);
    }

    #[test]
    fn places_of_ten_million_people_have_more_than_a_hundred_branches_and_each_its_name() {
        let tree = check(10_000_000);
        assert!(tree.nodes.iter().any(|node| node.children > 100 && node.kind == "611"));
    }

    #[test]
    fn county_committees_have_usual_short_names() {
        assert_eq!(short_county("万州区"), "万州区委");
        assert_eq!(short_county("忠县"), "忠县县委");
        assert_eq!(short_county("石柱土家族自治县"), "石柱县委");
        for (number, words) in [
            (7, "七"),
            (10, "十"),
            (21, "二十一"),
            (100, "一百"),
            (106, "一百零六"),
            (116, "一百一十六"),
            (230, "二百三十"),
            (1_000, "1000"),
        ] {
            assert_eq!(chinese_number(number), words);
        }
    }
}
