//! The lock of a data directory: one run at a time reads, plans and writes.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::snapshot::real_path;
use super::{PathContext, directory_of};

/// How long a run waits for another one to end.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// How often it checks whether the other run has ended.
const INTERVAL: Duration = Duration::from_millis(20);

const NO_DATA_DIRECTORY: &str = "this directory does not exist and cannot be created; name the data directory with --data-dir DIR or CORE_DATASET_DATA_DIR";

/// For runs that write nothing: refuses a directory that does not exist and could not be created for the lock, because its parent does not
/// exist either.
pub fn check_directory(dataset: &Path) -> Result<()> {
    let directory = directory_of(&real_path(dataset)?);
    let above = |_| fs::metadata(directory_of(&directory));
    let found = fs::metadata(&directory).or_else(above);
    found.at(&directory, NO_DATA_DIRECTORY).map(drop)
}

/// The one lock of a data directory, held until it is dropped. The system releases it when the process ends, however it ends.
///
/// The lock is on the directory of the dataset, symlinks followed, so that there is no lock file. If that directory does not exist yet, it
/// is created for the lock.
#[derive(Debug)]
pub struct Lock {
    pub(super) dataset: PathBuf,
    /// Open for as long as the lock is held.
    _held: File,
}

impl Lock {
    /// Takes the lock of the directory of `dataset`. If another run holds the lock, `waiting` is called once, and the lock is tried again
    /// until `patience` has passed.
    pub fn acquire(patience: Duration, dataset: &Path, waiting: impl FnOnce()) -> Result<Lock> {
        let directory = directory_of(&real_path(dataset)?);
        if let Err(error) = fs::create_dir(&directory)
            && error.kind() != io::ErrorKind::AlreadyExists
        {
            return Err(error).at(&directory, NO_DATA_DIRECTORY);
        }
        let held = File::open(&directory).at(&directory, "the directory cannot be opened")?;
        let mut waiting = Some(waiting);
        let until = Instant::now() + patience;
        while let Err(not_locked) = held.try_lock() {
            match not_locked {
                TryLockError::WouldBlock if Instant::now() < until => {
                    if let Some(waiting) = waiting.take() {
                        waiting();
                    }
                    thread::sleep(INTERVAL);
                }
                TryLockError::WouldBlock => bail!(
                    "{}: another run holds it; try again when that one is done",
                    dataset.display()
                ),
                TryLockError::Error(error) => {
                    return Err(error).at(&directory, "the directory cannot be locked");
                }
            }
        }
        Ok(Lock {
            dataset: dataset.to_owned(),
            _held: held,
        })
    }
}
