//! A data file that somebody cuts off, or writes over, while it is read.

use super::tracer::{Fault, trace};
use super::*;
use crate::data::{experiment, write_both};

/// Moments of the reading that are tried.
const MOMENTS: usize = 8;

#[test]
fn a_file_that_changes_while_it_is_read_is_an_error_that_names_it() {
    let place = Place::new();
    write_both(&place);
    for format in ["csv", "parquet"] {
        let data = place.path(&format!("d.{format}"));
        let sound = std::fs::read(&data).expect("reads");
        place.write("e.toml", experiment(format));
        assert_eq!(code(&place.sweep(&["run", "e.toml"])), 0);
        let results = place.results("results/e");
        let at = |moment: usize, fault: Fault| {
            let traced =
                trace(&mut place.command(&["run", "e.toml", "-j", "2"]), &place.path(""), Some((moment, fault)));
            std::fs::write(&data, &sound).expect("writes");
            traced
        };
        let undisturbed = at(usize::MAX, Fault::Cut);
        assert_eq!(undisturbed.code, Some(0), "{format}: {}", undisturbed.error);
        let reads = undisturbed.calls.iter().filter(|call| call.path.ends_with(format!("d.{format}"))).count();
        assert!(reads >= MOMENTS, "{format}: {reads} reads");
        for moment in (0..MOMENTS).map(|part| part * (reads - 1) / (MOMENTS - 1)) {
            for fault in [Fault::Cut, Fault::Overwrite] {
                let traced = at(moment, fault);
                let context = format!("{format}, {fault:?} at read {moment} of {reads}: {}", traced.error);
                assert_eq!(traced.code, Some(3), "{context}");
                assert!(
                    traced.error.contains(&format!("cannot read d.{format}: it changed while it was read")),
                    "{context}"
                );
                assert!(results == place.results("results/e"), "{context}");
            }
        }
    }
}
