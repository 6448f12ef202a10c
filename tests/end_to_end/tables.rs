//! The columns of the tables: one scheme of names, and the same names of settings everywhere.

use std::collections::BTreeSet;

use sweep::store::TableColumn;

use super::{Place, code, error};

const FULL_AND_NOT: &str = r#"
seeds = 2
[datasets.drawn]
source = "synthetic"
n_samples = [20, 30]
n_features = 2
split = { validation = 0.2, test = 0.2, seed = 1 }
[models.linear]
kind = "linear"
[optimizers.gd]
method = "gd"
learning_rate = 0.1
[optimizers.sgd]
method = "sgd"
batch_size = [4, "full"]
learning_rate = 0.1
schedule = { kind = "inverse_time", decay = 0.1 }
[train]
epochs = 3
"#;

#[test]
fn names_are_bare_and_settings_have_one_name_in_every_table() {
    let place = Place::new();
    place.write("small.toml", FULL_AND_NOT);
    let output = place.sweep(&["run", "small.toml"]);
    assert_eq!(code(&output), 0, "{}", error(&output));
    let bytes = std::fs::read(place.path("results/small/trials.parquet")).expect("reads");
    let columns = sweep::store::decode_table(bytes, None).expect("decodes");
    assert!(columns.iter().all(|(name, _)| !name.contains('.')));
    let column =
        |wanted: &str| columns.iter().find(|(name, _)| name == wanted).map(|(_, column)| column).expect(wanted);
    let shown = |name: &str| -> Vec<String> { (0..column(name).len()).map(|row| column(name).show(row)).collect() };
    for name in
        ["dataset_seed", "split_test", "split_seed", "schedule_kind", "schedule_decay", "l2", "epochs", "best_test_mse"]
    {
        column(name);
    }

    assert!(
        matches!(column("batch_size"), TableColumn::Integer(_))
            && matches!(column("full_batch"), TableColumn::Boolean(_))
    );
    let batches: BTreeSet<[String; 4]> = (0..column("trial").len())
        .map(|row| ["optimizer", "n_samples", "batch_size", "full_batch"].map(|name| column(name).show(row)))
        .collect();
    let expected = [
        ["gd", "20", "null", "null"],
        ["gd", "30", "null", "null"],
        ["sgd", "20", "12", "true"],
        ["sgd", "20", "4", "false"],
        ["sgd", "30", "18", "true"],
        ["sgd", "30", "4", "false"],
    ];
    assert_eq!(batches, expected.map(|row| row.map(str::to_owned)).into_iter().collect());

    let settings: BTreeSet<String> = shown("setting").into_iter().collect();
    assert_eq!(settings.len(), 6);
    let is_name = |name: &String| name.len() == 16 && name.bytes().all(|digit| digit.is_ascii_hexdigit());
    assert!(settings.iter().all(is_name), "{settings:?}");
    let deterministic = |row: &usize| column("seed").show(*row) == "null";
    for row in (0..column("trial").len()).filter(deterministic) {
        assert!(column("trial").show(row).starts_with(&column("setting").show(row)));
    }
    for (table, name) in [("settings", "setting"), ("learning_rates", "setting"), ("mse", "setting")] {
        let text = std::fs::read_to_string(place.path(&format!("results/small/tables/{table}.csv"))).expect("reads");
        let mut rows = csv_rows(&text);
        let header = rows.remove(0);
        assert!(header.iter().all(|column| !column.contains('.')), "{table}: {header:?}");
        let at = header.iter().position(|column| column == name).expect(name);
        let named: BTreeSet<String> =
            rows.into_iter().map(|row| row[at].clone()).filter(|cell| !cell.is_empty()).collect();
        assert!(!named.is_empty() && named.is_subset(&settings), "{table}: {named:?}");
    }
}

fn csv_rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
}
