//! What every command about an experiment starts from: the file, its plan, its data.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::printer::Printer;
use super::signals::Interruption;
use super::{Experiment, Failure, Waiting, memory};
use crate::experiment::{self, Loaded};
use crate::plan::{self, BoundPlan, Component, FactsByDataset, Plan};
use crate::record::{Identities, Study, TheoryEntry};
use crate::runner::SharedData;
use crate::store::{Archive, Asked, Lock, Results, Store, StoredCurves};

/// An experiment, read.
pub struct Workspace {
    pub loaded: Loaded,
    /// `results/<name>`
    pub folder: PathBuf,
}

impl Workspace {
    /// Reads the file and applies the overrides; prints its warnings.
    ///
    /// # Errors
    /// Everything that is wrong with the file, rendered.
    pub fn open(command: &Experiment, printer: &Printer) -> Result<Self, Failure> {
        let loaded = experiment::load(&command.experiment, &command.changes()).map_err(|diagnostics| Failure {
            code: diagnostics.exit_code(),
            message: diagnostics.render(printer.colour()),
        })?;
        for warning in &loaded.warnings {
            printer.note(&format!("warning: {warning}"));
        }
        let folder = command.output.join(&loaded.plan.name);
        Ok(Self { loaded, folder })
    }

    #[must_use]
    pub const fn plan(&self) -> &Plan {
        &self.loaded.plan
    }

    /// Whether a report could be written: the results folder is this program's, or new, and no file that a report did not
    /// write is in its way.
    ///
    /// # Errors
    /// Where it could not.
    pub fn check_results(&self) -> Result<(), Failure> {
        let results = Results::at(&self.folder)?;
        results.check(super::files::fixed())?;
        for (input, what) in self.inputs() {
            let Ok(folder) = std::fs::canonicalize(&self.folder) else { break };
            let place = std::fs::canonicalize(&input).ok();
            let name = place.as_deref().and_then(|place| place.strip_prefix(&folder).ok()).and_then(Path::to_str);
            if name.is_some_and(|name| results.writes(name) || super::files::fixed().any(|fixed| fixed == name)) {
                let (input, folder) = (input.display(), self.folder.display());
                return Err(Failure::new(
                    Failure::FILES,
                    format!(
                        "{input} is {what}, and lies where its own report is written, in {folder}: move it, or name another place \
                         for results folders with `-o`"
                    ),
                ));
            }
        }
        Ok(())
    }

    /// The files that the experiment is made of, and what they are: itself, its bases, its data.
    #[must_use]
    pub fn inputs(&self) -> Vec<(PathBuf, &'static str)> {
        let (experiment, bases) =
            self.loaded.files.split_first().map_or((None, &[][..]), |(one, more)| (Some(one), more));
        let mut inputs: Vec<(PathBuf, &'static str)> =
            experiment.map(|path| (path.clone(), "the experiment")).into_iter().collect();
        inputs.extend(bases.iter().map(|path| (path.clone(), "the base of the experiment")));
        for combination in &self.plan().combinations {
            let points = combination.grid.axes.iter().flat_map(|axis| &axis.points).flatten();
            let varied = points
                .filter(|(component, key, _)| *component == Component::Dataset && key == "path")
                .map(|(_, _, value)| value);
            let paths = combination
                .grid
                .base
                .dataset
                .values
                .get("path")
                .into_iter()
                .chain(varied)
                .filter_map(toml::Value::as_str);
            inputs.extend(paths.map(|path| (combination.folder.join(path), "data of the experiment")));
        }
        inputs
    }

    /// Reads the data sets.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn load_data(&self) -> Result<(SharedData, FactsByDataset), Failure> {
        Ok(SharedData::load(self.plan())?)
    }

    /// What earlier runs stored about the data, for commands that open none.
    ///
    /// # Errors
    /// Where nothing is stored.
    pub fn stored_facts(&self) -> Result<FactsByDataset, Failure> {
        let store = Store::at(&self.folder);
        let facts = store.read_facts()?;
        if !facts.is_empty() {
            return Ok(facts);
        }
        let folder = self.folder.display();
        let message = if store.exists() {
            format!(
                "what {folder} knows of its data sets (.sweep/datasets.json) is missing or damaged; `sweep run` reads them \
                 again, and keeps every record"
            )
        } else if self.folder.parent().is_some_and(|output| Store::at(output).exists()) {
            let output = self.folder.parent().and_then(Path::parent).filter(|path| !path.as_os_str().is_empty());
            let output = super::reproduce::quoted(output.unwrap_or(Path::new(".")));
            format!(
                "nothing is stored in {folder}; `-o` names the folder that holds results folders (did you mean `-o {output}`?)"
            )
        } else {
            format!("nothing is stored in {folder}; `sweep run` trains first")
        };
        Err(Failure::new(Failure::FILES, message))
    }

    /// Binds the plan to its data.
    ///
    /// # Errors
    /// Every setting that its data rules out; more trials than there is memory for.
    pub fn bind<'a>(&'a self, facts: &'a FactsByDataset) -> Result<BoundPlan<'a>, Failure> {
        memory::check_plan(self.plan())?;
        let bound = BoundPlan::new(self.plan(), facts).map_err(|problems| Failure {
            code: Failure::INPUT,
            message: problems.iter().map(|problem| format!("error: {problem}")).collect::<Vec<_>>().join("\n"),
        })?;
        memory::check_trials(&bound)?;
        Ok(bound)
    }

    /// The same as [`Workspace::lock`], and what a process that was killed left unfinished is removed.
    ///
    /// # Errors
    /// As there.
    pub fn lock_and_tidy(
        &self,
        store: &Store,
        waiting: &Waiting,
        interruption: &Interruption,
        printer: &Printer,
    ) -> Result<Lock, Failure> {
        self.check_results()?;
        let lock = self.lock(store, waiting, interruption, printer)?;
        store.remove_leftovers()?;
        Ok(lock)
    }

    /// Makes this process the only one that writes the results; waits for another, unless told not to.
    ///
    /// # Errors
    /// Where another is at work and this one is not to wait, or was interrupted; where the folder cannot be written.
    pub fn lock(
        &self,
        store: &Store,
        waiting: &Waiting,
        interruption: &Interruption,
        printer: &Printer,
    ) -> Result<Lock, Failure> {
        let mut told = false;
        loop {
            let owner = match store.lock()? {
                Asked::Granted(lock) => {
                    store.finish_replacing()?;
                    store.create()?;
                    return Ok(lock);
                }
                Asked::Held(owner) => owner,
            };
            let owner =
                owner.map_or_else(|| "another command".to_owned(), |id| format!("another command (process {id})"));
            let folder = self.folder.display();
            if waiting.no_wait {
                let message = format!("{owner} is at work on {folder}; without --no-wait this one waits for it");
                return Err(Failure::new(Failure::FILES, message));
            }
            if !told {
                printer.important(&format!("{owner} is at work on {folder}: waiting for it to end"));
                told = true;
            }
            if let Some(code) = interruption.exit_code() {
                printer.note("interrupted while waiting: nothing was changed");
                return Err(Failure::silent(code));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The one planned trial whose id begins so.
    ///
    /// # Errors
    /// Where there is none, or more than one.
    pub fn trial(identities: &Identities, digits: &str) -> Result<usize, Failure> {
        let wanted = digits.to_lowercase();
        let ids = identities.all();
        let first = |index: &usize| ids[*index].hex().starts_with(&wanted) && identities.repeats(*index).is_none();
        let matching: Vec<usize> = (0..ids.len()).filter(first).collect();
        let refused = |message| Err(Failure::new(Failure::INPUT, message));
        match matching[..] {
            [trial] => Ok(trial),
            [] => refused(format!("no planned trial has an id that begins with \"{}\"", wanted.escape_debug())),
            _ => refused(format!("{} trials have ids that begin with \"{wanted}\"", matching.len())),
        }
    }

    /// The store's contents, with a word about what is damaged.
    ///
    /// # Errors
    /// Where it cannot be listed.
    pub fn read_store(
        store: &Store,
        identities: &Identities,
        printer: &Printer,
    ) -> Result<(Archive, Vec<TheoryEntry>), Failure> {
        let records = store.read(identities)?;
        Self::check(&records, printer)?;
        let theory = store.read_theory()?;
        Ok((records, theory))
    }

    /// A word about what is damaged in a store.
    ///
    /// # Errors
    /// Where a trial has two different records.
    pub fn check(records: &Archive, printer: &Printer) -> Result<(), Failure> {
        if !records.damaged.is_empty() {
            let (are, their) = if records.damaged.len() == 1 { (" is", "its") } else { ("s are", "their") };
            printer.note(&format!(
                "warning: {} file{are} damaged in the store and not read: `sweep run` trains {their} trials again",
                records.damaged.len(),
            ));
            for path in records.damaged.iter().take(5) {
                printer.note(&format!("  {}", path.display()));
            }
        }
        Self::no_contradiction(records)
    }

    /// # Errors
    /// Where a trial has two different records.
    pub fn no_contradiction(records: &Archive) -> Result<(), Failure> {
        if let Some(id) = records.contradictions.first() {
            return Err(Failure::new(
                Failure::DIFFERENT,
                format!(
                    "there are different results of the same trial {} ({} such): the promise of equal bytes is broken; \
                     `sweep run --fresh` trains into a new store, and please report it",
                    id.short(),
                    records.contradictions.len()
                ),
            ));
        }
        Ok(())
    }

    /// The study that reporting reads, and its curves.
    #[must_use]
    pub fn study(bound: &BoundPlan<'_>, archive: Archive, theory: &[TheoryEntry]) -> (Study, Arc<StoredCurves>) {
        let selected = plan::select_theory(bound, theory);
        let (trials, curves) = archive.split();
        let study = bound.study(trials, Arc::<StoredCurves>::clone(&curves), selected.problems, selected.checks);
        (study, curves)
    }
}
