//! What an experiment file declares by name.

/// The tables of an experiment file and its rules, in the file's order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeclaredTables {
    pub datasets: Vec<String>,
    pub models: Vec<String>,
    pub optimizers: Vec<String>,
    /// What refuses an experiment with a single setting: `exclude`, `link` and `report.compare`, where they are there.
    pub rules: Vec<String>,
}
