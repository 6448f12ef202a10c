//! One dataset × split × model shape, ready to train on.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::least_squares::LeastSquaresData;
use super::options::Precision;
use super::prepared_rows::PreparedRows;
use crate::data::{DataSplit, Dataset, RowIndices, Standardization, TargetClasses};
use crate::model::Model;
use crate::numeric::Matrix;
use crate::record::Split;
use crate::shape::{ClassNames, Layout, Space, Target, TargetKind, TargetMoments, means_of_targets};

/// The number of numbers to move from which another thread pays off.
const WORTH_A_THREAD: usize = 1_000_000;

/// This message replaces a divergence before the first step.
const TOO_LARGE: &str =
    "a value is larger than precision = \"f32\" holds (3.4e38): standardize the features, or train in f64";

/// Everything that trials on one dataset × split × model shape share.
#[derive(Debug)]
pub struct PreparedData {
    space: Space,
    /// That of one output, if the model is linear in its parameters: models with one output and with several share the
    /// data.
    layout: Arc<Layout>,
    /// The same for all outputs, made on first use. The space says how many there are, if there are several.
    layout_of_outputs: OnceLock<Arc<Layout>>,
    pub train: Arc<PreparedRows>,
    pub validation: Option<Arc<PreparedRows>>,
    pub test: Option<Arc<PreparedRows>>,
    least_squares: Option<LeastSquaresData>,
    parts: DataSplit,
    /// How the features were scaled, if they were.
    pub standardization: Option<Standardization>,
}

impl PreparedData {
    /// Splits the data set, standardizes it if asked to, and forms the rows that the model reads: those of its design,
    /// or the features of a model without one. An owned data set is dropped on return, and its targets as soon as they
    /// are split.
    ///
    /// # Errors
    /// A message if the model cannot be formed on these features, if its loss does not take a target, if there are no
    /// training rows, or if a value does not fit in f32.
    pub fn new(
        dataset: Cow<'_, Dataset>,
        parts: &DataSplit,
        standardization: Option<&Standardization>,
        model: &dyn Model,
        precision: Precision,
    ) -> Result<Self, String> {
        let rows = dataset.features.rows;
        dataset.target.chunks(rows.max(1)).try_for_each(|target| model.loss().check_targets(target))?;
        let mut dataset = dataset;
        let (class_names, codes) = classes(&dataset, model.wants_classes())?;
        let mut targets = match (&mut dataset, codes) {
            (Cow::Owned(own), None) if parts.all_train() => [std::mem::take(&mut own.target), Vec::new(), Vec::new()],
            (dataset, codes) => {
                let target = codes.as_ref().unwrap_or(&dataset.target);
                let chosen = |part: Split| {
                    target.chunks(rows.max(1)).flat_map(move |one| chosen_numbers(one, &parts.rows(part)))
                };
                Split::ALL.map(|part| chosen(part).collect())
            }
        };
        if let Cow::Owned(own) = &mut dataset {
            own.target = Vec::new();
        }
        let weights = dataset.weights.as_ref().map(|weights| &weights.values);
        let features = &dataset.features;
        let classes = class_names.as_ref().map(|names| names.len());
        let n_targets = dataset.n_targets();
        let space = Space { n_features: features.columns, target: dataset.target_kind(), n_targets, classes };
        model.fits(&space)?;
        model.loss().fits(&space)?;
        model.check_class_weights(class_names.as_deref().unwrap_or_default())?;
        let layout = Arc::new(match model.linear_in_parameters() {
            Some(linear) => linear.layout_of_output(&space)?,
            None => model.layout(&space)?,
        });
        let rows = |part: Split, target: &mut Vec<f64>| -> Result<Option<Arc<PreparedRows>>, String> {
            let chosen = parts.rows(part);
            if chosen.is_empty() {
                return Ok(None);
            }
            let mut read = read_rows(features, &chosen, standardization, model, &layout)?;
            let mut target = std::mem::take(target);
            if precision == Precision::F32 {
                let all = || read.values.iter().chain(&target);
                if all().any(|value| value.is_finite() && value.abs() > f64::from(f32::MAX)) {
                    return Err(TOO_LARGE.to_owned());
                }
                read.values.iter_mut().chain(&mut target).for_each(round_to_f32);
            }
            let target = match &class_names {
                Some(names) => Target::Classes { codes: target, names: names.clone() },
                None if n_targets > 1 => Target::Several { values: target, n_targets },
                None => Target::Numbers(target),
            };
            let rows = PreparedRows::new(read, target);
            let rows = match weights {
                None => rows,
                Some(weights) => rows
                    .weighted(chosen_numbers(weights, &chosen))
                    .map_err(|reason| format!("{} rows: {reason}", part.word()))?,
            };
            Ok(Some(Arc::new(rows)))
        };
        let [train, validation, test] = &mut targets;
        let train = rows(Split::Train, train)?.ok_or("there are no rows to train on")?;
        let (validation, test) = (rows(Split::Validation, validation)?, rows(Split::Test, test)?);
        let least_squares = model
            .linear_in_parameters()
            .filter(|_| n_targets == 1)
            .map(|_| LeastSquaresData::new(Arc::clone(&layout), &train, validation.as_ref(), test.as_ref()));
        let standardization = standardization.cloned();
        Ok(Self {
            space,
            layout,
            layout_of_outputs: OnceLock::new(),
            train,
            validation,
            test,
            least_squares,
            parts: parts.clone(),
            standardization,
        })
    }

    /// How the rows of the data set are divided.
    #[must_use]
    pub const fn parts(&self) -> &DataSplit {
        &self.parts
    }

    /// What a model is asked to map.
    #[must_use]
    pub const fn space(&self) -> &Space {
        &self.space
    }

    /// The layout of the parameters of least squares.
    #[must_use]
    pub const fn layout(&self) -> &Arc<Layout> {
        &self.layout
    }

    /// The layout of a trial's parameters under a model that the data was prepared for, or that reads the same rows.
    ///
    /// # Errors
    /// Those of [`Model::layout`].
    pub fn layout_of(&self, model: &dyn Model) -> Result<Arc<Layout>, String> {
        if model.linear_in_parameters().is_none() {
            return model.layout(&self.space).map(Arc::new);
        }
        let outputs = model.n_outputs(&self.space);
        if outputs == 1 {
            return Ok(Arc::clone(&self.layout));
        }
        Ok(Arc::clone(self.layout_of_outputs.get_or_init(|| Arc::new(self.layout.repeated(outputs)))))
    }

    /// The number of parameters of an output, including the bias.
    #[must_use]
    pub fn parameters(&self) -> usize {
        self.layout.parameters()
    }

    #[must_use]
    pub fn n_train(&self) -> usize {
        self.train.matrix.rows
    }

    /// The data as linear least squares; `None` if the model is not linear in its parameters, or there are several
    /// targets. (Trials with another loss may share the data.)
    #[must_use]
    pub const fn least_squares(&self) -> Option<&LeastSquaresData> {
        self.least_squares.as_ref()
    }

    /// The rows of a split; `None` if it has none.
    #[must_use]
    pub fn rows(&self, split: Split) -> Option<&PreparedRows> {
        match split {
            Split::Train => Some(&self.train),
            Split::Validation => self.validation.as_deref(),
            Split::Test => self.test.as_deref(),
        }
    }

    /// The moments of the targets of each split that has rows, weighted as its rows are.
    #[must_use]
    pub fn target_moments(&self) -> [Option<TargetMoments>; 3] {
        let ((targets, n_targets), weights) = (self.train.targets(), self.train.weights.as_deref());
        let means = means_of_targets(targets, n_targets, weights).unwrap_or_else(|| vec![f64::NAN; n_targets]);
        Split::ALL.map(|split| {
            let rows = self.rows(split)?;
            let (target, weights) = (&rows.target, rows.weights.as_deref());
            let rows = target.class_names().map(|_| target.numbers().len() as u64);
            Some(TargetMoments { rows, ..TargetMoments::of_several(target.numbers(), &means, weights)? })
        })
    }

    /// The splits that have rows.
    #[must_use]
    pub fn splits(&self) -> Vec<Split> {
        Split::ALL.into_iter().filter(|&split| self.rows(split).is_some()).collect()
    }
}

/// The names of the classes that a model takes, and their codes where the target has other numbers.
///
/// # Errors
/// A message if the model and the target do not suit each other.
fn classes(dataset: &Dataset, are_wanted: bool) -> Result<(Option<ClassNames>, Option<Vec<f64>>), String> {
    match (are_wanted, dataset.target_kind()) {
        (false, TargetKind::Number) => Ok((None, None)),
        (false, TargetKind::Classes) => Err("the model predicts numbers, and the target holds classes".to_owned()),
        (true, _) => {
            let TargetClasses { names, codes } = TargetClasses::of(dataset)?;
            let codes = match codes {
                Cow::Borrowed(_) => None,
                Cow::Owned(codes) => Some(codes),
            };
            Ok((Some(names), codes))
        }
    }
}

/// The numbers of the chosen rows.
fn chosen_numbers(numbers: &[f64], rows: &RowIndices) -> Vec<f64> {
    match rows {
        RowIndices::Consecutive(rows) => numbers[rows.clone()].to_vec(),
        RowIndices::Listed(rows) => rows.iter().map(|&row| numbers[row]).collect(),
    }
}

/// The features of a range of the chosen rows.
fn chosen_features(features: &Matrix, rows: &RowIndices, stretch: Range<usize>) -> Matrix {
    match rows {
        RowIndices::Consecutive(rows) => {
            let (count, from) = (stretch.len(), (rows.start + stretch.start) * features.columns);
            let values = features.values[from..from + count * features.columns].to_vec();
            Matrix { rows: count, columns: features.columns, values }
        }
        RowIndices::Listed(rows) => features.select_rows(&rows[stretch]),
    }
}

/// The rows that are formed at a time, so that the intermediate values stay in cache.
const FORMED_TOGETHER: usize = 128;

/// The rows that the model reads, `[rows, columns]`. Each depends only on its own features, so threads share large
/// parts.
pub(super) fn read_rows(
    features: &Matrix,
    rows: &RowIndices,
    standardization: Option<&Standardization>,
    model: &dyn Model,
    layout: &Layout,
) -> Result<Matrix, String> {
    let linear = model.linear_in_parameters();
    let columns = if linear.is_some() { layout.parameters() } else { features.columns };
    let mut read = Matrix::filled(rows.len(), columns, 0.0);
    let form = |values: &mut [f64], first: usize| -> Result<(), String> {
        for (block, to) in values.chunks_mut(FORMED_TOGETHER * columns).enumerate() {
            let from = first + block * FORMED_TOGETHER;
            let mut features = chosen_features(features, rows, from..from + to.len() / columns);
            if let Some(standardization) = standardization {
                standardization.apply(&mut features);
            }
            match linear {
                Some(linear) => to.copy_from_slice(&linear.design(&features)?.values),
                None => to.copy_from_slice(&features.values),
            }
        }
        Ok(())
    };
    let threads = if read.values.len() < WORTH_A_THREAD { 1 } else { rayon::current_num_threads() };
    let share = rows.len().div_ceil(threads).max(1);
    let mut shares = read.values.chunks_mut(share * columns).enumerate();
    let first = shares.next();
    std::thread::scope(|scope| {
        let form = &form;
        let others: Vec<_> = shares.map(|(index, values)| scope.spawn(move || form(values, index * share))).collect();
        let formed = first.map_or(Ok(()), |(_, values)| form(values, 0));
        let others =
            others.into_iter().map(|other| other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        others.fold(formed, Result::and)
    })?;
    Ok(read)
}

pub(super) fn round_to_f32(value: &mut f64) {
    *value = f64::from(*value as f32);
}
