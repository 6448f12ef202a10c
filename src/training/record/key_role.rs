//! What a hyperparameter is to the gradient that passes through a network.

/// Follows from what the registry says of a key: what it decides, and whether its default means that nothing of the kind is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeyRole {
    /// The network, and where training starts: activation, initialisation, width.
    #[default]
    Start,
    /// What may be there or not: a norm, dropout, a penalty, clipping.
    Remedy {
        /// Whether the gradient before the first step depends on it.
        of_start: bool,
    },
    /// How steps are taken: learning rate, batch size, schedule.
    Knob,
}

impl KeyRole {
    #[must_use]
    pub const fn is_remedy(self) -> bool {
        matches!(self, Self::Remedy { .. })
    }

    /// Whether the gradient before the first step depends on it.
    #[must_use]
    pub const fn decides_the_start(self) -> bool {
        matches!(self, Self::Start | Self::Remedy { of_start: true })
    }

    /// Whether a value means that a remedy is not there: 0, false, `"none"`.
    #[must_use]
    pub fn is_off(value: &toml::Value) -> bool {
        match value {
            toml::Value::Boolean(value) => !value,
            toml::Value::Integer(value) => *value == 0,
            toml::Value::Float(value) => *value == 0.0,
            toml::Value::String(value) => value == "none",
            _ => false,
        }
    }
}
