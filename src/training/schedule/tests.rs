//! What holds of every schedule, and what happens at the ends of a trial.

use super::*;
use crate::parameter::{Endpoint, Fallback, Kind, Parameter};

/// A row's keys as they must be given: defaults, and something for those that are required.
fn values(row: &ScheduleKind) -> Values {
    let mut values = Values::new();
    for parameter in row.parameters.iter().filter(|parameter| parameter.default != Fallback::Absent) {
        let required = match parameter.kind {
            Kind::Float(_) => toml::Value::Float(0.5),
            Kind::Ascending { .. } => vec![2, 3].into(),
            _ => toml::Value::Integer(3),
        };
        values.insert(parameter.name.to_owned(), parameter.default_value().unwrap_or(required));
    }
    values
}

fn schedule(text: &str) -> Box<dyn Schedule> {
    let mut table: toml::Table = text.parse().expect("TOML");
    let row = SCHEDULES.row(table["kind"].as_str().expect("a text")).expect("exists");
    for parameter in row.parameters {
        if let Some(default) = parameter.filled_in() {
            table.entry(parameter.name).or_insert(default);
        }
    }
    read(Some(&table.into())).expect("builds")
}

/// Every schedule stays finite and not negative, scales with the learning rate, and says truly whether it is constant and
/// whether it knows the end.
#[test]
fn contract() {
    for row in SCHEDULES.rows {
        let schedule = (row.build)(&values(row)).expect(row.name);
        let horizons = [1_000, 2_000].map(|steps| Horizon { steps, steps_per_epoch: 10 });
        let mut moves = schedule.memory().is_some();
        let mut ends = false;
        for k in [0, 1, 2, 10, 100, 500, 999, 1_000, 1 << 40] {
            let [rate, longer] = horizons.map(|horizon| schedule.rate(0.25, k, horizon));
            assert!(rate.is_finite() && rate >= 0.0, "{} at {k}: {rate}", row.name);
            assert!(rate <= 0.25, "{} at {k}: α is the largest rate, and this is {rate}", row.name);
            assert_eq!(schedule.rate(0.5, k, horizons[0]).to_bits(), (2.0 * rate).to_bits(), "{} at {k}", row.name);
            moves |= rate.to_bits() != 0.25_f64.to_bits();
            ends |= rate.to_bits() != longer.to_bits();
        }
        assert_eq!(moves, !schedule.is_constant(), "{}", row.name);
        assert_eq!(ends, schedule.knows_the_end(), "{}", row.name);
        assert_eq!(schedule.patience().is_some(), schedule.memory().is_some(), "{}", row.name);
    }
}

/// Before any schedule the rate rises to its first one, and then it goes on as if the trial had begun there.
#[test]
fn a_warm_up_stands_before_every_schedule() {
    let horizon = Horizon { steps: 1_000, steps_per_epoch: 10 };
    let rest = Horizon { steps: 960, steps_per_epoch: 10 };
    for row in SCHEDULES.rows {
        let alone = (row.build)(&values(row)).expect(row.name);
        let mut table = values(row);
        table.insert("kind".to_owned(), row.name.into());
        table.insert("warmup_steps".to_owned(), 40.into());
        table.insert("warmup_start_factor".to_owned(), 0.5.into());
        let warm = read(Some(&table.into())).expect(row.name);
        let first = alone.rate(0.25, 0, rest);
        for k in 0..40 {
            let expected = first * (0.5 + 0.5 * k as f64 / 40.0);
            let found = warm.rate(0.25, k, horizon);
            assert!((found - expected).abs() <= 1e-16, "{} at {k}: {found} and not {expected}", row.name);
        }
        for k in [40, 41, 60, 500, 999] {
            let expected = alone.rate(0.25, k - 40, rest);
            assert_eq!(warm.rate(0.25, k, horizon).to_bits(), expected.to_bits(), "{} at {k}", row.name);
        }
        assert_eq!(warm.begins_after(), 40);
        assert_eq!(warm.knows_the_end(), alone.knows_the_end(), "{}", row.name);
        assert_eq!(warm.memory().is_some(), alone.memory().is_some(), "{}", row.name);
        let [of_warm, of_alone] = [warm.last_event(horizon), alone.last_event(rest)];
        assert_eq!(of_warm, of_alone.map(|(key, updates)| (key, updates + 40)), "{}", row.name);
    }
}

/// No length of a trial, not even none and one update, gives a rate that is no number.
#[test]
fn the_shortest_trials_have_rates() {
    for row in SCHEDULES.rows {
        let schedule = (row.build)(&values(row)).expect(row.name);
        for steps in 0..20 {
            for k in 0..=steps + 1 {
                let rate = schedule.rate(1.0, k, Horizon { steps, steps_per_epoch: 1 });
                assert!((0.0..=1.0).contains(&rate), "{} at {k} of {steps}: {rate}", row.name);
            }
        }
    }
    for shape in
        ["anneal = \"linear\"", "three_phase = true", "rise_fraction = 0.0", "rise_fraction = 0.25\nthree_phase = true"]
    {
        let schedule = schedule(&format!("kind = \"one_cycle\"\n{shape}"));
        for steps in 0..20 {
            for k in 0..=steps + 1 {
                let rate = schedule.rate(1.0, k, Horizon { steps, steps_per_epoch: 1 });
                assert!((0.0..=1.0).contains(&rate), "{shape} at {k} of {steps}: {rate}");
            }
        }
    }
}

/// The values at both ends of what a key takes, or as near to them as numbers come.
fn ends(kind: Kind) -> Vec<toml::Value> {
    match kind {
        Kind::Boolean => vec![false.into(), true.into()],
        Kind::Choice(words) => words.iter().map(|word| (*word).into()).collect(),
        Kind::Integer { at_least, at_most } => vec![at_least.into(), at_most.into()],
        Kind::Ascending { at_least, at_most } => {
            vec![vec![at_least].into(), vec![at_most].into(), vec![at_least, at_most].into()]
        }
        Kind::Float(interval) => {
            let low = match interval.low {
                Endpoint::Closed(low) => low,
                Endpoint::Open(low) => low.next_up(),
                Endpoint::None => f64::MIN,
            };
            let high = match interval.high {
                Endpoint::Closed(high) => high,
                Endpoint::Open(high) => high.next_down(),
                Endpoint::None => f64::MAX,
            };
            vec![low.into(), high.into()]
        }
        other => panic!("no schedule has a key such as {}", other.in_words()),
    }
}

/// No value that a key takes, alone or with an end of another key, gives a rate that is no number, or one above α: in trials of no
/// update, of few, and of more than can be done.
#[test]
fn the_ends_of_every_range_have_rates() {
    let horizons = [(0, 1), (1, 1), (7, 7), (1_000, 10), (u64::MAX, 1 << 40)]
        .map(|(steps, steps_per_epoch)| Horizon { steps, steps_per_epoch });
    let mut tried = 0;
    for row in SCHEDULES.rows {
        let ends: Vec<(&str, toml::Value)> = row
            .parameters
            .iter()
            .chain(COMMON)
            .flat_map(|key| ends(key.kind).into_iter().map(|value| (key.name, value)))
            .collect();
        for (one, first) in &ends {
            for (other, second) in &ends {
                let mut table = values(row);
                table.insert("kind".to_owned(), row.name.into());
                for (key, value) in [(one, first), (other, second)] {
                    // One of two keys that stand for each other.
                    let instead = |parameter: &&Parameter| parameter.name == *key || parameter.instead == Some(key);
                    for parameter in row.parameters.iter().filter(instead) {
                        table.remove(parameter.name);
                        parameter.instead.map(|instead| table.remove(instead));
                    }
                    table.insert((*key).to_owned(), value.clone());
                }
                let schedule = read(Some(&table.clone().into())).expect("builds");
                if schedule.contradiction().is_some() {
                    continue;
                }
                for horizon in horizons {
                    for k in [0, 1, 2, 6, 7, 500, 999, 1_000, 1 << 40, u64::MAX] {
                        let rate = schedule.rate(0.25, k, horizon);
                        assert!((0.0..=0.25).contains(&rate), "{table} at {k} of {horizon:?}: {rate}");
                    }
                    schedule.last_event(horizon);
                }
                tried += 1;
            }
        }
    }
    assert!(tried > 500, "{tried}");
}

#[test]
fn lengths_in_epochs_and_in_steps_are_the_same_where_they_meet() {
    let pairs = [
        ("kind = \"step\"\nevery_epochs = 3", "kind = \"step\"\nevery_steps = 21"),
        ("kind = \"multi_step\"\nmilestone_epochs = [1, 4]", "kind = \"multi_step\"\nmilestone_steps = [7, 28]"),
        (
            "kind = \"exponential\"\nfactor = 0.5\nevery_epochs = 2",
            "kind = \"exponential\"\nfactor = 0.5\nevery_steps = 14",
        ),
        (
            "kind = \"inverse_square_root\"\ntimescale_epochs = 2",
            "kind = \"inverse_square_root\"\ntimescale_steps = 14",
        ),
        ("kind = \"cosine_restarts\"\nfirst_cycle_epochs = 2", "kind = \"cosine_restarts\"\nfirst_cycle_steps = 14"),
    ];
    let horizon = Horizon { steps: 70, steps_per_epoch: 7 };
    for (in_epochs, in_steps) in pairs {
        let [epochs, steps] = [in_epochs, in_steps].map(schedule);
        for k in 0..70 {
            let rates = [&epochs, &steps].map(|schedule| schedule.rate(0.3, k, horizon).to_bits());
            assert_eq!(rates[0], rates[1], "{in_epochs} at {k}");
        }
        let events = [epochs, steps].map(|schedule| schedule.last_event(horizon).map(|(_, updates)| updates));
        assert_eq!(events[0], events[1], "{in_epochs}");
    }
}

#[test]
fn no_epoch_is_too_late_to_be_counted() {
    let horizon = Horizon { steps: 10, steps_per_epoch: 1 << 40 };
    for kind in ["step\"\nevery_epochs", "cosine_restarts\"\nfirst_cycle_epochs"] {
        let schedule = schedule(&format!("kind = \"{kind} = {}", i64::MAX));
        assert_eq!(schedule.rate(0.3, 10, horizon).to_bits(), 0.3_f64.to_bits());
        assert_eq!(schedule.last_event(horizon).map(|(_, updates)| updates), Some(u64::MAX));
    }
}

/// One wait after each of two reductions, a rest in which no epoch counts, and no rate below the least.
#[test]
fn a_plateau_is_waited_for_and_rests_after_it() {
    let text = "kind = \"reduce_on_plateau\"\nfactor = 0.5\npatience = 2\ncooldown = 3\nminimum_fraction = 0.375";
    let mut memory = schedule(text).memory().expect("it remembers");
    let mut rate = |epoch: u64, objective: f64| {
        memory.observe(epoch, epoch, objective);
        memory.adjusted(1.0)
    };
    let rates: Vec<f64> = (1..=11).map(|epoch| rate(epoch, 1.0)).collect();
    // The first epoch is the best; 2, 3 and 4 are bad; 5, 6 and 7 rest; 8, 9 and 10 are bad.
    assert_eq!(rates, [1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.375, 0.375]);
}

#[test]
fn patience_counts_epochs_whichever_are_evaluated() {
    let text = "kind = \"reduce_on_plateau\"\nfactor = 0.5\npatience = 10";
    let first_fall = |every: u64| {
        let mut memory = schedule(text).memory().expect("it remembers");
        (1..).map(|index| index * every).find(|&epoch| {
            memory.observe(epoch, epoch, 1.0);
            memory.adjusted(1.0) < 1.0
        })
    };
    assert_eq!([1, 2, 5, 10, 20].map(first_fall), [Some(12), Some(14), Some(20), Some(30), Some(40)]);
}

#[test]
fn a_negative_objective_must_fall_to_improve() {
    let mut memory =
        schedule("kind = \"reduce_on_plateau\"\npatience = 0\nthreshold = 0.1").memory().expect("it remembers");
    let rates: Vec<f64> = [(1, -1.0), (2, -1.2), (3, -1.25)]
        .into_iter()
        .map(|(epoch, objective)| {
            memory.observe(epoch, epoch, objective);
            memory.adjusted(1.0)
        })
        .collect();
    assert_eq!(rates, [1.0, 1.0, 0.1]);
}

#[test]
fn losses_during_a_warm_up_are_not_watched() {
    let text = "kind = \"reduce_on_plateau\"\nfactor = 0.5\npatience = 0\nwarmup_steps = 20";
    let mut memory = schedule(text).memory().expect("it remembers");
    let rates: Vec<f64> = (1..=4)
        .map(|epoch| {
            memory.observe(epoch, 10 * epoch, 1.0);
            memory.adjusted(1.0)
        })
        .collect();
    assert_eq!(rates, [1.0, 1.0, 1.0, 0.5], "the third epoch is the first after the warm-up");
}

#[test]
fn three_phases_need_room() {
    let of = |rise: f64| {
        schedule(&format!("kind = \"one_cycle\"\nthree_phase = true\nrise_fraction = {rise:?}")).contradiction()
    };
    assert_eq!(of(0.49), None);
    assert!(of(0.5).is_some());
}
