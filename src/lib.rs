//! `sweep` trains a grid of hyperparameters out of one TOML file and reports which learning rate to use.
//!
//! The flow is a straight line. [`experiment`] reads the file against the registries' parameter tables and makes a
//! [`plan`]; what the [`store`] holds already is left out, and the [`runner`] groups the rest into cohorts, which [`train`]
//! turns into [`record`]s. Reporting starts from those records alone: [`analysis`] makes estimates and verdicts of them, and
//! [`report`] renders tables, pages and plots. [`comparison`] holds two results folders against each other. Imports point one way:
//!
//! ```text
//! cli → report → analysis → record ← store ← runner → train → {model, optimizer, schedule, data} → shape → numeric
//! ```
//!
//! What the program does with a file, as a program of your own:
//!
//! ```
//! use std::path::Path;
//! use std::sync::atomic::AtomicBool;
//!
//! use sweep::analysis::Analysis;
//! use sweep::plan::{BoundPlan, select_theory};
//! use sweep::runner::{RunOptions, SharedData, Work, run};
//! use sweep::store::Store;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let text = r#"
//!     seeds = 3
//!     [datasets.line]
//!     source = "synthetic"
//!     n_samples = 60
//!     n_features = 2
//!     split = { validation = 0.2, test = 0.2 }
//!     [models.linear]
//!     kind = "linear"
//!     [optimizers.gd]
//!     method = "gd"
//!     learning_rate = [0.01, 0.1, 0.5]
//! "#;
//! let loaded = sweep::experiment::load_text(Path::new("line.toml"), text, &[]).map_err(|mistakes| mistakes.render(false))?;
//! let (data, facts) = SharedData::load(&loaded.plan).map_err(|error| format!("{error:?}"))?;
//! let bound = BoundPlan::new(&loaded.plan, &facts).map_err(|unfit| unfit[0].to_string())?;
//! let identities = bound.identities();
//!
//! let folder = tempfile::tempdir()?;
//! let store = Store::at(folder.path());
//! store.create()?;
//! let trials: Vec<u32> = (0..bound.trials() as u32).collect();
//! let work = Work { bound: &bound, identities: &identities, data: &data, part: 0..bound.trials() };
//! let options = RunOptions { jobs: 2, cohort_limit: usize::MAX, max_fail: None };
//! let summary = run(&work, &trials, &store, options, &(), &AtomicBool::new(false))?;
//! assert_eq!(summary.trained, 9);
//!
//! let (trials, curves) = store.read(&identities)?.split();
//! let study = bound.study(trials, curves, select_theory(&bound, &store.read_theory()?));
//! let analysis = Analysis::new(&study);
//! let gd = &analysis.tasks[0].contenders[0];
//! let best = gd.best().ok_or("every rate diverged")?;
//! assert_eq!(best.learning_rate, Some(0.5));
//! # Ok(())
//! # }
//! ```

pub mod analysis;
pub mod cli;
pub mod comparison;
pub mod dataset;
pub mod experiment;
pub mod export;
pub mod memory;
mod parquet;
pub mod plan;
pub mod report;
pub mod runner;
pub mod store;
pub mod text;

pub use sweep_training::{
    baseline, data, loss, metric, model, numeric, optimizer, parameter, record, registry, schedule, shape, theory,
    train,
};
