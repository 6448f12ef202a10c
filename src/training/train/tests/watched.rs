//! What is watched: against exact Hessians and gradients, and without a trace in what is not watched.

use super::classes::{iris, method};
use super::invariance::bits;
use super::*;
use crate::numeric::{norm_squared, svd};
use crate::record::{
    ACTIVATION_DEVIATION, ACTIVATION_MEAN, ACTIVATION_NORM, DEAD_SHARE, GRADIENT_NORM, LOSS_GRADIENT_NORM,
    PARAMETER_NORM, PRECONDITIONED_SHARPNESS, PRECONDITIONED_SHARPNESS_LIMIT, SATURATED_SHARE, SHARPNESS,
    SHARPNESS_LIMIT, UPDATE_RATIO, WATCHES, Watched, WatchedQuantity,
};
use crate::train::evaluation::gradients;

fn watching(mut spec: Spec) -> Spec {
    spec.options.watch = WATCHES.map(str::to_owned).to_vec();
    spec
}

fn values(record: &TrialRecord, quantity: &WatchedQuantity, place: &str) -> Vec<Option<f64>> {
    record.watched.values(quantity, place).expect("watched").to_vec()
}

fn last(record: &TrialRecord, quantity: &WatchedQuantity, place: &str) -> f64 {
    values(record, quantity, place).pop().flatten().expect("a value")
}

/// The largest eigenvalue of Σ w·x·xᵀ/n + l2·D over the training rows, by a decomposition of the rows.
fn largest(data: &PreparedData, weights: impl Fn(usize) -> f64, l2: f64) -> f64 {
    let rows = &data.train.matrix;
    let mut matrix = Matrix::filled(rows.rows + rows.columns - 1, rows.columns, 0.0);
    for row in 0..rows.rows {
        let root = (weights(row) / rows.rows as f64).sqrt();
        rows.row(row).iter().enumerate().for_each(|(column, value)| matrix.set(row, column, root * value));
    }
    (1..rows.columns).for_each(|column| matrix.set(rows.rows + column - 1, column, l2.sqrt()));
    svd(&matrix).sigma[0].powi(2)
}

#[test]
fn sharpness_of_least_squares_is_its_largest_eigenvalue_on_every_path() {
    let data = diabetes();
    let exact = largest(&data, |_| 1.0, 0.1);
    for path in [Path::Modes, Path::Compressed, Path::Rows, Path::Plain] {
        let mut spec = watching(Spec::gd(0.2, 5, vec![0.0; 11]).momentum(0.5, false).every_step());
        spec.l2 = 0.1;
        let record = train_one(&data, &spec, path);
        for value in values(&record, &SHARPNESS, "") {
            assert_close(value.expect("found"), exact, 1e-6, &format!("{path}"));
        }
        assert_close(last(&record, &SHARPNESS_LIMIT, ""), 2.0 * 1.5 / 0.2, 1e-15, "heavy ball");
        spec.nesterov = true;
        let record = train_one(&data, &spec, path);
        assert_close(last(&record, &SHARPNESS_LIMIT, ""), 2.0 * 1.5 / (0.2 * 2.0), 1e-15, "Nesterov");
    }
    let record = train_one(&data, &watching(Spec::gd(0.01, 2, vec![0.0; 11]).batch(16)), Path::Rows);
    assert_close(last(&record, &SHARPNESS, ""), largest(&data, |_| 1.0, 0.0), 1e-6, "minibatches");
    assert_eq!(record.watched.values(&SHARPNESS_LIMIT, ""), None, "the limit is of full batches");
}

#[test]
fn sharpness_of_log_loss_is_that_of_its_hessian() {
    let values: Values = "l1 = 0.0\nl2 = 0.05\ninit = \"zeros\"".parse().expect("TOML");
    let model: Arc<dyn Model> =
        Arc::from((model::FAMILIES.row("logistic").expect("exists").build.build)(&values).expect("builds"));
    let dataset = iris(2);
    let data = split_for(&model, &dataset, true, Precision::F64, [dataset.target.len(), 0]).expect("forms");
    let mut spec = watching(Spec::gd(1.0, 30, vec![0.0; data.parameters()]));
    spec.l2 = 0.05;
    let record = train_model(&model, &data, &[spec], Path::Rows).remove(0);
    let theta = record.theta.clone().expect("kept");
    let weight = |row: usize| {
        let z: f64 = data.train.matrix.row(row).iter().zip(&theta).map(|(x, theta)| x * theta).sum();
        let p = 1.0 / (1.0 + (-z).exp());
        p * (1.0 - p)
    };
    assert_close(last(&record, &SHARPNESS, ""), largest(&data, weight, 0.05), 1e-6, "log loss");
    let (_, mut gradient) = gradients(&*model, &data, &theta, 1);
    gradient[1..].iter_mut().zip(&theta[1..]).for_each(|(g, w)| *g += 0.05 * w);
    assert_close(last(&record, &GRADIENT_NORM, "bias"), gradient[0].abs(), 1e-12, "bias");
    assert_close(last(&record, &GRADIENT_NORM, "weights"), norm_squared(&gradient[1..]).sqrt(), 1e-12, "weights");
    let (_, own) = gradients(&*model, &data, &theta, 1);
    assert_close(
        last(&record, &LOSS_GRADIENT_NORM, "weights"),
        norm_squared(&own[1..]).sqrt(),
        1e-12,
        "the loss alone",
    );
    assert_close(last(&record, &PARAMETER_NORM, "weights"), norm_squared(&theta[1..]).sqrt(), 1e-12, "their norm");
}

/// J = (θ − y)²/2 of one bias and a column of zeros: steps can be told by hand.
#[test]
fn updates_are_ratios_of_the_steps_of_the_epoch_before() {
    let data = whole(
        &Dataset {
            features: Matrix { rows: 2, columns: 1, values: vec![0.0, 0.0] },
            target: vec![1.0, 3.0],
            feature_names: vec!["x".into()],
            classes: None,
            weights: None,
            given_test: 0,
            target_name: "y".into(),
            other_targets: Vec::new(),
            fingerprint: String::new(),
            notes: Vec::new(),
            reading: Reading::default(),
        },
        false,
    );
    // The bias goes 4 → 3 → 2.5 → 2.25 at a rate of ½ towards 2.
    for path in [Path::Modes, Path::Compressed, Path::Plain] {
        let mut spec = watching(Spec::gd(0.5, 3, vec![4.0, 0.0]).every_step());
        let record = train_one(&data, &spec, path);
        let found = values(&record, &UPDATE_RATIO, "bias");
        assert_eq!(found[0], None, "no step came before");
        for (found, expected) in found[1..].iter().zip([1.0 / 4.0, 0.5 / 3.0, 0.25 / 2.5]) {
            assert_close(found.expect("moved"), expected, 1e-12, &format!("{path}"));
        }
        assert_eq!(values(&record, &UPDATE_RATIO, "weights"), [None; 4], "their norm is 0");
        // Only the last step counts where two of three epochs are not evaluated.
        (spec.options.evaluate_every, spec.options.epochs) = (Some(3), 3);
        let record = train_one(&data, &spec, path);
        assert_close(last(&record, &UPDATE_RATIO, "bias"), 0.25 / 2.5, 1e-12, &format!("{path}"));
    }
    // Two steps an epoch, on one row each: the root of the mean of both squares.
    let record = train_one(&data, &watching(Spec::gd(0.5, 1, vec![4.0, 0.0]).batch(1)), Path::Plain);
    let order = Stream::new(1, Purpose::BatchOrder, 1).permutation(2);
    let first = 4.0 - 0.5 * (4.0 - [1.0, 3.0][order[0]]);
    let second = first - 0.5 * (first - [1.0, 3.0][order[1]]);
    let squares = ((first - 4.0_f64) / 4.0).powi(2) + ((second - first) / first).powi(2);
    assert_close(last(&record, &UPDATE_RATIO, "bias"), (squares / 2.0).sqrt(), 1e-12, "minibatches");
}

#[test]
fn adam_has_a_limit_of_its_own_on_full_batches() {
    let (data, model) = (diabetes(), linear());
    let spec = watching(Spec::gd(0.1, 4, vec![0.0; 11]).every_step());
    for (keys, batching) in [("", Batching::Full), ("", Batching::Rows { size: 16, replacement: false, keep: false })] {
        let adam = Trainee { optimizer: method("adam", keys), ..spec.trainee() };
        let cohort =
            Cohort { trainees: vec![adam], batching, ..cohort(&model, &data, std::slice::from_ref(&spec), Path::Rows) };
        let mut records = Vec::new();
        train(&cohort, &AtomicBool::new(false), &mut |record| records.push(record));
        let record = &records[0];
        assert_eq!(record.watched.values(&SHARPNESS_LIMIT, ""), None);
        if batching == Batching::Full {
            assert_eq!(values(record, &PRECONDITIONED_SHARPNESS, "")[0], None, "it has not taken a step");
            assert_close(last(record, &PRECONDITIONED_SHARPNESS_LIMIT, ""), 38.0 / 0.1, 1e-12, "(2 + 1.8)/0.1/α");
            // Gradients are hundreds here, so that D shrinks the curvature by as much.
            let (plain, scaled) = (last(record, &SHARPNESS, ""), last(record, &PRECONDITIONED_SHARPNESS, ""));
            assert!(scaled > 0.0 && scaled < plain / 5.0, "{scaled} of {plain}");
        } else {
            assert_eq!(record.watched.values(&PRECONDITIONED_SHARPNESS, ""), None);
        }
    }
}

#[test]
fn watching_moves_nothing_and_has_the_same_bits_in_company() {
    for (path, precision) in
        [(Path::Modes, Precision::F64), (Path::Compressed, Precision::F64), (Path::Rows, Precision::F32)]
    {
        let data = split(&load("diabetes.csv", "progression"), true, precision, 300, 142);
        let mut specs = Vec::new();
        for rate in [0.01, 0.1, 0.3, 0.6, 3.0] {
            let mut spec = Spec::gd(rate, 40, vec![0.0; 11]).momentum(0.9, rate > 0.2);
            (spec.options.precision, spec.options.curve_points) = (precision, 6);
            spec.options.target_loss = (rate == 0.3).then_some(1_600.0);
            specs.push(if path == Path::Rows { spec.batch(32) } else { spec });
        }
        let mixed: Vec<Spec> = specs
            .iter()
            .cloned()
            .enumerate()
            .map(|(index, spec)| if index == 1 { spec } else { watching(spec) })
            .collect();
        let company = train_together(&data, &mixed, path);
        for (index, (spec, together)) in specs.iter().zip(&company).enumerate() {
            let plain = train_one(&data, spec, path);
            assert_eq!(bits(&plain), bits(together), "{path}: nothing else moves");
            assert_eq!(plain.watched, Watched::default());
            let alone = train_one(&data, &mixed[index], path);
            let shown = |record: &TrialRecord| format!("{:?}", record.watched);
            assert_eq!(shown(&alone), shown(together), "{path}: watched alone and in company");
            assert!(together.watched.series.iter().all(|series| series.values.len() == together.curve.epoch.len()));
        }
        assert!(company.iter().any(|record| !record.outcome.is_completed()), "one diverges");
    }
}

#[test]
fn blocks_of_several_outputs_are_one_place() {
    let values: Values = "l1 = 0.0\nl2 = 0.0\ninit = \"zeros\"".parse().expect("TOML");
    let model: Arc<dyn Model> =
        Arc::from((model::FAMILIES.row("softmax").expect("exists").build.build)(&values).expect("builds"));
    let dataset = iris(3);
    let data = split_for(&model, &dataset, true, Precision::F64, [dataset.target.len(), 0]).expect("forms");
    let d = data.layout_of(&*model).expect("fits").parameters();
    let record = train_model(&model, &data, &[watching(Spec::gd(0.5, 3, vec![0.0; d]))], Path::Rows).remove(0);
    assert_eq!(record.watched.places(&GRADIENT_NORM).collect::<Vec<_>>(), ["bias", "weights"]);
    let theta = record.theta.clone().expect("kept");
    let (_, gradient) = gradients(&*model, &data, &theta, 1);
    let biases: Vec<f64> = gradient.iter().step_by(d / 3).copied().collect();
    assert_close(last(&record, &GRADIENT_NORM, "bias"), norm_squared(&biases).sqrt(), 1e-12, "bias");
    assert!(last(&record, &SHARPNESS, "") > 0.0);
}

/// An mlp on three classes of iris, with dropout; other keys at their defaults.
fn mlp(keys: &str) -> Arc<dyn Model> {
    let family = model::FAMILIES.row("mlp").expect("exists");
    let defaults = family.parameters.iter().filter_map(|key| Some((key.name.to_owned(), key.default_value()?)));
    let mut values: Values = defaults.collect();
    values.remove("width");
    values.insert("loss".to_owned(), toml::Table::from_iter([("kind".to_owned(), "cross_entropy".into())]).into());
    values.extend(keys.parse::<toml::Table>().expect("TOML"));
    Arc::from((family.build.build)(&values).expect("builds"))
}

#[test]
fn layers_of_a_network_have_norms_and_activations_of_their_own() {
    let keys = "hidden = [5, 4]\nactivation = { kind = 'relu' }\ninit = { kind = 'torch' }";
    let (model, dataset) = (mlp(keys), iris(3));
    let data = split_for(&model, &dataset, true, Precision::F64, [dataset.target.len(), 0]).expect("forms");
    let layout = data.layout_of(&*model).expect("fits");
    let theta = model.start(&layout, Some(3)).expect("starts");
    let record = train_model(&model, &data, &[watching(Spec::gd(0.1, 3, theta.clone()))], Path::Rows).remove(0);
    let blocks: Vec<&str> = record.watched.places(&GRADIENT_NORM).collect();
    let expected =
        ["dense_1.weights", "dense_1.bias", "dense_2.weights", "dense_2.bias", "dense_3.weights", "dense_3.bias"];
    assert_eq!(blocks, expected);
    assert_eq!(record.watched.places(&ACTIVATION_MEAN).collect::<Vec<_>>(), ["dense_1", "dense_2"]);
    let (_, gradient) = gradients(&*model, &data, &theta, 1);
    for (block, tensor) in blocks.iter().zip(layout.tensors()) {
        let own: Vec<f64> = tensor.rows.iter().flat_map(|row| &gradient[row.clone()]).copied().collect();
        assert_close(
            values(&record, &GRADIENT_NORM, block)[0].expect("a norm"),
            norm_squared(&own).sqrt(),
            1e-12,
            block,
        );
    }
    // The first hidden layer by hand.
    let rows = &data.train.matrix;
    let unit = |unit: usize, row: usize| {
        let z = (0..4).fold(theta[20 + unit], |z, column| z + theta[unit * 4 + column] * rows.at(row, column));
        z.max(0.0)
    };
    let outputs: Vec<f64> =
        (0..5).flat_map(|at| (0..rows.rows).map(move |row| (at, row))).map(|(at, row)| unit(at, row)).collect();
    let count = outputs.len() as f64;
    let mean = outputs.iter().sum::<f64>() / count;
    let square = outputs.iter().map(|output| output * output).sum::<f64>() / count;
    let dead = outputs.chunks(rows.rows).filter(|unit| unit.iter().all(|output| *output == 0.0)).count();
    let first = |quantity| values(&record, quantity, "dense_1")[0];
    assert_close(first(&ACTIVATION_MEAN).expect("a mean"), mean, 1e-10, "mean");
    assert_close(first(&ACTIVATION_NORM).expect("a norm"), square.sqrt(), 1e-10, "norm");
    assert_close(first(&ACTIVATION_DEVIATION).expect("a deviation"), (square - mean * mean).sqrt(), 1e-10, "deviation");
    assert_eq!((first(&DEAD_SHARE), first(&SATURATED_SHARE)), (Some(dead as f64 / 5.0), None));
    assert!(last(&record, &SHARPNESS, "") > 0.0 && last(&record, &UPDATE_RATIO, "dense_2.weights") > 0.0);
}

#[test]
fn networks_are_watched_with_the_same_bits_in_company_and_without_a_trace() {
    for (keys, precision) in [
        (
            "hidden = [6, 6]\nactivation = { kind = 'tanh' }\nnorm = 'batch'\ndropout = 0.2\ninit = { kind = 'torch' }",
            Precision::F32,
        ),
        (
            "hidden = [6, 6]\nactivation = { kind = 'sigmoid' }\nresidual = true\ninit = { kind = 'torch' }",
            Precision::F64,
        ),
    ] {
        let (model, dataset) = (mlp(keys), iris(3));
        let data = split_for(&model, &dataset, true, precision, [100, 50]).expect("forms");
        let layout = data.layout_of(&*model).expect("fits");
        let spec = |seed: u64| {
            let start = model.start(&layout, Some(seed)).expect("starts");
            let mut spec = Spec::gd(0.05 * seed as f64, 4, start).momentum(0.9, false).batch(16);
            spec.options.precision = precision;
            spec
        };
        let specs: Vec<Spec> = (1..4).map(spec).collect();
        let watched: Vec<Spec> = specs.iter().cloned().map(watching).collect();
        for ((spec, watching), together) in
            specs.iter().zip(&watched).zip(train_model(&model, &data, &watched, Path::Rows))
        {
            let alone = train_model(&model, &data, std::slice::from_ref(watching), Path::Rows).remove(0);
            assert_eq!((bits(&alone), &alone.watched), (bits(&together), &together.watched));
            let plain = train_model(&model, &data, std::slice::from_ref(spec), Path::Rows).remove(0);
            assert_eq!(bits(&plain), bits(&together));
            let saturated = last(&together, &SATURATED_SHARE, "dense_1");
            assert!((0.0..=1.0).contains(&saturated));
        }
    }
}
