//! Times that were cut off: the product-limit estimator (Kaplan and Meier, Journal of the American Statistical Association 53, 1958).

/// One time: that of the event, or the end of watching if it had not happened by then.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observation {
    pub time: f64,
    pub reached: bool,
}

/// The share for which the event has not happened yet, right after each time of an event, in ascending order of time:
/// S(t) = Π (1 − d/r) over the times up to t, with d events among the r that were still watched. At one time events come before cuts.
#[must_use]
pub fn survival(observations: &[Observation]) -> Vec<(f64, f64)> {
    let mut sorted = observations.to_vec();
    sorted.sort_by(|a, b| a.time.total_cmp(&b.time));
    let (mut watched, mut share, mut steps, mut rest) = (sorted.len(), 1.0, Vec::new(), sorted.as_slice());
    while let Some(first) = rest.first() {
        let together = rest.iter().take_while(|other| other.time == first.time).count();
        let events = rest[..together].iter().filter(|other| other.reached).count();
        if events > 0 {
            // The last ones leave exactly nothing.
            share *= (watched - events) as f64 / watched as f64;
            steps.push((first.time, share));
        }
        watched -= together;
        rest = &rest[together..];
    }
    steps
}

/// The first time at which at most half are left. `None` if more than half are left at the end.
#[must_use]
pub fn median(observations: &[Observation]) -> Option<f64> {
    // A product of fractions may miss 1/2 by its last bits.
    survival(observations).into_iter().find(|(_, share)| *share <= 0.5 + 1e-12).map(|(time, _)| time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let observation = |(time, reached): (f64, bool)| Observation { time, reached };
        let observations = [(5.0, true), (2.0, true), (3.0, false), (7.0, false)].map(observation);
        assert_eq!(survival(&observations), [(2.0, 0.75), (5.0, 0.375)]);
        assert_eq!(median(&observations), Some(5.0));
        assert_eq!(median(&observations[2..]), None, "nothing happened");
        assert_eq!(median(&[]), None);
        // A cut at the time of an event was still watched then.
        assert_eq!(survival(&[(1.0, false), (1.0, true)].map(observation)), [(1.0, 0.5)]);
    }
}
