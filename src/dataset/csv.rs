use super::{DataError, Source};
use crate::parameter::{Fallback, Kind, Parameter};
pub const SOURCE: Source = Source {
    name: "csv",
    doc: "a CSV file",
    parameters: &[
        Parameter::new("path", Kind::Text, Fallback::Required, "the file, relative to the experiment file"),
        Parameter::new("target", Kind::Text, Fallback::Required, "the column to predict"),
        Parameter::new(
            "features",
            Kind::Texts,
            Fallback::Absent,
            "the columns to predict from; all others if left out",
        ),
        Parameter::new("one_hot", Kind::Texts, Fallback::Absent, "categorical columns, expanded to one column a level"),
        Parameter::new(
            "missing",
            Kind::Choice(&["error", "drop"]),
            Fallback::Literal("\"error\""),
            "what becomes of rows with missing cells",
        ),
        Parameter::new("delimiter", Kind::Text, Fallback::Literal("\",\""), "the character between cells"),
    ],
    generated: false,
    load: |_, _, _| Err(DataError::Content(String::new())),
    by_seed: |_| false,
};
