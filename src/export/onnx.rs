//! What a model computes as ONNX: raw features go in, predictions come out.
//!
//! The input `features` is `[rows, n_features]` in double precision, in the order of the label `features`: a category has a column of 0
//! and 1 for each level. The outputs are `predictions`, or `probabilities` (`scores` where the loss gives no probabilities) of the classes
//! and the position `class` of the one that is decided for. Scaling of the features is part of the graph. Networks compute in single
//! precision, other models in double.

use super::graph::{Attribute, ElementType, Graph, Port};
use super::model::ExportedModel;
use super::protobuf::Message;
use crate::loss::Link;
use crate::model::{Function, GraphStep, Operation, RUNNING_MEAN, RUNNING_VARIANCE};
use crate::shape::PredictionKind;

/// The version of the operators: the first with a layer norm.
pub const OPSET: i64 = 17;

/// The version of the format that belongs to it.
const IR_VERSION: i64 = 8;

/// The bytes of a file with the model. The same model is the same bytes.
///
/// # Errors
/// A message if the model cannot be written so.
pub fn onnx(model: &ExportedModel<'_>) -> Result<Vec<u8>, String> {
    let graph = graph(model)?;
    let operators = Message::default().bytes(1, "").integer(2, OPSET);
    let labels: Vec<Message> =
        model.labels().iter().map(|(name, text)| Message::default().bytes(1, name).bytes(2, text)).collect();
    let message = Message::default()
        .integer(1, IR_VERSION)
        .bytes(2, "sweep")
        .bytes(3, env!("CARGO_PKG_VERSION"))
        .message(7, &graph.message("model"))
        .message(8, &operators)
        .messages(14, &labels);
    Ok(message.into_bytes())
}

/// The operators of a model.
///
/// # Errors
/// A message if the model cannot be written so.
pub(super) fn graph(model: &ExportedModel<'_>) -> Result<Graph, String> {
    let trained = &model.trained;
    let steps = trained.model.graph(trained.space)?;
    let is_network = trained.model.linear_in_parameters().is_none();
    let element = if is_network { ElementType::Float } else { ElementType::Double };
    let mut writer = Writer { graph: Graph::default(), model, element };
    writer.graph.inputs.push(Port {
        name: "features",
        element: ElementType::Double,
        columns: Some(trained.space.n_features),
    });
    let mut values = vec![writer.prepared()];
    for step in &steps {
        let value = writer.step(step, &values)?;
        values.push(value);
    }
    let outputs = values.pop().ok_or("a model without steps")?;
    writer.predictions(&outputs)?;
    Ok(writer.graph)
}

struct Writer<'a> {
    graph: Graph,
    model: &'a ExportedModel<'a>,
    element: ElementType,
}

impl Writer<'_> {
    /// The features as the model reads them.
    fn prepared(&mut self) -> String {
        let mut value = "features".to_owned();
        if let Some(scaled) = self.model.trained.standardization {
            let n = scaled.mean.len();
            // A constant feature becomes 0.
            let factors = scaled.deviation.iter().map(|deviation| if *deviation > 0.0 { 1.0 / deviation } else { 0.0 });
            let mean = self.graph.constant("preparation.mean", ElementType::Double, &[n], scaled.mean.clone());
            let factors = self.graph.constant("preparation.factor", ElementType::Double, &[n], factors.collect());
            value = self.graph.node("Sub", [&value, &mean]);
            value = self.graph.node("Mul", [&value, &factors]);
        }
        match self.element {
            ElementType::Double => value,
            element => self.graph.node_with("Cast", [&value], &[("to", Attribute::Integer(element as i64))]),
        }
    }

    fn step(&mut self, step: &GraphStep, values: &[String]) -> Result<String, String> {
        let input = values.get(step.input).ok_or("a step reads what is not there")?.clone();
        Ok(match &step.operation {
            Operation::Monomials(monomials) => self.monomials(monomials, &input),
            Operation::Dense { weights, bias } => {
                let columns = weights.first().map_or(0, std::iter::ExactSizeIterator::len);
                let parameters = self.model.trained.parameters;
                let mut all = Vec::with_capacity(weights.len() * columns);
                for range in weights {
                    all.extend_from_slice(parameters.get(range.clone()).ok_or("there are too few parameters")?);
                }
                let biases: Option<Vec<f64>> = bias.iter().map(|&at| parameters.get(at).copied()).collect();
                let biases = biases.ok_or("there are too few parameters")?;
                let weights = self.graph.constant("weights", self.element, &[weights.len(), columns], all);
                let transposed = [("transB", Attribute::Integer(1))];
                if biases.is_empty() {
                    self.graph.node_with("Gemm", [&input, &weights], &transposed)
                } else {
                    let bias = self.graph.constant("bias", self.element, &[biases.len()], biases);
                    self.graph.node_with("Gemm", [&input, &weights, &bias], &transposed)
                }
            }
            Operation::Function(function) => self.function(*function, &input),
            Operation::BatchNorm { scale, bias, mean, variance, epsilon, .. } => {
                let trained = &self.model.trained;
                let (parameters, statistics) = (trained.parameters, trained.statistics);
                let [scale, bias, mean, variance] = [
                    ("scale", parameters, scale),
                    ("shift", parameters, bias),
                    (RUNNING_MEAN, statistics, mean),
                    (RUNNING_VARIANCE, statistics, variance),
                ]
                .map(|(name, from, range)| (name, from.get(range.clone()).map(<[f64]>::to_vec)));
                let mut names = Vec::new();
                for (name, values) in [scale, bias, mean, variance] {
                    let values = values.ok_or("there are too few statistics or parameters")?;
                    names.push(self.graph.constant(name, self.element, &[values.len()], values));
                }
                let epsilon = [("epsilon", Attribute::Float(*epsilon as f32))];
                let inputs = [&*input, &*names[0], &*names[1], &*names[2], &*names[3]];
                self.graph.node_with("BatchNormalization", inputs, &epsilon)
            }
            Operation::LayerNorm { scale, bias, epsilon } => {
                let parameters = self.model.trained.parameters;
                let mut names = Vec::new();
                for (name, range) in [("scale", scale), ("shift", bias)] {
                    let values = parameters.get(range.clone()).ok_or("there are too few parameters")?.to_vec();
                    names.push(self.graph.constant(name, self.element, &[values.len()], values));
                }
                let attributes = [("axis", Attribute::Integer(-1)), ("epsilon", Attribute::Float(*epsilon as f32))];
                self.graph.node_with("LayerNormalization", [&input, &names[0], &names[1]], &attributes)
            }
            Operation::Add(other) => {
                let other = values.get(*other).ok_or("a step reads what is not there")?;
                self.graph.node("Add", [&input, other])
            }
        })
    }

    fn number(&mut self, name: &str, value: f64) -> String {
        self.graph.constant(name, self.element, &[], vec![value])
    }

    fn function(&mut self, function: Function, input: &str) -> String {
        match function {
            Function::Relu => self.graph.node("Relu", [input]),
            Function::LeakyRelu(slope) => {
                self.graph.node_with("LeakyRelu", [input], &[("alpha", Attribute::Float(slope as f32))])
            }
            Function::Elu(alpha) => self.graph.node_with("Elu", [input], &[("alpha", Attribute::Float(alpha as f32))]),
            // The operator of its name came later.
            Function::Gelu => {
                let (root, half) =
                    (self.number("gelu.root", std::f64::consts::FRAC_1_SQRT_2), self.number("gelu.half", 0.5));
                let scaled = self.graph.node("Mul", [input, &root]);
                let erf = self.graph.node("Erf", [&scaled]);
                let halves = self.graph.node("Mul", [&erf, &half]);
                let share = self.graph.node("Add", [&halves, &half]);
                self.graph.node("Mul", [input, &share])
            }
            Function::Silu => {
                let share = self.graph.node("Sigmoid", [input]);
                self.graph.node("Mul", [input, &share])
            }
            Function::Softplus => self.graph.node("Softplus", [input]),
            Function::Sigmoid => self.graph.node("Sigmoid", [input]),
            Function::Tanh => self.graph.node("Tanh", [input]),
        }
    }

    /// Degree by degree: products of those of the degree below and features, one behind the other.
    fn monomials(&mut self, monomials: &[(usize, usize)], features: &str) -> String {
        let (mut first, mut all) = (0, String::new());
        // Those whose factors stand before `first` are of one degree.
        while first < monomials.len() {
            let degree = monomials[first..].iter().take_while(|(parent, _)| *parent <= first).count().max(1);
            let level = &monomials[first..first + degree];
            let index = |graph: &mut Graph, values: Vec<usize>| {
                let values: Vec<f64> = values.into_iter().map(|value| value as f64).collect();
                graph.constant("columns", ElementType::Integer, &[values.len()], values)
            };
            let columns = index(&mut self.graph, level.iter().map(|(_, feature)| *feature).collect());
            let axis = [("axis", Attribute::Integer(1))];
            let factors = self.graph.node_with("Gather", [features, &columns], &axis);
            let products = if first == 0 {
                factors
            } else {
                let parents = index(&mut self.graph, level.iter().map(|(parent, _)| parent - 1).collect());
                let parents = self.graph.node_with("Gather", [&all, &parents], &axis);
                self.graph.node("Mul", [&parents, &factors])
            };
            all = if first == 0 { products } else { self.graph.node_with("Concat", [&all, &products], &axis) };
            first += degree;
        }
        all
    }

    /// The outputs of the graph, from those of the model.
    fn predictions(&mut self, outputs: &str) -> Result<(), String> {
        let trained = &self.model.trained;
        let (loss, count) = (trained.model.loss(), trained.model.n_outputs(trained.space));
        let linked = match loss.link() {
            Link::Identity => outputs.to_owned(),
            Link::Exp => self.graph.node("Exp", [outputs]),
            Link::Sigmoid => self.graph.node("Sigmoid", [outputs]),
            Link::Softmax => self.graph.node_with("Softmax", [outputs], &[("axis", Attribute::Integer(1))]),
        };
        let name = match loss.predicts() {
            PredictionKind::Numbers => {
                // An output needs an operator of its own.
                self.graph.node("Identity", [&linked]);
                self.graph.output(Port { name: "predictions", element: self.element, columns: Some(count) });
                return Ok(());
            }
            PredictionKind::Probabilities => "probabilities",
            PredictionKind::Scores => "scores",
        };
        let columns = if count == 1 { 2 } else { count };
        if self.model.classes.len() != columns {
            return Err(format!("the model has {columns} classes, and {} have names", self.model.classes.len()));
        }
        if count > 1 {
            self.graph.node("Identity", [&linked]);
        } else {
            let other = if loss.predicts() == PredictionKind::Probabilities {
                let one = self.number("one", 1.0);
                self.graph.node("Sub", [&one, &linked])
            } else {
                self.graph.node("Neg", [&linked])
            };
            self.graph.node_with("Concat", [&other, &linked], &[("axis", Attribute::Integer(1))]);
        }
        self.graph.output(Port { name, element: self.element, columns: Some(columns) });
        let decided = [("axis", Attribute::Integer(1)), ("keepdims", Attribute::Integer(0))];
        self.graph.node_with("ArgMax", [name], &decided);
        self.graph.output(Port { name: "class", element: ElementType::Integer, columns: None });
        Ok(())
    }
}
