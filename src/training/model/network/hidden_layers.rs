//! What the hidden layers of a network put out for some rows.

use super::passes::TrialBatch;
use super::program::{Action, Program};
use super::room::Room;
use crate::model::layer_activations::{ActivationSums, LayerActivations};

/// An activation of a network.
struct Hidden {
    /// Its position among the steps.
    step: usize,
    name: String,
    range: Option<(f64, f64)>,
}

impl TrialBatch<'_, f64> {
    /// The statistics of each activation's outputs, from the input to the output, by the name of the layer before it that has
    /// weights.
    pub fn activations(&self) -> Vec<LayerActivations> {
        let hidden = hidden(self.program);
        let units = |hidden: &Hidden| self.program.places[self.program.steps[hidden.step].output];
        let mut sums: Vec<ActivationSums> =
            hidden.iter().map(|hidden| ActivationSums::new(units(hidden), hidden.range)).collect();
        self.look(&mut Room::default(), |step, outputs| {
            if let Some(at) = hidden.iter().position(|hidden| hidden.step == step) {
                sums[at].add(outputs);
            }
        });
        hidden.into_iter().zip(sums).map(|(hidden, sums)| sums.of_layer(hidden.name)).collect()
    }
}

/// The activations. Of several in one place the last stands for all, and where several follow one layer with weights, the last.
fn hidden(program: &Program) -> Vec<Hidden> {
    let mut found: Vec<Hidden> = Vec::new();
    let mut last_weights = "input";
    let blocks = program.layout.blocks();
    let mut parameters = 0;
    let starts: Vec<usize> = blocks
        .iter()
        .map(|block| {
            parameters += block.parameters();
            parameters - block.parameters()
        })
        .collect();
    for (index, step) in program.steps.iter().enumerate() {
        let Action::Layer(layer) = &step.action else { continue };
        let mut own = starts
            .iter()
            .zip(blocks)
            .filter(|(start, block)| step.parameters.contains(start) && block.role == crate::shape::Role::Weight);
        if let Some((layer, _)) = own.next_back().and_then(|(_, block)| block.name.rsplit_once('.')) {
            last_weights = layer;
        }
        if let Some(range) = layer.activation() {
            let hidden = Hidden { step: index, name: last_weights.to_owned(), range };
            match found.last_mut().filter(|before| before.name == hidden.name) {
                Some(before) => *before = hidden,
                None => found.push(hidden),
            }
        }
    }
    found
}
