//! What dropout drops follows from (seed, epoch, batch, layer), and from nothing else: not from parameters, trials beside it, or precision.

use sweep::model::{Batch, Model, Passes, Training, Workspace};
use sweep::numeric::{Instructions, MatrixRows, Real, instructions, limit_instructions};

use super::model_of;

const FEATURES: usize = 7;
/// More than one block of rows, and a rest.
const ROWS: usize = 100;
const NUMBERS: f64 = (FEATURES * ROWS) as f64;

/// Where a mask is drawn.
#[derive(Clone, Copy)]
struct At {
    seed: u64,
    epoch: u64,
    batch: u64,
}

/// The factor of each input, `[rows, features]`, for the last of some trials with these seeds: the gradient of one row's squared error
/// in the weights behind the dropout is r·x·factor, and x is 1 here.
fn factors<T: Real>(layers: &str, at: At, company: &[u64]) -> Vec<f64>
where
    dyn Model: Passes<T>,
{
    let model = model_of("network", &format!("layers = [{layers}]\nloss = \"squared_error\""));
    let rows = vec![T::ONE; ROWS * FEATURES];
    let negated_target = vec![T::from_f64(-1.0); ROWS];
    let seeds: Vec<u64> = company.iter().copied().chain([at.seed]).collect();
    let d = FEATURES + 1;
    // Others have other parameters; those of the last are zero, so that r = −1.
    let mut points: Vec<T> = (0..seeds.len() * d).map(|index| T::from_f64(0.1 * (index % 9) as f64)).collect();
    points[company.len() * d..].fill(T::ZERO);
    let (mut losses, mut gradients) = (vec![T::ZERO; seeds.len()], vec![T::ZERO; points.len()]);
    let mut workspace = Workspace::default();
    let mut found = Vec::new();
    for row in 0..ROWS {
        let mut row_weights = vec![T::ZERO; ROWS];
        row_weights[row] = T::ONE;
        let batch = Batch {
            rows: MatrixRows::every(&rows, FEATURES),
            columns: None,
            negated_target: &negated_target,
            row_weights: Some(&row_weights),
            weight: T::ONE,
        };
        let training = Training { seeds: &seeds, epoch: at.epoch, batch: at.batch, statistics: None };
        model.gradients(&batch, &points, &mut losses, &mut gradients, Some(training), &mut workspace);
        found.extend(gradients[company.len() * d..][..FEATURES].iter().map(|value| -value.to_f64()));
    }
    found
}

/// The share of places at which two masks agree.
fn agreement(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).filter(|(one, other)| (**one == 0.0) == (**other == 0.0)).count() as f64 / NUMBERS
}

fn assert_share(found: f64, expected: f64, what: &str) {
    let error = (expected * (1.0 - expected) / NUMBERS).sqrt();
    assert!((found - expected).abs() <= 5.0 * error, "{what}: {found:?} instead of {expected:?}");
}

pub fn check() {
    let here = At { seed: 4, epoch: 3, batch: 2 };
    for share in [0.1, 0.5, 0.9] {
        let found = factors::<f64>(&format!("{{ kind = \"dropout\", share = {share} }}"), here, &[]);
        let kept = 1.0 / (1.0 - share);
        assert!(
            found.iter().all(|factor| *factor == 0.0 || (factor - kept).abs() < 1e-15 * kept),
            "{share}: {found:?}"
        );
        let dropped = found.iter().filter(|factor| **factor == 0.0).count() as f64 / NUMBERS;
        assert_share(dropped, share, &format!("dropped of {share}"));
    }
    let one = r#"{ kind = "dropout", share = 0.25 }"#;
    let known = factors::<f64>(one, here, &[]);
    let others = [At { seed: 5, ..here }, At { epoch: 4, ..here }, At { batch: 3, ..here }];
    for other in others {
        // Of two masks that know nothing of each other.
        assert_share(agreement(&known, &factors::<f64>(one, other, &[])), 0.625, "agreement with another place");
    }
    // Another layer draws for itself, and the first as before.
    let two = factors::<f64>(&format!("{one}, {one}"), here, &[]);
    assert!(
        known.iter().zip(&two).all(|(one, two)| *one != 0.0 || *two == 0.0),
        "a second layer moves the first one's mask"
    );
    assert_share(two.iter().filter(|factor| **factor != 0.0).count() as f64 / NUMBERS, 0.5625, "kept by two layers");

    let single = factors::<f32>(one, here, &[]);
    assert!(agreement(&known, &single) == 1.0, "another mask in single precision");
    assert!(known == factors::<f64>(one, here, &[4, 9, 1]), "company moves a mask");
    for path in [Instructions::Portable, Instructions::Avx2] {
        if limit_instructions(path) == path {
            assert!(known == factors::<f64>(one, here, &[8]), "another mask on {:?}", instructions());
        }
    }
    limit_instructions(Instructions::Avx512);
}
