//! The words of reports, of the terminal and of this program's files: `sweep explain WORD` and the glossary of the README.

mod comparing;
mod networks;
mod words;

use std::sync::LazyLock;

use comparing::COMPARING;
use networks::NETWORKS;
use words::WORDS;

/// Every word, in the order of the alphabet.
pub static TERMS: LazyLock<Vec<Term>> = LazyLock::new(|| {
    let mut terms = [WORDS, COMPARING, NETWORKS].concat();
    terms.sort_by_key(|term| term.name.to_lowercase());
    terms
});

/// One word.
#[derive(Debug, Clone, Copy)]
pub struct Term {
    pub name: &'static str,
    /// Other words for it, and other forms of it.
    pub synonyms: &'static [&'static str],
    pub text: &'static str,
}

const fn term(name: &'static str, synonyms: &'static [&'static str], text: &'static str) -> Term {
    Term { name, synonyms, text }
}

/// The terms that a word names, in any case and with `-` or `_` for a space.
#[must_use]
pub fn terms(word: &str) -> Vec<&'static Term> {
    let plain = |word: &str| word.trim().replace(['-', '_'], " ").to_lowercase();
    let wanted = plain(word);
    let own = TERMS.iter().filter(|term| plain(term.name) == wanted);
    let other =
        TERMS.iter().filter(|term| plain(term.name) != wanted && term.synonyms.iter().any(|one| plain(one) == wanted));
    own.chain(other).collect()
}

/// The glossary of the README.
#[must_use]
pub fn glossary() -> String {
    let row = |term: &Term| {
        let also = if term.synonyms.is_empty() { String::new() } else { format!(" ({})", term.synonyms.join(", ")) };
        format!("| **{}**{also} | {} |\n", term.name, term.text)
    };
    format!("| word | meaning |\n| --- | --- |\n{}", TERMS.iter().map(row).collect::<String>())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// `BLESS=1` writes it.
    #[test]
    fn the_readme_has_this_glossary() {
        const BEGIN: &str = "<!-- glossary: written by BLESS=1 cargo test --release glossary, not by hand -->\n";
        const END: &str = "<!-- /glossary -->";
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
        let readme = std::fs::read_to_string(&path).unwrap();
        let (before, rest) = readme.split_once(BEGIN).expect("the begin of the glossary");
        let (now, after) = rest.split_once(END).expect("the end of the glossary");
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(path, format!("{before}{BEGIN}{}{END}{after}", glossary())).unwrap();
        } else {
            assert_eq!(now, glossary(), "src/report/glossary and README.md say the same");
        }
    }

    #[test]
    fn every_word_has_a_text_and_one_meaning() {
        let mut seen = BTreeSet::new();
        for term in TERMS.iter() {
            assert!(term.text.ends_with('.') && term.text.len() > 20, "{}", term.name);
            for name in term.synonyms.iter().chain([&term.name]) {
                assert!(seen.insert(name.to_lowercase()), "{name} stands twice");
                assert_eq!(terms(&name.to_uppercase())[0].name, term.name);
            }
        }
        for file in [WORDS, COMPARING, NETWORKS] {
            let names: Vec<String> = file.iter().map(|term| term.name.to_lowercase()).collect();
            assert!(names.is_sorted(), "{names:?}");
        }
        assert_eq!(terms("good-range")[0].name, "good range");
        assert!(terms("quux").is_empty());
    }
}
