//! The optimizers that are compared: gradient descent with a step of its own for each feature, tuned over a grid of rates; and
//! what they are expected to give on new files.

use rayon::prelude::*;
use sweep::numeric::{Purpose, Stream};
use sweep::record::Split;

use super::design::{Design, Layout, SeedRows};
use super::population::Population;

/// Gradient descent θ ← θ − rate·scale·slope, for a fixed number of steps.
#[derive(Debug, Clone)]
pub struct Optimizer {
    /// `[features]`
    pub scales: Vec<f64>,
    pub rates: Vec<f64>,
}

const STEPS: usize = 30;

/// Rates from `low` to `high` in equal ratios.
pub fn grid(low: f64, high: f64, points: usize) -> Vec<f64> {
    let ratio = libm::log(high / low) / (points - 1) as f64;
    (0..points).map(|point| low * libm::exp(ratio * point as f64)).collect()
}

/// The grid that optimizers of equal grids have.
pub fn usual_grid() -> Vec<f64> {
    grid(0.01, 0.6, 8)
}

impl Optimizer {
    /// `k` optimizers that only differ in which k-th of the features they learn fast. The features are alike, so the optimizers
    /// are exchangeable.
    pub fn exchangeable(population: Population, k: usize) -> Vec<Self> {
        let block = population.features / k;
        let scale = |own: usize| move |feature: usize| if feature / block == own { 1.0 } else { 0.2 };
        let optimizer = |own| Self { scales: (0..population.features).map(scale(own)).collect(), rates: usual_grid() };
        (0..k).map(optimizer).collect()
    }

    /// Learns every other feature at a share of the speed.
    fn slowed(population: Population, share: f64) -> Self {
        let scale = |feature: usize| if feature.is_multiple_of(2) { 1.0 } else { share };
        Self { scales: (0..population.features).map(scale).collect(), rates: usual_grid() }
    }

    pub fn train(&self, rate: f64, rows: &SeedRows, start: &[f64]) -> Vec<f64> {
        let mut theta = start.to_vec();
        let mut slopes = vec![0.0; theta.len()];
        for _ in 0..STEPS {
            rows.moments[Split::Train as usize].slopes(&theta, &mut slopes);
            for ((theta, slope), scale) in theta.iter_mut().zip(&slopes).zip(&self.scales) {
                *theta -= rate * scale * slope;
            }
        }
        theta
    }
}

/// Many new files of one size, each with one split: what expectations are taken over.
pub struct NewFiles {
    pub population: Population,
    /// To train on, to choose by and to test on.
    pub rows: [usize; 3],
    files: Vec<SeedRows>,
}

/// Means over new files, of one optimizer that is tuned on each.
#[derive(Debug, Clone, Copy)]
pub struct Expected {
    /// The MSE of its models on new rows.
    pub risk: f64,
    /// The logarithm of its test MSE, which a level shows as it is.
    pub log_test: f64,
}

impl NewFiles {
    /// As many as make the error of the means small beside that of a cell.
    pub fn draw(population: Population, rows: [usize; 3]) -> Self {
        let numbers = population.features * rows.iter().sum::<usize>();
        let most = 200_000 / population.features;
        let files = (40_000_000 / numbers).clamp(2_000.min(most), most);
        let design = Design { layout: Layout::Fresh, rows, seeds: 1 };
        let draw = |file| design.draw(population, &mut Stream::new(7, Purpose::SyntheticFeatures, file as u64));
        Self { population, rows, files: (0..files).into_par_iter().flat_map(draw).collect() }
    }

    pub fn expected(&self, optimizer: &Optimizer) -> Expected {
        let start = vec![0.0; self.population.features];
        let tuned = |file: &SeedRows| {
            let models = optimizer.rates.iter().map(|rate| optimizer.train(*rate, file, &start));
            let by_validation = |model: &Vec<f64>| file.moments[Split::Validation as usize].mse(model);
            let best = models.min_by(|a, b| by_validation(a).total_cmp(&by_validation(b))).expect("a rate");
            (self.population.risk(&best), libm::log(file.moments[Split::Test as usize].mse(&best)))
        };
        let all: Vec<(f64, f64)> = self.files.par_iter().map(tuned).collect();
        let n = all.len() as f64;
        Expected {
            risk: all.iter().map(|(r, _)| r).sum::<f64>() / n,
            log_test: all.iter().map(|(_, l)| l).sum::<f64>() / n,
        }
    }

    /// Two optimizers of which the second one's expected risk is larger by a share.
    pub fn one_worse(&self, by: f64) -> Vec<Optimizer> {
        let good = Optimizer::slowed(self.population, 1.0);
        let wanted = (1.0 + by) * self.expected(&good).risk;
        let risk = |share: f64| self.expected(&Optimizer::slowed(self.population, share)).risk;
        let share = bisect(1e-4, 1.0, |share| risk(share) > wanted);
        vec![good, Optimizer::slowed(self.population, share)]
    }

    /// Two optimizers of equal expected risk: one tries 60 rates, and the other one a single rate that is too small for its own
    /// good by as much as choosing among 60 costs.
    pub fn sixty_rates_and_one(&self) -> Vec<Optimizer> {
        let scales = vec![1.0; self.population.features];
        let rates = grid(0.002, 0.6, 60);
        let risk = |rates: Vec<f64>| self.expected(&Optimizer { scales: scales.clone(), rates }).risk;
        let wanted = risk(rates.clone());
        let risks: Vec<f64> = rates.iter().map(|rate| risk(vec![*rate])).collect();
        let best = (0..60).min_by(|&a, &b| risks[a].total_cmp(&risks[b])).expect("rates");
        let rate = bisect(rates[0], rates[best], |rate| risk(vec![rate]) > wanted);
        vec![Optimizer { scales: scales.clone(), rates }, Optimizer { scales: scales.clone(), rates: vec![rate] }]
    }
}

/// Where a condition that holds at `low` ceases to hold.
fn bisect(mut low: f64, mut high: f64, holds: impl Fn(f64) -> bool) -> f64 {
    assert!(holds(low), "the range does not reach far enough");
    for _ in 0..14 {
        let middle = (low * high).sqrt();
        if holds(middle) { low = middle } else { high = middle }
    }
    (low * high).sqrt()
}
