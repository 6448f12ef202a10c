//! Tests of SGD with replacement against its exact expectation.

use super::*;
use crate::theory::SecondMoment;

#[test]
fn the_mean_over_two_hundred_seeds_lies_in_the_interval_of_the_exact_expectation() {
    let data = diabetes();
    let rows = &data.train;
    let moment = SecondMoment::new(&rows.matrix, 0.0).expect("small");
    for (size, rate) in [(1, 0.003), (13, 0.05), (34, 0.15)] {
        let batching = Batching::Rows { size, replacement: true, keep: false };
        let epochs = 6;
        let curves: Vec<Vec<f64>> = (0..200)
            .map(|seed| {
                let mut spec = Spec::gd(rate, epochs, vec![0.0; 11]).every_step();
                (spec.batching, spec.seed) = (batching, seed);
                train_one(&data, &spec, Path::Rows).curve.train
            })
            .collect();
        let per_epoch = 442_usize.div_ceil(size as usize);
        // These batch sizes divide the 442 rows. A shorter last batch would count as its rows over B, and the
        // expectation does not cover such a step.
        let steps = per_epoch * epochs as usize;
        let expected = moment.expectation(rows.target.numbers(), &[0.0; 11], rate, size, steps).expect("no penalty");
        for epoch in 0..=epochs as usize {
            let values: Vec<f64> = curves.iter().map(|curve| 0.5 * curve[epoch]).collect();
            let mean = values.iter().sum::<f64>() / 200.0;
            let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / 199.0;
            let error = (variance / 200.0).sqrt();
            let exact = expected[epoch * per_epoch];
            // 3.5 standard errors: over 21 intervals, the chance of a miss by luck is below one in a hundred.
            assert!(
                (mean - exact).abs() <= 3.5 * error + 1e-9 * exact,
                "batch {size}, epoch {epoch}: mean {mean} ± {error}, exact {exact}"
            );
        }
    }
}
