pub struct Parts;
pub struct Partition;
