//! The targets that a model of classes gets, and that a model of numbers does not.

use std::borrow::Cow;

use super::plane::Plane;
use crate::data::{DataSplit, Dataset};
use crate::loss::ModelLoss;
use crate::model::{Batch, LinearInParameters, Model, Passes, Penalty, Points, Training, Workspace};
use crate::numeric::{Matrix, MatrixRows, Real};
use crate::record::Split;
use crate::shape::{ClassNames, Layout, NamedClasses, Space, Target, TargetKind};
use crate::train::{Precision, PreparedData};

/// A plane whose targets are classes; it needs three of them.
#[derive(Default)]
struct ClassPlane(Plane);

impl Model for ClassPlane {
    fn fits(&self, space: &Space) -> Result<(), String> {
        match space.classes {
            Some(3) => Ok(()),
            found => Err(format!("three classes are expected, not {found:?}")),
        }
    }

    fn wants_classes(&self) -> bool {
        true
    }

    fn layout(&self, space: &Space) -> Result<Layout, String> {
        self.0.layout(space)
    }

    fn start(&self, layout: &Layout, seed: Option<u64>) -> Result<Vec<f64>, String> {
        self.0.start(layout, seed)
    }

    fn start_by_seed(&self) -> bool {
        false
    }

    fn penalty(&self) -> Penalty {
        self.0.penalty()
    }

    fn loss(&self) -> &ModelLoss {
        self.0.loss()
    }

    fn linear_in_parameters(&self) -> Option<&dyn LinearInParameters> {
        None
    }
}

impl<T: Real> Passes<T> for ClassPlane {
    fn outputs(&self, rows: MatrixRows<'_, T>, points: Points<'_, T>, outputs: &mut [T], workspace: &mut Workspace<T>) {
        self.0.outputs(rows, points, outputs, workspace);
    }

    fn gradients(
        &self,
        batch: &Batch<'_, T>,
        points: &[T],
        losses: &mut [T],
        gradients: &mut [T],
        training: Option<Training<'_, T>>,
        workspace: &mut Workspace<T>,
    ) {
        self.0.gradients(batch, points, losses, gradients, training, workspace);
    }
}

fn dataset(target: &[f64], classes: Option<NamedClasses>) -> Dataset {
    Dataset {
        features: Matrix { rows: target.len(), columns: 1, values: vec![1.0; target.len()] },
        target: target.to_vec(),
        classes,
        weights: None,
        feature_names: vec!["x".to_owned()],
        target_name: "y".to_owned(),
        other_targets: Vec::new(),
        given_test: 0,
        fingerprint: String::new(),
        notes: Vec::new(),
        reading: crate::record::Reading::default(),
    }
}

fn named(names: [&str; 3]) -> NamedClasses {
    NamedClasses { names: ClassNames::new(names.map(str::to_owned).to_vec()), are_numbers: false }
}

fn prepared(data: Dataset, parts: &DataSplit, model: &dyn Model) -> Result<PreparedData, String> {
    let borrowed = PreparedData::new(Cow::Borrowed(&data), parts, None, model, Precision::F64);
    let owned = PreparedData::new(Cow::Owned(data), parts, None, model, Precision::F64);
    if let (Ok(one), Ok(other)) = (&borrowed, &owned) {
        assert_eq!(one.train.target, other.train.target);
    }
    owned
}

#[test]
fn a_model_of_classes_gets_codes_of_all_classes_in_every_part() {
    let texts = || dataset(&[2.0, 0.0, 1.0, 0.0, 2.0], Some(named(["a", "b", "c"])));
    let numbers = || dataset(&[30.0, -1.0, 7.0, -1.0, 30.0], None);
    for (data, names) in [(texts(), ["a", "b", "c"]), (numbers(), ["-1", "7", "30"])] {
        let of = |codes: &[f64]| Target::Classes { codes: codes.to_vec(), names: named(names).names };
        let found = prepared(data.clone(), &DataSplit::consecutive(2, 2, 1), &ClassPlane::default()).expect("fits");
        assert_eq!(found.train.target, of(&[2.0, 0.0]));
        assert_eq!(found.train.target.kind(), TargetKind::Classes);
        assert_eq!(found.rows(Split::Validation).map(|rows| &rows.target), Some(&of(&[1.0, 0.0])));
        assert_eq!(found.rows(Split::Test).map(|rows| &rows.target), Some(&of(&[2.0])));
        let all = prepared(data, &DataSplit::consecutive(5, 0, 0), &ClassPlane::default()).expect("fits");
        assert_eq!(all.train.target, of(&[2.0, 0.0, 1.0, 0.0, 2.0]));
    }
    let plain = prepared(numbers(), &DataSplit::consecutive(5, 0, 0), &Plane::default()).expect("fits");
    assert_eq!(plain.train.target, Target::Numbers(numbers().target));
}

#[test]
fn what_does_not_suit_is_refused() {
    let all = DataSplit::consecutive(3, 0, 0);
    let refused = |data, model: &dyn Model| prepared(data, &all, model).expect_err("does not suit");
    let texts = dataset(&[0.0, 1.0, 2.0], Some(named(["a", "b", "c"])));
    assert_eq!(refused(texts, &Plane::default()), "the model predicts numbers, and the target holds classes");
    let fractions = dataset(&[0.5, 1.0, 2.0], None);
    assert_eq!(refused(fractions, &ClassPlane::default()), "target \"y\" holds numbers that are not whole (0.5)");
    let two = dataset(&[0.0, 1.0, 0.0], None);
    assert_eq!(refused(two, &ClassPlane::default()), "three classes are expected, not Some(2)");
}
