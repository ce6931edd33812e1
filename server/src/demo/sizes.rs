//! How many people live where.

use super::random::Dice;

/// Fewest full members of a branch (U51) and most members of it (U52).
pub(super) const BRANCH_MIN: u32 = 3;
pub(super) const BRANCH_MAX: u32 = 50;

/// Shares a total by weights, in whole numbers that add up to it.
pub(super) fn spread(total: u32, weights: &[f64]) -> Vec<u32> {
    let sum: f64 = weights.iter().sum();
    if sum <= 0.0 {
        return weights.iter().map(|_| 0).collect();
    }
    let mut reached = 0.0;
    let mut given = 0;
    let mut shares = Vec::with_capacity(weights.len());
    for weight in weights {
        reached += weight / sum;
        let due = rounded(f64::from(total) * reached).min(total);
        shares.push(due - given);
        given = due;
    }
    if let Some(last) = shares.last_mut() {
        *last += total - given;
    }
    shares
}

/// Members of the branches of one place: at most 50 each, at least three where there is a choice.
pub(super) fn branches(members: u32, dice: &mut Dice) -> Vec<u32> {
    if members <= BRANCH_MAX {
        return vec![members];
    }
    let usual = dice.between(14, 29);
    let count = members.div_ceil(usual).max(2);
    let weights: Vec<f64> = (0..count).map(|_| dice.skewed(0.5)).collect();
    let mut sizes = spread(members - BRANCH_MIN * count, &weights);
    let mut excess = 0;
    for size in &mut sizes {
        *size += BRANCH_MIN;
        excess += size.saturating_sub(BRANCH_MAX);
        *size = (*size).min(BRANCH_MAX);
    }
    while excess > 0 {
        let Some(smallest) = sizes.iter_mut().min() else { break };
        *smallest += 1;
        excess -= 1;
    }
    sizes
}

/// A positive number of people as a whole one.
pub(super) fn rounded(number: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of people, rounded and not negative")]
    let whole = number.round().max(0.0) as u32;
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up() {
        let mut dice = Dice::new(5);
        for total in [0, 1, 7, 1000, 999_999] {
            let weights: Vec<f64> = (0..300).map(|_| dice.skewed(1.0)).collect();
            assert_eq!(spread(total, &weights).iter().sum::<u32>(), total);
        }
        assert_eq!(spread(5, &[0.0, 1.0, 0.0]), [0, 5, 0]);
        assert!(spread(5, &[]).is_empty());
    }

    #[test]
    fn no_branch_is_too_large_or_too_small() {
        let mut dice = Dice::new(5);
        for members in (0..600).chain([2000]) {
            let sizes = branches(members, &mut dice);
            assert_eq!(sizes.iter().sum::<u32>(), members);
            assert!(sizes.iter().all(|size| *size <= BRANCH_MAX), "{sizes:?}");
            assert!(sizes.len() == 1 || sizes.iter().all(|size| *size >= BRANCH_MIN), "{sizes:?}");
        }
    }
}
