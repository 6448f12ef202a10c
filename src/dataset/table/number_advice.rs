//! Which keys read numbers that the file writes in another way than the keys of now say.

use super::shape::TextShape;
use crate::dataset::number_format::NumberFormat;

/// A column with such numbers.
pub(super) struct OddNumbers<'a> {
    pub column: &'a str,
    pub is_feature: bool,
    /// Some of them, and nothing else.
    pub texts: Vec<&'a str>,
    /// Whether it also holds what no key reads.
    pub hopeless: bool,
    /// Its texts that usually stand for missing cells.
    pub markers: Vec<&'a str>,
}

/// What a file's numbers look like to the keys of now, and the keys that read most columns.
pub(super) struct NumberAdvice {
    now: NumberFormat,
    format: NumberFormat,
    /// Another one that reads the same texts, as other numbers: `1,234` is one thousand or one.
    alternative: Option<NumberFormat>,
}

impl NumberAdvice {
    /// `any_fraction` says whether a column has numbers with decimals, which another decimal character would make text.
    pub(super) fn of(now: NumberFormat, columns: &[OddNumbers], any_fraction: bool) -> Self {
        let other = if now.decimal == '.' { ',' } else { '.' };
        let decimals = [Some(now.decimal), (!any_fraction).then_some(other)];
        let thousands = [now.thousands, None, Some(','), Some('.'), Some(' '), Some('\''), Some('_')];
        let changes = |format: NumberFormat| {
            usize::from(format.decimal != now.decimal) + usize::from(format.thousands != now.thousands)
        };
        let read = |format: NumberFormat| columns.iter().filter(|column| reads(format, column)).count();
        let mut best = (now, 0);
        let mut alternative = None;
        for decimal in decimals.into_iter().flatten() {
            for thousands in thousands.into_iter().filter(|character| *character != Some(decimal)) {
                let format = NumberFormat { decimal, thousands };
                let count = read(format);
                if count > best.1 || count == best.1 && count > 0 && changes(format) < changes(best.0) {
                    (best, alternative) = ((format, count), None);
                } else if count == best.1
                    && count > 0
                    && decimal != best.0.decimal
                    && changes(format) == changes(best.0)
                {
                    alternative = alternative.or(Some(format));
                }
            }
        }
        Self { now, format: best.0, alternative }
    }

    /// Whether the keys read all numbers of a column.
    pub(super) fn reads(&self, column: &OddNumbers) -> bool {
        self.format != self.now && reads(self.format, column)
    }

    /// `thousands = "." with decimal = "," reads them`
    pub(super) fn words(&self, shape: TextShape) -> String {
        let mut words: Vec<String> = Vec::new();
        if self.format.thousands != self.now.thousands {
            words.extend(self.format.thousands.map(|character| format!("thousands = \"{character}\"")));
        }
        if self.format.decimal != self.now.decimal {
            words.push(format!("decimal = \"{}\"", self.format.decimal));
        }
        let mut sentence = words.join(" with ");
        if self.format.thousands.is_none() && self.now.thousands.is_some() {
            sentence += if sentence.is_empty() { "no thousands" } else { " without thousands" };
        }
        sentence += " reads them";
        if let (Some(other), TextShape::Thousands(_)) = (self.alternative, shape) {
            let (key, name) = (other.decimal, if other.decimal == ',' { "commas" } else { "points" });
            sentence += &format!(", or decimal = \"{key}\" if these are decimal {name}");
        }
        sentence
    }

    /// The lines to write.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.format.decimal != self.now.decimal {
            lines.push(format!("decimal = \"{}\"", self.format.decimal));
        }
        match (self.format.thousands, self.now.thousands) {
            (now, before) if now == before => {}
            (Some(character), _) => lines.push(format!("thousands = \"{character}\"")),
            (None, before) => lines.push(format!("no thousands, which is \"{}\"", before.unwrap_or_default())),
        }
        lines
    }
}

fn reads(format: NumberFormat, column: &OddNumbers) -> bool {
    let is_read = |text: &&str| format.parse(text.trim()).is_some_and(f64::is_finite);
    !column.hopeless && column.texts.iter().all(is_read)
}
