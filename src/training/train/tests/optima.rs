//! Each convex loss reaches the smallest J that another solver finds, to a millionth: the smooth ones by L-BFGS, those with kinks by gradient
//! descent whose rate falls.

use super::classes::{iris, method};
use super::references::fixture;
use super::*;
use crate::train::evaluation::ParameterState;
use crate::train::trial_state::TrialState;

const STEPS: u64 = 100_000;

fn data_of(case: &serde_json::Value) -> Dataset {
    match case["data"].as_str() {
        Some("iris") => iris(2),
        _ => {
            let mut data = load("diabetes.csv", "progression");
            if case["loss"] == "poisson" {
                data.target.iter_mut().for_each(|target| *target /= 100.0);
            }
            data
        }
    }
}

#[test]
fn every_convex_loss_reaches_the_optimum_of_another_solver() {
    let references = fixture("optima/references.json");
    for case in references["optima"].as_array().expect("a list") {
        let name = case["loss"].as_str().expect("a name");
        let mut loss: Values = [("kind".to_owned(), name.into())].into_iter().collect();
        let keys = case["keys"].as_object().expect("keys");
        loss.extend(keys.iter().map(|(key, value)| (key.clone(), value.as_f64().expect("a number").into())));
        let mut values: Values = "l1 = 0.0\nl2 = 0.0\ninit = \"zeros\"".parse().expect("TOML");
        values.insert("loss".to_owned(), loss.into());
        let model: Arc<dyn Model> =
            Arc::from((model::FAMILIES.row("linear").expect("exists").build.build)(&values).expect("builds"));
        let dataset = data_of(case);
        let n = dataset.target.len();
        let data = split_for(&model, &dataset, true, Precision::F64, [n, 0]).expect("forms");
        let l2 = case["l2"].as_f64().expect("a number");
        let is_smooth = matches!(name, "huber" | "poisson");
        let mut spec = Spec::gd(1.0, if is_smooth { 500 } else { STEPS }, vec![0.0; data.parameters()]);
        (spec.l2, spec.options.curve_points, spec.options.divergence_factor) = (l2, 2, 1e300);
        // A few rates: which is best depends on how far the optimum lies.
        let rates: &[f64] = if is_smooth { &[1.0] } else { &[0.3, 3.0, 30.0, 300.0] };
        let trainee = |(trajectory, &rate): (usize, &f64)| {
            let trainee = Trainee {
                trajectory,
                learning_rate: rate,
                id: Id::of(&rate.to_string()),
                horizon: Horizon { steps: STEPS, steps_per_epoch: 1 },
                ..spec.trainee()
            };
            match is_smooth {
                true => Trainee { optimizer: method("lbfgs", ""), ..trainee },
                false => Trainee { schedule: cosine(), ..trainee },
            }
        };
        let trainees = rates.iter().enumerate().map(trainee).collect();
        let cohort = Cohort { trainees, ..cohort(&model, &data, std::slice::from_ref(&spec), Path::Rows) };
        let mut records = Vec::new();
        train(&cohort, &AtomicBool::new(false), &mut |record| records.push(record));
        let objective = |record: &TrialRecord| {
            let theta = record.theta.clone()?;
            Some(ParameterState::new(&cohort, Penalty { l1: 0.0, l2 }, theta).objective())
        };
        let found = records.iter().filter_map(objective).fold(f64::INFINITY, f64::min);
        assert_close(found, case["objective"].as_f64().expect("a number"), 1e-6, &format!("{case}"));
    }
}

fn cosine() -> Arc<dyn schedule::Schedule> {
    let row = schedule::SCHEDULES.row("cosine").expect("exists");
    let values = row.parameters.iter().chain(schedule::SCHEDULES.common);
    let values: Values = values.filter_map(|key| Some((key.name.to_owned(), key.filled_in()?))).collect();
    Arc::from((row.build)(&values).expect("builds"))
}
