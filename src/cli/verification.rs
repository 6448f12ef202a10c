//! The result of a verification as a sentence, and the place in the experiment file that declares a difference.

use std::path::Path;
use std::time::Duration;

use crate::comparison::{self, CombinationDifferences, Comparison};
use crate::experiment::Provenance;
use crate::report::plural;

/// The result of a verification.
pub struct VerificationResult<'a> {
    pub comparison: &'a Comparison,
    /// The number of trials that were trained.
    pub trials: usize,
    pub planned: usize,
    pub failed: usize,
    pub trained: Duration,
}

impl VerificationResult<'_> {
    pub fn sentence(&self, name: &str, blessed: bool) -> String {
        let comparison = self.comparison;
        let trials = if comparison.sampled.is_some() {
            format!("{} of {} trials", self.trials, self.planned)
        } else {
            format!("{} trials", self.planned)
        };
        let seconds = self.trained.as_secs_f64();
        let failed = format!("{} failed", plural(self.failed, "trial"));
        if comparison.is_same() && self.failed > 0 {
            let agreement = comparison::agreement(comparison);
            return format!(
                "{failed} in {name}, as in the committed results: {trials} trained again in {seconds:.1} s, {agreement}"
            );
        }
        if comparison.is_same() {
            let verb = if blessed { "nothing to accept in" } else { "verified" };
            let agreement = comparison::agreement(comparison);
            return format!("{verb} {name}: {trials} trained again in {seconds:.1} s, {agreement}");
        }
        let verdict = comparison::verdict(name, comparison);
        if blessed {
            return format!("accepted: {verdict}");
        }
        let mut sentence = verdict;
        if self.failed > 0 {
            sentence.push_str(&format!("; {failed}"));
        }
        if comparison.sampled.is_some() {
            sentence.push_str(&format!("; {trials} were trained again"));
        }
        if comparison.versions_differ() {
            sentence.push_str("; `--tolerance 1e-9` compares the numbers alone, `--bless` accepts the new ones");
        }
        sentence
    }
}

/// The place that declares a block: the key that changed, else its optimizer's table, else the start of the file.
pub fn location(experiment: &Path, provenance: &Provenance, block: Option<&CombinationDifferences>) -> (String, usize) {
    let declared = block.and_then(|block| {
        let names = &block.names;
        let tables = [
            format!("optimizers.{}", names.optimizer),
            format!("models.{}", names.model),
            format!("datasets.{}", names.dataset),
            "train".to_owned(),
        ];
        let key = block.columns.iter().find_map(|column| {
            // Columns are `optimizer.momentum` if the name alone could belong to a model, and `schedule.kind` for a nested
            // table.
            let bare = ["optimizer.", "model.", "dataset.", "train."]
                .iter()
                .find_map(|prefix| column.strip_prefix(prefix))
                .unwrap_or(column);
            let key = bare.split('.').next().unwrap_or(bare);
            tables.iter().find_map(|table| provenance.declared(&format!("{table}.{key}")))
        });
        key.or_else(|| provenance.declared(&tables[0]))
    });
    let (file, line) = match declared {
        Some((file, line)) => (file.to_owned(), line),
        None => (experiment.display().to_string(), 1),
    };
    // A workflow identifies files by their path from its working folder.
    let relative =
        std::env::current_dir().ok().and_then(|here| Path::new(&file).strip_prefix(here).ok().map(Path::to_owned));
    let file = relative.map_or(file, |relative| relative.display().to_string());
    (file.strip_prefix("./").map_or_else(|| file.clone(), str::to_owned), line)
}
