//! How much each training row counts in J: the weights of the data set times those of classes.

use std::borrow::Cow;

use super::prepared::PreparedData;
use crate::model::Model;

/// The weights of the training rows, `[n]`; `None` if each counts once. Those of the data set have mean 1, and those of
/// classes are as they are: J = (1/n)·Σ w·ℓ plus the penalty.
pub fn training_weights<'a>(data: &'a PreparedData, model: &dyn Model) -> Option<Cow<'a, [f64]>> {
    let own = data.train.weights.as_deref();
    let Some(of_classes) = class_weights(data, model) else { return own.map(Cow::Borrowed) };
    let class = data.train.target.numbers().iter().map(|code| of_classes[*code as usize]);
    Some(match own {
        Some(own) => own.iter().zip(class).map(|(own, class)| own * class).collect(),
        None => class.collect(),
    })
}

/// The largest weight of a class, with which the curvature of J may grow; 1 without such weights.
#[must_use]
pub fn largest_class_weight(data: &PreparedData, model: &dyn Model) -> f64 {
    let larger = |largest: f64, weight: f64| if weight > largest { weight } else { largest };
    class_weights(data, model).map_or(1.0, |weights| weights.into_iter().fold(0.0, larger))
}

fn class_weights(data: &PreparedData, model: &dyn Model) -> Option<Vec<f64>> {
    let (weights, names) = (model.class_weights()?, data.train.target.class_names()?);
    weights.of_classes(names, data.train.target.numbers(), data.train.weights.as_deref())
}
