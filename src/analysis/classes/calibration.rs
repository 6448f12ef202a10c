//! Calibration: whether what is given a probability of 70 % is true in 70 % of the rows.

use super::predicted::Predicted;
use crate::metric::CALIBRATION_BINS as BINS;

/// The rows of one bin, over all trials of a setting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CalibrationBin {
    /// The weighted mean of the probabilities of its rows.
    pub probability: f64,
    /// The share of the rows, by weight, in which it came true.
    pub share: f64,
    pub rows: u64,
}

/// The bins with rows, ascending. Of two classes it is the probability of the second, of more that of the predicted class.
pub fn calibration(trials: &[Predicted<'_>]) -> Vec<CalibrationBin> {
    let mut sums = [(0.0, 0.0, 0.0, 0_u64); BINS];
    for trial in trials {
        for row in 0..trial.rows() {
            let class = if trial.classes == 2 { 1 } else { trial.class(row) };
            let probability = trial.likelihood(class, row);
            let bin = &mut sums[((probability * BINS as f64) as usize).min(BINS - 1)];
            let weight = trial.weight(row);
            bin.0 += weight * probability;
            bin.1 += if trial.code(row) == class { weight } else { 0.0 };
            bin.2 += weight;
            bin.3 += 1;
        }
    }
    let with_rows = sums.into_iter().filter(|(_, _, weight, _)| *weight > 0.0);
    with_rows
        .map(|(sum, right, weight, rows)| CalibrationBin { probability: sum / weight, share: right / weight, rows })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::TestPredictions;
    use crate::shape::PredictionKind;

    #[test]
    fn by_hand() {
        let bins = |outputs: &[f64], codes: &[f64], classes| {
            let known = TestPredictions {
                kind: PredictionKind::Probabilities,
                outputs: outputs.to_vec(),
                targets: codes.into(),
                n_targets: 1,
                weights: None,
            };
            calibration(&[Predicted::of(&known, classes).unwrap()])
        };
        let found = bins(&[0.25, 0.2, 1.0, 0.0], &[1.0, 0.0, 1.0, 0.0], 2);
        let shown: Vec<_> = found.iter().map(|bin| (bin.probability, bin.share, bin.rows)).collect();
        assert_eq!(shown, [(0.0, 0.0, 1), (0.225, 0.5, 2), (1.0, 1.0, 1)]);
        // Of three classes the predicted one counts.
        let found = bins(&[0.5, 0.1, 0.3, 0.3, 0.2, 0.6], &[0.0, 1.0], 3);
        let shown: Vec<_> = found.iter().map(|bin| (bin.probability, bin.share)).collect();
        assert_eq!(shown, [(0.5, 1.0), (0.6, 0.0)]);
    }
}
