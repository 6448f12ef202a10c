//! Parameters that a file gives, as safetensors holds them: named tensors.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use crate::model::{RUNNING_MEAN, RUNNING_VARIANCE};
use crate::shape::{Layout, ParameterBlock};

/// The tensors of one file.
#[derive(Debug, PartialEq)]
pub struct GivenParameters {
    tensors: BTreeMap<String, GivenTensor>,
}

#[derive(Debug, PartialEq)]
struct GivenTensor {
    shape: Vec<usize>,
    values: Vec<f64>,
}

/// What files gave, by the hash of their content. A plan names the file, a model that is built of the plan's values only the content.
static GIVEN: Mutex<Option<HashMap<String, Arc<GivenParameters>>>> = Mutex::new(None);

impl GivenParameters {
    /// The hash of a file's content, by which a trial's id knows it: BLAKE3, in hexadecimal digits.
    #[must_use]
    pub fn content(bytes: &[u8]) -> String {
        blake3::hash(bytes).to_hex().to_string()
    }

    /// Reads the bytes of a file, and keeps what they give for models that start from this content.
    ///
    /// # Errors
    /// A message if the bytes are no safetensors, or hold numbers that are not finite or of a type that is not read.
    pub fn keep(bytes: &[u8]) -> Result<(), String> {
        let given = Arc::new(Self::read(bytes)?);
        let mut known = GIVEN.lock().unwrap_or_else(PoisonError::into_inner);
        known.get_or_insert_default().insert(Self::content(bytes), given);
        Ok(())
    }

    /// What a file of this content gave; `None` if it was not read.
    pub(super) fn kept(content: &str) -> Option<Arc<Self>> {
        GIVEN.lock().unwrap_or_else(PoisonError::into_inner).as_ref()?.get(content).cloned()
    }

    fn read(bytes: &[u8]) -> Result<Self, String> {
        let file =
            SafeTensors::deserialize(bytes).map_err(|error| format!("it is not in safetensors' format: {error}"))?;
        let mut tensors = BTreeMap::new();
        // The crate has them in any order.
        let views: BTreeMap<&str, TensorView<'_>> = file.iter().collect();
        for (name, view) in views {
            tensors
                .insert(name.to_owned(), GivenTensor { shape: view.shape().to_vec(), values: numbers(name, &view)? });
        }
        Ok(Self { tensors })
    }

    /// The parameters of a layout.
    ///
    /// # Errors
    /// A message that names the tensor that is missing, has another shape, or has no place.
    pub(super) fn parameters(&self, layout: &Layout) -> Result<Vec<f64>, String> {
        let mut parameters = Vec::with_capacity(layout.parameters());
        for block in layout.blocks() {
            let Some(tensor) = self.tensors.get(&*block.name) else {
                return Err(format!("it has no tensor \"{}\" {:?}: {}", block.name, block.shape, self.names()));
            };
            if tensor.shape != block.shape {
                let (name, found, wanted) = (&block.name, &tensor.shape, &block.shape);
                return Err(format!("its tensor \"{name}\" has the shape {found:?}, and the network's has {wanted:?}"));
            }
            parameters.extend_from_slice(&tensor.values);
        }
        for (name, tensor) in self.tensors.iter().filter(|(name, _)| !name.starts_with("preparation.")) {
            if layout.blocks().iter().all(|block| block.name != *name) {
                tensor.check_statistics(name, layout.blocks())?;
            }
        }
        Ok(parameters)
    }

    pub(super) fn values(&self, name: &str) -> Option<Vec<f64>> {
        self.tensors.get(name).map(|tensor| tensor.values.clone())
    }

    /// The names that there are, a few of them.
    fn names(&self) -> String {
        const MOST: usize = 6;
        let shown: Vec<String> = self.tensors.keys().take(MOST).map(|name| format!("\"{name}\"")).collect();
        match self.tensors.len().saturating_sub(MOST) {
            0 if shown.is_empty() => "it has none".to_owned(),
            0 => format!("it has {}", shown.join(", ")),
            more => format!("it has {} and {more} more", shown.join(", ")),
        }
    }
}

impl GivenTensor {
    /// Checks that it holds the running means or variances of a layer that has a scale for each.
    fn check_statistics(&self, name: &str, blocks: &[ParameterBlock]) -> Result<(), String> {
        let (layer, what) = name.rsplit_once('.').unwrap_or_default();
        let scale = blocks.iter().find(|block| block.name.strip_suffix(".scale") == Some(layer));
        let Some(scale) = scale.filter(|_| [RUNNING_MEAN, RUNNING_VARIANCE].contains(&what)) else {
            return Err(format!("its tensor \"{name}\" has no place in the network"));
        };
        if self.shape != scale.shape {
            let (found, wanted) = (&self.shape, &scale.shape);
            return Err(format!("its tensor \"{name}\" has the shape {found:?}, and the network's has {wanted:?}"));
        }
        match self.values.iter().find(|value| what == RUNNING_VARIANCE && **value < 0.0) {
            Some(value) => Err(format!("its tensor \"{name}\" holds {value}, and a variance is at least 0")),
            None => Ok(()),
        }
    }
}

fn numbers(name: &str, view: &TensorView<'_>) -> Result<Vec<f64>, String> {
    let bytes = view.data();
    let numbers: Vec<f64> = match view.dtype() {
        Dtype::F64 => bytes.as_chunks().0.iter().map(|&bytes| f64::from_le_bytes(bytes)).collect(),
        Dtype::F32 => bytes.as_chunks().0.iter().map(|&bytes| f64::from(f32::from_le_bytes(bytes))).collect(),
        other => return Err(format!("its tensor \"{name}\" holds numbers of type {other:?}; F32 and F64 are read")),
    };
    match numbers.iter().find(|number| !number.is_finite()) {
        Some(number) => Err(format!("its tensor \"{name}\" holds {number}")),
        None => Ok(numbers),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::Role;

    fn layout() -> Layout {
        Layout::new(vec![
            ParameterBlock::new("dense_1.weights", [2, 3], Role::Weight),
            ParameterBlock::new("dense_1.bias", [2], Role::Bias),
            ParameterBlock::new("batch_norm_1.scale", [2], Role::Scale),
        ])
    }

    fn file(tensors: &[(&str, Dtype, &[usize], &[f64])]) -> Vec<u8> {
        let bytes = |dtype: Dtype, values: &[f64]| -> Vec<u8> {
            match dtype {
                Dtype::F32 => values.iter().flat_map(|value| (*value as f32).to_le_bytes()).collect(),
                _ => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
            }
        };
        let data: Vec<Vec<u8>> = tensors.iter().map(|(_, dtype, _, values)| bytes(*dtype, values)).collect();
        let view = |((name, dtype, shape, _), data): (&(&'static str, _, &[usize], _), _)| {
            (*name, TensorView::new(*dtype, shape.to_vec(), data).expect("fits"))
        };
        let tensors: Vec<(&'static str, Dtype, &[usize], &[f64])> =
            tensors.iter().map(|(name, dtype, shape, values)| (leaked(name), *dtype, *shape, *values)).collect();
        let views: Vec<_> = tensors.iter().zip(data.iter().map(Vec::as_slice)).map(view).collect();
        safetensors::serialize(views, None).expect("serializes")
    }

    fn leaked(name: &str) -> &'static str {
        name.to_owned().leak()
    }

    #[test]
    fn tensors_are_taken_by_name_in_the_order_of_the_layout() {
        let bytes = file(&[
            ("preparation.mean", Dtype::F64, &[3], &[0.0; 3]),
            ("batch_norm_1.running_mean", Dtype::F32, &[2], &[0.25, 0.5]),
            ("batch_norm_1.scale", Dtype::F32, &[2], &[9.0, 10.0]),
            ("dense_1.bias", Dtype::F64, &[2], &[7.0, 8.1]),
            ("dense_1.weights", Dtype::F32, &[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
        ]);
        let given = GivenParameters::read(&bytes).expect("reads");
        assert_eq!(given.parameters(&layout()), Ok(vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.1, 9.0, 10.0]));
        assert_eq!(given.values("batch_norm_1.running_mean"), Some(vec![0.25, 0.5]));
        let content = GivenParameters::content(&bytes);
        GivenParameters::keep(&bytes).expect("reads");
        assert_eq!(GivenParameters::kept(&content).as_deref(), Some(&given));
        assert_eq!(GivenParameters::kept("another"), None);
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let whole: Vec<(&str, Dtype, &[usize], &[f64])> = vec![
            ("dense_1.weights", Dtype::F64, &[2, 3], &[0.0; 6]),
            ("dense_1.bias", Dtype::F64, &[2], &[0.0; 2]),
            ("batch_norm_1.scale", Dtype::F64, &[2], &[1.0; 2]),
        ];
        let message = |tensors: &[(&str, Dtype, &[usize], &[f64])]| {
            GivenParameters::read(&file(tensors))
                .and_then(|given| given.parameters(&layout()))
                .expect_err("does not fit")
        };
        let lacking = message(&whole[1..]);
        assert!(
            lacking.starts_with("it has no tensor \"dense_1.weights\" [2, 3]: it has \"batch_norm_1.scale\""),
            "{lacking}"
        );
        let mut other = whole.clone();
        other[0].2 = &[3, 2];
        assert!(message(&other).contains("the shape [3, 2], and the network's has [2, 3]"));
        let mut more = whole.clone();
        more.push(("dense_2.bias", Dtype::F64, &[1], &[0.0]));
        assert!(message(&more).contains("\"dense_2.bias\" has no place"));
        let mut statistics = whole.clone();
        statistics.push(("batch_norm_1.running_variance", Dtype::F64, &[2], &[1.0, -1.0]));
        assert!(message(&statistics).contains("holds -1, and a variance is at least 0"));
        statistics[3].0 = "dense_1.running_mean";
        assert!(message(&statistics).contains("\"dense_1.running_mean\" has no place"));
        let mut infinite = whole.clone();
        infinite[1].3 = &[0.0, f64::INFINITY];
        assert!(message(&infinite).contains("\"dense_1.bias\" holds inf"));
        let mut whole_numbers = whole.clone();
        whole_numbers[1].1 = Dtype::I64;
        assert!(message(&whole_numbers).contains("I64; F32 and F64 are read"));
        for bytes in [&b""[..], b"PK\x03\x04", &[0xff; 64]] {
            assert!(GivenParameters::read(bytes).expect_err("no such file").contains("safetensors"));
        }
    }
}
