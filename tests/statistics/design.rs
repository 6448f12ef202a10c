//! Experiments on drawn files: which rows each seed sees, and the study that a report would be made from.

use std::collections::BTreeMap;
use std::sync::Arc;

use sweep::metric;
use sweep::numeric::Stream;
use sweep::parameter::Values;
use sweep::record::{
    CurveRow, CurveScope, Curves, DataFacts, Epoch, Id, MetricSummary, Outcome, SeedRepeats, Split, SplitMoments,
    Stopped, Study, StudyAxis, StudyCombination, StudyDataset, StudySetting, TaskMetrics, TestPredictions,
    TrialSummary, TrialTable, WatchSet,
};
use sweep::shape::{PredictionKind, TargetMoments, mean};

use super::optimizer::Optimizer;
use super::population::{Moments, Population, Rows, dot};

/// What the seeds of an experiment repeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Each seed splits the one file anew.
    Redrawn,
    /// Each seed draws a file of its own.
    Fresh,
    /// All seeds share one split of the one file, and differ in where training starts.
    Held,
}

/// An experiment: its layout, the rows to train on, to choose by and to test on, and its number of seeds.
#[derive(Debug, Clone, Copy)]
pub struct Design {
    pub layout: Layout,
    pub rows: [usize; 3],
    pub seeds: usize,
}

/// What one seed sees, by split.
pub struct SeedRows {
    pub moments: [Moments; 3],
    pub targets: SplitMoments,
    /// The test rows themselves, if they are held.
    test: Option<Rows>,
}

/// An experiment that was run: what reporting gets to see, and the truth.
pub struct Simulated {
    pub study: Study,
    /// The MSE on new rows of each trial's model.
    pub risks: Vec<f64>,
}

/// The standard deviation of the start of each parameter where the split is held.
const START: f64 = 0.3;

impl Design {
    /// 60 % of `n` rows to train on, 20 % to choose by and 20 % to test on.
    pub fn of(layout: Layout, n: usize, seeds: usize) -> Self {
        let part = n / 5;
        Self { layout, rows: [n - 2 * part, part, part], seeds }
    }

    /// One entry for each seed; a single one where all seeds see the same.
    pub fn draw(&self, population: Population, stream: &mut Stream) -> Vec<SeedRows> {
        let n = self.rows.iter().sum();
        let in_order: Vec<usize> = (0..n).collect();
        match self.layout {
            Layout::Redrawn => {
                let file = population.draw(n, stream);
                (0..self.seeds).map(|_| self.split(&file, &stream.permutation(n))).collect()
            }
            Layout::Fresh => (0..self.seeds).map(|_| self.split(&population.draw(n, stream), &in_order)).collect(),
            Layout::Held => vec![self.split(&population.draw(n, stream), &in_order)],
        }
    }

    fn split(&self, file: &Rows, order: &[usize]) -> SeedRows {
        let (train, others) = order.split_at(self.rows[0]);
        let (validation, test) = others.split_at(self.rows[1]);
        let parts = [train, validation, test];
        let targets = parts.map(|part| part.iter().map(|&row| file.y[row]).collect::<Vec<f64>>());
        let training_mean = mean(&targets[0]).expect("training rows");
        let features = file.x.len() / file.y.len();
        let held = (self.layout == Layout::Held).then(|| Rows {
            x: test.iter().flat_map(|&row| &file.x[row * features..][..features]).copied().collect(),
            y: targets[2].clone(),
        });
        SeedRows {
            moments: parts.map(|part| Moments::of(file, part)),
            targets: targets.map(|targets| TargetMoments::of(&targets, training_mean)),
            test: held,
        }
    }

    /// Runs every optimizer at every rate and seed.
    pub fn run(&self, population: Population, optimizers: &[Optimizer], stream: &mut Stream) -> Simulated {
        let data = self.draw(population, stream);
        let scale = if self.layout == Layout::Held { START } else { 0.0 };
        let start = |_| (0..population.features).map(|_| scale * stream.normal()).collect::<Vec<f64>>();
        let starts: Vec<Vec<f64>> = (0..self.seeds).map(start).collect();
        let problems: Vec<Id> = (0..data.len()).map(|seed| Id::of(&format!("problem {seed}"))).collect();
        let mut study = self.study(optimizers);
        study.targets = problems.iter().copied().zip(data.iter().map(|rows| rows.targets)).collect();
        let n_trials = optimizers.iter().map(|optimizer| optimizer.rates.len() * self.seeds).sum();
        study.trials = TrialTable::outstanding(Arc::new(vec![problems[0]; n_trials]));
        let shared: Option<Arc<[f64]>> = data[0].test.as_ref().map(|test| test.y.as_slice().into());
        let mut risks = Vec::with_capacity(n_trials);
        for (optimizer, rate) in optimizers.iter().flat_map(|all| all.rates.iter().map(move |rate| (all, *rate))) {
            for seed in 0..self.seeds {
                let at = if data.len() == 1 { 0 } else { seed };
                let theta = optimizer.train(rate, &data[at], &starts[seed]);
                let trial = risks.len();
                study.trials.insert(trial, summary(&data[at], &theta, problems[at]));
                if let (Some(test), Some(targets)) = (&data[at].test, &shared) {
                    let outputs = test.x.chunks(theta.len()).map(|x| dot(x, &theta)).collect();
                    study.test_predictions.insert(
                        trial,
                        TestPredictions {
                            kind: PredictionKind::Numbers,
                            outputs,
                            targets: Arc::clone(targets),
                            n_targets: 1,
                            weights: None,
                        },
                    );
                }
                risks.push(population.risk(&theta));
            }
        }
        Simulated { study, risks }
    }

    /// The plan of a study: one combination for each optimizer, with its rates as its only axis.
    fn study(&self, optimizers: &[Optimizer]) -> Study {
        let narrow = |value: usize| u32::try_from(value).expect("small");
        let rows = self.rows.map(|rows| rows as u64);
        let facts = DataFacts {
            fingerprint: String::new(),
            n_samples: rows.iter().sum(),
            n_features: 0,
            feature_names: Vec::new(),
            target_name: "y".to_owned(),
            other_targets: Vec::new(),
            classes: None,
            n_train: rows[0],
            n_validation: rows[1],
            n_test: rows[2],
            notes: Vec::new(),
            reading: Default::default(),
            description: None,
        };
        let repeats = match self.layout {
            Layout::Redrawn => SeedRepeats::Splits,
            Layout::Fresh => SeedRepeats::FreshData,
            Layout::Held => SeedRepeats::Training,
        };
        let mut index = 0;
        let combination = |(number, optimizer): (usize, &Optimizer)| {
            let mut axis = StudyAxis::new(vec!["optimizer.learning_rate".to_owned()]);
            let mut settings = Vec::new();
            for (position, rate) in (0..).zip(&optimizer.rates) {
                axis.push(Values::from_iter([("optimizer.learning_rate".to_owned(), toml::Value::Float(*rate))]));
                settings.push(StudySetting {
                    position,
                    index: narrow(index),
                    first_trial: narrow(index * self.seeds),
                    n_trials: narrow(self.seeds),
                    deterministic: false,
                    regime: 0,
                    hash: index as u64,
                });
                index += 1;
            }
            StudyCombination {
                dataset: "file".to_owned(),
                table: "file".to_owned(),
                model: "linear".to_owned(),
                metrics: TaskMetrics::of_loss(metric::mse()),
                optimizer_table: format!("optimizer {number}"),
                optimizer: format!("optimizer {number}"),
                level: Values::new(),
                levels: Vec::new(),
                rate_is_default: false,
                method: "gd".to_owned(),
                untuned: None,
                fixed: Values::new(),
                axes: vec![axis],
                settings,
            }
        };
        Study {
            name: String::new(),
            title: String::new(),
            epoch: Epoch::Last,
            equivalence: 0.01,
            compare: Vec::new(),
            curve_scope: CurveScope::default(),
            seeds: (1..=self.seeds as u64).collect(),
            labels: BTreeMap::new(),
            combinations: optimizers.iter().enumerate().map(combination).collect(),
            regimes: vec![None],
            full_batches: vec![None],
            parameters: Vec::new(),
            roles: BTreeMap::new(),
            trials: TrialTable::default(),
            curves: Arc::new(NoCurves),
            problems: BTreeMap::new(),
            targets: BTreeMap::new(),
            baselines: BTreeMap::new(),
            checks: BTreeMap::new(),
            curvatures: BTreeMap::new(),
            optima: BTreeMap::new(),
            declared: sweep::record::DeclaredTables::default(),
            datasets: BTreeMap::from([("file".to_owned(), StudyDataset { facts, repeats, origin: "file".to_owned() })]),
            test_predictions: BTreeMap::new(),
            notes: Vec::new(),
        }
    }
}

fn summary(rows: &SeedRows, theta: &[f64], problem: Id) -> TrialSummary {
    let mut metric = MetricSummary::new(metric::mse());
    for split in Split::ALL {
        let mse = rows.moments[split as usize].mse(theta);
        metric.set(split, Some(mse), Some(mse));
    }
    TrialSummary {
        outcome: Outcome::Completed { stopped: Stopped::Epochs },
        steps: 1,
        gradient_evaluations: 1,
        metrics: vec![metric],
        watches: WatchSet::default(),
        did_not_descend: false,
        problem: Some(problem),
    }
}

struct NoCurves;

impl Curves for NoCurves {
    fn rows(&self, _: usize) -> usize {
        0
    }

    fn read(&self, _: &[usize], _: &mut dyn FnMut(usize, CurveRow<'_>)) {}
}
