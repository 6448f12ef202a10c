//! A graph of operators as ONNX has them, with the constants that they read.

use super::protobuf::Message;

/// The type of a tensor's numbers, as ONNX numbers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ElementType {
    Float = 1,
    Integer = 7,
    Double = 11,
}

/// An operator with its inputs and its output, all of which have names.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub operator: &'static str,
    pub inputs: Vec<String>,
    pub output: String,
    pub attributes: Vec<(&'static str, Attribute)>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Attribute {
    Integer(i64),
    Float(f32),
}

/// A constant.
#[derive(Debug, Clone, PartialEq)]
pub struct Constant {
    pub name: String,
    pub element: ElementType,
    pub shape: Vec<usize>,
    /// Whole numbers of an index are exact.
    pub values: Vec<f64>,
}

/// A value that goes in or comes out: `[rows]`, or `[rows, columns]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Port {
    pub name: &'static str,
    pub element: ElementType,
    pub columns: Option<usize>,
}

/// The operators in an order in which each finds its inputs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Graph {
    pub nodes: Vec<Node>,
    pub constants: Vec<Constant>,
    pub inputs: Vec<Port>,
    pub outputs: Vec<Port>,
}

impl Graph {
    /// Adds an operator, and returns the name of its output.
    pub fn node<const N: usize>(&mut self, operator: &'static str, inputs: [&str; N]) -> String {
        self.node_with(operator, inputs, &[])
    }

    pub fn node_with<const N: usize>(
        &mut self,
        operator: &'static str,
        inputs: [&str; N],
        attributes: &[(&'static str, Attribute)],
    ) -> String {
        let output = format!("value_{}", self.nodes.len() + 1);
        let inputs = inputs.map(str::to_owned).to_vec();
        self.nodes.push(Node { operator, inputs, output: output.clone(), attributes: attributes.to_vec() });
        output
    }

    /// Gives the output of the last operator the name of an output of the graph.
    pub fn output(&mut self, port: Port) {
        if let Some(last) = self.nodes.last_mut() {
            last.output = port.name.to_owned();
        }
        self.outputs.push(port);
    }

    /// Adds a constant, and returns its name.
    pub fn constant(&mut self, name: &str, element: ElementType, shape: &[usize], values: Vec<f64>) -> String {
        let known = self
            .constants
            .iter()
            .filter(|known| known.name == name || known.name.starts_with(&format!("{name}.")))
            .count();
        let name = if known == 0 { name.to_owned() } else { format!("{name}.{}", known + 1) };
        self.constants.push(Constant { name: name.clone(), element, shape: shape.to_vec(), values });
        name
    }

    /// The graph as a message of ONNX.
    pub fn message(&self, name: &str) -> Message {
        let nodes: Vec<Message> = self.nodes.iter().enumerate().map(|(index, node)| node.message(index)).collect();
        let constants: Vec<Message> = self.constants.iter().map(Constant::message).collect();
        let ports = |ports: &[Port]| ports.iter().map(Port::message).collect::<Vec<_>>();
        Message::default()
            .messages(1, &nodes)
            .bytes(2, name)
            .messages(5, &constants)
            .messages(11, &ports(&self.inputs))
            .messages(12, &ports(&self.outputs))
    }
}

impl Node {
    fn message(&self, index: usize) -> Message {
        let inputs = self.inputs.iter().fold(Message::default(), |message, input| message.bytes(1, input));
        let named =
            inputs.bytes(2, &self.output).bytes(3, format!("{}_{}", self.operator, index + 1)).bytes(4, self.operator);
        self.attributes.iter().fold(named, |message, (name, value)| {
            let attribute = Message::default().bytes(1, name);
            message.message(
                5,
                &match *value {
                    Attribute::Float(value) => attribute.float(2, value).integer(20, 1),
                    Attribute::Integer(value) => attribute.integer(3, value).integer(20, 2),
                },
            )
        })
    }
}

impl Constant {
    fn message(&self) -> Message {
        let mut bytes = Vec::new();
        for &value in &self.values {
            match self.element {
                ElementType::Float => bytes.extend_from_slice(&(value as f32).to_le_bytes()),
                ElementType::Integer => bytes.extend_from_slice(&(value as i64).to_le_bytes()),
                ElementType::Double => bytes.extend_from_slice(&value.to_le_bytes()),
            }
        }
        let shape = self.shape.iter().fold(Message::default(), |message, &size| message.integer(1, size as i64));
        shape.integer(2, self.element as i64).bytes(8, &self.name).bytes(9, bytes)
    }
}

impl Port {
    fn message(&self) -> Message {
        let rows = Message::default().bytes(2, "rows");
        let columns = self.columns.map(|columns| Message::default().integer(1, columns as i64));
        let shape = Message::default().messages(1, std::iter::once(&rows).chain(&columns));
        let tensor = Message::default().integer(1, self.element as i64).message(2, &shape);
        Message::default().bytes(1, self.name).message(2, &Message::default().message(1, &tensor))
    }
}
