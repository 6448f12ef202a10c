//! Arguments such as `optimizers.*.learning_rate=0.1,0.01`, one a line, on an experiment that has every kind of table.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sweep_fuzz::read;

const EXPERIMENT: &str = include_str!("overrides.toml");

fuzz_target!(|text: &str| {
    let overrides: Vec<String> = text.lines().take(8).map(str::to_owned).collect();
    read(EXPERIMENT, &overrides);
});
