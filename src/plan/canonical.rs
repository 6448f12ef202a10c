//! The canonical text of what decides a trial's record. The trial's id is the BLAKE3 hash of this text.
//!
//! Keys that equal their default are left out, so a key that a later version adds keeps today's ids. So are keys that decide
//! nothing. A key that no registry row knows enters whatever its value is. Names, titles and the order of tables do not enter.

use std::fmt::Write as _;

use super::canonical_lines::{CanonicalLine, setting_lines};
use super::{Component, Grid, Setting};
use crate::parameter::Decides;
use crate::shape;

/// The canonical texts of all settings of a grid. What an axis decides is written once for each of its points.
pub struct Canonical {
    pieces: Vec<Piece>,
}

struct Piece {
    /// The axes that decide the piece, each with its number of points; empty if the piece is fixed.
    axes: Vec<(usize, usize)>,
    /// One text for each combination of their points, the last axis running fastest.
    texts: Vec<String>,
    /// Whether a trial's steps depend on it.
    steps: bool,
}

impl Canonical {
    /// `fingerprint` returns the fingerprint of a setting's data.
    pub fn new(grid: &Grid, fingerprint: &dyn Fn(&Setting) -> String) -> Self {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut setting = grid.base.clone();
        let moved: Vec<&(Component, String)> = grid.axes.iter().flat_map(|axis| &axis.keys).collect();
        for line in setting_lines(&grid.base, &moved) {
            let steps = line.tells(Decides::steps);
            let axes: Vec<(usize, usize)> = (grid.axes.iter().enumerate())
                .filter(|(_, axis)| axis.keys.iter().any(|key| line.depends_on(key)))
                .map(|(index, axis)| (index, axis.points.len()))
                .collect();
            let n_texts = axes.iter().map(|(_, points)| points).product();
            let mut texts = Vec::with_capacity(n_texts);
            let mut digits = vec![0; axes.len()];
            for _ in 0..n_texts {
                for (&(axis, _), &digit) in axes.iter().zip(&digits) {
                    for (component, key, value) in &grid.axes[axis].points[digit] {
                        setting.values_mut(*component).insert(key.clone(), value.clone());
                    }
                }
                shape::grid::advance(&mut digits, axes.iter().map(|(_, points)| *points));
                let mut text = String::new();
                line.write(&mut text, &setting, fingerprint);
                texts.push(text);
            }
            match (pieces.last_mut(), texts.first()) {
                (Some(last), Some(text)) if axes.is_empty() && last.axes.is_empty() && last.steps == steps => {
                    last.texts[0].push_str(text);
                }
                _ => pieces.push(Piece { axes, texts, steps }),
            }
        }
        Self { pieces }
    }

    /// Appends the text of the setting with these digits (positions along the axes).
    pub fn write(&self, digits: &[usize], text: &mut String) {
        Self::write_pieces(self.pieces.iter(), digits, text);
    }

    /// The same without what only decides when trials end.
    pub fn write_steps(&self, digits: &[usize], text: &mut String) {
        Self::write_pieces(self.pieces.iter().filter(|piece| piece.steps), digits, text);
    }

    fn write_pieces<'a>(pieces: impl Iterator<Item = &'a Piece>, digits: &[usize], text: &mut String) {
        for piece in pieces {
            let index = shape::grid::position(piece.axes.iter().map(|&(axis, points)| (digits[axis], points)));
            text.push_str(&piece.texts[index]);
        }
    }
}

/// Appends the line that distinguishes the trials of a setting; `seed` is `None` if nothing depends on it.
pub fn write_seed(text: &mut String, seed: Option<u64>) {
    if let Some(seed) = seed {
        let _ = writeln!(text, "seed = {seed}");
    }
}

/// The canonical text of a setting without the number of epochs.
#[must_use]
pub fn training_canonical(setting: &Setting, fingerprint: &str) -> String {
    let mut text = String::new();
    let lines = setting_lines(setting, &[]);
    let is_length = |line: &&CanonicalLine| matches!(line, CanonicalLine::Key { component: Component::Train, parameter } if parameter.name == "epochs");
    let told = lines.iter().filter(|line| !is_length(line));
    told.for_each(|line| line.write(&mut text, setting, &|_| fingerprint.to_owned()));
    text
}

/// The canonical text of what decides when a setting's trials end and where they are evaluated, but not their steps.
#[must_use]
pub fn end_canonical(setting: &Setting) -> String {
    let mut text = String::new();
    let lines = setting_lines(setting, &[]);
    let told = lines.iter().filter(|line| !line.tells(Decides::steps));
    told.for_each(|line| line.write(&mut text, setting, &|_| String::new()));
    text
}
