pub mod dataset;
pub mod numeric;
pub mod parameter;
pub mod record;
