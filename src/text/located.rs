//! Paths as people write them: `~/data.csv`, `$DATA/data.csv`, `${DATA}/data.csv`.

use std::borrow::Cow;
use std::path::Path;

/// The path that a text names, with its variables and its `~` replaced; `folder` is what it is relative to. `$$` is a dollar. Where a
/// variable is not set, a file that has the text as its name is meant.
///
/// # Errors
/// A sentence about a variable that is not set or is empty, or about a `${` without its end.
pub fn located<'a>(folder: &Path, written: &'a str) -> Result<Cow<'a, str>, String> {
    if !written.contains(['$', '~']) {
        return Ok(Cow::Borrowed(written));
    }
    match replaced(written, &|name| std::env::var(name).ok()) {
        Err(_) if folder.join(written).exists() => Ok(Cow::Borrowed(written)),
        replaced => replaced,
    }
}

/// The text that [`located`] takes for this very path: each dollar is doubled, and a folder that is called `~` is no home.
#[must_use]
pub fn unexpanded(path: &str) -> String {
    let is_home = path == "~" || path.starts_with("~/");
    format!("{}{}", if is_home { "./" } else { "" }, path.replace('$', "$$"))
}

fn replaced<'a>(written: &'a str, variable: &dyn Fn(&str) -> Option<String>) -> Result<Cow<'a, str>, String> {
    let mut path = String::with_capacity(written.len());
    let mut rest = written;
    if let Some(after) = rest.strip_prefix('~')
        && (after.is_empty() || after.starts_with(['/', '\\']))
    {
        let home = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
        path.push_str(&value(home, "~", variable)?);
        rest = after;
    }
    while let Some(dollar) = rest.find('$') {
        path.push_str(&rest[..dollar]);
        let after = &rest[dollar + 1..];
        if let Some(after) = after.strip_prefix('$') {
            path.push('$');
            rest = after;
            continue;
        }
        let (name, end) = if let Some(braced) = after.strip_prefix('{') {
            let Some(end) = braced.find('}') else {
                return Err("`${` has no `}` after it; `$$` is a dollar".to_owned());
            };
            if !is_variable(&braced[..end]) {
                return Err(format!("`${{{}}}` names no variable; `$$` is a dollar", &braced[..end]));
            }
            (&braced[..end], 1 + end + 1)
        } else {
            let plain = |character: char| character.is_ascii_alphanumeric() || character == '_';
            let end = after.find(|character| !plain(character)).unwrap_or(after.len());
            (&after[..end], end)
        };
        if is_variable(name) {
            path.push_str(&value(name, &format!("${name}"), variable)?);
            rest = &after[end..];
        } else {
            // Such as `$5`: no variable, so the dollar is one.
            path.push('$');
            rest = after;
        }
    }
    path.push_str(rest);
    Ok(Cow::Owned(path))
}

fn is_variable(name: &str) -> bool {
    let plain = |character: char| character.is_ascii_alphanumeric() || character == '_';
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') && name.chars().all(plain)
}

fn value(name: &str, written: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
    let what = match variable(name) {
        Some(value) if !value.is_empty() => return Ok(value),
        Some(_) => "is empty",
        None => "is not set",
    };
    Err(format!("the environment variable {name} {what}, which `{written}` stands for"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_written_so_that_it_is_meant_literally() {
        for path in ["a$HOME.csv", "$DATA/d.csv", "${DATA}.csv", "$$", "~x.csv", "~/d.csv", "~", "a b.csv"] {
            let meant = of(&unexpanded(path)).unwrap();
            assert_eq!(meant.strip_prefix("./").unwrap_or(&meant), path);
        }
        assert_eq!(unexpanded("a$b.csv"), "a$$b.csv");
    }

    fn of(written: &str) -> Result<String, String> {
        let known = |name: &str| match name {
            "DATA" => Some("/data".to_owned()),
            "HOME" | "USERPROFILE" => Some("/home/ada".to_owned()),
            "NOTHING" => Some(String::new()),
            _ => None,
        };
        replaced(written, &known).map(Cow::into_owned)
    }

    #[test]
    fn variables_and_the_home_folder_are_replaced() {
        for (written, path) in [
            ("$DATA/d.csv", "/data/d.csv"),
            ("${DATA}/d.csv", "/data/d.csv"),
            ("x/${DATA}2024/$DATA.csv", "x//data2024//data.csv"),
            ("~/d.csv", "/home/ada/d.csv"),
            ("~", "/home/ada"),
            ("~ada/d.csv", "~ada/d.csv"),
            ("a~/d.csv", "a~/d.csv"),
            ("prices in $$DATA.csv", "prices in $DATA.csv"),
            ("at $5, 5$", "at $5, 5$"),
        ] {
            assert_eq!(of(written).as_deref(), Ok(path), "{written}");
        }
    }

    #[test]
    fn what_is_not_set_is_named() {
        let unset = "the environment variable ELSEWHERE is not set, which `$ELSEWHERE` stands for";
        assert_eq!(of("${ELSEWHERE}/d.csv"), Err(unset.to_owned()));
        assert!(of("$NOTHING/d.csv").is_err_and(|error| error.contains("NOTHING is empty")));
        assert!(of("${DATA/d.csv").is_err_and(|error| error.contains("no `}`")));
        assert!(of("${}/d.csv").is_err_and(|error| error.contains("names no variable")));
    }

    #[test]
    fn a_file_with_such_a_name_is_meant_as_it_stands() {
        let folder = tempfile::tempdir().unwrap();
        assert!(located(folder.path(), "$SWEEP_UNSET.csv").is_err());
        std::fs::write(folder.path().join("$SWEEP_UNSET.csv"), "a").unwrap();
        assert_eq!(located(folder.path(), "$SWEEP_UNSET.csv").as_deref(), Ok("$SWEEP_UNSET.csv"));
    }
}
