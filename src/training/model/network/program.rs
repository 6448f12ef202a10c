//! A network on data of a known shape: its steps one after another, with the places of what they read and write.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::layer::{Kept, Layer, LayerNode, RepeatedNode};
use super::layers::dense::Dense;
use crate::model::{GraphStep, LayerAt, Operation};
use crate::numeric::Elementwise;
use crate::shape::{Layout, ParameterBlock};

/// A network whose layers know their shapes.
#[derive(Debug)]
pub struct Program {
    pub steps: Vec<Step>,
    /// The size of each place, in numbers of a row. Place 0 holds the rows, the last the outputs.
    pub places: Vec<usize>,
    /// The initial values of all statistics.
    pub statistics: Vec<f64>,
    pub layout: Layout,
    pub layers: Vec<LayerFacts>,
    /// Whether some layer needs all rows of a batch at once in training.
    pub spans_batch: bool,
    /// Whether some layer draws random numbers in training.
    pub draws: bool,
}

/// What a step computes.
#[derive(Debug)]
pub enum Action {
    Layer(Arc<dyn Layer>),
    /// Adds the numbers of another place to the input. Its gradient is that of the output too: `saved_gradient` says
    /// whether it is asked for, and whether it is added to what another step wrote there.
    Join {
        saved: usize,
        saved_gradient: Option<bool>,
    },
}

/// A layer with its places.
#[derive(Debug)]
pub struct Step {
    pub action: Action,
    pub input_shape: Vec<usize>,
    /// The place that it reads; that of its output if it works in place.
    pub input: usize,
    pub output: usize,
    pub parameters: Range<usize>,
    pub statistics: Range<usize>,
    pub kept: Kept,
    /// Whether the gradient of its input is asked for, and whether it is added to what another step wrote there.
    pub input_gradient: Option<bool>,
    /// Whether a gradient passes through it at all.
    pub is_trained: bool,
    /// Its number among the steps that draw.
    pub drawing: u32,
    /// What its forward pass does in the place of the step behind it.
    pub in_store: Option<Elementwise>,
    /// Whether the step before it does its forward pass.
    pub is_done: bool,
}

impl Step {
    pub const fn is_in_place(&self) -> bool {
        self.input == self.output
    }

    /// Whether its forward pass can do something more with each number that it stores.
    fn applies_in_store(&self) -> bool {
        matches!(&self.action, Action::Layer(layer) if layer.applies_in_store()) && self.in_store.is_none()
    }
}

/// A layer as a plan shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerFacts {
    pub name: String,
    /// The shape of its output.
    pub shape: Vec<usize>,
    pub parameters: usize,
    /// Of its output for one row.
    pub multiply_adds: u64,
    /// Whether it needs all rows of a batch at once in training.
    pub spans_batch: bool,
    /// Everything that the layer is beside its input. Two networks of equal layers compute the same.
    pub identity: String,
}

impl LayerFacts {
    /// The number of its outputs.
    #[must_use]
    pub fn size(&self) -> usize {
        self.shape.iter().product()
    }
}

/// The most layers of a network, with those that are repeated.
const MOST_LAYERS: usize = 4096;

/// The most parameters of a network.
const MOST_PARAMETERS: usize = 1 << 31;

impl Program {
    /// The network on rows of so many features, with so many outputs, for which a dense layer is added. Marked layers
    /// stand `depth` times.
    ///
    /// # Errors
    /// One sentence that names the layer which does not fit what comes before it.
    pub fn new(nodes: &[RepeatedNode], depth: usize, n_features: usize, outputs: usize) -> Result<Self, String> {
        let mut builder = Builder::new(n_features);
        builder.list(nodes, depth)?;
        if builder.shape.len() != 1 {
            return Err(format!(
                "the last layer gives {}, and the output layer needs `[features]`; end with `flatten`",
                in_words(&builder.shape)
            ));
        }
        builder.layer(Arc::new(Dense { units: outputs, bias: true }), "the output layer")?;
        builder.finish()
    }

    /// The number of outputs of a row.
    pub fn outputs(&self) -> usize {
        self.places.last().copied().unwrap_or(0)
    }

    /// What it computes in evaluation. A place may hold several values, one after the other.
    pub fn graph(&self) -> Vec<GraphStep> {
        let mut values = vec![0; self.places.len()];
        let mut steps = Vec::new();
        for (step, facts) in self.steps.iter().zip(&self.layers) {
            let input = values[step.input];
            let operation = match &step.action {
                Action::Join { saved, .. } => Some(Operation::Add(values[*saved])),
                Action::Layer(layer) => layer.operation(LayerAt {
                    name: &facts.name,
                    input: &step.input_shape,
                    parameters: step.parameters.start,
                    statistics: step.statistics.start,
                }),
            };
            values[step.output] = match operation {
                None => input,
                Some(operation) => {
                    steps.push(GraphStep { operation, input });
                    steps.len()
                }
            };
        }
        steps
    }

    /// The place that holds the outputs.
    pub fn last(&self) -> usize {
        self.places.len() - 1
    }
}

/// A shape in words: `[64]`, `[3, 32, 32]`.
pub fn in_words(shape: &[usize]) -> String {
    format!("{shape:?}")
}

struct Builder {
    steps: Vec<Step>,
    places: Vec<usize>,
    /// The shape of the current place.
    shape: Vec<usize>,
    current: usize,
    /// Whether the current place must keep its numbers: a layer reads them later, or the rows are there.
    is_read: bool,
    /// Whether parameters lie before each place.
    has_parameters: Vec<bool>,
    blocks: Vec<ParameterBlock>,
    parameters: usize,
    statistics: Vec<f64>,
    layers: Vec<LayerFacts>,
    counts: HashMap<&'static str, usize>,
    drawing: u32,
}

impl Builder {
    fn new(n_features: usize) -> Self {
        Self {
            steps: Vec::new(),
            places: vec![n_features],
            shape: vec![n_features],
            current: 0,
            is_read: true,
            has_parameters: vec![false],
            blocks: Vec::new(),
            parameters: 0,
            statistics: Vec::new(),
            layers: Vec::new(),
            counts: HashMap::new(),
            drawing: 0,
        }
    }

    /// Neighbours that are marked are repeated as a group.
    fn list(&mut self, nodes: &[RepeatedNode], depth: usize) -> Result<(), String> {
        for group in nodes.chunk_by(|one, next| one.is_repeated == next.is_repeated) {
            let times = if group[0].is_repeated { depth } else { 1 };
            for _ in 0..times {
                for node in group {
                    self.node(node, depth)?;
                }
            }
        }
        Ok(())
    }

    fn node(&mut self, node: &RepeatedNode, depth: usize) -> Result<(), String> {
        match &node.node {
            LayerNode::Layer(layer) => self.layer(Arc::clone(layer), &node.place),
            LayerNode::Flatten => {
                self.shape = vec![self.shape.iter().product()];
                Ok(())
            }
            LayerNode::Residual(inner) => {
                let (saved, shape) = (self.current, self.shape.clone());
                self.is_read = true;
                self.list(inner, depth)?;
                if self.shape != shape {
                    return Err(format!(
                        "{}: its layers make {} of {}, and their output must have the shape of their input",
                        node.place,
                        in_words(&self.shape),
                        in_words(&shape)
                    ));
                }
                if self.current == saved {
                    return Err(format!("{}: it has no layers", node.place));
                }
                self.join(saved);
                Ok(())
            }
        }
    }

    fn push_place(&mut self, has_parameters: bool) -> usize {
        self.places.push(self.shape.iter().product());
        self.has_parameters.push(has_parameters);
        self.places.len() - 1
    }

    fn join(&mut self, saved: usize) {
        let input = self.current;
        let is_trained = self.has_parameters[input] || self.has_parameters[saved];
        let output = self.push_place(is_trained);
        let number = self.count("residual");
        let name = format!("residual_{number}");
        self.layers.push(LayerFacts {
            name,
            shape: self.shape.clone(),
            parameters: 0,
            multiply_adds: 0,
            spans_batch: false,
            identity: format!("join {saved}"),
        });
        self.steps.push(Step {
            action: Action::Join { saved, saved_gradient: self.has_parameters[saved].then_some(false) },
            input_shape: self.shape.clone(),
            input,
            output,
            parameters: 0..0,
            statistics: 0..0,
            kept: Kept::default(),
            input_gradient: self.has_parameters[input].then_some(false),
            is_trained,
            drawing: 0,
            in_store: None,
            is_done: false,
        });
        (self.current, self.is_read) = (output, false);
    }

    fn count(&mut self, stem: &'static str) -> usize {
        let count = self.counts.entry(stem).or_default();
        *count += 1;
        *count
    }

    fn layer(&mut self, layer: Arc<dyn Layer>, place: &str) -> Result<(), String> {
        if self.steps.len() >= MOST_LAYERS {
            return Err(format!("a network has at most {MOST_LAYERS} layers"));
        }
        let input_shape = self.shape.clone();
        let shape = layer
            .output_shape(&input_shape)
            .map_err(|reason| format!("{place}: it gets {} a row; {reason}", in_words(&input_shape)))?;
        let name = format!("{}_{}", layer.stem(), self.count(layer.stem()));
        let (first, first_statistic) = (self.parameters, self.statistics.len());
        for block in layer.blocks(&input_shape) {
            let whole = ParameterBlock::new(format!("{name}.{}", block.name), block.shape, block.role);
            self.parameters = self.parameters.saturating_add(whole.parameters());
            self.blocks.push(whole);
        }
        if self.parameters > MOST_PARAMETERS {
            return Err(format!("{place}: the network has more than {MOST_PARAMETERS} parameters"));
        }
        self.statistics.extend(layer.statistics(&input_shape));
        self.shape = shape;
        self.layers.push(LayerFacts {
            name,
            shape: self.shape.clone(),
            parameters: self.parameters - first,
            multiply_adds: layer.multiply_adds(&input_shape),
            spans_batch: layer.spans_batch(),
            identity: format!("{layer:?}"),
        });
        let input = self.current;
        let asks = self.has_parameters[input];
        let is_trained = asks || self.parameters > first;
        let output = if layer.may_be_in_place() && !self.is_read { input } else { self.push_place(is_trained) };
        let drawing = self.drawing;
        self.drawing += u32::from(layer.dropped() > 0.0);
        self.is_read = layer.reads_output();
        let in_store = layer.in_store().filter(|_| output == input);
        let before = self.steps.last_mut().filter(|step| step.output == input && step.applies_in_store());
        let is_done = in_store.is_some() && before.map(|step| step.in_store = in_store).is_some();
        self.steps.push(Step {
            kept: layer.kept(&input_shape),
            action: Action::Layer(layer),
            input_shape,
            input,
            output,
            parameters: first..self.parameters,
            statistics: first_statistic..self.statistics.len(),
            input_gradient: asks.then_some(false),
            is_trained,
            drawing,
            in_store: None,
            is_done,
        });
        self.current = output;
        Ok(())
    }

    /// The backward pass meets the last reader of a place first: it writes the gradient, and others add to it.
    fn finish(mut self) -> Result<Program, String> {
        let mut is_written = vec![false; self.places.len()];
        for step in self.steps.iter_mut().rev() {
            let input = step.input;
            match &mut step.action {
                Action::Join { saved, saved_gradient } => {
                    if let Some(is_added) = saved_gradient {
                        *is_added = is_written[*saved];
                    }
                    is_written[*saved] = true;
                    is_written[input] = true;
                }
                Action::Layer(_) if step.input == step.output => {}
                Action::Layer(_) => {
                    if let Some(is_added) = &mut step.input_gradient {
                        *is_added = is_written[input];
                    }
                    is_written[input] = true;
                }
            }
        }
        let of_layers = || {
            self.steps.iter().filter_map(|step| match &step.action {
                Action::Layer(layer) => Some(layer),
                Action::Join { .. } => None,
            })
        };
        let (spans_batch, draws) =
            (of_layers().any(|layer| layer.spans_batch()), of_layers().any(|layer| layer.dropped() > 0.0));
        Ok(Program {
            spans_batch,
            draws,
            places: self.places,
            statistics: self.statistics,
            layout: Layout::new(self.blocks),
            layers: self.layers,
            steps: self.steps,
        })
    }
}

#[cfg(test)]
mod tests;
