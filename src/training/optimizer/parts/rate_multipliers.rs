//! Rate multipliers: the step of a block of parameters goes so many times as far as the rate says. 0 keeps a block where it
//! starts.
//!
//! Where a step is the rate times a direction, this is a parameter group with a learning rate of its own in PyTorch,
//! weight decay included.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::numeric::{Kernel, Real, dispatch};
use crate::shape::Layout;

/// The value of the key. A name is that of a block (`dense_1.weights`), of a layer (`dense_1`), or of the same block of every
/// layer (`bias`); the first of these that is there counts.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "Written")]
pub struct RateMultipliers {
    by_name: BTreeMap<String, f64>,
    /// The blocks whose multiplier is not 1, found on first use: a method trains models of one layout.
    ranges: OnceLock<Vec<(Range<usize>, f64)>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    /// "none"
    Word(#[allow(dead_code)] String),
    ByName(BTreeMap<String, f64>),
}

impl From<Written> for RateMultipliers {
    fn from(written: Written) -> Self {
        let by_name = match written {
            Written::Word(_) => BTreeMap::new(),
            Written::ByName(by_name) => by_name,
        };
        Self { by_name, ranges: OnceLock::new() }
    }
}

impl RateMultipliers {
    pub fn are_off(&self) -> bool {
        self.by_name.values().all(|multiplier| *multiplier == 1.0)
    }

    /// Whether each name is one of a layout.
    ///
    /// # Errors
    /// One sentence that lists the names.
    pub fn check(&self, layout: &Layout) -> Result<(), String> {
        let known = |name: &String| layout.blocks().iter().any(|block| names_of(&block.name).contains(&name.as_str()));
        let Some(unknown) = self.by_name.keys().find(|name| !known(name)) else { return Ok(()) };
        // A deep network has many.
        const MOST: usize = 12;
        let blocks: Vec<String> =
            layout.blocks().iter().take(MOST).map(|block| format!("\"{}\"", block.name)).collect();
        let more = layout.blocks().len().saturating_sub(MOST);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        Err(format!(
            "`rate_multipliers` names {unknown:?}, which is no block of the model; its blocks are {}{more}; the part before or behind \
             the dot names several",
            blocks.join(", ")
        ))
    }

    /// Moves each block from where it was by its multiple of the step that was taken.
    pub fn scale<T: Real>(&self, layout: &Layout, before: &[T], parameters: &mut [T]) {
        for (range, multiplier) in self.ranges.get_or_init(|| ranges_of(&self.by_name, layout)) {
            let (before, parameters) = (&before[range.clone()], &mut parameters[range.clone()]);
            dispatch(Scale { multiplier: T::from_f64(*multiplier), before, parameters });
        }
    }
}

/// What a block answers to: its own name, that of its layer, and what it is called in it.
fn names_of(block: &str) -> [&str; 3] {
    let (layer, own) = block.rsplit_once('.').unwrap_or((block, block));
    [block, layer, own]
}

fn ranges_of(by_name: &BTreeMap<String, f64>, layout: &Layout) -> Vec<(Range<usize>, f64)> {
    let mut from = 0;
    let mut ranges = Vec::new();
    for block in layout.blocks() {
        let range = from..from + block.parameters();
        from = range.end;
        let found = names_of(&block.name).into_iter().find_map(|name| by_name.get(name));
        ranges.extend(found.filter(|multiplier| **multiplier != 1.0).map(|multiplier| (range, *multiplier)));
    }
    ranges
}

struct Scale<'a, T> {
    multiplier: T,
    before: &'a [T],
    parameters: &'a mut [T],
}

impl<T: Real> Kernel for Scale<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (parameter, &before) in self.parameters.iter_mut().zip(self.before) {
            *parameter = self.multiplier.fused(*parameter - before, before);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::{ParameterBlock, Role};

    fn read(text: &str) -> RateMultipliers {
        let table: toml::Table = format!("value = {text}").parse().expect("TOML");
        table["value"].clone().try_into().expect("a value")
    }

    #[test]
    fn the_most_special_name_counts() {
        let block = |name: &'static str| ParameterBlock::new(name, [1], Role::Weight);
        let layout = Layout::new(vec![
            block("dense_1.weights"),
            block("dense_1.bias"),
            block("dense_2.weights"),
            block("dense_2.bias"),
        ]);
        let scaled = |text: &str| {
            let mut parameters = [2.0, 2.0, 2.0, 2.0];
            let multipliers = read(text);
            multipliers.check(&layout).expect("names of it");
            multipliers.scale(&layout, &[1.0; 4], &mut parameters);
            parameters
        };
        assert_eq!(scaled("\"none\""), [2.0; 4]);
        assert_eq!(scaled("{ bias = 2.0, dense_1 = 0.5, \"dense_1.weights\" = 0.0 }"), [1.0, 1.5, 2.0, 3.0]);
        let message = read("{ dense_3 = 1.0 }").check(&layout).expect_err("no such block");
        assert!(message.contains("\"dense_3\"") && message.contains("\"dense_2.bias\""), "{message}");
        assert!(read("{ bias = 1.0 }").are_off() && !read("{ bias = 2.0 }").are_off());
    }
}
