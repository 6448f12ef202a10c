//! The JSON Schema (draft 2020-12) of experiment files, for editors.
//!
//! It covers keys, types, ranges and registry rows. Conditions on several keys are left to `sweep plan`. So are required keys,
//! because a file may inherit them from its base.

use serde_json::{Map, Value, json};

use super::registry::{row_doc, row_key, row_names, row_parameters};
use super::report_keys::REPORT_KEYS;
use crate::optimizer;
use crate::parameter::{Endpoint, Interval, Kind, Parameter};
use crate::plan::Component;

/// The schema.
#[must_use]
pub fn schema() -> Value {
    let name = json!({
        "type": "string",
        "pattern": "^[\\p{L}\\p{N}_-]([\\p{L}\\p{M}\\p{N}._-]{0,98}[\\p{L}\\p{M}\\p{N}_-])?$",
        "description": "names the folder of the results; the file's name if left out",
    });
    let seeds = json!({
        "description": "how many (10 is 1 to 10), or a list",
        "anyOf": [
            { "type": "integer", "minimum": 1 },
            { "type": "array", "items": { "type": "integer", "minimum": 0 }, "uniqueItems": true, "minItems": 1 },
        ],
    });
    let mut train = properties(&row_parameters(Component::Train, ""));
    if let Some(size) =
        optimizer::METHODS.rows.iter().flat_map(|row| row.parameters).find(|row| row.name == "batch_size")
    {
        train.insert("batch_size".to_owned(), axis(size));
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "sweep experiment",
        "type": "object",
        "additionalProperties": false,
        "anyOf": [{ "required": ["extends"] }, { "required": ["datasets", "models", "optimizers"] }],
        "properties": {
            "name": name,
            "title": { "type": "string" },
            "seeds": seeds,
            "extends": { "type": "string", "description": "another experiment file, which this one changes" },
            "remove": {
                "type": "array",
                "items": { "type": "string" },
                "description": "tables and keys of that file that are left out, such as optimizers.gd",
            },
            "datasets": named(Component::Dataset),
            "models": named(Component::Model),
            "optimizers": named(Component::Optimizer),
            "train": { "type": "object", "additionalProperties": false, "properties": train },
            "exclude": {
                "type": "array",
                "description": "rules that remove settings; all conditions of a rule must hold",
                "items": { "type": "object", "minProperties": 1 },
            },
            "link": {
                "type": "array",
                "description": "hyperparameters that move together",
                "items": {
                    "type": "object",
                    "oneOf": [
                        { "required": ["dataset"] }, { "required": ["model"] }, { "required": ["optimizer"] },
                    ],
                },
            },
            "report": {
                "type": "object",
                "additionalProperties": false,
                "properties": REPORT_KEYS.iter().map(report_key).collect::<Map<String, Value>>(),
            },
        },
    })
}

/// The schema of a key of `[report]`, which takes one value and no axis.
fn report_key(key: &Parameter) -> (String, Value) {
    let mut schema = value(key.kind);
    if let (Value::Object(schema), Some(default)) = (&mut schema, key.default_value()) {
        schema.extend(serde_json::to_value(default).map(|default| ("default".to_owned(), default)));
        schema.insert("description".to_owned(), key.doc.into());
    }
    (key.name.to_owned(), schema)
}

/// The schema of `[datasets.*]` and the like: any name, with one of the rows.
fn named(component: Component) -> Value {
    let rows = row_names(component).into_iter().map(|row| row_schema(component, row));
    json!({
        "type": "object",
        "minProperties": 1,
        "propertyNames": { "pattern": "^[\\p{L}\\p{N}_-]([\\p{L}\\p{M}\\p{N}._-]{0,98}[\\p{L}\\p{M}\\p{N}_-])?$" },
        "additionalProperties": { "anyOf": rows.collect::<Vec<_>>() },
    })
}

fn row_schema(component: Component, row: &str) -> Value {
    let doc = row_doc(component, row);
    let mut properties = properties(&row_parameters(component, row));
    properties.insert(row_key(component).to_owned(), json!({ "const": row, "description": doc }));
    json!({ "type": "object", "additionalProperties": false, "properties": properties })
}

fn properties(parameters: &[&Parameter]) -> Map<String, Value> {
    parameters.iter().map(|parameter| (parameter.name.to_owned(), axis(parameter))).collect()
}

/// The schema of a hyperparameter: a value, a list of values, a range, or `{ values = […] }`.
fn axis(parameter: &Parameter) -> Value {
    let value = value(parameter.kind);
    let range = super::range::is_spaced(parameter.kind).then(|| {
        json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["from", "to", "count"],
            "properties": {
                "from": value,
                "to": value,
                "count": { "type": "integer", "minimum": 2, "maximum": super::points::MOST_POINTS },
                "scale": { "enum": ["log", "linear"], "default": "linear" },
            },
        })
    });
    let item = match &range {
        Some(range) => json!({ "anyOf": [value, range] }),
        None => value.clone(),
    };
    let list = json!({ "type": "array", "items": item, "minItems": 1 });
    let mut forms = vec![value, list.clone()];
    forms.push(json!({
        "type": "object", "additionalProperties": false, "required": ["values"], "properties": { "values": list },
    }));
    forms.extend(range);
    let mut schema = json!({ "description": parameter.doc, "anyOf": forms });
    if let (Some(default), Value::Object(schema)) = (parameter.default_value(), &mut schema)
        && let Ok(default) = serde_json::to_value(default)
    {
        schema.insert("default".to_owned(), default);
    }
    schema
}

fn value(kind: Kind) -> Value {
    match kind {
        Kind::Boolean => json!({ "type": "boolean" }),
        Kind::Integer { at_least, at_most: i64::MAX } => json!({ "type": "integer", "minimum": at_least }),
        Kind::Integer { at_least, at_most } => json!({ "type": "integer", "minimum": at_least, "maximum": at_most }),
        Kind::Float(interval) => number(interval),
        Kind::Choice(words) => json!({ "enum": words }),
        Kind::IntegerOrWord { at_least, word } => {
            json!({ "anyOf": [{ "type": "integer", "minimum": at_least }, { "const": word }] })
        }
        Kind::Text => json!({ "type": "string" }),
        Kind::Words(words) => json!({ "type": "array", "items": { "enum": words }, "uniqueItems": true }),
        Kind::WordOrWords(words) => json!({ "anyOf": [{ "enum": words }, value(Kind::Words(words))] }),
        Kind::Integers { at_least, at_most } => {
            json!({ "type": "array", "items": value(Kind::Integer { at_least, at_most }) })
        }
        Kind::Ascending { at_least, at_most } => {
            let number = value(Kind::Integer { at_least, at_most });
            json!({ "type": "array", "items": number, "minItems": 1, "uniqueItems": true })
        }
        Kind::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        Kind::TextOrTexts => json!({ "anyOf": [value(Kind::Text), value(Kind::Texts)] }),
        Kind::WordOrTexts(words) => json!({ "anyOf": [{ "enum": words }, value(Kind::Texts)] }),
        Kind::Markers => {
            let list = json!({ "type": "array", "items": { "type": ["string", "number"] } });
            json!({ "anyOf": [list, { "type": "object", "additionalProperties": list }] })
        }
        Kind::WordOrNumbersByName(words) => {
            let numbers = json!({ "type": "object", "additionalProperties": number(Interval::NOT_NEGATIVE) });
            json!({ "anyOf": [{ "enum": words }, numbers] })
        }
        Kind::WordOrFloats(words) => {
            json!({ "anyOf": [{ "enum": words }, { "type": "array", "items": { "type": "number" }, "minItems": 1 }] })
        }
        Kind::Table(inner) => {
            let inner: Vec<&Parameter> = inner.iter().collect();
            json!({ "type": "object", "additionalProperties": false, "properties": properties(&inner) })
        }
        Kind::Rows(registry) => json!({ "type": "array", "items": value(Kind::Row(registry)) }),
        Kind::Row(registry) => {
            let rows = registry.about_all().into_iter().map(|row| {
                let inner: Vec<&Parameter> = row.keys().collect();
                let mut properties = properties(&inner);
                properties.insert(registry.key().to_owned(), json!({ "const": row.name, "description": row.doc }));
                json!({ "type": "object", "additionalProperties": false, "properties": properties, "required": [registry.key()] })
            });
            let names = json!({ "enum": registry.names() });
            json!({ "anyOf": rows.chain([names]).collect::<Vec<_>>() })
        }
    }
}

fn number(interval: Interval) -> Value {
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("number"));
    match interval.low {
        Endpoint::None => None,
        Endpoint::Closed(low) => schema.insert("minimum".to_owned(), json!(low)),
        Endpoint::Open(low) => schema.insert("exclusiveMinimum".to_owned(), json!(low)),
    };
    match interval.high {
        Endpoint::None => None,
        Endpoint::Closed(high) => schema.insert("maximum".to_owned(), json!(high)),
        Endpoint::Open(high) => schema.insert("exclusiveMaximum".to_owned(), json!(high)),
    };
    Value::Object(schema)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every key of every row is in the schema, with its line of documentation.
    #[test]
    fn contract() {
        let schema = schema();
        for component in [Component::Dataset, Component::Model, Component::Optimizer] {
            let group = format!("{}s", component.word());
            let rows = schema["properties"][&group]["additionalProperties"]["anyOf"].as_array().expect("rows");
            for (row, schema) in row_names(component).into_iter().zip(rows) {
                assert_eq!(schema["properties"][row_key(component)]["const"], row);
                for parameter in row_parameters(component, row) {
                    assert_eq!(schema["properties"][parameter.name]["description"], parameter.doc);
                }
            }
        }
    }
}
