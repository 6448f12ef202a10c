//! What every command about an experiment starts from: the file, its plan, its data and its results folder.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::arguments::{ExperimentArguments, WaitingArguments};
use super::data_failure::data_failure;
use super::failure::CommandFailure;
use super::memory;
use super::printer::Printer;
use super::signals::Interruption;
use crate::dataset::FILE_KEYS;
use crate::experiment::{self, Loaded};
use crate::plan::{self, BoundPlan, Combination, Component, FactsByDataset, Plan, Unfit};
use crate::runner::SharedData;
use crate::store::{Lock, Results, Store};
use crate::text::located;

/// An experiment that was read, and its results folder.
pub struct ExperimentWorkspace {
    pub loaded: Loaded,
    /// `results/<name>`
    pub folder: PathBuf,
}

impl ExperimentWorkspace {
    /// Reads the file, applies the overrides, and prints warnings.
    ///
    /// # Errors
    /// All mistakes of the file, rendered.
    pub fn open(command: &ExperimentArguments, printer: &Printer) -> Result<Self, CommandFailure> {
        Self::open_with(command, printer, &|_| None)
    }

    /// The same for commands that read what was trained: files that models started from may be gone or other ones since.
    ///
    /// # Errors
    /// All mistakes of the file, rendered.
    pub fn open_trained(command: &ExperimentArguments, printer: &Printer) -> Result<Self, CommandFailure> {
        Self::open_with(command, printer, &|name| super::plan_toml::read(&command.output.join(name)))
    }

    fn open_with(
        command: &ExperimentArguments,
        printer: &Printer,
        written_plan: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, CommandFailure> {
        let loaded = experiment::load_trained(&command.experiment, &command.changes(), written_plan);
        let loaded = loaded.map_err(|diagnostics| CommandFailure {
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

    /// Checks whether a report could be written: the results folder belongs to this program or is new, and no foreign file is in
    /// the way.
    ///
    /// # Errors
    /// If it could not.
    pub fn check_results(&self) -> Result<(), CommandFailure> {
        let results = Results::at(&self.folder)?;
        let fixed: Vec<String> = super::files::fixed(&self.plan().scores()).collect();
        results.check(fixed.iter().map(String::as_str))?;
        for (input, what) in self.inputs() {
            let Ok(folder) = std::fs::canonicalize(&self.folder) else { break };
            let place = std::fs::canonicalize(&input).ok();
            let name = place.as_deref().and_then(|place| place.strip_prefix(&folder).ok()).and_then(Path::to_str);
            if name.is_some_and(|name| results.writes(name) || fixed.iter().any(|fixed| fixed == name)) {
                let (input, folder) = (input.display(), self.folder.display());
                return Err(CommandFailure::new(
                    CommandFailure::FILES,
                    format!(
                        "{input} is {what}, and lies where its own report is written, in {folder}: move it, or name another place \
                         for results folders with `-o`"
                    ),
                ));
            }
        }
        Ok(())
    }

    /// The files that the experiment consists of, with a description of each: the file itself, its base, its data.
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
                .filter(|(component, key, _)| *component == Component::Dataset && FILE_KEYS.contains(&key.as_str()))
                .map(|(_, _, value)| value);
            let values = &combination.grid.base.dataset.values;
            let written = FILE_KEYS.into_iter().filter_map(|key| values.get(key));
            let paths = written.chain(varied).filter_map(toml::Value::as_str);
            let opened = |path| located(&combination.folder, path).unwrap_or(Cow::Borrowed(path));
            inputs.extend(paths.map(|path| (combination.folder.join(&*opened(path)), "data of the experiment")));
        }
        inputs
    }

    /// Reads the data sets.
    ///
    /// # Errors
    /// All errors in the data sets.
    pub fn load_data(&self) -> Result<(SharedData, FactsByDataset), CommandFailure> {
        SharedData::load(self.plan()).map_err(|error| data_failure(&error, &self.loaded.provenance))
    }

    /// The facts that earlier runs stored about the data, for commands that open no data set.
    ///
    /// # Errors
    /// If nothing is stored.
    pub fn stored_facts(&self) -> Result<FactsByDataset, CommandFailure> {
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
            let output = crate::text::quoted(output.unwrap_or(Path::new(".")));
            format!(
                "nothing is stored in {folder}; `-o` names the folder that holds results folders (did you mean `-o {output}`?)"
            )
        } else {
            format!("nothing is stored in {folder}; `sweep run` trains first")
        };
        Err(CommandFailure::new(CommandFailure::FILES, message))
    }

    /// Takes the parts of the plan out whose data was never read, and returns the names of their data sets and models. Nothing
    /// of them is stored; what is can be shown.
    ///
    /// # Errors
    /// If the whole plan is such.
    pub fn leave_out_unread(&mut self, facts: &FactsByDataset) -> Result<Vec<String>, CommandFailure> {
        let is_read = |combination: &Combination| {
            plan::data_settings(combination).all(|setting| facts.contains_key(&plan::dataset_key(&setting)))
        };
        let (read, unread): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.loaded.plan.combinations).into_iter().partition(is_read);
        let mut names: Vec<String> = Vec::new();
        for combination in &unread {
            let base = &combination.grid.base;
            let name = format!("{} · {}", base.dataset.table, base.model.table);
            names.extend((!names.contains(&name)).then_some(name));
        }
        if read.is_empty() && !names.is_empty() {
            let message = format!("the data of {} was never read: `sweep run` reads it", names.join(", "));
            return Err(CommandFailure::new(CommandFailure::FILES, message));
        }
        self.loaded.plan.combinations = read;
        Ok(names)
    }

    /// Binds the plan to its data.
    ///
    /// # Errors
    /// Every setting that its data rules out; more trials than fit in memory.
    pub fn bind<'a>(&'a self, facts: &'a FactsByDataset) -> Result<BoundPlan<'a>, CommandFailure> {
        memory::check_plan(self.plan())?;
        let bound = BoundPlan::new(self.plan(), facts).map_err(|problems| CommandFailure {
            code: CommandFailure::INPUT,
            message: problems.iter().map(|unfit| self.unfit(unfit)).collect::<Vec<_>>().join("\n"),
        })?;
        memory::check_trials(&bound)?;
        Ok(bound)
    }

    /// `error: …`, and the line of the key that asked for it, if one did.
    fn unfit(&self, unfit: &Unfit) -> String {
        let declared = |key: &str| self.loaded.provenance.declared(key);
        // A model without the key `loss` has it from its kind.
        let of_kind = |key: &str| declared(&format!("{}.kind", key.strip_suffix(".loss")?));
        let place = unfit.key.as_deref().and_then(|key| declared(key).or_else(|| of_kind(key)));
        let line = |(file, line): (&str, usize)| format!("\n  --> {file}:{line}");
        format!("error: {unfit}{}", place.map_or_else(String::new, line))
    }

    /// Like [`ExperimentWorkspace::lock`], and removes what a killed process left unfinished.
    ///
    /// # Errors
    /// The same as for [`ExperimentWorkspace::lock`].
    pub fn lock_and_tidy(
        &self,
        store: &Store,
        waiting: &WaitingArguments,
        interruption: &Interruption,
        printer: &Printer,
    ) -> Result<Lock, CommandFailure> {
        self.check_results()?;
        let lock = self.lock(store, waiting, interruption, printer)?;
        store.remove_unfinished_files()?;
        Ok(lock)
    }
}
