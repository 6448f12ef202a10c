//! Compares two results folders, file by file.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;

use super::differences::TrialDifferences;
use super::error::CompareError;
use super::file_difference::{FileChange, FileDifference};
use super::files;
use super::options::ComparisonOptions;
use super::result::Comparison;
use super::short_text::shortened;
use super::tables::{CURVES, TRIALS};
use crate::store::{COMPARED_APART, MANIFEST, StoreError, is_missing, known_files, list_files, list_links};

/// Compared exactly even under a tolerance, like the manifest.
pub(super) const PLAN: &str = "plan.toml";

/// Compares two results folders. A folder that does not exist counts as empty.
///
/// # Errors
/// If a folder cannot be listed or a file cannot be read.
pub fn compare(
    old: &Path,
    new: &Path,
    sides: [&'static str; 2],
    options: ComparisonOptions<'_>,
) -> Result<Comparison, CompareError> {
    let listed = |folder: &Path| -> Result<BTreeSet<String>, StoreError> {
        Ok(if is_missing(folder) { BTreeSet::new() } else { list_files(folder)?.into_iter().collect() })
    };
    let linked = |folder: &Path| if is_missing(folder) { Ok(Vec::new()) } else { list_links(folder) };
    let (mut before, mut after) = (listed(old)?, listed(new)?);
    let links = [linked(old)?, linked(new)?];
    // An unreadable manifest is not an error here: it shows up as a file that differs.
    let [old_own, new_own] = [old, new].map(|folder| known_files(folder).ok().flatten());
    let lists_others =
        |file: &String| file != MANIFEST && old_own.as_ref().is_some_and(|listed| !listed.contains(file));
    let lists =
        |own: &Option<BTreeSet<String>>, file: &String| own.as_ref().is_some_and(|listed| listed.contains(file));
    let is_owned = |file: &String| file == MANIFEST || lists(&old_own, file) || lists(&new_own, file);
    let mut comparison = Comparison {
        sides,
        tolerance: options.tolerance,
        sampled: options.sample.map(HashSet::len),
        trials: TrialDifferences::default(),
        files: Vec::new(),
        compared: 0,
        aside: 0,
        notes: Vec::new(),
    };
    let is_noted = |name: &String| options.written && !is_owned(name);
    comparison.links(&links, [&mut before, &mut after], &options, &is_noted);
    comparison.tables([old, new], [&before, &after], options)?;
    for file in before.union(&after).filter(|file| !matches!(file.as_str(), TRIALS | CURVES)) {
        let both = before.contains(file) && after.contains(file);
        if options.sample.is_some() {
            continue;
        }
        // A file of somebody's may stand where a newer program writes its own.
        let stands_in_the_way = both && options.written && lists_others(file);
        if stands_in_the_way || (!both && is_noted(file)) {
            comparison.notes.push(foreign(file));
            continue;
        }
        if both && options.tolerance.is_some() && !matches!(file.as_str(), PLAN | MANIFEST) && is_owned(file) {
            comparison.aside += 1;
            continue;
        }
        comparison.compared += 1;
        let kind = match both {
            true => files::compare(old, new, file, sides)?,
            false if before.contains(file) => Some(FileChange::OnlyOld),
            false => Some(FileChange::OnlyNew),
        };
        comparison.files.extend(kind.map(|kind| FileDifference { file: file.clone(), kind }));
    }
    Ok(comparison)
}

impl Comparison {
    /// Reports the symbolic links of both sides, and removes the paths that they cover from the files to compare. A
    /// link leads out of the folder, so its target is not compared.
    fn links(
        &mut self,
        links: &[Vec<String>; 2],
        listed: [&mut BTreeSet<String>; 2],
        options: &ComparisonOptions<'_>,
        is_noted: &dyn Fn(&String) -> bool,
    ) {
        let [before, after] = listed;
        for link in links.iter().flatten().collect::<BTreeSet<_>>() {
            let below = format!("{link}/");
            let covers = |file: &String| file == link || file.starts_with(&below);
            let has_it = |side: usize| links[side].contains(link);
            // A link to a file is itself among the listed files.
            let stands = [(0, &*before), (1, &*after)];
            let lonely = !stands.into_iter().any(|(side, files)| !has_it(side) && files.iter().any(covers));
            before.retain(|file| !covers(file));
            after.retain(|file| !covers(file));
            let name = link.rsplit('/').next().unwrap_or(link);
            if COMPARED_APART.contains(&name) || options.sample.is_some() && !matches!(link.as_str(), TRIALS | CURVES) {
                continue;
            }
            if lonely && is_noted(link) {
                self.notes.push(foreign(link));
                continue;
            }
            self.compared += 1;
            let sides = (0..2).filter(|side| has_it(*side)).map(|side| self.sides[side]).collect();
            self.push(link, FileChange::Link { sides });
        }
    }
}

fn foreign(file: &str) -> String {
    format!("{} is none of the program's files and is not compared", shortened(file))
}
