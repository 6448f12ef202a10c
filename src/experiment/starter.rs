//! `sweep init`: an experiment file to start from.

use super::table_name::{is_name, is_plain, name_rule, no_name};
use crate::text::composed;

/// A commented experiment on generated data, which runs anywhere.
///
/// `name` becomes the experiment's name; characters that a name cannot have become `_`.
///
/// # Errors
/// If the result is not a valid name. The message is the one of [`super::load()`].
pub fn starter(name: &str) -> Result<String, String> {
    Ok(STARTER.replace("NAME", &name_from(name)?))
}

/// The name of an experiment that is nearest to a text.
///
/// # Errors
/// If it is not a valid name. The message is the one of [`super::load()`].
pub fn name_from(name: &str) -> Result<String, String> {
    let most = if name.is_ascii() { 100 } else { 26 };
    let name: String = composed(name).chars().take(most).map(|one| if is_plain(one) { one } else { '_' }).collect();
    let name = match name.trim_start_matches('.') {
        "" => "experiment",
        name => name,
    };
    if !is_name(name) {
        return Err(format!("{}: {}", no_name(name), name_rule(name)));
    }
    Ok(name.to_owned())
}

const STARTER: &str = r#"# Which learning rate, and does SGD beat gradient descent?
#
# Every dataset × model × optimizer setting × seed becomes one trial. A list or a range is an axis of the grid.
# `sweep plan FILE` says what would run, `sweep run FILE` trains it, `sweep list` shows every key.

name = "NAME"                              # the results go to results/NAME/
title = "GD and SGD by learning rate"
seeds = 10                                 # 1 to 10; or a list: [1, 2, 3]

[datasets.line]
source = "synthetic"                       # generated, so that this file runs anywhere
n_samples = 500
n_features = 10
noise = 1.0
split = { validation = 0.2, test = 0.2 }   # choose on validation, report on test

# Your own data instead:
# [datasets.mine]
# source = "csv"
# path = "data/mine.csv"                   # relative to this file
# target = "y"                             # the column to predict; all others are features
# standardize = true
# split = { validation = 0.2, test = 0.2 }

[models.linear]
kind = "linear"
# l2 = [0.0, 0.01, 0.1]                    # a list is an axis

[optimizers.gd]
method = "gd"
learning_rate = { from = 1e-3, to = 1.0, count = 13, scale = "log" }

[optimizers.sgd]
method = "sgd"
batch_size = 16
learning_rate = { from = 1e-3, to = 1.0, count = 13, scale = "log" }
# momentum = [0.0, 0.9]
# schedule = [{ kind = "constant" }, { kind = "inverse_time", decay = [0.001, 0.01] }]

[train]
epochs = 100
# metrics = ["mae"]                        # recorded beside the loss's own; `sweep list` has all metrics

# [report]
# score = "rmse"                           # the metric that ranks settings, on validation rows

# Settings that are not worth training; all conditions of a rule must hold.
# [[exclude]]
# optimizer = "sgd"
# learning_rate = { above = 0.5 }
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loads_without_a_word() {
        for name in ["first", "my experiment", "..", ""] {
            let text = starter(name).expect("a name");
            let loaded = super::super::load_text("starter.toml".as_ref(), &text, &[]).expect("loads");
            assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
            assert!(super::super::lints(&loaded.plan).is_empty(), "{:?}", super::super::lints(&loaded.plan));
            assert_eq!(loaded.plan.settings(), 26);
            assert!(loaded.comment.starts_with("Which learning rate"));
        }
    }

    #[test]
    fn a_name_that_could_not_be_used_is_refused_as_loading_refuses_it() {
        for name in ["con", "aux", "PRN", "COM1.x", "nul.tar", "a.", &format!("{}.b", "a".repeat(99))] {
            let refused = starter(name).expect_err("no name");
            let text = format!("name = \"{name}\"\n{}", STARTER.replace("name = \"NAME\"", ""));
            let mistakes = super::super::load_text("x.toml".as_ref(), &text, &[]).expect_err("no name").render(false);
            let (said, rule) = refused.split_once(": ").expect("a rule");
            assert!(name.len() > 60 || mistakes.contains(said) && mistakes.contains(rule), "{refused}\n{mistakes}");
            assert!(rule.contains("accepted"), "{refused}");
        }
    }

    #[test]
    fn what_is_commented_out_loads_too() {
        let mut text = String::new();
        for line in starter("all").expect("a name").lines().skip(4) {
            let key = line.strip_prefix("# ").filter(|rest| rest.contains(" = ") || rest.starts_with('['));
            text.push_str(key.unwrap_or(line));
            text.push('\n');
        }
        let loaded = super::super::load_text("starter.toml".as_ref(), &text, &[]).expect("loads");
        assert_eq!(loaded.plan.combinations.len(), 4);
    }
}
