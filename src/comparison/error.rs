//! Why folders could not be compared.

use std::path::{Path, PathBuf};

use crate::store::StoreError;

/// Why folders could not be compared.
#[derive(Debug, thiserror::Error)]
pub enum CompareError {
    #[error("cannot read {}: {reason}", path.display())]
    Unreadable { path: PathBuf, reason: String },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CompareError {
    pub(super) fn unreadable(path: &Path, reason: String) -> Self {
        Self::Unreadable { path: path.to_owned(), reason }
    }
}
