//! What an experiment file declares by name.

/// The tables of an experiment file and its rules, in the file's order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeclaredTables {
    pub datasets: Vec<String>,
    pub models: Vec<String>,
    pub optimizers: Vec<String>,
    /// `exclude` and `link`, where there are such rules.
    pub rules: Vec<String>,
}
