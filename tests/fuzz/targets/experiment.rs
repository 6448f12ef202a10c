//! An experiment file from its text to a bound plan, and everything that is said of it on the way.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sweep_fuzz::read;

fuzz_target!(|text: &str| read(text, &[]));
