//! The files of a results folder, made of a study.

use std::fmt::Write as _;

use rayon::prelude::*;

use super::Failure;
use crate::plan::{Facts, Plan};
use crate::record::Study;
use crate::report::{self, plot};
use crate::store;

/// Every file that a comparison reads: path relative to the results folder, bytes.
///
/// # Errors
/// Where a table or a picture cannot be encoded.
pub fn assemble(study: &Study, plan: &Plan, facts: &Facts) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let report = report::Report::new(study);
    let figures: Vec<&report::figure::Figure> = report.figures().collect();
    let drawn: Vec<(&str, String, Result<Vec<u8>, plot::PlotError>)> = figures
        .par_iter()
        .map(|figure| {
            let svg = plot::svg(figure);
            let png = plot::png(&svg);
            (figure.name.as_str(), svg, png)
        })
        .collect();
    let mut files: Vec<(String, Vec<u8>)> = report.files().into_iter().map(|file| (file.path, file.bytes)).collect();
    let page = report
        .html(&|name| drawn.iter().find(|(figure, ..)| *figure == name).map(|(_, svg, _)| svg.clone()))
        .map_err(|error| Failure::new(Failure::FILES, format!("cannot render report.html: {error}")))?;
    files.push(("report.html".into(), page.into_bytes()));
    for (name, svg, png) in &drawn {
        let png = png
            .as_ref()
            .map_err(|error| Failure::new(Failure::FILES, format!("cannot draw plots/{name}.png: {error}")))?;
        files.push((format!("plots/{name}.svg"), svg.clone().into_bytes()));
        files.push((format!("plots/{name}.png"), png.clone()));
    }
    let encoding = |table: &str, error: store::ParquetError| {
        Failure::new(Failure::FILES, format!("cannot encode {table}: {error}"))
    };
    files.push((
        "trials.parquet".into(),
        store::trials_table(study).map_err(|error| encoding("trials.parquet", error))?,
    ));
    files.push((
        "curves.parquet".into(),
        store::curves_table(study).map_err(|error| encoding("curves.parquet", error))?,
    ));
    files.push(("plan.toml".into(), plan_toml(plan, facts).into_bytes()));
    files.sort();
    Ok(files)
}

/// The resolved experiment: it can be run again as it is, from the folder of the experiment file.
fn plan_toml(plan: &Plan, facts: &Facts) -> String {
    let mut text = String::from(
        "# The experiment as it was run: `extends` and overrides applied, defaults filled in, paths as written.\n",
    );
    let mut seen = Vec::new();
    for (key, facts) in facts {
        let table = key.split(' ').next().unwrap_or(key);
        let line = format!(
            "# datasets.{table}: {} rows × {} features, {}",
            facts.n_samples,
            facts.n_features,
            if facts.fingerprint == "generated" {
                "generated from its options".to_owned()
            } else {
                format!("blake3 {}", facts.fingerprint)
            }
        );
        if !seen.contains(&line) {
            let _ = writeln!(text, "{line}");
            seen.push(line);
        }
    }
    text.push('\n');
    text.push_str(&toml::to_string(&plan.resolved).unwrap_or_default());
    text
}
