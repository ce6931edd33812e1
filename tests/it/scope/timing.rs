//! Out of reach and never given take the same time.

use std::time::Instant;

use super::dice::{Dice, setting};
use super::operations::global;
use super::prune::Reach;
use super::runner::{Case, bare};

/// The chance that two lists of times as far apart come from the same: Mann-Whitney's test, two-sided, by the
/// normal approximation, which is exact enough from twenty on.
pub fn mann_whitney(one: &[f64], other: &[f64]) -> f64 {
    let mut all: Vec<(f64, bool)> = one.iter().map(|time| (*time, true)).chain(other.iter().map(|time| (*time, false))).collect();
    all.sort_by(|left, right| left.0.total_cmp(&right.0));
    let (mut rank_sum, mut ties, mut from) = (0.0, 0.0, 0);
    while from < all.len() {
        let to = from + all[from..].iter().take_while(|(time, _)| *time == all[from].0).count();
        let (equal, rank) = ((to - from) as f64, (from + to + 1) as f64 / 2.0);
        rank_sum += rank * all[from..to].iter().filter(|(_, is_one)| *is_one).count() as f64;
        ties += equal.powi(3) - equal;
        from = to;
    }
    let (n, m) = (one.len() as f64, other.len() as f64);
    let u = rank_sum - n * (n + 1.0) / 2.0;
    let deviation = (n * m / 12.0 * ((n + m + 1.0) - ties / ((n + m) * (n + m - 1.0)))).sqrt();
    let z = (u - n * m / 2.0).abs() / deviation.max(f64::MIN_POSITIVE);
    2.0 * (1.0 - normal(z))
}

/// The normal distribution, by Abramowitz and Stegun 26.2.17.
fn normal(z: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * z);
    let series = [1.330_274_429, -1.821_255_978, 1.781_477_937, -0.356_563_782, 0.319_381_530];
    let polynomial = series.iter().fold(0.0, |sum, factor| (sum + factor) * t);
    1.0 - (-z * z / 2.0).exp() / std::f64::consts::TAU.sqrt() * polynomial
}

#[test]
fn the_test_of_times_tells_different_from_equal() {
    let dice = &mut Dice::new(7);
    let mut times = |shift: f64| -> Vec<f64> { (0..500).map(|_| f64::from(dice.between(0, 10_000)) + shift).collect() };
    let (one, same, slower) = (times(0.0), times(0.0), times(1_000.0));
    assert!(mann_whitney(&one, &same) > 0.01);
    assert!(mann_whitney(&one, &slower) < 0.001);
    assert!((normal(1.96) - 0.975).abs() < 1e-4 && (normal(0.0) - 0.5).abs() < 1e-6);
    assert!(mann_whitney(&[1.0; 50], &[1.0; 50]) > 0.99);
}

/// What is asked with an id of each kind: the thing itself, and lists below it.
const ASKED: [(&str, &str); 15] = [
    ("org", "node(id: \"$\") { id }"),
    ("per", "node(id: \"$\") { id }"),
    ("grp", "node(id: \"$\") { id }"),
    ("acc", "node(id: \"$\") { id }"),
    ("gra", "node(id: \"$\") { id }"),
    ("jou", "node(id: \"$\") { id }"),
    ("att", "node(id: \"$\") { id }"),
    ("unt", "node(id: \"$\") { id }"),
    ("trm", "node(id: \"$\") { id }"),
    ("pst", "node(id: \"$\") { id }"),
    ("inv", "node(id: \"$\") { id }"),
    ("sec", "node(id: \"$\") { id }"),
    ("org", "organizations(under: \"$\") { totalCount }"),
    ("org", "people(under: \"$\", orderBy: NAME) { nodes { name } }"),
    ("org", "journal(under: \"$\") { nodes { id } }"),
];
/// Pairs in every run: their bodies are compared. A verdict over their times takes a thousand of them and a quiet machine.
const FEW: u64 = 4;

/// The same body, always; and the same time, which tells nothing on a machine at work and is therefore judged only where
/// `PAIRS` of them were asked for, as `make prove` does.
///
/// covers: SEC-A02
#[tokio::test]
async fn out_of_reach_and_never_given_take_the_same_time() {
    let (pairs, seed) = (setting("PAIRS", 0), setting("SEED", 33));
    let case = Case::new(seed, 2).await;
    let (viewer, _) = &case.viewers[1];
    let client = case.whole.sign_in(&viewer.token);
    let reach = Reach::of(viewer);
    let dice = &mut Dice::new(seed ^ 0x71e);
    let mut failures = Vec::new();
    for (kind, asked) in ASKED {
        let document = |id: &str| format!("{{ {} }}", asked.replace('$', id));
        let mut hidden = Vec::new();
        for (id, path) in case.world.ids[kind].iter().filter(|(_, path)| !reach.covers(path)) {
            // One's own things, and units that organizations in reach are set up in, are seen from anywhere: that only they
            // are is asked elsewhere.
            let id = global(kind, *id);
            if client.ask(&document(&id)).await.code() == "NOT_FOUND" {
                hidden.push((id, path));
            }
        }
        assert!(hidden.len() > 1, "{kind}: nothing lies out of reach");
        // Chance alone fails one kind in a hundred, so a kind that fails is measured once more.
        for attempt in 0..2 {
            let (mut absent, mut outside) = (Vec::new(), Vec::new());
            for number in 0..pairs.max(FEW) + 10 * u64::from(pairs > 0) {
                // Who comes first is thrown, so that what warms up for the other cancels out.
                let absent_first = dice.chance(0.5);
                let mut bodies = Vec::new();
                for is_absent in [absent_first, !absent_first] {
                    let id = if is_absent { global(kind, dice.id()) } else { dice.pick(&hidden).0.clone() };
                    let began = Instant::now();
                    let answer = client.ask(&document(&id)).await;
                    let took = began.elapsed().as_secs_f64();
                    assert_eq!(answer.code(), "NOT_FOUND", "{}", answer.text);
                    bodies.push(bare(&answer));
                    if number >= 10 {
                        if is_absent { absent.push(took) } else { outside.push(took) }
                    }
                }
                assert_eq!(bodies[0], bodies[1], "{kind} {asked}");
            }
            if pairs == 0 {
                break;
            }
            let p = mann_whitney(&absent, &outside);
            println!("times of {kind}, {asked}: {} pairs, p = {p:.3}", absent.len());
            if p > 0.01 {
                break;
            }
            if attempt == 1 {
                failures.push((kind, asked));
            }
        }
    }
    case.clear().await;
    assert!(failures.is_empty(), "times tell apart: {failures:?}");
}
