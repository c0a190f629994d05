//! The lock of a data directory: one run at a time reads, plans and writes.

use std::fs::{self, File, TryLockError};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::snapshot::real_path;
use super::{At, directory_of};

/// How long a run waits for another one to end.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often it looks whether that one has ended.
const INTERVAL: Duration = Duration::from_millis(20);

/// The one lock of a data directory, held until it is dropped. The system lets go of it when the process ends, however it ends.
///
/// The lock is on the directory in which the dataset stands, symlinks followed, so that there is no lock file. Where that directory is
/// yet to be made, it is made for the lock, and goes again if the run leaves nothing in it.
#[derive(Debug)]
pub struct Lock {
    pub(super) dataset: PathBuf,
    /// The directories that were made for the lock, the innermost first.
    made: Vec<PathBuf>,
    /// Open for as long as the lock is held.
    _held: File,
}

impl Lock {
    /// Takes the lock of the directory in which `dataset` stands. Where another run holds it, `waiting` is called once, and for ten
    /// seconds it is tried again.
    ///
    /// # Errors
    /// When another run still holds it after that time, and when the directory can be neither found nor made, or cannot be locked.
    pub fn acquire(dataset: &Path, waiting: impl FnOnce()) -> Result<Lock> {
        Lock::acquire_within(PATIENCE, dataset, waiting)
    }

    fn acquire_within(patience: Duration, dataset: &Path, waiting: impl FnOnce()) -> Result<Lock> {
        let mut waiting = Some(waiting);
        let until = Instant::now() + patience;
        loop {
            let directory = directory_of(&real_path(dataset)?);
            let made: Vec<PathBuf> = directory
                .ancestors()
                .take_while(|above| !above.as_os_str().is_empty() && !above.exists())
                .map(Path::to_owned)
                .collect();
            fs::create_dir_all(&directory).at(&directory, "the directory cannot be created")?;
            let held = File::open(&directory).at(&directory, "the directory cannot be opened")?;
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
            // While this run waited, somebody may have removed the directory, or moved it or the link to it.
            let is_still_there = fs::metadata(directory_of(&real_path(dataset)?))
                .and_then(|now| Ok((now, held.metadata()?)))
                .is_ok_and(|(now, held)| (now.dev(), now.ino()) == (held.dev(), held.ino()));
            if is_still_there {
                return Ok(Lock {
                    dataset: dataset.to_owned(),
                    made,
                    _held: held,
                });
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        for directory in &self.made {
            // One in which something stands is not removed.
            let _ = fs::remove_dir(directory);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_has_waited_long_enough_names_the_other_one() {
        let world = tempfile::tempdir().unwrap();
        let dataset = world.path().join("dataset.csv");
        let first = Lock::acquire(&dataset, || {}).unwrap();
        let mut waited = 0;
        let second = Lock::acquire_within(INTERVAL * 3, &dataset, || waited += 1);
        let message = format!("{:#}", second.unwrap_err());
        assert!(message.contains("another run holds it"), "{message}");
        assert!(message.contains("dataset.csv: "), "{message}");
        assert_eq!(waited, 1);
        drop(first);
        Lock::acquire_within(Duration::ZERO, &dataset, || {}).unwrap();
    }

    #[test]
    fn a_run_waits_until_the_other_one_is_done() {
        let world = tempfile::tempdir().unwrap();
        let dataset = world.path().join("dataset.csv");
        let mut first = Some(Lock::acquire(&dataset, || {}).unwrap());
        Lock::acquire(&dataset, || drop(first.take())).unwrap();
        assert!(first.is_none());
    }

    #[test]
    fn a_directory_that_is_made_for_the_lock_goes_where_nothing_is_written_and_the_next_run_makes_it_again()
     {
        let world = tempfile::tempdir().unwrap();
        let dataset = world.path().join("deep/clean/dataset.csv");
        let mut first = Some(Lock::acquire(&dataset, || {}).unwrap());
        assert!(Lock::acquire_within(Duration::ZERO, &dataset, || {}).is_err());
        let second = Lock::acquire(&dataset, || drop(first.take())).unwrap();
        fs::write(&dataset, "").unwrap();
        drop(second);
        assert!(dataset.exists());
        fs::remove_file(&dataset).unwrap();
        fs::remove_dir_all(world.path().join("deep")).unwrap();
        drop(Lock::acquire(&dataset, || {}).unwrap());
        assert!(!world.path().join("deep").exists());
    }

    #[test]
    fn a_dataset_and_a_link_to_it_have_one_lock() {
        let world = tempfile::tempdir().unwrap();
        let (real, link) = (world.path().join("real"), world.path().join("link"));
        for directory in [&real, &link] {
            fs::create_dir(directory).unwrap();
        }
        fs::write(real.join("d.csv"), "").unwrap();
        std::os::unix::fs::symlink(real.join("d.csv"), link.join("d.csv")).unwrap();
        let _first = Lock::acquire(&link.join("d.csv"), || {}).unwrap();
        let second = Lock::acquire_within(Duration::ZERO, &real.join("d.csv"), || {});
        assert!(second.is_err());
    }
}
