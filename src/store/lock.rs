//! One writer for each results folder, by a lock of the operating system. The lock ends with its process, however that ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read as _, Write as _};

use super::error::StoreError;
use super::links::{create_folder, refuse_link};
use super::store_folder::Store;

/// The lock of a store, held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// The result of trying to take the lock.
#[derive(Debug)]
pub enum LockAttempt {
    Granted(Lock),
    /// Another process holds it. Its process id, if it has written that down.
    Held(Option<u32>),
}

impl Store {
    /// Whether another process holds the lock of the store. Writes nothing; if there is no lock file, nobody holds the lock.
    ///
    /// # Errors
    /// If the lock file exists and cannot be opened, or the file system has no locks.
    pub fn is_locked(&self) -> Result<bool, StoreError> {
        let path = self.root.join("lock");
        refuse_link(&path)?;
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

    /// Tries to take the lock of the store, without waiting. Creates the store's folder if it is missing.
    ///
    /// # Errors
    /// If the lock file cannot be opened, or the file system has no locks.
    pub fn lock(&self) -> Result<LockAttempt, StoreError> {
        create_folder(self.root.parent().unwrap_or(&self.root), &self.root)?;
        let path = self.root.join("lock");
        let failed = |error| StoreError::new("lock", &path, error);
        refuse_link(&path)?;
        let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = open.map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {
                // The process id is only for the message of the next process; the lock itself does not need it.
                let _ = file.set_len(0).and_then(|()| write!(file, "{}", std::process::id()));
                Ok(LockAttempt::Granted(Lock { _file: file }))
            }
            Err(TryLockError::WouldBlock) => {
                let mut owner = String::new();
                let _ = file.read_to_string(&mut owner);
                Ok(LockAttempt::Held(owner.trim().parse().ok()))
            }
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}
