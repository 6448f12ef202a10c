use crate::numeric::Matrix;
pub struct Standardization {
    pub constant: Vec<usize>,
}
impl Standardization {
    pub fn of(_f: &Matrix, _r: &[usize]) -> Self {
        todo!()
    }
    pub fn apply(&self, _f: &Matrix) -> Matrix {
        todo!()
    }
}
