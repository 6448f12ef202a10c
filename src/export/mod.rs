//! A trained model as files for other programs: its weights as safetensors, and what it computes as ONNX.
//!
//! Both are written by hand, in a few dozen lines each. The crate `safetensors` writes its metadata in the order of a hash table, and a
//! file would have other bytes each time; and ONNX needs a dozen kinds of messages, for which a generator of protocol buffers would cost
//! every build more than they do.

mod graph;
mod model;
mod onnx;
mod protobuf;
mod safetensors;
#[cfg(test)]
mod tests;

pub use model::ExportedModel;
pub use onnx::{OPSET, onnx};
pub use safetensors::safetensors;
