//! Which columns of a header are used, and how.

use super::Options;
use super::problems::Problems;
use super::scan::Scan;

/// The columns that an experiment uses, by their position in the file.
pub(super) struct Choice {
    pub target: Option<usize>,
    /// (column, whether it is expanded), in the order of `features`, or of the file.
    pub features: Vec<(usize, bool)>,
    /// All of them, ascending.
    pub used: Vec<usize>,
}

impl Choice {
    /// Names that cannot be resolved are added to `problems` and left out.
    pub(super) fn of(scan: &Scan, options: &Options, problems: &mut Problems) -> Self {
        let header = &scan.header;
        let mut say = |message: String| problems.add(scan.header_line, 0, || message);
        for (column, name) in header.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            if let Some(first) = header[..column].iter().position(|other| other == name) {
                say(format!("the header has \"{name}\" twice, as columns {} and {}", first + 1, column + 1));
            }
        }
        let find = |key: &str, name: &str, say: &mut dyn FnMut(String)| {
            let found = header.iter().position(|column| column == name);
            if found.is_none() {
                say(absent(key, name, header));
            }
            found
        };

        let target = find("target", &options.target, &mut say);
        let mut features: Vec<usize> = Vec::new();
        match &options.features {
            Some(names) => {
                for (index, name) in names.iter().enumerate() {
                    if *name == options.target {
                        say(format!("features lists the target \"{name}\""));
                    } else if names[..index].contains(name) {
                        say(format!("features lists \"{name}\" twice"));
                    } else {
                        features.extend(find("features", name, &mut say));
                    }
                }
            }
            // Without the target, "every other column" would take in the one that was meant.
            None if target.is_none() => {}
            None => {
                for (column, name) in header.iter().enumerate() {
                    if name.is_empty() {
                        let number = column + 1;
                        say(format!("column {number} of the header has no name: name it, or list the features to use"));
                    } else if *name != options.target {
                        features.push(column);
                    }
                }
            }
        }
        let mut one_hot: Vec<usize> = Vec::new();
        for (index, name) in options.one_hot.iter().enumerate() {
            if *name == options.target {
                say(format!("one_hot lists the target \"{name}\": a target is one number"));
            } else if options.one_hot[..index].contains(name) {
                say(format!("one_hot lists \"{name}\" twice"));
            } else if let Some(column) = find("one_hot", name, &mut say) {
                if !features.contains(&column) {
                    say(format!("one_hot lists \"{name}\", which features leaves out"));
                }
                one_hot.push(column);
            }
        }
        let none_listed = options.features.as_ref().is_none_or(Vec::is_empty);
        if target.is_some() && features.is_empty() && none_listed {
            say(format!("no feature is left beside the target \"{}\"", options.target));
        }
        let mut used: Vec<usize> = features.iter().copied().chain(target).collect();
        used.sort_unstable();
        used.dedup();
        let features = features.into_iter().map(|column| (column, one_hot.contains(&column))).collect();
        Self { target, features, used }
    }
}

/// `target: there is no column "progresion" (did you mean "progression"?); the columns are …`
fn absent(key: &str, name: &str, header: &[String]) -> String {
    let mut message = format!("{key}: there is no column \"{name}\"");
    let distance = |column: &&String| strsim::damerau_levenshtein(&column.to_lowercase(), &name.to_lowercase());
    if let Some(nearest) = header.iter().filter(|column| !column.is_empty()).min_by_key(distance)
        && distance(&nearest) <= 1 + name.chars().count() / 4
    {
        message += &format!(" (did you mean \"{nearest}\"?)");
    }
    const LISTED: usize = 20;
    let listed: Vec<String> = header.iter().take(LISTED).map(|column| format!("\"{column}\"")).collect();
    message += &format!("; the columns are {}", listed.join(", "));
    if header.len() > LISTED {
        message += &format!(" and {} more", header.len() - LISTED);
    }
    if let [only] = header
        && let Some(delimiter) = [';', '\t', '|', ','].into_iter().find(|delimiter| only.contains(*delimiter))
    {
        message += &format!("; is the delimiter {:?}?", delimiter.to_string());
    }
    message
}
