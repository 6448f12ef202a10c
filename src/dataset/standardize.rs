pub struct Standardization;
