pub struct Parts {
    pub train: Vec<usize>,
    pub validation: Vec<usize>,
    pub test: Vec<usize>,
}
impl Parts {
    pub fn of(_n: usize, _cell: &crate::parameter::Cell, _seed: Option<u64>) -> Result<Self, super::DataError> {
        todo!()
    }
}
