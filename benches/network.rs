//! Perceptrons of 64 units on digits, 48 trials by four methods, on all cores: `cargo bench --bench network`.
//!
//! `benches/mlp.toml` is run from the prepared file to the stored records, and the same trials by `benches/peer_mlp.py` in turn, with
//! `SWEEP_PYTHON=python` of an environment that has JAX, optax and PyTorch. Useful work is six operations for each multiply-add of a
//! row: two forward, two for the gradient of the weights, two for that of the inputs (which the first layer does not need: counted all
//! the same, for everybody). Medians of `PAIRS` pairs, three unless said; `ONLY=torch` runs the peers that have that in their name.

#![allow(clippy::expect_used, clippy::print_stdout)] // A bench that cannot continue panics.

#[path = "performance/in_cache.rs"]
mod in_cache;
#[path = "performance/peak.rs"]
mod peak;
#[path = "performance/peer.rs"]
mod peer;
#[path = "performance/rows.rs"]
mod performance;

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use in_cache::in_cache_product;
use peak::peak;
use peer::Peer;
use performance::row;
use sweep::plan::{BoundPlan, build_model};
use sweep::runner::{RunOptions, SharedData, Work, run};
use sweep::shape::{Space, TargetKind};
use sweep::store::Store;

/// What takes turns with us: a job of the script, and what it is.
const PEERS: [(&str, &str); 5] = [
    ("jax", "JAX vmap over rates, compiled scan over batches, optax"),
    ("jax-both", "JAX vmap over rates and seeds"),
    ("jax-processes", "JAX vmap over rates, a process on each core"),
    ("torch-vmap", "torch.func.vmap over rates and seeds"),
    ("torch", "PyTorch, one trial after another"),
];

const TRAINED: u64 = 1437;
const EPOCHS: u64 = 50;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches").join(name)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    let loaded = sweep::experiment::load(&file("mlp.toml"), &[]);
    let loaded = loaded.unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)));
    let (data, facts) = SharedData::load(&loaded.plan).expect("loads");
    let bound = BoundPlan::new(&loaded.plan, &facts).unwrap_or_else(|unfit| panic!("{unfit:?}"));
    let identities = bound.identities();
    let trials: Vec<u32> = (0..u32::try_from(bound.trials()).expect("few")).collect();
    let cores = rayon::current_num_threads();
    let ours = || {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::at(folder.path());
        store.create().expect("creates");
        let work = Work { bound: &bound, identities: &identities, data: &data, part: 0..bound.trials() };
        let options = RunOptions { jobs: cores, cohort_limit: usize::MAX, max_fail: None };
        let clock = Instant::now();
        let summary = run(&work, &trials, &store, options, &(), &AtomicBool::new(false)).expect("runs");
        let seconds = clock.elapsed().as_secs_f64();
        assert_eq!(summary.trained, trials.len() as u64);
        let records = store.read(&identities).expect("reads").records().expect("all of them");
        assert!(records.iter().all(|record| record.outcome.is_completed()), "a trial did not complete");
        seconds
    };

    let model = build_model(&bound.setting(&bound.planned_setting(0))).expect("builds");
    let space = Space { n_features: 64, target: TargetKind::Number, n_targets: 1, classes: Some(10) };
    let layers = model.layers(&space).expect("a network");
    let multiply_adds: u64 = layers.iter().map(|layer| layer.multiply_adds).sum();
    let work = (6 * multiply_adds * TRAINED * EPOCHS * trials.len() as u64) as f64 / 1e9;

    // The first prepares the rows.
    let _ = ours();
    let pairs = std::env::var("PAIRS").ok().and_then(|pairs| pairs.parse().ok()).unwrap_or(3).max(1);
    let peaks: Vec<f64> = (0..3).map(|_| peak::<f32>(cores)).collect();
    let peak = peaks.iter().copied().fold(0.0, f64::max);
    let in_cache = in_cache_product::<f32>([64, 64, 64], cores);
    let alone = median((0..pairs).map(|_| ours()).collect());
    let what = format!("MLP 64-64-10 on digits, {} trials, {EPOCHS} epochs of batches of 64, f32", trials.len());
    row(
        &what,
        &format!("{alone:.3} s, {:.1} GFLOP/s", work / alone),
        &format!("peak of all cores {peak:.1}, in-cache product 64 × 64 × 64 {in_cache:.1}"),
        &format!("{:.0} % and {:.0} %", 100.0 * work / alone / peak, 100.0 * work / alone / in_cache),
    );
    let Some(mut peer) = Peer::start(&file("peer_mlp.py"), &[], None) else { return };
    for (job, title) in PEERS {
        if std::env::var("ONLY").is_ok_and(|only| !job.contains(&only)) {
            continue;
        }
        let first = peer.run(job);
        let Some(first) = first.filter(|numbers| numbers.len() == 2) else {
            println!("  {title} is not there");
            continue;
        };
        let runs: Vec<(f64, f64)> = (0..pairs).map(|_| (ours(), peer.run(job).expect("it could before")[0])).collect();
        let own = median(runs.iter().map(|run| run.0).collect());
        let theirs = median(runs.iter().map(|run| run.1).collect());
        let ratio = median(runs.iter().map(|run| run.1 / run.0).collect());
        row(
            &what,
            &format!("{own:.3} s, {:.1} GFLOP/s", work / own),
            &format!("{title} {theirs:.3} s, {:.1} GFLOP/s; with its compilation {:.1} s", work / theirs, first[1]),
            &format!("{ratio:.2} × as fast"),
        );
    }
}
