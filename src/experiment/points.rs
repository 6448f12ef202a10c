//! The points of one axis: values with their places, none of them twice.

use std::collections::HashMap;

use super::mistake::{Mistake, Mistakes};
use super::source_text::Span;
use crate::parameter::Parameter;
use crate::text::toml_value;

/// A checked value and its place.
pub type SpannedValue = (toml::Value, Span);

/// The most points of one axis.
pub const MOST_POINTS: usize = 100_000;

/// Reports values that occur twice on an axis. Such a value would be trained once and counted twice.
pub fn report_repeats(parameter: &Parameter, values: &[SpannedValue], mistakes: &mut Mistakes) {
    let mut first: HashMap<String, Span> = HashMap::with_capacity(values.len());
    for (value, span) in values {
        let text = written(value);
        if let Some(earlier) = first.get(&text) {
            let text = toml_value(value);
            let shown = if text.len() > 60 { "a value".to_owned() } else { text };
            let mistake = Mistake::error(format!("`{}` has {shown} twice on one axis", parameter.name));
            mistakes.push(if earlier == span {
                mistake.at(*span, "this table gives it twice")
            } else {
                mistake.at(*span, "again here").at(*earlier, "first here")
            });
        } else {
            first.insert(text, *span);
        }
    }
}

/// A text that identifies a value. There may be many numbers, and their bits are their shortest text.
pub fn written(value: &toml::Value) -> String {
    match value {
        toml::Value::Float(number) => format!("#{:x}", number.to_bits()),
        value => value.to_string(),
    }
}
