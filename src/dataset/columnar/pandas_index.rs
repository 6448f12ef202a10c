//! The columns that pandas wrote as the index of its table. They are row labels and no features.

/// The positions of the columns of `names` that the file's `pandas` metadata lists in `index_columns`. An index that is a range has no
/// column.
pub(in crate::dataset) fn pandas_index(metadata: Option<&str>, names: &[String]) -> Vec<usize> {
    let metadata = metadata.and_then(|text| serde_json::from_str::<serde_json::Value>(text).ok());
    let listed = metadata.as_ref().and_then(|metadata| metadata.get("index_columns")?.as_array());
    let listed: Vec<&str> = listed.into_iter().flatten().filter_map(serde_json::Value::as_str).collect();
    let columns = names.iter().enumerate().filter(|(_, name)| listed.contains(&name.as_str()));
    columns.map(|(column, _)| column).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_named_by_the_metadata() {
        let names = ["a", "__index_level_0__", "b"].map(str::to_owned);
        let of = |metadata| pandas_index(metadata, &names);
        assert_eq!(of(Some(r#"{"index_columns": ["__index_level_0__", "gone"]}"#)), [1]);
        assert_eq!(of(Some(r#"{"index_columns": ["b", "a"]}"#)), [0, 2]);
        assert_eq!(of(Some(r#"{"index_columns": [{"kind": "range", "name": null, "start": 0, "stop": 3}]}"#)), [0; 0]);
        for none in [None, Some(""), Some("["), Some("{}"), Some(r#"{"index_columns": 1}"#)] {
            assert_eq!(of(none), [0; 0]);
        }
    }
}
