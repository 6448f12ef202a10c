//! `sweep init data.csv`: a commented experiment for a data file.

use std::fmt::Write as _;

use super::first_grid::{FirstGrid, RateRange, parts};
use super::first_model::FirstModel;
use super::first_scaling::add_scaling;
use super::starter::name_from;
use crate::dataset::{DataError, FILE_KEYS, Guess, GuessedKey};
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
    for key in &guess.keys {
        match key.value.as_str().filter(|_| FILE_KEYS.contains(&key.key)) {
            Some(path) => add(&mut lines, &GuessedKey { value: unexpanded(path).into(), ..key.clone() }),
            None => add(&mut lines, key),
        }
    }
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

/// An experiment to start from.
pub struct DataStarter {
    pub text: String,
    /// What it predicts, in words.
    pub predicts: String,
    /// Why it is better not written: its target cannot be predicted, and the text is only for a look at the data.
    pub refusal: Option<String>,
}

/// A whole experiment on a data set; `names` become its own and that of the data set, as far as they can.
///
/// # Errors
/// [`DataError::Content`] if no name can be made of one of `names`, or if the rows cannot be split.
pub fn data_starter(names: [&str; 2], guess: &Guess, path: &str, given: &Values) -> Result<DataStarter, DataError> {
    let [own, name] = names;
    let own = name_from(own).map_err(DataError::Content)?;
    let name = name_from(name).map_err(DataError::Content)?;
    let (model, refusal) = match FirstModel::of(&guess.data, parts(guess.data.features.rows)) {
        Ok(model) => (model, None),
        Err(refusal) => (FirstModel::of_numbers(), Some(refusal)),
    };
    let grid = FirstGrid::of(&guess.data, &model)?;
    let target = &guess.data.target_name;
    let mut text = head(&own, &name, path, &grid, &model, target);
    let is_redrawn = grid.split.is_some() && !grid.is_held;
    let of_seeds = if is_redrawn { "ten splits and batch orders" } else { "ten batch orders" };
    let is_bare = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    let table = if is_bare { name } else { toml_value(&name.into()) };
    let _ = writeln!(text, "seeds = 10  # {of_seeds}\n\n[datasets.{table}]");
    for line in data_lines(guess, path, given) {
        let _ = writeln!(text, "{line}");
    }
    add_scaling(&mut text, &guess.data);
    add_split(&mut text, &grid, &model, guess.data.features.rows);
    for advice in &guess.advice {
        let _ = writeln!(text, "# {}", visible(advice));
    }
    add_model(&mut text, &grid, &model, guess.data.features.columns);
    add_optimizers(&mut text, &grid, &model);
    let _ = write!(text, "\n[train]\nepochs = {}\n", grid.epochs);
    if model.of_classes {
        // Whole numbers may be meant as numbers: the file stays valid with another `kind`.
        let off = if model.other.is_some() { "# " } else { "" };
        let _ = writeln!(
            text,
            "{off}metrics = [\"accuracy\", \"balanced_accuracy\"]  # beside the log loss, which ranks; `sweep list metrics` has all"
        );
    }
    Ok(DataStarter { text, predicts: model.words(&visible(target)), refusal })
}

/// The question, and what the experiment is called.
fn head(own: &str, name: &str, path: &str, grid: &FirstGrid, model: &FirstModel, target: &str) -> String {
    let target = &visible(target);
    let question = match (grid.has_test_rows, model.of_classes) {
        (true, false) => "Which learning rate, and does SGD beat gradient descent?".to_owned(),
        (false, false) => "Which learning rate?".to_owned(),
        (true, true) => format!(
            "How well are the classes of {target} told, at which learning rate, and does SGD beat gradient descent?"
        ),
        (false, true) => format!("At which learning rate are the classes of {target} told best?"),
    };
    let methods = if grid.has_test_rows { "GD and SGD" } else { "GD" };
    let title = match model.of_classes {
        true => format!("{methods} by learning rate: the classes of {target} of {name}"),
        false => format!("{methods} by learning rate on {name}"),
    };
    format!(
        "# {}\n\
         #\n\
         # Every setting × seed becomes one trial; a list or a range is an axis of the grid. The keys of the data set and the rates are\n\
         # those that suit {}. `sweep plan FILE` says what would run, `sweep run FILE` trains it and writes the report,\n\
         # `sweep explain KEY` says what a key means.\n\n\
         name = {}  # the results go to results/{own}/\n\
         title = {}\n",
        question,
        visible(path),
        toml_value(&own.into()),
        toml_value(&title.into())
    )
}

/// The keys that say how the rows are divided.
fn add_split(text: &mut String, grid: &FirstGrid, model: &FirstModel, rows: usize) {
    if let Some((name, rows)) = &model.rare {
        let _ = writeln!(
            text,
            "# Class \"{}\" has {rows} rows, one or two in each part that is held out, or none: little is said of it.",
            visible(name)
        );
    }
    let (stratify, alike) = match model.of_classes {
        true => (", stratify = true", "; of each class alike"),
        false => ("", ""),
    };
    match grid.split {
        Some((validation, 0.0)) => {
            let _ = writeln!(
                text,
                "# {rows} rows are too few to hold out test rows as well: the scores are those of the validation rows that choose, and\n\
                 # flatter what is chosen. Optimizers are not compared on them.\n\
                 split = {{ validation = {validation}{stratify} }}"
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
                "split = {{ validation = {validation}, test = {test}{stratify}{seed} }}  # choose on validation rows, report on test \
                 rows{alike}"
            );
        }
        None => {
            let _ = writeln!(
                text,
                "# one row is too few to hold any out: settings are ranked on the row that they train on"
            );
        }
    }
}

/// The model, and what its curvature says of learning rates.
fn add_model(text: &mut String, grid: &FirstGrid, model: &FirstModel, features: usize) {
    let kind = model.kind;
    let other = model.other.as_ref().map_or_else(String::new, |other| format!("  # {}", visible(other)));
    let _ = writeln!(text, "\n[models.{kind}]\nkind = \"{kind}\"{other}");
    let largest = short(grid.largest);
    let _ = write!(
        text,
        "{}\n# λmax = {largest} is the largest eigenvalue of XᵀX/n, X being {} training rows × {features} standardized features: ",
        match model.of_classes {
            true => format!(
                "# Where the classes can be separated the log loss has no minimum without a penalty: weights grow without end.\n\
                 l2 = {}  # or as an axis: [0.0001, 0.001, 0.01]\n",
                model.l2
            ),
            false => "# l2 = [0.0, 0.01, 0.1]  # a penalty, as an axis\n".to_owned(),
        },
        grid.n_train,
    );
    let _ = match model.of_classes {
        false => write!(
            text,
            "gradient descent is\n\
             # stable below 2/λmax = {}. At the first rate training hardly begins: of what it can take off the training MSE, about a fifth at\n\
             # most is gone in {} epochs. The last rate is so far above the limit that trials diverge, on purpose. The page of the report has\n\
             # the limit of each split.\n",
            short(2.0 / grid.largest),
            grid.epochs,
        ),
        true => write!(
            text,
            "the curvature\n\
             # of J is at most L = {}·λmax + l2 = {}. Every step of gradient descent lowers J for sure below 2/L = {}; beyond it a step\n\
             # may overshoot and training still work, often best, since J is flatter where rows are told well. At the first rate training\n\
             # hardly begins: of what it can take off J, about a fifth at most is gone in {} epochs. The last one is {:.0} times the bound.\n\
             # The page of the report has the bound of each split.\n",
            model.curvature,
            short(model.steepest(grid.largest)),
            short(2.0 / model.steepest(grid.largest)),
            grid.epochs,
            grid.gd.to * model.steepest(grid.largest) / 2.0,
        ),
    };
}

fn add_optimizers(text: &mut String, grid: &FirstGrid, model: &FirstModel) {
    let _ = writeln!(text, "[optimizers.gd]\nmethod = \"gd\"\nlearning_rate = {}", range(&grid.gd));
    let batches = match grid.batch_sizes.as_slice() {
        [one] => one.to_string(),
        several => format!("{several:?}"),
    };
    let stable = if model.of_classes {
        ".".to_owned()
    } else {
        format!(", and stable\n# up to smaller rates: {}.", stable_batches(grid))
    };
    // Without test rows no optimizer is better than another.
    let off = if grid.has_test_rows { "" } else { "# " };
    let _ = write!(
        text,
        "\n# An epoch has a step for each batch, so smaller rates go as far as those of gradient descent. Small batches are noisy{stable}\n\
         {off}[optimizers.sgd]\n{off}method = \"sgd\"\n{off}batch_size = {batches}\n{off}learning_rate = {}\n\
         # momentum = [0.0, 0.9]\n",
        range(&grid.sgd),
    );
    if model.of_classes {
        let _ = write!(
            text,
            "\n# L-BFGS seeks its own step lengths: one setting finds the minimum that the others are on the way to.\n\
             # [optimizers.lbfgs]\n# method = \"lbfgs\"\n"
        );
    }
}

/// Up to which rates SGD is stable.
fn stable_batches(grid: &FirstGrid) -> String {
    let largest = grid.batch_sizes.last().copied().unwrap_or(1);
    let smallest = grid.batch_sizes.first().copied().unwrap_or(1);
    match largest == smallest {
        true => format!("batches of {largest} up to about {} (with replacement)", short(mean_square(grid, largest))),
        false => format!(
            "batches of {smallest} up to about {}, of {largest} up to {} (with replacement)",
            short(mean_square(grid, smallest)),
            short(mean_square(grid, largest))
        ),
    }
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
        let row = |row: usize| {
            let (a, b) = (row * 37 % 101, row * row % 89);
            let kind = if row.is_multiple_of(2) { "u" } else { "v" };
            format!("{a},{b}.{},{kind},{}.{}\n", row % 9 + 1, 2 * a + b, row % 7 + 1)
        };
        written("a,b,kind,y\n", (1..=rows).map(row).collect())
    }

    /// The same of so many classes.
    fn classes_starter(rows: usize, classes: usize) -> String {
        let row = |row: usize| format!("{},{}.{},c{}\n", row * 37 % 101, row * row % 89, row % 9 + 1, row % classes);
        written("a,b,species\n", (1..=rows).map(row).collect())
    }

    fn written(header: &str, rows: String) -> String {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("d.csv"), header.to_owned() + &rows).unwrap();
        let guess = crate::dataset::guess(folder.path(), "d.csv", &Values::new()).unwrap();
        data_starter(["d", "d"], &guess, "d.csv", &Values::new()).unwrap().text
    }

    #[test]
    fn a_table_of_any_size_gets_an_experiment_without_a_weakness() {
        for rows in (2..=36).chain([40, 59, 60, 200]) {
            is_sound(rows, &starter(rows));
        }
        for (rows, classes) in [(9, 2), (9, 3), (17, 3), (18, 3), (30, 2), (30, 3), (200, 2), (200, 7)] {
            let text = classes_starter(rows, classes);
            let kind = if classes == 2 { "logistic" } else { "softmax" };
            assert!(text.contains(&format!("kind = \"{kind}\"")) && text.contains(", stratify = true }"), "{text}");
            assert_eq!(text.contains("# Class \""), rows < 10 * classes, "{text}");
            is_sound(rows, &text);
        }
    }

    fn is_sound(rows: usize, text: &str) {
        let loaded = super::super::load_text("d.toml".as_ref(), text, &[]).map_err(|error| error.render(false));
        let loaded = loaded.unwrap_or_else(|error| panic!("{rows}: {error}\n{text}"));
        assert!(loaded.warnings.is_empty(), "{rows}: {:?}", loaded.warnings);
        let lints = super::super::lints(&loaded.plan);
        assert!(lints.is_empty(), "{rows}: {lints:?}\n{text}");
        assert_eq!(loaded.plan.combinations.len(), if rows < 18 { 1 } else { 2 }, "{rows}");
        assert_eq!(text.contains("too few to hold out test rows"), rows < 18, "{rows}");
    }

    #[test]
    fn what_is_commented_out_loads_too() {
        for (starter, combinations) in [(starter(12), 2), (classes_starter(12, 3), 3)] {
            let mut text = String::new();
            for line in starter.lines().skip(5) {
                let key = line.strip_prefix("# ").filter(|rest| {
                    rest.starts_with('[')
                        || rest.split_once(" = ").is_some_and(|(key, _)| !key.contains(' ') && key.is_ascii())
                });
                text.push_str(key.unwrap_or(line));
                text.push('\n');
            }
            let loaded = super::super::load_text("d.toml".as_ref(), &text, &[]).map_err(|error| error.render(false));
            let loaded = loaded.unwrap_or_else(|error| panic!("{error}\n{text}"));
            assert_eq!(loaded.plan.combinations.len(), combinations, "{text}");
        }
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
