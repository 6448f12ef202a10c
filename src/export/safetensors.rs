//! Weights as safetensors: the length of a header in 8 bytes, the header as JSON, and the numbers, little-endian.
//!
//! Tensors are called as the blocks of the layout. Means and deviations of the features stand beside them as `preparation.mean` and
//! `preparation.deviation`, the running means of a layer behind its name.

use serde_json::{Map, Value, json};

use super::model::ExportedModel;
use crate::model::{Operation, RUNNING_MEAN, RUNNING_VARIANCE};
use crate::train::Precision;

/// A tensor with its name and shape.
struct NamedTensor<'a> {
    name: String,
    shape: Vec<usize>,
    values: &'a [f64],
    precision: Precision,
}

/// The bytes of a file with the parameters of a model. The same model is the same bytes: the crate that reads such files puts labels in
/// any order.
///
/// # Errors
/// A message if the model does not take its features.
pub fn safetensors(model: &ExportedModel<'_>) -> Result<Vec<u8>, String> {
    let trained = &model.trained;
    // Parameters that were trained in f32 are written so, with no bit lost.
    let precision = trained.precision;
    let mut tensors = Vec::new();
    let mut rest = trained.parameters;
    for block in trained.model.layout(trained.space)?.blocks() {
        let (values, after) = rest.split_at_checked(block.parameters()).ok_or("there are too few parameters")?;
        tensors.push(NamedTensor {
            name: block.name.clone().into_owned(),
            shape: block.shape.clone(),
            values,
            precision,
        });
        rest = after;
    }
    let steps = trained.model.graph(trained.space).unwrap_or_default();
    for step in &steps {
        if let Operation::BatchNorm { name, mean, variance, .. } = &step.operation {
            for (of, range) in [(RUNNING_MEAN, mean), (RUNNING_VARIANCE, variance)] {
                let values = trained.statistics.get(range.clone()).ok_or("there are too few statistics")?;
                tensors.push(NamedTensor {
                    name: format!("{name}.{of}"),
                    shape: vec![values.len()],
                    values,
                    precision,
                });
            }
        }
    }
    if let Some(scaled) = trained.standardization {
        for (of, values) in [("mean", &scaled.mean), ("deviation", &scaled.deviation)] {
            let (name, shape) = (format!("preparation.{of}"), vec![values.len()]);
            tensors.push(NamedTensor { name, shape, values, precision: Precision::F64 });
        }
    }
    Ok(encode(&tensors, &model.labels()))
}

fn encode(tensors: &[NamedTensor<'_>], labels: &[(String, String)]) -> Vec<u8> {
    let mut header = Map::new();
    let labels: Map<String, Value> = labels.iter().map(|(name, text)| (name.clone(), text.clone().into())).collect();
    header.insert("__metadata__".to_owned(), labels.into());
    let mut bytes = Vec::new();
    // Wider numbers come first, so that each lies at a multiple of its size.
    for (precision, word) in [(Precision::F64, "F64"), (Precision::F32, "F32")] {
        for tensor in tensors.iter().filter(|tensor| tensor.precision == precision) {
            let from = bytes.len();
            for &value in tensor.values {
                match precision {
                    Precision::F64 => bytes.extend_from_slice(&value.to_le_bytes()),
                    Precision::F32 => bytes.extend_from_slice(&(value as f32).to_le_bytes()),
                }
            }
            let place = json!({ "dtype": word, "shape": tensor.shape, "data_offsets": [from, bytes.len()] });
            header.insert(tensor.name.clone(), place);
        }
    }
    let mut text = Value::from(header).to_string().into_bytes();
    // The numbers begin at a multiple of eight.
    text.resize(text.len().next_multiple_of(8), b' ');
    let mut file = (text.len() as u64).to_le_bytes().to_vec();
    file.extend_from_slice(&text);
    file.extend_from_slice(&bytes);
    file
}
