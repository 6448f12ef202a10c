//! A network as a model: its layers, its loss, its start, and the passes of its trials.

use std::sync::{Arc, OnceLock};

use super::initialisations::Initialisation;
use super::layer::{Layer, LayerPasses, RepeatedNode};
use super::passes::{TrialBatch, evaluate};
use super::program::{LayerFacts, Program};
use super::room::DrawKey;
use crate::loss::{Derivatives, Loss, ModelLoss};
use crate::model::{
    Batch, ClassWeights, GraphStep, LayerActivations, LinearInParameters, Model, Operation, Passes, Penalty, Points,
    RUNNING_MEAN, RUNNING_VARIANCE, Training, Workspace,
};
use crate::numeric::{MatrixRows, Real};
use crate::shape::{Layout, Space};

/// A network with its hyperparameters. Its shapes follow from the data.
pub struct NetworkModel {
    pub nodes: Vec<RepeatedNode>,
    /// How often marked layers stand.
    pub depth: usize,
    pub init: Arc<dyn Initialisation>,
    pub penalty: Penalty,
    pub loss: ModelLoss,
    pub class_weight: Option<ClassWeights>,
    /// The program of the data that it was last asked about, which is mostly the only one.
    program: OnceLock<Arc<Program>>,
}

/// The keys of a network beside its layers.
pub struct NetworkKeys {
    pub depth: usize,
    pub init: Arc<dyn Initialisation>,
    pub penalty: Penalty,
    pub loss: ModelLoss,
    pub class_weight: Option<ClassWeights>,
}

impl NetworkModel {
    pub fn new(nodes: Vec<RepeatedNode>, keys: NetworkKeys) -> Self {
        let NetworkKeys { depth, init, penalty, loss, class_weight } = keys;
        Self { nodes, depth, init, penalty, loss, class_weight, program: OnceLock::new() }
    }

    fn compile(&self, n_features: usize, outputs: usize) -> Result<Program, String> {
        Program::new(&self.nodes, self.depth, n_features, outputs)
    }

    /// The program for rows of so many features and so many outputs.
    fn program(&self, n_features: usize, outputs: usize) -> Arc<Program> {
        let fits = |program: &&Arc<Program>| program.places[0] == n_features && program.outputs() == outputs;
        if let Some(program) = self.program.get().filter(fits) {
            return Arc::clone(program);
        }
        // Whoever has parameters of a network has its layout, so it can be compiled.
        let program = self.compile(n_features, outputs).unwrap_or_else(|message| unreachable!("{message}"));
        let program = Arc::new(program);
        self.program.get_or_init(|| Arc::clone(&program));
        program
    }

    /// The same, given the length of a vector of parameters: each output has as many of them as any other.
    fn program_of(&self, n_features: usize, d: usize) -> Arc<Program> {
        let fits = |program: &&Arc<Program>| program.places[0] == n_features && program.layout.parameters() == d;
        if let Some(program) = self.program.get().filter(fits) {
            return Arc::clone(program);
        }
        let parameters = |outputs| self.compile(n_features, outputs).map_or(0, |program| program.layout.parameters());
        let (one, two) = (parameters(1), parameters(2));
        self.program(n_features, 1 + d.saturating_sub(one) / (two - one).max(1))
    }
}

impl Model for NetworkModel {
    fn layout(&self, space: &Space) -> Result<Layout, String> {
        self.compile(space.n_features, self.n_outputs(space)).map(|program| program.layout)
    }

    fn start(&self, layout: &Layout, seed: Option<u64>) -> Result<Vec<f64>, String> {
        self.init.start(layout, seed.unwrap_or(0))
    }

    fn check_start(&self, layout: &Layout) -> Result<(), String> {
        self.init.check(layout)
    }

    fn start_by_seed(&self) -> bool {
        self.init.by_seed()
    }

    fn penalty(&self) -> Penalty {
        self.penalty
    }

    fn loss(&self) -> &ModelLoss {
        &self.loss
    }

    fn class_weights(&self) -> Option<&ClassWeights> {
        self.class_weight.as_ref().filter(|weights| !weights.are_none())
    }

    fn linear_in_parameters(&self) -> Option<&dyn LinearInParameters> {
        None
    }

    fn statistics(&self, space: &Space) -> Vec<f64> {
        let Ok(program) = self.compile(space.n_features, self.n_outputs(space)) else { return Vec::new() };
        let mut statistics = program.statistics.clone();
        for step in program.graph() {
            let Operation::BatchNorm { name, mean, variance, .. } = step.operation else { continue };
            for (of, range) in [(RUNNING_MEAN, mean), (RUNNING_VARIANCE, variance)] {
                if let Some(given) = self.init.statistics(&format!("{name}.{of}"))
                    && given.len() == range.len()
                {
                    statistics[range].copy_from_slice(&given);
                }
            }
        }
        statistics
    }

    fn graph(&self, space: &Space) -> Result<Vec<GraphStep>, String> {
        self.compile(space.n_features, self.n_outputs(space)).map(|program| program.graph())
    }

    fn draws(&self) -> bool {
        // Every network has a program of some shape, and what it draws does not depend on that.
        fn any(nodes: &[RepeatedNode]) -> bool {
            nodes.iter().any(|node| match &node.node {
                super::layer::LayerNode::Layer(layer) => layer.dropped() > 0.0,
                super::layer::LayerNode::Residual(inner) => any(inner),
                super::layer::LayerNode::Flatten => false,
            })
        }
        any(&self.nodes)
    }

    fn activations(&self, rows: MatrixRows<'_, f64>, theta: &[f64]) -> Vec<LayerActivations> {
        let program = self.program_of(rows.length(), theta.len());
        let batch = Batch { rows, columns: None, negated_target: &[], row_weights: None, weight: 1.0 };
        let trial =
            TrialBatch { program: &program, loss: &**self.loss(), batch: &batch, parameters: theta, draws: None };
        trial.activations()
    }

    fn layers(&self, space: &Space) -> Option<Vec<LayerFacts>> {
        self.compile(space.n_features, self.n_outputs(space)).ok().map(|program| program.layers)
    }
}

impl<T: Real> Passes<T> for NetworkModel
where
    dyn Loss: Derivatives<T>,
    dyn Layer: LayerPasses<T>,
{
    fn outputs(&self, rows: MatrixRows<'_, T>, points: Points<'_, T>, outputs: &mut [T], workspace: &mut Workspace<T>) {
        let numbers = (rows.count() * points.trials).max(1);
        let program = self.program(rows.length(), outputs.len() / numbers);
        evaluate(&program, rows, points, outputs, &mut workspace.network);
    }

    fn losses(&self, batch: &Batch<'_, T>, points: &[T], losses: &mut [T], workspace: &mut Workspace<T>) {
        let d = points.len().checked_div(losses.len()).unwrap_or(0);
        let program = self.program_of(batch.rows.length(), d);
        for (loss, parameters) in losses.iter_mut().zip(points.chunks_exact(d.max(1))) {
            let trial = TrialBatch { program: &program, loss: &**self.loss(), batch, parameters, draws: None };
            *loss = trial.run(None, None, &mut workspace.network);
        }
    }

    fn gradients(
        &self,
        batch: &Batch<'_, T>,
        points: &[T],
        losses: &mut [T],
        gradients: &mut [T],
        training: Option<Training<'_, T>>,
        workspace: &mut Workspace<T>,
    ) {
        let d = points.len().checked_div(losses.len()).unwrap_or(0);
        if d == 0 {
            return;
        }
        let program = self.program_of(batch.rows.length(), d);
        let count = program.statistics.len();
        let (seeds, place, mut statistics) = match training {
            Some(Training { seeds, epoch, batch, statistics }) => (seeds, (epoch, batch), statistics),
            None => (&[][..], (0, 0), None),
        };
        let trials = losses.iter_mut().zip(points.chunks_exact(d)).zip(gradients.chunks_exact_mut(d));
        for (index, ((loss, parameters), gradient)) in trials.enumerate() {
            let draws = seeds.get(index).filter(|_| program.draws).map(|&seed| DrawKey {
                seed,
                epoch: place.0,
                batch: place.1,
            });
            let trial = TrialBatch { program: &program, loss: &**self.loss(), batch, parameters, draws };
            let own = statistics.as_deref_mut().map(|all| &mut all[index * count..(index + 1) * count]);
            *loss = trial.run(Some(gradient), own.filter(|own| !own.is_empty()), &mut workspace.network);
        }
    }
}
