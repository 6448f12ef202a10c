//! How a file is written: what is between its fields, how its numbers look, and which lines are comments.

use super::options::CsvOptions;
use crate::dataset::number_format::NumberFormat;

/// What is between fields.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Delimiter {
    /// One ASCII character.
    Character(u8),
    /// A run of blanks and tabs.
    Blanks,
}

/// The dialect of a file, as the options give it.
#[derive(Clone, Copy)]
pub(super) struct CsvDialect<'a> {
    pub delimiter: Delimiter,
    pub numbers: NumberFormat,
    /// Lines that begin with it are no rows; empty if there are none.
    pub comment: &'a str,
}

impl<'a> CsvDialect<'a> {
    /// # Errors
    /// A sentence about the first value that cannot be, with its key.
    pub(super) fn of(options: &'a CsvOptions) -> Result<Self, String> {
        let found = &options.delimiter;
        let delimiter = match found.as_bytes() {
            b"whitespace" => Delimiter::Blanks,
            [byte] if b"0123456789+-.eE".contains(byte) => {
                return Err(format!("delimiter = {found:?}: numbers hold this character"));
            }
            [byte] if byte.is_ascii() && !b"\"\r\n".contains(byte) => Delimiter::Character(*byte),
            _ => {
                let tab = match found.as_str() {
                    "\\t" | "tab" | "TAB" => "; a tab is written \"\\t\", on the command line 'delimiter=\"\\t\"'",
                    _ => "",
                };
                return Err(format!(
                    "delimiter = {found:?}: one ASCII character is expected, not a quote, or \"whitespace\" for runs of blanks and \
                     tabs{tab}"
                ));
            }
        };
        let character = |text: &Option<String>| text.as_ref().and_then(|text| text.chars().next());
        let decimal = character(&options.decimal).unwrap_or('.');
        let thousands = character(&options.thousands);
        if thousands == Some(decimal) {
            let written = options.decimal.as_ref().map_or(" (the default)", |_| "");
            let other = if decimal == '.' { ',' } else { '.' };
            return Err(format!(
                "thousands = \"{decimal}\" and decimal = \"{decimal}\"{written}: they must differ; is decimal = \"{other}\" meant?"
            ));
        }
        let comment = options.comment.as_deref().unwrap_or_default();
        let blank = comment.trim() != comment || comment.is_empty();
        if options.comment.is_some() && (blank || comment.contains(['"', '\n', '\r'])) {
            return Err(format!("comment = {comment:?}: text such as \"#\" is expected, without blanks and quotes"));
        }
        Ok(Self { delimiter, numbers: NumberFormat { decimal, thousands }, comment })
    }

    /// The byte before the decimals of a number that stands without quotes. A decimal comma between commas needs quotes: an
    /// unquoted one ends the field, so that no number has it. (No text in UTF-8 holds 0xFF.)
    pub(super) fn point(&self) -> u8 {
        let decimal = self.numbers.decimal as u8;
        if self.delimiter == Delimiter::Character(decimal) { 0xFF } else { decimal }
    }
}
