//! What people read of a row: its page, its place in `sweep list`, and the schema of files.

use sweep::experiment;
use sweep::metric;

use super::ContractRow;
use super::training::{Way, bits, train};

/// The example of a page, with data and a model, trains, and each of its trials as it does alone.
fn runs(name: &str, page: &str) {
    let example = page.split_once("```toml\n").and_then(|(_, rest)| rest.split_once("```")).map(|(example, _)| example);
    let example = example.unwrap_or_else(|| panic!("{name}: its page has no example"));
    let text = format!(
        "name = \"example\"\n[datasets.d]\nsource = \"csv\"\npath = \"data/diabetes.csv\"\ntarget = \"progression\"\nstandardize = true\n\
         [models.m]\nkind = \"linear\"\n{example}\n[train]\nepochs = 2\n"
    );
    // Trials of a cohort that differ in their rate share one method, which must not hold the rate of one of them.
    let [together, alone] =
        [usize::MAX, 1].map(|cohort_limit| bits(&train(&text, Way { cohort_limit, cut: false, jobs: 2 })));
    assert!(together == alone, "{name}: its example trains otherwise alone");
}

pub fn check(rows: &[ContractRow]) {
    let listing = experiment::listing();
    let schema = experiment::schema().to_string();
    for row in rows {
        let name = format!("{} {}", row.registry, row.name);
        assert!(listing.contains(&format!("\n  {}: ", row.name)), "{name} is not listed");
        // No file names a baseline.
        let is_named = row.registry != "baseline";
        assert!(!is_named || schema.contains(&format!("\"{}\"", row.name)), "{name} is not in the schema");
        assert!(experiment::topic(row.name).is_ok(), "{name} has no page");
        if row.registry == "metric" {
            let kind = metric::metric(row.name).expect("exists");
            assert!(!kind.definition.is_empty() && !kind.label.is_empty(), "{name} is not defined");
        }
        let about = row.about;
        assert!(!about.doc.is_empty() && !about.doc.ends_with('.'), "{name}: a line without a full stop");
        let page = about.page();
        assert!(page.len() > about.doc.len() && page.contains(['.', '=']), "{name}: its file begins with its page");
        if row.registry == "method" {
            runs(&name, &page);
        }
        // A method has a source: a year in its page.
        let year = |word: &str| word.len() == 4 && word.starts_with(['1', '2']) && word.parse::<u32>().is_ok();
        let has_year = page.split(|c: char| !c.is_ascii_digit()).any(year);
        assert!(row.registry != "method" || has_year, "{name}: its page names the paper and its year");
        for key in about.keys() {
            assert!(!key.doc.is_empty(), "{name}: {} has no line", key.name);
            assert!(schema.contains(&format!("\"{}\"", key.name)), "{name}: {} is not in the schema", key.name);
        }
    }
}
