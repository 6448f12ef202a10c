//! How much the learning rate matters to one series of settings that differ in it alone.

use crate::analysis::basin::RateScore;

/// How much the learning rate matters. Distances are those of the metric that ranks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateSensitivity {
    pub rates: usize,
    /// The smallest and the largest rate.
    pub range: (f64, f64),
    /// The mean over the rates of min(ℓ, ℓ₀) − ℓ*, where ℓ₀ is the distance before the first step and ℓ* the smallest of all
    /// rates: the learning-rate sensitivity of Wortsman et al. ("Small-scale proxies for large-scale Transformer training
    /// instabilities", ICLR 2024). A rate that diverged counts as ℓ₀. It depends on the range of rates. `None` where ℓ₀ is not known.
    /// In the unit of the distance.
    pub sensitivity: Option<f64>,
    /// The same as a share of what the best rate gains, ℓ₀ − ℓ*: 0 where every rate is as good as the best, nearly 1 where all others
    /// gain nothing. It has no unit, so tasks and metrics can be compared. `None` where the best rate gains nothing.
    pub lost: Option<f64>,
    /// The largest distance within half a decade of the best rate as a multiple of the smallest one; +∞ if one diverged there.
    /// `None` where no other rate lies so near, or the smallest is 0.
    pub nearby: Option<f64>,
    /// The number of other rates within half a decade.
    pub neighbours: usize,
}

/// `points` are the rates of a series, `start` is ℓ₀. An unstable rate counts as diverged. `None` for fewer than two rates with a
/// record, and where no rate has a finite score.
#[must_use]
pub fn rate_sensitivity(points: &[RateScore], start: Option<f64>) -> Option<RateSensitivity> {
    let known: Vec<(f64, f64)> = (points.iter())
        .filter_map(|point| Some((point.rate, if point.unstable { f64::INFINITY } else { point.score? })))
        .collect();
    let (best_rate, best) =
        known.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1)).filter(|best| best.1.is_finite())?;
    if known.len() < 2 {
        return None;
    }
    let start = start.filter(|start| start.is_finite());
    let sensitivity = start.map(|start| {
        let capped = |distance: f64| if distance < start { distance } else { start };
        // Where every rate ends above its start, nothing is better than not training.
        let lowest = capped(best);
        known.iter().fold(0.0, |sum, (_, distance)| sum + (capped(*distance) - lowest)) / known.len() as f64
    });
    let gained = start.map(|start| start - best).filter(|gained| *gained > 0.0);
    let lost = sensitivity.zip(gained).map(|(sensitivity, gained)| sensitivity / gained);
    let half_decade = |rate: f64| (libm::log10(rate) - libm::log10(best_rate)).abs() <= 0.5 + 1e-9;
    let near: Vec<f64> = known
        .iter()
        .filter(|(rate, _)| *rate != best_rate && half_decade(*rate))
        .map(|(_, distance)| *distance)
        .collect();
    let worst = near.iter().copied().max_by(f64::total_cmp);
    let range =
        known.iter().fold((f64::INFINITY, 0.0), |(low, high): (f64, f64), (rate, _)| (low.min(*rate), high.max(*rate)));
    Some(RateSensitivity {
        rates: known.len(),
        range,
        sensitivity,
        lost,
        nearby: worst.filter(|_| best > 0.0).map(|worst| worst / best),
        neighbours: near.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(rate: f64, score: f64) -> RateScore {
        RateScore { rate, score: Some(score), unstable: false }
    }

    #[test]
    fn by_hand() {
        let points = [point(0.01, 8.0), point(0.1, 3.0), point(0.3, 2.0), point(1.0, f64::INFINITY)];
        let found = rate_sensitivity(&points, Some(10.0)).expect("is known");
        // (6 + 1 + 0 + 8)/4
        assert_eq!((found.sensitivity, found.rates, found.range), (Some(3.75), 4, (0.01, 1.0)));
        assert_eq!(found.lost, Some(3.75 / 8.0), "of the 8 that the best rate gains");
        // 0.1 and 1.0 are within a factor of √10 = 3.16 … of 0.3, the latter just not.
        assert_eq!((found.nearby, found.neighbours), (Some(1.5), 1));
        let wide = rate_sensitivity(&[points[1], points[2], point(0.9, f64::INFINITY)], None).expect("is known");
        assert_eq!((wide.nearby, wide.sensitivity), (Some(f64::INFINITY), None));
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let unknown = RateScore { rate: 0.5, score: None, unstable: false };
        let unstable = RateScore { rate: 0.4, score: Some(1.0), unstable: true };
        assert_eq!(rate_sensitivity(&[point(0.1, 1.0), unknown], Some(2.0)), None);
        assert_eq!(rate_sensitivity(&[point(0.1, f64::INFINITY), point(0.2, f64::INFINITY)], Some(2.0)), None);
        let found = rate_sensitivity(&[point(0.2, 2.0), unstable], Some(4.0)).expect("is known");
        assert_eq!((found.sensitivity, found.nearby), (Some(1.0), Some(f64::INFINITY)), "beyond the limit is diverged");
        let exact = rate_sensitivity(&[point(0.2, 0.0), point(0.3, 1.0)], Some(4.0)).expect("is known");
        assert_eq!(exact.nearby, None, "nothing is a multiple of 0");
        let worse = rate_sensitivity(&[point(0.2, 6.0), point(0.3, 5.0)], Some(4.0)).expect("is known");
        assert_eq!((worse.sensitivity, worse.lost), (Some(0.0), None), "no rate improves on the start");
    }
}
