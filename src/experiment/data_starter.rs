//! `sweep init data.csv`: a commented experiment for a data file.

use std::fmt::Write as _;

use super::first_grid::{FirstGrid, RateRange};
use super::starter::name_from;
use crate::dataset::{DataError, Guess, GuessedKey};
use crate::parameter::Values;
use crate::text::{toml_float, toml_value, unexpanded, visible};

/// A longer line has its comment above it.
const LONGEST: usize = 110;

/// The lines of a data set that a guess consists of: `key = value  # why`. `path` is relative to the experiment, and a `$` in it is one;
/// `given` is what a person has set.
#[must_use]
pub fn data_lines(guess: &Guess, path: &str, given: &Values) -> Vec<String> {
    let plain = |key: &str, value: &toml::Value| format!("{key} = {}", toml_value(value));
    let mut lines = vec![plain("source", &guess.source.into()), plain("path", &unexpanded(path).into())];
    let is_guessed = |key: &str| guess.keys.iter().any(|guessed| guessed.key == key);
    let kept = given.iter().filter(|(key, _)| *key != "source" && !is_guessed(key));
    lines.extend(kept.map(|(key, value)| plain(key, value)));
    guess.keys.iter().for_each(|key| add(&mut lines, key));
    lines
}

fn add(lines: &mut Vec<String>, GuessedKey { key, value, why, items }: &GuessedKey) {
    let (whole, why) = (format!("{key} = {}", toml_value(value)), visible(why));
    let listed = value.as_array().filter(|_| items.iter().any(|why| !why.is_empty()));
    match listed.map(Vec::as_slice) {
        Some([_]) => lines.push(commented(&whole, items.first().map_or("", String::as_str))),
        Some(list) => {
            lines.push(format!("{key} = ["));
            for (item, why) in list.iter().zip(items) {
                lines.push(commented(&format!("  {},", toml_value(item)), why));
            }
            lines.push("]".to_owned());
        }
        None if whole.chars().count() + why.chars().count() > LONGEST && !why.is_empty() => {
            lines.extend([format!("# {why}"), whole]);
        }
        None => lines.push(commented(&whole, &why)),
    }
}

fn commented(line: &str, comment: &str) -> String {
    if comment.is_empty() { line.to_owned() } else { format!("{line}  # {}", visible(comment)) }
}

/// A whole experiment on a data set; `names` become its own and that of the data set, as far as they can.
///
/// # Errors
/// [`DataError::Content`] if no name can be made of one of `names`, or if the rows cannot be split.
pub fn data_starter(names: [&str; 2], guess: &Guess, path: &str, given: &Values) -> Result<String, DataError> {
    let [own, name] = names;
    let own = name_from(own).map_err(DataError::Content)?;
    let name = name_from(name).map_err(DataError::Content)?;
    let grid = FirstGrid::of(&guess.data)?;
    let (rows, features) = (guess.data.features.rows, guess.data.features.columns);
    let mut text = String::new();
    let is_bare = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    let table = if is_bare { name.clone() } else { toml_value(&name.clone().into()) };
    let _ = write!(
        text,
        "# {}\n\
         #\n\
         # Every setting × seed becomes one trial; a list or a range is an axis of the grid. The keys of the data set and the rates are\n\
         # those that suit {}. `sweep plan FILE` says what would run, `sweep run FILE` trains it and writes the report,\n\
         # `sweep explain KEY` says what a key means.\n\n",
        match grid.has_test_rows {
            true => "Which learning rate, and does SGD beat gradient descent?",
            false => "Which learning rate?",
        },
        visible(path)
    );
    let _ = writeln!(text, "name = {}  # the results go to results/{own}/", toml_value(&own.clone().into()));
    let methods = if grid.has_test_rows { "GD and SGD" } else { "GD" };
    let title = format!("{methods} by learning rate on {name}");
    let _ = writeln!(text, "title = {}", toml_value(&title.into()));
    let is_redrawn = grid.split.is_some() && !grid.is_held;
    let of_seeds = if is_redrawn { "ten splits and batch orders" } else { "ten batch orders" };
    let _ = writeln!(text, "seeds = 10  # {of_seeds}\n\n[datasets.{table}]");
    for line in data_lines(guess, path, given) {
        let _ = writeln!(text, "{line}");
    }
    let _ = writeln!(text, "standardize = true  # features of one scale, so that one learning rate suits all");
    match grid.split {
        Some((validation, 0.0)) => {
            let _ = writeln!(
                text,
                "# {rows} rows are too few to hold out test rows as well: the scores are those of the validation rows that choose, and\n\
                 # flatter what is chosen. Optimizers are not compared on them.\n\
                 split = {{ validation = {validation} }}"
            );
        }
        Some((validation, test)) => {
            let seed = if grid.is_held { ", seed = 1" } else { "" };
            if grid.is_held {
                let _ = writeln!(
                    text,
                    "# One split for all seeds: ten of {rows} rows would take ten times as long to prepare, and say nearly the same. An answer is\n\
                     # then about these trained models on new rows, and not about the optimizers; without seed = 1 the split is redrawn."
                );
            }
            let _ = writeln!(
                text,
                "split = {{ validation = {validation}, test = {test}{seed} }}  # choose on validation rows, report on test rows"
            );
        }
        None => {
            let _ = writeln!(
                text,
                "# one row is too few to hold any out: settings are ranked on the row that they train on"
            );
        }
    }
    for advice in &guess.advice {
        let _ = writeln!(text, "# {}", visible(advice));
    }
    let _ = write!(
        text,
        "\n[models.linear]\nkind = \"linear\"\n# l2 = [0.0, 0.01, 0.1]  # a penalty, as an axis\n\n\
         # λmax = {} is the largest eigenvalue of XᵀX/n, X being {} training rows × {features} standardized features: gradient descent is\n\
         # stable below 2/λmax = {}. At the first rate training hardly begins: of what it can take off the training MSE, about a fifth at\n\
         # most is gone in {} epochs. The last rate is so far above the limit that trials diverge, on purpose. The page of the report has\n\
         # the limit of each split.\n",
        short(grid.largest),
        grid.n_train,
        short(2.0 / grid.largest),
        grid.epochs,
    );
    let _ = writeln!(text, "[optimizers.gd]\nmethod = \"gd\"\nlearning_rate = {}", range(&grid.gd));
    let largest_batch = grid.batch_sizes.last().copied().unwrap_or(1);
    let batches = match grid.batch_sizes.as_slice() {
        [one] => one.to_string(),
        several => format!("{several:?}"),
    };
    let smallest_batch = grid.batch_sizes.first().copied().unwrap_or(1);
    // Without test rows no optimizer is better than another.
    let off = if grid.has_test_rows { "" } else { "# " };
    let _ = write!(
        text,
        "\n# An epoch has a step for each batch, so smaller rates go as far as those of gradient descent. Small batches are noisy, and stable\n\
         # up to smaller rates: {} (with replacement).\n\
         {off}[optimizers.sgd]\n{off}method = \"sgd\"\n{off}batch_size = {batches}\n{off}learning_rate = {}\n\
         # momentum = [0.0, 0.9]\n\n[train]\nepochs = {}\n",
        match largest_batch == smallest_batch {
            true => format!("batches of {largest_batch} up to about {}", short(mean_square(&grid, largest_batch))),
            false => format!(
                "batches of {smallest_batch} up to about {}, of {largest_batch} up to {}",
                short(mean_square(&grid, smallest_batch)),
                short(mean_square(&grid, largest_batch))
            ),
        },
        range(&grid.sgd),
        grid.epochs
    );
    Ok(text)
}

fn range(rates: &RateRange) -> String {
    let (from, to) = (toml_float(rates.from), toml_float(rates.to));
    format!("{{ from = {from}, to = {to}, count = {}, scale = \"log\" }}", rates.count)
}

/// About the rate up to which SGD is stable in the mean square: the variance of a batch's gradient adds Σλ/batch to λmax.
fn mean_square(grid: &FirstGrid, batch: usize) -> f64 {
    2.0 / (grid.largest + grid.sum / batch as f64)
}

/// Three digits.
fn short(value: f64) -> String {
    let rounded: f64 = format!("{value:.2e}").parse().unwrap_or(value);
    crate::text::number(rounded)
}

#[cfg(test)]
mod tests {
    use toml::Value;

    use super::*;

    /// The experiment for a CSV of so many rows, as `sweep init d.csv` writes it.
    fn starter(rows: usize) -> String {
        let folder = tempfile::tempdir().unwrap();
        let row = |row: usize| {
            let (a, b) = (row * 37 % 101, row * row % 89);
            format!(
                "{a},{}.{},{},{}.{}\n",
                b,
                row % 9 + 1,
                if row.is_multiple_of(2) { "u" } else { "v" },
                2 * a + b,
                row % 7 + 1
            )
        };
        let rows: String = (1..=rows).map(row).collect();
        std::fs::write(folder.path().join("d.csv"), format!("a,b,kind,y\n{rows}")).unwrap();
        let guess = crate::dataset::guess(folder.path(), "d.csv", &Values::new()).unwrap();
        data_starter(["d", "d"], &guess, "d.csv", &Values::new()).unwrap()
    }

    #[test]
    fn a_table_of_any_size_gets_an_experiment_without_a_weakness() {
        for rows in (2..=36).chain([40, 59, 60, 200]) {
            let text = starter(rows);
            let loaded = super::super::load_text("d.toml".as_ref(), &text, &[]).map_err(|error| error.render(false));
            let loaded = loaded.unwrap_or_else(|error| panic!("{rows}: {error}\n{text}"));
            assert!(loaded.warnings.is_empty(), "{rows}: {:?}", loaded.warnings);
            let lints = super::super::lints(&loaded.plan);
            assert!(lints.is_empty(), "{rows}: {lints:?}\n{text}");
            assert_eq!(loaded.plan.combinations.len(), if rows < 18 { 1 } else { 2 }, "{rows}");
            assert_eq!(text.contains("too few to hold out test rows"), rows < 18, "{rows}");
        }
    }

    #[test]
    fn what_is_commented_out_loads_too() {
        let mut text = String::new();
        for line in starter(12).lines().skip(5) {
            let key = line.strip_prefix("# ").filter(|rest| {
                rest.starts_with('[')
                    || rest.split_once(" = ").is_some_and(|(key, _)| !key.contains(' ') && key.is_ascii())
            });
            text.push_str(key.unwrap_or(line));
            text.push('\n');
        }
        let loaded = super::super::load_text("d.toml".as_ref(), &text, &[]).map_err(|error| error.render(false));
        let loaded = loaded.unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(loaded.plan.combinations.len(), 2, "{text}");
    }

    #[test]
    fn a_key_is_written_with_its_reason() {
        let key = |key, value: Value, why: &str, items: &[&str]| GuessedKey {
            key,
            value,
            why: why.to_owned(),
            items: items.iter().map(|item| (*item).to_owned()).collect(),
        };
        let mut lines = Vec::new();
        add(&mut lines, &key("delimiter", ";".into(), "semicolons", &[]));
        add(&mut lines, &key("thousands", ".".into(), "", &[]));
        add(&mut lines, &key("ignore", vec!["id"].into(), "", &["counts the rows"]));
        add(&mut lines, &key("ignore", vec!["a", "b"].into(), "", &["", "the same"]));
        let long = "a reason of many words ".repeat(6);
        add(&mut lines, &key("one_hot", "text".into(), long.trim(), &[]));
        assert_eq!(
            lines,
            [
                "delimiter = \";\"  # semicolons",
                "thousands = \".\"",
                "ignore = [\"id\"]  # counts the rows",
                "ignore = [",
                "  \"a\",",
                "  \"b\",  # the same",
                "]",
                &format!("# {}", long.trim()),
                "one_hot = \"text\""
            ]
        );
    }
}
