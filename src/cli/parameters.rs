//! Parameters as text: with their names, and in the units of the data, where these are known.

use std::fmt::Write as _;

use crate::analysis::{Sample, ten_digits};
use crate::record::Preparation;
use crate::text::{floats, toml_float, visible};

/// The parameters, and of `when` they are: with their names where these are known, and of standardized features in the units of the
/// data too.
pub fn parameters(theta: &[f64], preparation: Option<&Preparation>, when: &str) -> String {
    let of = |what: &str| {
        let parts: Vec<&str> = [when, what].into_iter().filter(|part| !part.is_empty()).collect();
        format!("theta      {}", parts.join(", ")).trim_end().to_owned() + "\n"
    };
    let Some(preparation) = preparation.filter(|preparation| preparation.columns.len() == theta.len()) else {
        let when = if when.is_empty() { String::new() } else { format!("{when}: ") };
        return format!("theta      {when}{}\n", floats(theta));
    };
    let names: Vec<String> = preparation.columns.iter().map(|name| visible(name).into_owned()).collect();
    let scaled: Vec<String> = theta.iter().map(|value| toml_float(*value)).collect();
    let unscaled = preparation.unscaled(theta);
    let width = |texts: &[String]| texts.iter().map(|text| text.chars().count()).max().unwrap_or(0);
    let (name_width, scaled_width) = (width(&names), width(&scaled));
    let mut text = match (&unscaled, scaled_how(preparation)) {
        (Some(_), how) => of(&format!("of {} features, and in the units of the data", how.unwrap_or_default())),
        (None, Some(how)) => of(&format!("of {how} features")),
        (None, None) => of(""),
    };
    for (index, (name, value)) in names.iter().zip(&scaled).enumerate() {
        let name = format!("{name}{}", " ".repeat(name_width - name.chars().count()));
        let _ = match unscaled.as_ref().and_then(|unscaled| unscaled.get(index)) {
            Some(unscaled) => writeln!(text, "  {name}  {value:<scaled_width$}  {}", toml_float(*unscaled)),
            None => writeln!(text, "  {name}  {value}"),
        };
    }
    text
}

/// The mean and the standard deviation of each parameter over several trials, and the same in the units of the data if each of them
/// was trained on standardized features. Empty if the trials have no names in common.
pub fn over_trials(trials: &[(Vec<f64>, &Preparation)]) -> String {
    let Some((_, first)) = trials.first() else { return String::new() };
    if trials.iter().any(|(theta, known)| known.columns != first.columns || theta.len() != first.columns.len()) {
        return String::new();
    }
    let unscaled: Option<Vec<Vec<f64>>> = trials.iter().map(|(theta, known)| known.unscaled(theta)).collect();
    let n = trials.len();
    let mut rows = vec![vec![String::new(), "mean".to_owned(), "deviation".to_owned()]];
    rows[0].extend(unscaled.iter().flat_map(|_| ["mean in units", "deviation in units"]).map(str::to_owned));
    for (index, name) in first.columns.iter().enumerate() {
        let mut row = vec![visible(name).into_owned()];
        row.extend(mean_and_deviation(trials.iter().map(|(theta, _)| theta[index])));
        row.extend(unscaled.iter().flat_map(|all| mean_and_deviation(all.iter().map(|theta| theta[index]))));
        rows.push(row);
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..rows[0].len()).map(width).collect();
    let scaled = scaled_how(first).map_or_else(String::new, |how| format!(" on {how} features"));
    let mut text = format!("theta      over {n} trials{scaled}\n");
    for row in &rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("  {cell:<width$}"));
        let _ = writeln!(text, "{}", cells.collect::<String>().trim_end());
    }
    text
}

/// What was done with the features. One that is divided by a number has no mean taken off.
fn scaled_how(preparation: &Preparation) -> Option<&'static str> {
    let mean = preparation.mean.as_ref()?;
    Some(if mean.iter().all(|mean| *mean == 0.0) { "scaled" } else { "standardized" })
}

fn mean_and_deviation(values: impl Iterator<Item = f64>) -> [String; 2] {
    let sample = Sample::new(values.collect());
    [sample.mean(), sample.standard_deviation()]
        .map(|value| value.map_or_else(|| "–".to_owned(), |value| toml_float(ten_digits(value))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Id;

    #[test]
    fn parameters_have_names_and_units_where_these_are_known() {
        let mut preparation = Preparation {
            id: Id::of("data"),
            numerics_version: 1,
            features: vec!["size".to_owned()],
            columns: vec!["bias".to_owned(), "size".to_owned()],
            mean: Some(vec![3.0]),
            deviation: Some(vec![4.0]),
            test_rows: Vec::new(),
            test_targets: Vec::new(),
            test_weights: None,
        };
        assert_eq!(
            parameters(&[10.0, 2.0], Some(&preparation), ""),
            "theta      of standardized features, and in the units of the data\n  bias  10.0  8.5\n  size  2.0   0.5\n"
        );
        preparation.columns.push("size^2".to_owned());
        assert_eq!(
            parameters(&[10.0, 2.0, 1.0], Some(&preparation), "of the last epoch"),
            "theta      of the last epoch, of standardized features\n  bias    10.0\n  size    2.0\n  size^2  1.0\n"
        );
        preparation.mean = None;
        assert!(parameters(&[10.0, 2.0, 1.0], Some(&preparation), "").starts_with("theta\n  bias "));
        assert_eq!(parameters(&[10.0, 2.0], None, ""), "theta      [10.0, 2.0]\n");
        assert_eq!(parameters(&[1.0], None, "of the last epoch"), "theta      of the last epoch: [1.0]\n");
        preparation.columns.pop();
        preparation.mean = Some(vec![3.0]);
        let text = over_trials(&[(vec![10.0, 2.0], &preparation), (vec![12.0, 4.0], &preparation)]);
        let expected = "theta      over 2 trials on standardized features
        mean  deviation    mean in units  deviation in units
  bias  11.0  1.414213562  8.75           0.3535533906
  size  3.0   1.414213562  0.75           0.3535533906
";
        assert_eq!(text, expected);
        let other = Preparation { columns: vec!["bias".to_owned()], ..preparation.clone() };
        assert_eq!(over_trials(&[(vec![10.0, 2.0], &preparation), (vec![1.0], &other)]), "");
    }
}
