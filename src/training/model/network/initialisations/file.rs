//! The parameters of a file: those that `sweep export` writes, or that another program trained.
//!
//! | key | default | range |
//! | --- | --- | --- |
//! | `path` | required | a file in safetensors' format, relative to the experiment |
//! | `content` | that of the file | BLAKE3 of the file's bytes: another file is an error |
//!
//! Each tensor has the name and the shape of a block of parameters: `dense_1.weights` `[outputs, inputs]`, `dense_1.bias`
//! `[outputs]`, `batch_norm_1.scale`, and so on, in the order of the layers (`sweep plan` lists them). Running means and variances of batch
//! norm (`batch_norm_1.running_mean`) are taken where they are given. Numbers are F32 or F64; `preparation.…`, which tells how
//! features were scaled, is not read. A trial's id depends on the content of the file and not on its name, and every seed
//! starts alike.

use std::sync::Arc;

use serde::Deserialize;

use super::given::GivenParameters;
use super::{BuildInitialisation, Initialisation};
use crate::parameter::{Decides, Fallback, Kind, Parameter, read};
use crate::registry::Row;
use crate::shape::Layout;

/// Its name.
pub const FILE: &str = "file";

/// The key that names the file, and the one of its content, which is filled in when an experiment is read.
pub const PATH: &str = "path";
pub const CONTENT: &str = "content";

pub const ROW: Row<BuildInitialisation> = Row::<BuildInitialisation>::new(
    FILE,
    "the parameters of a file in safetensors' format",
    &[
        Parameter::new(
            PATH,
            Kind::Text,
            Fallback::Required,
            Decides::Place,
            "the file, relative to the experiment; its tensors have the names and shapes of the network's blocks",
        )
        .labelled("from", "")
        .also_called(&["file", "checkpoint", "weights"]),
        Parameter::new(
            CONTENT,
            Kind::Text,
            Fallback::Absent,
            Decides::Start,
            "BLAKE3 of the file's bytes, which enters the trial's id; filled in from the file",
        )
        .labelled("", ""),
    ],
    include_str!("file.rs"),
    |values| Ok(Arc::new(read::<FromFile>(values)?)),
)
// Before, the trials of a cohort shared the running means of one file.
.revised(2);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FromFile {
    path: String,
    #[serde(default)]
    content: String,
}

impl FromFile {
    fn parameters(&self) -> Result<Arc<GivenParameters>, String> {
        GivenParameters::kept(&self.content).ok_or_else(|| format!("{} was not read", self.path))
    }
}

impl Initialisation for FromFile {
    fn start(&self, layout: &Layout, _seed: u64) -> Result<Vec<f64>, String> {
        self.parameters()?.parameters(layout).map_err(|message| format!("{}: {message}", self.path))
    }

    fn by_seed(&self) -> bool {
        false
    }

    /// A report knows its trials by the content alone.
    fn check(&self, layout: &Layout) -> Result<(), String> {
        if self.parameters().is_ok() { self.start(layout, 0).map(drop) } else { Ok(()) }
    }

    fn statistics(&self, name: &str) -> Option<Vec<f64>> {
        self.parameters().ok()?.values(name)
    }
}
