//! What was found in columns that do not suit the options of a data set, for a program to act on.

/// The columns of a file that do not suit the options, each with what would make them suit. Messages say the same in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FoundColumns {
    /// All names, if the target is none of them; without those of an index.
    pub names: Vec<String>,
    /// Those of `names` that the file itself declares to hold text.
    pub texts: Vec<String>,
    /// Columns that are better left out, each with the reason in a few words.
    pub leave_out: Vec<(String, String)>,
    /// Columns of text that are categories, and their levels; 0 if these are not counted.
    pub categories: Vec<(String, usize)>,
    /// Texts that stand for missing cells, each behind its column.
    pub markers: Vec<(String, String)>,
    /// Whether rows with missing cells must go.
    pub drop: bool,
    /// Whether the target can be read neither as numbers nor as classes.
    pub target_unfit: bool,
}

impl FoundColumns {
    /// Whether nothing was found that another option would mend.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
