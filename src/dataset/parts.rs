//! The files that a path names: one, the files of a folder, or those that fit a pattern such as `parts/*.csv`.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::DataError;
use super::file::cannot_read;
use super::wildcards::{fits, has_wildcards};
use crate::text::visible;

/// The files of a path, in the byte order of their names, each relative to `folder` as `path` is. A file that exists is taken by its
/// name, whatever characters that holds. Names that begin with `.` or `_` are left out of folders and patterns: they are not data
/// (`_SUCCESS`). There is at least one file, but it need not be readable.
///
/// # Errors
/// [`DataError::Unreadable`] if a folder or pattern has no file, a folder has folders in it, or a name is not UTF-8.
pub(in crate::dataset) fn parts(folder: &Path, path: &str) -> Result<Vec<String>, DataError> {
    let refused = |message: String| cannot_read(path, &io::Error::other(message));
    match fs::metadata(folder.join(path)) {
        Ok(found) if found.is_dir() => of_folder(folder, path),
        // If there is no such file, opening it says so.
        Ok(_) => Ok(vec![path.to_owned()]),
        Err(_) if !has_wildcards(path) => Ok(vec![path.to_owned()]),
        Err(_) => {
            let mut found = vec![PathBuf::new()];
            for component in Path::new(path).components() {
                found = step(folder, &found, component).map_err(|error| cannot_read(path, &error))?;
            }
            found.retain(|part| folder.join(part).is_file());
            if found.is_empty() {
                return Err(refused(nothing_fits(folder, path)));
            }
            sorted_texts(found).map_err(refused)
        }
    }
}

/// Returns the result of reading the files `before`, unless the path has others by now: the data would then be those of no moment.
///
/// # Errors
/// That of the result; [`DataError::Unreadable`] if a file came or went.
pub(in crate::dataset) fn unchanged<T>(
    folder: &Path,
    path: &str,
    before: &[String],
    read: Result<T, DataError>,
) -> Result<T, DataError> {
    let now = parts(folder, path)?;
    let read = read.map_err(|error| with_foreign(folder, path, before, error));
    let came = now.iter().find(|part| !before.contains(part)).map(|part| (part, "came"));
    let went = || before.iter().find(|part| !now.contains(part)).map(|part| (part, "went"));
    match came.or_else(went) {
        None => read,
        Some((part, how)) => Err(cannot_read(
            path,
            &io::Error::other(format!("{part} {how} while it was read; start again once it is complete")),
        )),
    }
}

/// The error, with the files of a folder that are probably no part of the data, and a pattern that leaves them out.
fn with_foreign(folder: &Path, path: &str, parts: &[String], error: DataError) -> DataError {
    let hint = match folder.join(path).is_dir().then(|| foreign(path, parts)).flatten() {
        Some(hint) => visible(&hint).into_owned(),
        None => return error,
    };
    match error {
        DataError::Content(message) => DataError::Content(format!("{message}\n{hint}")),
        DataError::Columns { message, found } => DataError::Columns { message: format!("{message}\n{hint}"), found },
        DataError::Unreadable(message) => DataError::Unreadable(format!("{message}\n{hint}")),
        other @ DataError::TooLarge(_) => other,
    }
}

/// `the folder also holds parts/README.md: if it is no data, path = "parts/*.csv" leaves it out`, if the names of most parts end in the
/// same way and those of others do not.
fn foreign(path: &str, parts: &[String]) -> Option<String> {
    const NAMED: usize = 3;
    let unpacked = |part: &str| -> String {
        let packed = [".gz", ".zst", ".zstd"].into_iter().find_map(|ending| part.strip_suffix(ending));
        packed.unwrap_or(part).to_owned()
    };
    let ending = |part: &str| -> String {
        let ending = Path::new(&unpacked(part)).extension().and_then(|ending| ending.to_str()).map(str::to_lowercase);
        ending.unwrap_or_default()
    };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    parts.iter().for_each(|part| *counts.entry(ending(part)).or_default() += 1);
    let rank = |ending: &str| match ending {
        "" | "md" | "rst" | "html" | "pdf" | "json" | "log" | "py" | "sh" => 0,
        "txt" => 1,
        _ => 2,
    };
    let (usual, _) = counts.into_iter().max_by_key(|(ending, count)| (rank(ending).min(1), *count, rank(ending)))?;
    let (same, others): (Vec<&String>, Vec<&String>) = parts.iter().partition(|part| ending(part) == usual);
    if others.is_empty() || usual.is_empty() {
        return None;
    }
    let written = same.first()?.rsplit_once('.').map(|(_, ending)| ending)?;
    let pattern = match same.iter().all(|part| part.ends_with(&format!(".{written}"))) {
        true => format!("*.{written}"),
        false => format!("*.{usual}*"),
    };
    let pattern = Path::new(path).join(pattern);
    let named: Vec<&str> = others.iter().take(NAMED).map(|part| part.as_str()).collect();
    let more = others.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let (it, is) = if others.len() == 1 { ("it", "is") } else { ("they", "are") };
    let them = if others.len() == 1 { "it" } else { "them" };
    Some(format!(
        "the folder also holds {}{more}: if {it} {is} no data, path = \"{}\" leaves {them} out",
        named.join(", "),
        pattern.display()
    ))
}

/// The files of a folder.
fn of_folder(folder: &Path, path: &str) -> Result<Vec<String>, DataError> {
    let refused = |message: String| cannot_read(path, &io::Error::other(message));
    let inside = Path::new(path);
    let names = data_names(&folder.join(path)).map_err(|error| cannot_read(path, &error))?;
    let (folders, files): (Vec<PathBuf>, Vec<PathBuf>) =
        names.into_iter().map(|name| inside.join(name)).partition(|part| folder.join(part).is_dir());
    if let Some(inner) = folders.iter().min() {
        let ending = files.iter().min().and_then(|file| file.extension()?.to_str());
        let pattern = match ending {
            _ if files.is_empty() => "*/*".to_owned(),
            Some(ending) => format!("*.{ending}"),
            None => "*".to_owned(),
        };
        let (inner, pattern) = (inner.display(), inside.join(pattern));
        return Err(refused(format!(
            "it is a folder with folders in it ({inner}): name the files by a pattern, such as {}",
            pattern.display()
        )));
    }
    if files.is_empty() {
        return Err(refused("it is a folder without data files".to_owned()));
    }
    sorted_texts(files).map_err(refused)
}

/// The names in a folder that may be data.
fn data_names(folder: &Path) -> io::Result<Vec<std::ffi::OsString>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        if !name.as_encoded_bytes().starts_with(b".") && !name.as_encoded_bytes().starts_with(b"_") {
            names.push(name);
        }
    }
    Ok(names)
}

/// Goes on from each path by one component of the pattern.
fn step(folder: &Path, from: &[PathBuf], component: Component) -> io::Result<Vec<PathBuf>> {
    let pattern = match component {
        Component::Normal(name) => name.to_str().filter(|name| has_wildcards(name)),
        _ => None,
    };
    let Some(pattern) = pattern else {
        return Ok(from.iter().map(|path| path.join(component)).collect());
    };
    let mut found = Vec::new();
    for path in from {
        let inside = folder.join(path);
        // Joining nothing to a folder that is empty text gives no folder that can be opened.
        let inside = if inside.as_os_str().is_empty() { PathBuf::from(".") } else { inside };
        if !inside.is_dir() {
            continue;
        }
        let hidden = pattern.starts_with(['.', '_']);
        let names = if hidden {
            fs::read_dir(&inside)?.map(|entry| entry.map(|entry| entry.file_name())).collect::<io::Result<_>>()?
        } else {
            data_names(&inside)?
        };
        found.extend(names.iter().filter(|name| fits(pattern, &name.to_string_lossy())).map(|name| path.join(name)));
    }
    Ok(found)
}

/// What was looked for, where, and what is there instead.
fn nothing_fits(folder: &Path, path: &str) -> String {
    let mut fixed = PathBuf::new();
    for component in Path::new(path).components() {
        if component.as_os_str().to_str().is_none_or(has_wildcards) {
            break;
        }
        fixed.push(component);
    }
    let place = folder.join(&fixed);
    let place = if place.as_os_str().is_empty() { PathBuf::from(".") } else { place };
    let shown = place.display();
    match data_names(&place) {
        Err(_) => format!("no file fits it: there is no folder {shown}"),
        Ok(names) if names.is_empty() => format!("no file fits it: the folder {shown} is empty"),
        Ok(names) => {
            let mut names: Vec<String> = names.iter().map(|name| format!("\"{}\"", name.to_string_lossy())).collect();
            names.sort_unstable();
            let more = names.len().saturating_sub(5);
            names.truncate(5);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("no file fits it: in {shown} there are {}{more}", names.join(", "))
        }
    }
}

fn sorted_texts(parts: Vec<PathBuf>) -> Result<Vec<String>, String> {
    let text = |part: PathBuf| {
        part.into_os_string().into_string().map_err(|part| format!("the name of {} is not UTF-8", part.display()))
    };
    let mut parts = parts.into_iter().map(text).collect::<Result<Vec<_>, _>>()?;
    parts.sort_unstable();
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x,y\n1,2\n").unwrap();
        }
        folder
    }

    #[test]
    fn folders_and_patterns_give_their_files_in_order() {
        let names = ["p/part-10.csv", "p/part-2.csv", "p/part-1.csv", "p/_SUCCESS", "p/.part-1.csv.crc"];
        let folder = filled(&names);
        let found = |path: &str| parts(folder.path(), path).unwrap();
        // Byte order, not that of numbers.
        let all = ["p/part-1.csv", "p/part-10.csv", "p/part-2.csv"];
        assert_eq!(found("p"), all);
        assert_eq!(found("p/*.csv"), all);
        assert_eq!(found("p/*"), all);
        assert_eq!(found("*/part-?.csv"), ["p/part-1.csv", "p/part-2.csv"]);
        assert_eq!(found("p/_*"), ["p/_SUCCESS"]);
        assert_eq!(found("p/part-2.csv"), ["p/part-2.csv"]);
        // Opening it will say that it is not there.
        assert_eq!(found("p/no.csv"), ["p/no.csv"]);
    }

    #[test]
    fn a_part_that_comes_or_goes_while_all_are_read_is_an_error() {
        let folder = filled(&["p/a.csv", "p/b.csv"]);
        let read = |change: &dyn Fn()| {
            let before = parts(folder.path(), "p/*.csv").unwrap();
            change();
            unchanged(folder.path(), "p/*.csv", &before, Ok(())).err().map(|error| error.to_string())
        };
        let path = |name: &str| folder.path().join(name);
        assert_eq!(read(&|| ()), None);
        assert_eq!(read(&|| fs::write(path("p/_SUCCESS"), "").unwrap()), None);
        assert_eq!(
            read(&|| fs::write(path("p/c.csv"), "x,y\n").unwrap()).unwrap(),
            "cannot read p/*.csv: p/c.csv came while it was read; start again once it is complete"
        );
        assert_eq!(
            read(&|| fs::remove_file(path("p/a.csv")).unwrap()).unwrap(),
            "cannot read p/*.csv: p/a.csv went while it was read; start again once it is complete"
        );
    }

    #[test]
    fn a_file_that_exists_is_no_pattern() {
        let folder = filled(&["a?.csv", "ab.csv"]);
        assert_eq!(parts(folder.path(), "a?.csv").unwrap(), ["a?.csv"]);
        assert_eq!(parts(folder.path(), "?b.csv").unwrap(), ["ab.csv"]);
    }

    #[test]
    fn no_file_is_an_error_that_says_what_is_there() {
        let folder = filled(&["d/a.txt", "d/b.txt", "n/year=1/a.csv", "e/_SUCCESS"]);
        let refusal = |path: &str| parts(folder.path(), path).unwrap_err().to_string();
        let place = folder.path().join("d");
        assert_eq!(
            refusal("d/*.csv"),
            format!("cannot read d/*.csv: no file fits it: in {} there are \"a.txt\", \"b.txt\"", place.display())
        );
        let absent = folder.path().join("no");
        assert_eq!(
            refusal("no/*.csv"),
            format!("cannot read no/*.csv: no file fits it: there is no folder {}", absent.display())
        );
        assert_eq!(refusal("e"), "cannot read e: it is a folder without data files");
        assert_eq!(
            refusal("n"),
            "cannot read n: it is a folder with folders in it (n/year=1): name the files by a pattern, such as n/*/*"
        );
        assert_eq!(parts(folder.path(), "n/*/*").unwrap(), ["n/year=1/a.csv"]);
    }
}
