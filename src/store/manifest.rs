//! `manifest.txt`: the list of the files that reports wrote into a results folder. Only listed files are ever replaced or
//! removed; all others belong to the reader.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::error::StoreError;

/// The manifest's name. It holds one file name a line, sorted, including its own.
pub const MANIFEST: &str = "manifest.txt";

/// How `plan.toml` begins. Results from before there were manifests are recognised by it.
pub const PLAN_HEADER: &str = "# The experiment as it was run";

/// A larger file is no list of names.
const MOST_BYTES: u64 = 64 << 20;

/// Files that every report writes. The table of best settings has this name where a report has no manifest.
const FIXED: [&str; 9] = [
    "report.html",
    "report.md",
    "plan.toml",
    "trials.parquet",
    "curves.parquet",
    "tables/mse.csv",
    "tables/settings.csv",
    "tables/learning_rates.csv",
    "tables/comparisons.csv",
];

/// Files that reports with a manifest write, some of them if asked to. In a folder without one they are somebody else's.
const LATER: [&str; 2] = ["verdict.json", "watched.parquet"];

/// The files that earlier reports wrote into a folder. Empty if the folder is new or empty, or holds nothing but a store.
///
/// # Errors
/// If the folder is somebody else's, or cannot be read.
pub fn listed(folder: &Path) -> Result<BTreeSet<String>, StoreError> {
    match known(folder)? {
        Some(names) => Ok(names),
        None if is_free(folder)? => Ok(BTreeSet::new()),
        None => Err(StoreError::not_ours(folder)),
    }
}

/// The same; `None` if neither a manifest nor a plan says what reports wrote.
///
/// # Errors
/// If the manifest or the plan cannot be read, or the manifest holds something the program never writes.
pub fn known(folder: &Path) -> Result<Option<BTreeSet<String>>, StoreError> {
    let path = folder.join(MANIFEST);
    match read(&path, MOST_BYTES)? {
        Some(text) => parse(&text).map(Some).ok_or_else(|| StoreError::no_manifest(&path)),
        None if is_plan(folder)? => Ok(Some(files_without_manifest(folder)?)),
        None => Ok(None),
    }
}

/// The results folder that a path lies in, if any. Only reports write files there.
#[must_use]
pub fn results_folder_of(path: &Path) -> Option<&Path> {
    let is_results =
        |folder: &&Path| folder.join(".sweep/segments").is_dir() || known(folder).is_ok_and(|names| names.is_some());
    let inside_store = |folder: &&Path| folder.file_name().is_some_and(|name| name == ".sweep");
    path.ancestors().skip(1).find(|folder| inside_store(folder) || is_results(folder))
}

/// The text of a manifest that lists these names.
pub fn text(names: &BTreeSet<String>) -> String {
    names.iter().map(|name| format!("{name}\n")).collect()
}

/// The names in a manifest; `None` if it holds something the program never writes. Line ends of any system are accepted.
fn parse(text: &str) -> Option<BTreeSet<String>> {
    let lines: Vec<&str> = text.lines().map(|line| line.trim_end_matches('\r')).collect();
    let sound = lines.contains(&MANIFEST) && lines.is_sorted() && lines.iter().all(|line| is_name(line));
    sound.then(|| lines.into_iter().map(str::to_owned).collect())
}

/// Whether a report could have written a file of this name.
pub fn is_name(name: &str) -> bool {
    let file = |file: &str, endings: &[&str]| {
        let plain = !file.starts_with('.') && !file.contains(['/', '\\']) && !file.chars().any(char::is_control);
        plain && file.rsplit_once('.').is_some_and(|(stem, ending)| !stem.is_empty() && endings.contains(&ending))
    };
    match name.split_once('/') {
        Some(("tables", name)) => file(name, &["csv"]),
        Some(("plots", name)) => file(name, &["svg", "png"]),
        Some(_) => false,
        None => name == MANIFEST || FIXED.contains(&name) || LATER.contains(&name),
    }
}

fn is_plan(folder: &Path) -> Result<bool, StoreError> {
    let path = folder.join("plan.toml");
    Ok(read(&path, MOST_BYTES)?.is_some_and(|text| text.starts_with(PLAN_HEADER)))
}

/// The files that a report without a manifest wrote: those that every report writes, and the figures that it refers to.
fn files_without_manifest(folder: &Path) -> Result<BTreeSet<String>, StoreError> {
    let report = read(&folder.join("report.md"), MOST_BYTES)?.unwrap_or_default();
    let figures = report.split("](plots/").skip(1).filter_map(|rest| rest.split_once(".svg)")).map(|(name, _)| name);
    let pictures = figures.flat_map(|name| ["svg", "png"].map(|ending| format!("plots/{name}.{ending}")));
    let all = FIXED.iter().map(|name| (*name).to_owned()).chain(pictures);
    Ok(all.filter(|name| is_name(name) && folder.join(name).is_file()).collect())
}

/// The text of a regular file; `None` if there is no such file, or it is too large or not text.
fn read(path: &Path, most: u64) -> Result<Option<String>, StoreError> {
    match fs::symlink_metadata(path) {
        Ok(found) if !found.is_file() || found.len() > most => Ok(None),
        Ok(_) => match fs::read(path) {
            Ok(bytes) => Ok(String::from_utf8(bytes).ok()),
            Err(error) => Err(StoreError::new("read", path, error)),
        },
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(StoreError::new("read", path, error)),
    }
}

/// Whether a folder holds nothing that could be somebody else's: it is missing, or holds a store or nothing but hidden files. (A
/// store without a report is from an interrupted run.)
fn is_free(folder: &Path) -> Result<bool, StoreError> {
    if folder.join(".sweep/segments").is_dir() {
        return Ok(true);
    }
    let listing = match fs::read_dir(folder) {
        Ok(listing) => listing,
        // If a file is in the folder's place, creating the folder reports it.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(true),
        Err(error) => return Err(StoreError::new("list the folder", folder, error)),
    };
    for entry in listing {
        let entry = entry.map_err(|error| StoreError::new("list the folder", folder, error))?;
        if !entry.file_name().as_encoded_bytes().starts_with(b".") {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_manifest_lists_what_a_report_writes_and_nothing_else() {
        let sound = names(&["manifest.txt", "plots/a.png", "plots/a.svg", "report.md", "tables/mse.csv"]);
        assert_eq!(parse(&text(&sound)), Some(sound.clone()));
        assert_eq!(parse(&text(&sound).replace('\n', "\r\n")), Some(sound));
        for bad in [
            "",
            "report.md\n",
            "report.md\nmanifest.txt\n",
            "manifest.txt\nnotes.md\n",
            "../x.csv\nmanifest.txt\n",
            "manifest.txt\ntables/../../x.csv\n",
            "manifest.txt\ntables/\n",
            "manifest.txt\ntables/.csv\n",
            "manifest.txt\nplots/a\\b.svg\n",
            "/etc/passwd\nmanifest.txt\n",
            "<<<<<<< HEAD\nmanifest.txt\n",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn folders_are_ours_by_a_manifest_a_plan_or_a_store() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("results");
        let write = |name: &str, text: &str| {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        assert_eq!(listed(&folder).unwrap(), names(&[]), "none yet");
        write(".hidden", "");
        assert_eq!(listed(&folder).unwrap(), names(&[]), "hidden files only");
        write("tables/mine.csv", "x");
        let refused = listed(&folder).unwrap_err().to_string();
        assert!(refused.contains("-o"), "{refused}");
        write("plan.toml", "# The experiment of somebody else\n");
        assert!(listed(&folder).is_err());
        write("plan.toml", &format!("{PLAN_HEADER}: and so on\n"));
        write("report.md", "![x](plots/a-b.svg)\n![y](plots/../../z.svg) ![](plots/gone.svg)");
        write("plots/a-b.svg", "");
        write("plots/mine.svg", "");
        assert_eq!(listed(&folder).unwrap(), names(&["plan.toml", "plots/a-b.svg", "report.md"]));
        write("manifest.txt", "manifest.txt\ntables/mse.csv\n");
        assert_eq!(listed(&folder).unwrap(), names(&["manifest.txt", "tables/mse.csv"]));
        write("manifest.txt", "what I shipped\n");
        let refused = listed(&folder).unwrap_err().to_string();
        assert!(refused.contains("manifest.txt"), "{refused}");
        fs::remove_file(folder.join("manifest.txt")).unwrap();
        fs::remove_file(folder.join("plan.toml")).unwrap();
        assert!(listed(&folder).is_err());
        fs::create_dir_all(folder.join(".sweep/segments")).unwrap();
        assert_eq!(listed(&folder).unwrap(), names(&[]), "an interrupted run");
        assert_eq!(results_folder_of(&folder.join("tables/x")), Some(folder.as_path()));
        assert_eq!(results_folder_of(&folder.join(".sweep/x")), Some(folder.join(".sweep").as_path()));
        assert_eq!(results_folder_of(&folder), None);
    }
}
