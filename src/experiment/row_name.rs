//! Reads the key of a table that names a row of a registry.

use super::mistake::{Mistake, Mistakes};
use super::names::{instead, nearest, quoted_list, with_article};
use super::source_text::Span;
use super::tree::{NodeTable, NodeValue};
use crate::loss::LOSSES;
use crate::model::{ACTIVATIONS, LAYERS};
use crate::parameter::{AboutRow, AnyRegistry};
use crate::plan::Component;

/// What a word is where it is no row of this registry, and how to write it.
fn help(what: &str, word: &str) -> Option<String> {
    if what == Component::Model.word() && LOSSES.row(word).is_some() {
        return Some(format!("\"{word}\" is a loss: `kind = \"linear\"` with `loss = \"{word}\"`"));
    }
    if what != LAYERS.noun {
        return None;
    }
    if LAYERS.row(word).is_some() {
        return Some(match word {
            "residual" => "residual blocks do not nest: write them one after another".to_owned(),
            _ => format!("a residual block holds no \"{word}\": write it before or behind the block"),
        });
    }
    let lower = word.to_lowercase();
    let is_meant = |row: &&AboutRow| row.name == lower || row.synonyms.contains(&lower.as_str());
    let function = ACTIVATIONS.about_all().iter().find(is_meant)?.name;
    Some(format!("an activation is a layer: write {{ kind = \"activation\", function = \"{function}\" }}"))
}

/// Reads the key of a table that names its registry row: `method = "sgd"`.
pub fn row_name<'a>(
    what: &str,
    key: &str,
    table: &NodeTable,
    span: Span,
    rows: &[&'a str],
    mistakes: &mut Mistakes,
) -> Option<&'a str> {
    let Some(entry) = table.get(key) else {
        let list = quoted_list(rows.iter().copied());
        let meant = table.iter().find(|(other, _)| nearest(other, [key]).is_some());
        if let Some((other, entry)) = meant {
            let mistake = Mistake::error(format!("{} has no key `{}`", with_article(what), other.escape_debug()));
            mistakes.push(mistake.at(entry.key, format!("did you mean `{key}`?")));
            return None;
        }
        mistakes.push(
            Mistake::error(format!("this {what} has no `{key}`"))
                .at(span, format!("add `{key} = …`; accepted: {list}"))
                .absence(),
        );
        return None;
    };
    match entry.node.as_text() {
        Some(word) => {
            let row = rows.iter().find(|row| **row == word).copied();
            if row.is_none() {
                let mistake = Mistake::error(format!("unknown {what} {key} {}", entry.node.found()))
                    .at(entry.node.span, instead(word, rows));
                mistakes.push(match help(what, word) {
                    Some(help) => mistake.help(help),
                    None => mistake,
                });
            }
            row
        }
        None => {
            let mistake = Mistake::error(format!("`{key}` must be one name in quotes; found {}", entry.node.found()))
                .at(entry.node.span, format!("accepted: {}", quoted_list(rows.iter().copied())));
            let list = matches!(entry.node.value, NodeValue::List(_)) && what != "schedule";
            mistakes.push(if list { mistake.help(format!("write one table for each {key}")) } else { mistake });
            None
        }
    }
}
