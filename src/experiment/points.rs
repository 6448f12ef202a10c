//! The points of one axis: values with their places, none of them twice.

use std::collections::HashMap;

use super::mistake::{Mistake, Mistakes};
use super::source_text::Span;
use crate::parameter::Parameter;
use crate::text::toml_value;

/// A checked value and where it was written.
pub type SpannedValue = (toml::Value, Span);

/// More points than this on one axis are refused.
pub const MOST_POINTS: usize = 100_000;

/// A value that stands twice on an axis would be trained once and counted twice.
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

/// A value as a text that no other value has. Numbers are many, and their bits are the shortest text of them.
pub fn written(value: &toml::Value) -> String {
    match value {
        toml::Value::Float(number) => format!("#{:x}", number.to_bits()),
        value => value.to_string(),
    }
}
