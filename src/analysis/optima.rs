//! What is known of the minima of J under a smooth loss other than the squared error, over the problems of a series.

use super::range::Range;
use crate::record::{Id, LocalCheck, Study};
use crate::theory::descent_bound;

/// The minima over the splits of the seeds.
#[derive(Debug, Clone, PartialEq)]
pub struct Optima {
    /// 2/λmax at the minimum: near it gradient descent converges below. `None` if no minimum was found.
    pub limit: Option<Range>,
    /// The problems that were looked at, those whose classes a plane separates, so that there is no minimum, and those of which none was
    /// found.
    pub problems: usize,
    pub separable: usize,
    pub not_found: usize,
    /// The trials beside each minimum.
    pub checks: Vec<LocalCheck>,
}

impl Optima {
    /// `None` where nothing was looked for.
    pub fn of(study: &Study, problems: &[Id]) -> Option<Self> {
        let known: Vec<_> = problems.iter().filter_map(|id| study.optima.get(id)).collect();
        let limits = known.iter().filter_map(|optimum| descent_bound(optimum.largest_eigenvalue?));
        let limits: Vec<f64> = limits.collect();
        let separable = known.iter().filter(|optimum| optimum.is_separable).count();
        (!known.is_empty()).then(|| Self {
            problems: known.len(),
            separable,
            not_found: known.len() - separable - limits.len(),
            limit: Range::of(&limits),
            checks: known.iter().flat_map(|optimum| optimum.checks.iter().copied()).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::testing::Builder;
    use crate::record::OptimumRecord;

    #[test]
    fn minima_are_counted_by_what_was_found() {
        let mut study = Builder::new("t", 1, true).combination("gd", "gd").build();
        let ids: Vec<Id> = (0..5).map(|index| Id::of(&index.to_string())).collect();
        let record = |is_separable, largest_eigenvalue| OptimumRecord {
            numerics_version: 1,
            gradient_norm: 1e-9,
            steps: 20,
            is_separable,
            largest_eigenvalue,
            checks: Vec::new(),
        };
        let found = [record(false, Some(4.0)), record(true, None), record(false, None), record(false, Some(2.0))];
        study.optima = ids.iter().copied().zip(found).collect();
        let optima = Optima::of(&study, &ids).unwrap();
        assert_eq!((optima.problems, optima.separable, optima.not_found), (4, 1, 1));
        let limit = optima.limit.unwrap();
        assert_eq!((limit.low, limit.high, limit.n), (0.5, 1.0, 2));
        assert_eq!(Optima::of(&study, &ids[4..]), None);
    }
}
