//! What is watched in training: norms of gradients and updates by block, activations by layer, sharpness.

/// What `[train] watch` may list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Watch {
    /// The norms of gradient and parameters of each block.
    GradientNorm,
    /// Mean, deviation and norm of each hidden layer's outputs, and the shares of dead and saturated units.
    Activations,
    /// How far an update moves each block, relative to the block's norm.
    Updates,
    /// The largest eigenvalue of the Hessian of J.
    Sharpness,
}

impl Watch {
    pub const ALL: [Self; 4] = [Self::GradientNorm, Self::Activations, Self::Updates, Self::Sharpness];

    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::GradientNorm => "gradient_norm",
            Self::Activations => "activations",
            Self::Updates => "updates",
            Self::Sharpness => "sharpness",
        }
    }

    /// The one with this name; `None` if there is none.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|watch| watch.word() == word)
    }
}

/// The words of [`Watch`].
pub static WATCHES: [&str; 4] = {
    let mut words = [""; 4];
    let mut index = 0;
    while index < words.len() {
        words[index] = Watch::ALL[index].word();
        index += 1;
    }
    words
};

/// Some of what can be watched. It is stored as a list of words, of which those of another version are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(from = "Vec<String>", into = "Vec<String>")]
pub struct WatchSet(u8);

impl From<Vec<String>> for WatchSet {
    fn from(words: Vec<String>) -> Self {
        words.iter().filter_map(|word| Watch::named(word)).collect()
    }
}

impl From<WatchSet> for Vec<String> {
    fn from(watches: WatchSet) -> Self {
        watches.iter().map(|watch| watch.word().to_owned()).collect()
    }
}

impl WatchSet {
    #[must_use]
    pub const fn has(self, watch: Watch) -> bool {
        self.0 & (1 << watch as u8) != 0
    }

    #[must_use]
    pub const fn with(self, watch: Watch) -> Self {
        Self(self.0 | (1 << watch as u8))
    }

    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    #[must_use]
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What it has and `other` has not.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub fn iter(self) -> impl Iterator<Item = Watch> {
        Watch::ALL.into_iter().filter(move |watch| self.has(*watch))
    }
}

impl FromIterator<Watch> for WatchSet {
    fn from_iter<I: IntoIterator<Item = Watch>>(watches: I) -> Self {
        watches.into_iter().fold(Self::default(), Self::with)
    }
}

/// One quantity that is recorded while something is watched.
#[derive(Debug, PartialEq, Eq)]
pub struct WatchedQuantity {
    /// The name of its series in records and of its column in `watched.parquet`.
    pub name: &'static str,
    /// By what it is asked for.
    pub watch: Watch,
}

const fn quantity(name: &'static str, watch: Watch) -> WatchedQuantity {
    WatchedQuantity { name, watch }
}

/// ‖∂J/∂block‖ over all training rows at the evaluated point, in training mode without dropout.
pub const GRADIENT_NORM: WatchedQuantity = quantity("gradient_norm", Watch::GradientNorm);
/// The same of the mean loss alone, where J has a penalty beside it: a penalty pulls at every layer, whether or not the loss reaches it.
pub const LOSS_GRADIENT_NORM: WatchedQuantity = quantity("loss_gradient_norm", Watch::GradientNorm);
/// ‖block‖ at the evaluated point.
pub const PARAMETER_NORM: WatchedQuantity = quantity("parameter_norm", Watch::GradientNorm);
/// The mean of a layer's outputs over training rows and units.
pub const ACTIVATION_MEAN: WatchedQuantity = quantity("activation_mean", Watch::Activations);
/// Their standard deviation.
pub const ACTIVATION_DEVIATION: WatchedQuantity = quantity("activation_deviation", Watch::Activations);
/// Their root mean square.
pub const ACTIVATION_NORM: WatchedQuantity = quantity("activation_norm", Watch::Activations);
/// The share of units whose output is 0 on every training row.
pub const DEAD_SHARE: WatchedQuantity = quantity("dead_share", Watch::Activations);
/// The share of outputs within 5 % of an end of the activation's range; null without such a range.
pub const SATURATED_SHARE: WatchedQuantity = quantity("saturated_share", Watch::Activations);
/// The root mean square of ‖Δblock‖/‖block‖ over the steps of the epoch that ends here.
pub const UPDATE_RATIO: WatchedQuantity = quantity("update_ratio", Watch::Updates);
/// The largest eigenvalue of the Hessian of J at the evaluated point.
pub const SHARPNESS: WatchedQuantity = quantity("sharpness", Watch::Sharpness);
/// The sharpness at which full-batch training is no longer stable on a quadratic, at the rate of the last step.
pub const SHARPNESS_LIMIT: WatchedQuantity = quantity("sharpness_limit", Watch::Sharpness);
/// The largest eigenvalue of D^(−½)·H·D^(−½), where D is what the method divides its steps by.
pub const PRECONDITIONED_SHARPNESS: WatchedQuantity = quantity("preconditioned_sharpness", Watch::Sharpness);
/// The limit of that one.
pub const PRECONDITIONED_SHARPNESS_LIMIT: WatchedQuantity =
    quantity("preconditioned_sharpness_limit", Watch::Sharpness);

/// All quantities, in the order of the columns of `watched.parquet`.
pub static QUANTITIES: [&WatchedQuantity; 13] = [
    &GRADIENT_NORM,
    &LOSS_GRADIENT_NORM,
    &PARAMETER_NORM,
    &UPDATE_RATIO,
    &ACTIVATION_MEAN,
    &ACTIVATION_DEVIATION,
    &ACTIVATION_NORM,
    &DEAD_SHARE,
    &SATURATED_SHARE,
    &SHARPNESS,
    &SHARPNESS_LIMIT,
    &PRECONDITIONED_SHARPNESS,
    &PRECONDITIONED_SHARPNESS_LIMIT,
];

/// One quantity of one place of a model at each evaluated epoch.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct WatchedSeries {
    /// The name of a [`WatchedQuantity`]. Another version may know others.
    pub quantity: String,
    /// The block of parameters (`dense_1.weights`) or the layer (`dense_1`); empty for the whole model.
    pub place: String,
    /// By evaluated epoch; `None` where it is not defined, or is not finite.
    pub values: Vec<Option<f64>>,
}

/// What a trial's record holds of what was watched.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct Watched {
    /// What was watched. A model may have nothing to show of it: a linear one has no activations.
    pub watches: WatchSet,
    /// From the input of the model to its output.
    pub series: Vec<WatchedSeries>,
}

/// One value at one evaluated epoch.
#[derive(Debug, Clone, PartialEq)]
pub struct WatchedValue {
    pub quantity: &'static WatchedQuantity,
    pub place: String,
    pub value: Option<f64>,
}

impl Watched {
    #[must_use]
    pub const fn new(watches: WatchSet) -> Self {
        Self { watches, series: Vec::new() }
    }

    /// Adds the values of an evaluated epoch before which there were `epochs`. A value that is not finite becomes `None`.
    pub fn push(&mut self, epochs: usize, values: &[WatchedValue]) {
        for WatchedValue { quantity, place, value } in values.iter().filter(|at| self.watches.has(at.quantity.watch)) {
            let is_same = |series: &WatchedSeries| series.quantity == quantity.name && series.place == *place;
            let known = self.series.iter().position(is_same);
            let at = known.unwrap_or_else(|| {
                let (quantity, place) = (quantity.name.to_owned(), place.clone());
                self.series.push(WatchedSeries { quantity, place, values: Vec::new() });
                self.series.len() - 1
            });
            let values = &mut self.series[at].values;
            values.resize(epochs, None);
            values.push(value.filter(|value| value.is_finite()));
        }
        self.series.iter_mut().for_each(|series| series.values.resize(epochs + 1, None));
    }

    /// Drops what belongs to later evaluated epochs than the first `epochs`.
    pub fn truncate(&mut self, epochs: usize) {
        self.series.iter_mut().for_each(|series| series.values.truncate(epochs));
    }

    /// The values of a quantity of a place.
    #[must_use]
    pub fn values(&self, quantity: &WatchedQuantity, place: &str) -> Option<&[Option<f64>]> {
        let mut series = self.series.iter();
        series.find(|series| series.quantity == quantity.name && series.place == place).map(|found| &found.values[..])
    }

    /// The places of a quantity, from the input of the model to its output.
    pub fn places<'a>(&'a self, quantity: &'a WatchedQuantity) -> impl Iterator<Item = &'a str> {
        self.series.iter().filter(|series| series.quantity == quantity.name).map(|series| series.place.as_str())
    }

    /// The watches and series that are among `watches`. Series of unknown quantities go.
    #[must_use]
    pub fn only(&self, watches: WatchSet) -> Self {
        let is_wanted = |series: &&WatchedSeries| {
            QUANTITIES.iter().any(|known| known.name == series.quantity && watches.has(known.watch))
        };
        let both = self.watches.iter().filter(|watch| watches.has(*watch)).collect();
        Self { watches: both, series: self.series.iter().filter(is_wanted).cloned().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(quantity: &'static WatchedQuantity, place: &str, value: f64) -> WatchedValue {
        WatchedValue { quantity, place: place.to_owned(), value: Some(value) }
    }

    #[test]
    fn a_set_knows_what_is_in_it() {
        let set: WatchSet = [Watch::Sharpness, Watch::GradientNorm].into_iter().collect();
        assert_eq!(set.iter().map(Watch::word).collect::<Vec<_>>(), ["gradient_norm", "sharpness"]);
        assert_eq!((set.len(), set.has(Watch::Updates), WatchSet::default().is_empty()), (2, false, true));
        assert_eq!(
            set.without([Watch::Sharpness].into_iter().collect()).iter().collect::<Vec<_>>(),
            [Watch::GradientNorm]
        );
        assert!(WATCHES.iter().all(|word| Watch::named(word).is_some()) && Watch::named("norm").is_none());
    }

    #[test]
    fn series_that_begin_late_have_gaps_before() {
        let mut watched = Watched::new([Watch::GradientNorm, Watch::Sharpness].into_iter().collect());
        watched.push(0, &[value(&GRADIENT_NORM, "bias", 1.0), value(&UPDATE_RATIO, "bias", 0.5)]);
        watched.push(1, &[value(&GRADIENT_NORM, "bias", f64::NAN), value(&SHARPNESS, "", 3.0)]);
        assert_eq!(watched.values(&GRADIENT_NORM, "bias"), Some(&[Some(1.0), None][..]));
        assert_eq!(watched.values(&SHARPNESS, ""), Some(&[None, Some(3.0)][..]));
        assert_eq!(watched.values(&UPDATE_RATIO, "bias"), None, "nobody asked for it");
        assert_eq!(watched.places(&GRADIENT_NORM).collect::<Vec<_>>(), ["bias"]);
        let only = watched.only([Watch::Sharpness].into_iter().collect());
        assert_eq!((only.watches.len(), only.series.len()), (1, 1));
        watched.truncate(1);
        assert_eq!(watched.values(&SHARPNESS, ""), Some(&[None][..]));
    }
}
