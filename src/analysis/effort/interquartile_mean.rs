//! The interquartile mean (Agarwal et al., "Deep Reinforcement Learning at the Edge of the Statistical Precipice", NeurIPS 2021): the
//! mean of the middle half of the scores of all tasks and seeds together.

/// The mean without the lowest and the highest quarter of the scores, each rounded down to whole scores, as `aggregate_iqm` of
/// rliable. `None` without scores.
#[must_use]
pub fn interquartile_mean(scores: &mut [f64]) -> Option<f64> {
    scores.sort_by(f64::total_cmp);
    let cut = scores.len() / 4;
    let middle = &scores[cut..scores.len() - cut];
    (!middle.is_empty()).then(|| middle.iter().fold(0.0, |sum, score| sum + score) / middle.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        assert_eq!(interquartile_mean(&mut [100.0, 1.0, 2.0, -50.0, 3.0]), Some(2.0));
        assert_eq!(interquartile_mean(&mut [3.0, 1.0]), Some(2.0));
        assert_eq!(interquartile_mean(&mut []), None);
    }
}
