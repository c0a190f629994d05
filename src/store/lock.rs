//! The lock of a data directory: one run at a time reads, plans and writes.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

use super::{directory_of, find, platform};

/// How long a run waits for another one to end.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often it looks whether that one has ended.
const INTERVAL: Duration = Duration::from_millis(20);

/// The one lock of a data directory, held until it is dropped. The system lets go of it when the process ends, however it ends.
///
/// The lock is on the directory in which the dataset stands, symlinks followed, so that there is no lock file. Where that directory
/// is yet to be made, it is on the nearest one above that there is. A run that makes the directory holds the one above until it ends,
/// and a run that finds a directory without a dataset waits while one above is held: it may have been made a moment ago by a run that
/// has read and planned already, and is about to lock it.
#[derive(Debug)]
pub struct Lock {
    dataset: PathBuf,
    directory: PathBuf,
    /// Open for as long as the lock is held.
    _held: File,
    /// The directory of a new dataset, once it is made.
    made: OnceLock<File>,
}

impl Lock {
    /// Takes the lock of the directory in which `dataset` stands. Where another run holds it, `waiting` is called once, and for ten
    /// seconds it is tried again.
    ///
    /// # Errors
    /// When another run still holds it after that time, when the directory cannot be locked, and those of [`find`].
    pub fn acquire(dataset: &Path, waiting: impl FnOnce()) -> Result<Lock> {
        Lock::acquire_within(PATIENCE, dataset, waiting)
    }

    fn acquire_within(patience: Duration, dataset: &Path, waiting: impl FnOnce()) -> Result<Lock> {
        let mut waiting = Some(waiting);
        let mut waiting = || {
            if let Some(waiting) = waiting.take() {
                waiting();
            }
        };
        let until = Instant::now() + patience;
        loop {
            let directory = existing_directory(dataset)?;
            let held = open(&directory)?;
            take(&held, &directory, until, &mut waiting)
                .with_context(|| dataset.display().to_string())?;
            // While this run waited, the other one may have made the directory, or somebody moved it or the link to it.
            let now = existing_directory(dataset)?;
            let is_still_there = fs::metadata(&now)
                .and_then(|now| Ok(platform::is_same_file(&now, &held.metadata()?)))
                .unwrap_or(false);
            if is_still_there && is_being_made(dataset, &now)? {
                // It is let go of, because the other run has to lock it.
                drop(held);
                wait(until, &mut waiting).with_context(|| dataset.display().to_string())?;
            } else if is_still_there {
                return Ok(Lock {
                    dataset: dataset.to_owned(),
                    directory: now,
                    _held: held,
                    made: OnceLock::new(),
                });
            }
        }
    }

    pub(super) fn dataset(&self) -> &Path {
        &self.dataset
    }

    /// Makes the directory of a new dataset, and locks it too: a run that begins now finds it and knows of no other lock.
    pub(super) fn make_directory(&self) -> Result<()> {
        if find(&self.dataset)?.is_some() || self.made.get().is_some() {
            return Ok(());
        }
        let directory = directory_of(&self.dataset);
        fs::create_dir_all(&directory)
            .with_context(|| format!("{}: the directory cannot be created", directory.display()))?;
        let made = open(&directory)?;
        let is_locked = fs::metadata(&self.directory)
            .and_then(|locked| Ok(platform::is_same_file(&locked, &made.metadata()?)))
            .unwrap_or(false);
        if !is_locked {
            take(&made, &directory, Instant::now() + PATIENCE, || {})
                .with_context(|| self.dataset.display().to_string())?;
            let _ = self.made.set(made);
        }
        Ok(())
    }
}

fn open(directory: &Path) -> Result<File> {
    File::open(directory)
        .with_context(|| format!("{}: the directory cannot be opened", directory.display()))
}

fn take(handle: &File, directory: &Path, until: Instant, mut waiting: impl FnMut()) -> Result<()> {
    loop {
        match handle.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) => wait(until, &mut waiting)?,
            Err(TryLockError::Error(error)) => {
                return Err(anyhow!(error).context(format!(
                    "the directory {} cannot be locked",
                    directory.display()
                )));
            }
        }
    }
}

/// Waits a moment for another run, unless it has been waited for long enough.
fn wait(until: Instant, waiting: impl FnOnce()) -> Result<()> {
    if Instant::now() >= until {
        bail!("another run holds it; try again when that one is done");
    }
    waiting();
    thread::sleep(INTERVAL);
    Ok(())
}

/// Whether there is no dataset yet and a run holds a directory above `directory`. A directory that cannot be looked at is not held: a
/// run that cannot open it cannot have locked it.
fn is_being_made(dataset: &Path, directory: &Path) -> Result<bool> {
    if find(dataset)?.is_some() {
        return Ok(false);
    }
    let directory = fs::canonicalize(directory)
        .with_context(|| format!("{}: cannot be found again", directory.display()))?;
    let is_held = |above: &Path| {
        File::open(above)
            .is_ok_and(|above| matches!(above.try_lock_shared(), Err(TryLockError::WouldBlock)))
    };
    Ok(directory.ancestors().skip(1).any(is_held))
}

/// The directory in which the dataset stands, symlinks followed, or the nearest one above where it is yet to be made.
fn existing_directory(dataset: &Path) -> Result<PathBuf> {
    let file = match find(dataset)? {
        Some(_) => fs::canonicalize(dataset)
            .with_context(|| format!("{}: cannot be found again", dataset.display()))?,
        None => dataset.to_owned(),
    };
    let directory = directory_of(&file);
    let existing = directory
        .ancestors()
        .map(|above| match above.as_os_str().is_empty() {
            true => Path::new("."),
            false => above,
        })
        .find(|above| above.is_dir());
    Ok(existing.unwrap_or(Path::new(".")).to_owned())
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
    fn two_runs_that_both_have_to_make_the_directory_exclude_each_other() {
        let world = tempfile::tempdir().unwrap();
        let dataset = world.path().join("clean/dataset.csv");
        let first = Lock::acquire(&dataset, || {}).unwrap();
        assert!(Lock::acquire_within(Duration::ZERO, &dataset, || {}).is_err());
        first.make_directory().unwrap();
        assert!(Lock::acquire_within(Duration::ZERO, &dataset, || {}).is_err());
        drop(first);
        Lock::acquire_within(Duration::ZERO, &dataset, || {}).unwrap();
    }

    #[test]
    fn a_directory_that_is_made_and_not_yet_locked_is_left_to_the_run_that_made_it() {
        let world = tempfile::tempdir().unwrap();
        let dataset = world.path().join("deep/clean/dataset.csv");
        let first = Lock::acquire(&dataset, || {}).unwrap();
        for made in ["deep", "deep/clean"] {
            fs::create_dir(world.path().join(made)).unwrap();
            assert!(Lock::acquire_within(Duration::ZERO, &dataset, || {}).is_err());
        }
        first.make_directory().unwrap();
        drop(first);
        Lock::acquire_within(Duration::ZERO, &dataset, || {}).unwrap();
    }

    #[test]
    #[cfg(unix)]
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
