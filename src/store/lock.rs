//! One writer a results folder: a lock of the operating system, which ends with its owner however that ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read as _, Write as _};

use super::{Store, StoreError};

/// Held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// What asking for the lock came to.
#[derive(Debug)]
pub enum Asked {
    Granted(Lock),
    /// Another process has it: its number, where it has written it down.
    Held(Option<u32>),
}

impl Store {
    /// Whether another process has the lock of the store, asked without writing anything: where it has no file, nobody has it.
    ///
    /// # Errors
    /// Where the lock's file is there and cannot be opened, or the file system has no locks.
    pub fn is_locked(&self) -> Result<bool, StoreError> {
        let path = self.root.join("lock");
        super::links::refuse_link(&path)?;
        let failed = |error| StoreError::new("see whether another command holds", &path, error);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(failed(error)),
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(false),
            Err(TryLockError::WouldBlock) => Ok(true),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// Asks for the lock of the store, whose folder is created where it is missing; does not wait.
    ///
    /// # Errors
    /// Where the lock's file cannot be opened, or the file system has no locks.
    pub fn lock(&self) -> Result<Asked, StoreError> {
        super::links::create_folder(self.root.parent().unwrap_or(&self.root), &self.root)?;
        let path = self.root.join("lock");
        let failed = |error| StoreError::new("lock", &path, error);
        super::links::refuse_link(&path)?;
        let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = open.map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {
                // For the message of the next one alone: what counts is the lock.
                let _ = file.set_len(0).and_then(|()| write!(file, "{}", std::process::id()));
                Ok(Asked::Granted(Lock { _file: file }))
            }
            Err(TryLockError::WouldBlock) => {
                let mut owner = String::new();
                let _ = file.read_to_string(&mut owner);
                Ok(Asked::Held(owner.trim().parse().ok()))
            }
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}
