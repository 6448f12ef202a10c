pub mod numeric;
pub mod parameter;
pub mod record;
pub mod report;
