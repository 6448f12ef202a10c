pub struct Parts { pub train: Vec<usize>, pub validation: Vec<usize>, pub test: Vec<usize> }
