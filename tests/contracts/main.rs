//! The contract of every registry row, whatever it is called: its numbers are those of a reference, and of itself alone, in a
//! cohort, cut and resumed, continued for more epochs, on every instruction set and in both precisions; it is documented, listed and in the schema.
//!
//! A row needs no test of its own here. It needs a reference in `tests/fixtures/references`, and a line in `hashes.txt`, which
//! `BLESS=1` adds. The instruction set is chosen for the whole process: these checks are one test.

#![allow(clippy::expect_used, clippy::unwrap_used)]

mod continued;
mod default_rates;
mod documents;
mod hashes;
mod networks;
mod references;
mod rows;
mod rows_of_case;
mod together;
mod training;

use rows::{ContractRow, every_row};

#[test]
fn every_row_keeps_its_contract() {
    let rows = every_row();
    documents::check(&rows);
    default_rates::check();
    // References come first: bits are written down of right numbers only. An emulated CPU is asked for bits alone.
    let emulated = std::env::var_os("SWEEP_FEW_WAYS").is_some();
    if !emulated {
        references::check(&rows);
        references::check_parts(&rows);
        networks::check_other_traces();
        networks::check_gradients();
        networks::check_dropout();
        networks::check_rows();
    }
    hashes::check(&rows);
    if !emulated {
        together::check(&rows);
        networks::check_together();
        continued::check(&rows);
    }
    println!("{} rows keep their contract", rows.len());
}
