//! The cells: populations, sizes, seeds and optimizers for which the promises are held. Two run with every test, all of them in
//! `.ci/long statistics`.

use super::design::{Design, Layout};
use super::measure::Cell;
use super::optimizer::{NewFiles, Optimizer};
use super::population::{Population, Tails};

const LIGHT: Tails = Tails::Light;
const HEAVY: Tails = Tails::Heavy;

/// Runs for a number of seeds. `SWEEP_REPLICATES` makes them more or fewer, in per cent.
fn replicates(seeds: usize) -> usize {
    let per_cent = std::env::var("SWEEP_REPLICATES").map_or(100, |text| text.parse().expect("a percentage"));
    (if seeds > 10 { 300 } else { 1_000 }) * per_cent / 100
}

fn words(population: Population, design: Design) -> String {
    let Design { layout, rows, seeds } = design;
    let layout = match layout {
        Layout::Redrawn => "redrawn",
        Layout::Fresh => "fresh",
        Layout::Held => "held",
    };
    let tails = if population.tails == LIGHT { "light" } else { "heavy" };
    format!("{layout}, n = {}, {seeds} seeds, {tails} d = {}", rows.iter().sum::<usize>(), population.features)
}

/// `k` exchangeable optimizers. `levels` are measured, if new files are to be drawn for them.
fn exchangeable(features: usize, tails: Tails, k: usize, design: Design, levels: bool) -> Cell {
    let population = Population { features, tails };
    let optimizers = Optimizer::exchangeable(population, k);
    let log_level = levels.then(|| {
        // The optimizers are alike, so the mean over them is known better than that of one.
        let files = NewFiles::draw(population, design.rows);
        optimizers.iter().map(|optimizer| files.expected(optimizer).log_test).sum::<f64>() / k as f64
    });
    let name = format!("{k} alike, {}", words(population, design));
    Cell { name, population, design, optimizers, expected: None, log_level, replicates: replicates(design.seeds) }
}

/// Designs for two optimizers that were found on new files of this size. `equal`: their expected risks are.
fn calibrated(
    kind: &str,
    files: &NewFiles,
    optimizers: &[Optimizer],
    equal: bool,
    designs: &[(Layout, usize)],
) -> Vec<Cell> {
    let expected = (!equal).then(|| optimizers.iter().map(|optimizer| files.expected(optimizer).risk).collect());
    let population = files.population;
    let cell = |&(layout, seeds): &(Layout, usize)| {
        let design = Design { layout, rows: files.rows, seeds };
        Cell {
            name: format!("{kind}, {}", words(population, design)),
            population,
            design,
            optimizers: optimizers.to_vec(),
            expected: expected.clone(),
            log_level: None,
            replicates: replicates(seeds),
        }
    };
    designs.iter().map(cell).collect()
}

/// New files of ten features.
fn new_files(n: usize, tails: Tails) -> NewFiles {
    NewFiles::draw(Population { features: 10, tails }, Design::of(Layout::Fresh, n, 1).rows)
}

/// Measures cells, prints their table, and fails where a promise is not kept.
fn hold(cells: impl Iterator<Item = Cell>) {
    println!("{}", Cell::HEADER);
    let mut all_missed = Vec::new();
    for cell in cells {
        let (line, missed) = cell.measure();
        println!("{line}");
        all_missed.extend(missed);
    }
    assert!(all_missed.is_empty(), "promises that are not kept:\n{}", all_missed.join("\n"));
}

/// The number of features at which `k` optimizers have as many each, about 10.
const fn features(k: usize) -> usize {
    match k {
        3 => 12,
        8 => 16,
        _ => 10,
    }
}

#[test]
fn a_winner_among_equals_is_rare_and_intervals_hold_the_truth() {
    hold(std::iter::once(exchangeable(10, LIGHT, 2, Design::of(Layout::Redrawn, 100, 10), true)));
}

#[test]
fn a_row_test_speaks_of_the_models_that_were_trained() {
    hold(std::iter::once(exchangeable(12, LIGHT, 3, Design::of(Layout::Held, 100, 10), false)));
}

#[test]
#[ignore = "minutes; .ci/long statistics"]
fn exchangeable_optimizers_over_redrawn_splits() {
    let sizes = [(50, LIGHT), (50, HEAVY), (100, LIGHT), (100, HEAVY), (442, LIGHT), (442, HEAVY)];
    let usual = sizes.into_iter().flat_map(|(n, tails)| [2, 3, 5, 8].map(|k| (features(k), tails, k, n)));
    // With more features than training rows, and with many rows.
    let others = [(40, LIGHT, 2, 50), (40, LIGHT, 8, 50), (40, HEAVY, 2, 100), (10, LIGHT, 2, 2_000)];
    let cells = usual.chain(others).flat_map(|cell| [10, 100].map(|seeds| (cell, seeds)));
    hold(cells.map(|((features, tails, k, n), seeds)| {
        exchangeable(features, tails, k, Design::of(Layout::Redrawn, n, seeds), k == 2)
    }));
}

#[test]
#[ignore = "minutes; .ci/long statistics"]
fn exchangeable_optimizers_on_fresh_data() {
    let usual = [2, 3, 5, 8].map(|k| (features(k), LIGHT, k, 100));
    let others = [(10, LIGHT, 2, 50), (10, HEAVY, 2, 50), (16, HEAVY, 8, 50), (10, HEAVY, 2, 100), (10, LIGHT, 2, 442)];
    let cells = usual.into_iter().chain(others).flat_map(|cell| [10, 100].map(|seeds| (cell, seeds)));
    hold(cells.map(|((features, tails, k, n), seeds)| {
        exchangeable(features, tails, k, Design::of(Layout::Fresh, n, seeds), k == 2)
    }));
}

#[test]
#[ignore = "minutes; .ci/long statistics"]
fn exchangeable_optimizers_on_a_held_split() {
    let usual = [100, 442].into_iter().flat_map(|n| [2, 3, 5, 8].map(|k| (features(k), LIGHT, k, n, 10)));
    let others = [(10, HEAVY, 2, 100, 10), (10, HEAVY, 2, 250, 10), (10, HEAVY, 2, 442, 10), (16, HEAVY, 8, 442, 10)];
    let more = [(10, LIGHT, 2, 100, 100), (16, LIGHT, 8, 100, 100), (10, LIGHT, 2, 2_000, 10)];
    hold(usual.chain(others).chain(more).map(|(features, tails, k, n, seeds)| {
        exchangeable(features, tails, k, Design::of(Layout::Held, n, seeds), false)
    }));
}

#[test]
#[ignore = "minutes; .ci/long statistics"]
fn sixty_rates_against_one_of_equal_expected_risk() {
    use Layout::{Fresh, Held, Redrawn};
    const FEW: &[(Layout, usize)] = &[(Redrawn, 10), (Redrawn, 100), (Fresh, 10), (Fresh, 100)];
    const MORE: &[(Layout, usize)] = &[(Redrawn, 10), (Redrawn, 100), (Fresh, 10), (Fresh, 100), (Held, 10)];
    let sizes = [(50, LIGHT, FEW), (100, LIGHT, MORE), (100, HEAVY, MORE), (442, LIGHT, MORE)];
    hold(sizes.into_iter().flat_map(|(n, tails, designs)| {
        let files = new_files(n, tails);
        calibrated("60 rates and 1", &files, &files.sixty_rates_and_one(), true, designs)
    }));
}

#[test]
#[ignore = "minutes; .ci/long statistics"]
fn one_optimizer_is_worse() {
    use Layout::{Fresh, Held, Redrawn};
    const FEW: &[(Layout, usize)] = &[(Redrawn, 10), (Redrawn, 100), (Fresh, 10)];
    const MORE: &[(Layout, usize)] = &[(Redrawn, 10), (Redrawn, 30), (Redrawn, 100), (Fresh, 10), (Held, 10)];
    let sizes = [(50, LIGHT, FEW), (100, LIGHT, MORE), (100, HEAVY, MORE), (442, LIGHT, MORE), (2_000, LIGHT, MORE)];
    hold(sizes.into_iter().flat_map(|(n, tails, designs)| {
        let files = new_files(n, tails);
        let worse = [("1 % worse", 0.01), ("3 % worse", 0.03), ("10 % worse", 0.1), ("30 % worse", 0.3)];
        let cells = |(kind, by)| calibrated(kind, &files, &files.one_worse(by), false, designs);
        worse.into_iter().flat_map(cells).collect::<Vec<Cell>>()
    }));
}
