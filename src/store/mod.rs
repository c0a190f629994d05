//! The only place that writes. It replaces the dataset as a whole, and only if it still is what the plan was made from.
//!
//! What is done in which order, and what is on disk if the process ends right after it:
//!
//! | # | call | on disk afterwards |
//! |---|---|---|
//! | 1 | read the dataset (nothing is open for writing; the plan is made) | the old dataset |
//! | 2 | create the directory, if it is a new dataset's | the old dataset, or none |
//! | 3 | lock the directory (`flock`; the kernel lets go of it when the process ends, however it ends) | the same |
//! | 4 | clear away the temp file that a killed run may have left: an edit in it is kept | the same |
//! | 5 | reset only: copy the dataset to a temp file, sync it, rename it to the backup's name, which is free, sync the directory | the old dataset, perhaps its backup |
//! | 6 | create the temp file beside the dataset, under a name that says what it is; give it the dataset's mode and owner | the old dataset, an empty temp file |
//! | 7 | write the new dataset into it, `sync_all` | the old dataset, a temp file in part or whole |
//! | 8 | compare the dataset with what was read in 1; another → error | the same |
//! | 9 | exchange temp file and dataset (`renameat2`, atomic) | the new dataset, the old one as temp file |
//! | 10 | compare what came out with what was read in 1; another → exchange back, error | the new dataset, or the editor's |
//! | 11 | remove the temp file | the new dataset |
//! | 12 | append to the journal, sync it, before the exchange is: a power cut may leave an entry of a run that it undid, never rows that are nowhere | the new dataset and its entry |
//! | 13 | sync the directory (unless the dataset is a symlink, the journal's as well) | the same, whatever happens to the power |
//!
//! Between 8 and 9 an editor may still replace the dataset; that is what 10 is for, and 4 where the process ends before 10 is done. Where
//! the file system cannot exchange, 9 is a plain rename and that gap, some microseconds, stays. A dataset that is a symlink is followed:
//! all of this happens beside its target, but for the backup, which stands beside the link.

mod platform;
mod temp_file;

use std::fs::{self, File, Metadata, TryLockError};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use chrono::{DateTime, Utc};

pub use platform::ignore_file_size_signal;
use temp_file::Identity;

/// How much is gathered before it is handed to the system, in bytes.
const BUFFER: usize = 1 << 15;

/// A file as it was when it was read.
#[derive(Debug)]
pub struct Snapshot {
    /// Where it is configured to be, which may be a symlink.
    pub path: PathBuf,
    /// Its bytes; `None` where there is no file.
    pub bytes: Option<Vec<u8>>,
    /// Which file that is.
    identity: Identity,
}

/// Looks for a file.
///
/// # Errors
/// When it cannot be looked for, is no regular file, or is a symlink to nothing.
pub fn find(path: &Path) -> Result<Option<Metadata>> {
    match fs::metadata(path) {
        Ok(found) if found.is_file() => Ok(Some(found)),
        Ok(found) if found.is_dir() => bail!(
            "{}: this is a directory, not a file; move it away",
            path.display()
        ),
        Ok(_) => bail!("{}: this is no regular file; move it away", path.display()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if let Ok(target) = fs::read_link(path) {
                bail!(
                    "{}: a symlink to {}, which does not exist; restore that file, or remove the link to begin a new dataset",
                    path.display(),
                    target.display()
                );
            }
            Ok(None)
        }
        Err(error) => Err(anyhow!(error).context(format!("{}: cannot be read", path.display()))),
    }
}

impl Snapshot {
    /// Reads the file at `path`, if there is one.
    ///
    /// # Errors
    /// Those of [`find`], and when it cannot be read.
    pub fn read(path: &Path) -> Result<Snapshot> {
        let read = || -> io::Result<(Vec<u8>, Identity)> {
            let mut file = File::open(path)?;
            let found = file.metadata()?;
            let mut bytes = Vec::with_capacity(usize::try_from(found.len()).unwrap_or_default());
            file.read_to_end(&mut bytes)?;
            Ok((bytes, Identity::of(&found)))
        };
        let found = find(path)?
            .map(|_| read())
            .transpose()
            .with_context(|| format!("{}: cannot be read", path.display()))?;
        let (bytes, identity) = found.unzip();
        Ok(Snapshot {
            path: path.to_owned(),
            bytes,
            identity: identity.unwrap_or_default(),
        })
    }

    /// Takes the lock under which the file may be replaced. It is held until the value is dropped.
    ///
    /// # Errors
    /// When another run holds it, or the directory cannot be created or locked.
    pub fn lock(&self) -> Result<Locked<'_>> {
        let target = match self.bytes {
            Some(_) => fs::canonicalize(&self.path)
                .with_context(|| format!("{}: cannot be found again", self.path.display()))?,
            None => self.path.clone(),
        };
        let directory = directory_of(&target);
        fs::create_dir_all(&directory)
            .with_context(|| format!("{}: the directory cannot be created", directory.display()))?;
        let handle = File::open(&directory)
            .with_context(|| format!("{}: the directory cannot be opened", directory.display()))?;
        match handle.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                bail!(
                    "{}: another refresh is running on it; try again when it is done",
                    self.path.display()
                )
            }
            Err(TryLockError::Error(error)) => {
                return Err(anyhow!(error).context(format!(
                    "{}: the directory cannot be locked",
                    directory.display()
                )));
            }
        }
        temp_file::clear(&directory, &target)?;
        Ok(Locked {
            snapshot: self,
            target,
            directory,
            handle,
        })
    }
}

/// The right to replace a file, held by one process at a time.
#[derive(Debug)]
pub struct Locked<'s> {
    snapshot: &'s Snapshot,
    /// The file itself, symlinks followed.
    target: PathBuf,
    directory: PathBuf,
    /// Open for as long as the lock is held.
    handle: File,
}

impl Locked<'_> {
    /// Copies the file as it was read to a backup that overwrites nothing: `NAME.YYYYMMDDTHHMMSSZ.bak`.
    ///
    /// # Errors
    /// When it cannot be written; then no backup is left behind.
    pub fn back_up(&self, at: DateTime<Utc>) -> Result<Option<PathBuf>> {
        let Some(bytes) = &self.snapshot.bytes else {
            return Ok(None);
        };
        let path = &self.snapshot.path;
        let stem = with_suffix(path, &at.format(".%Y%m%dT%H%M%SZ").to_string());
        // Beside the path that is configured: where the dataset is a symlink that may be another directory than the target's.
        let directory = directory_of(path);
        let back_up = || -> io::Result<PathBuf> {
            let temp = self.write_temp(&directory, &mut |out| out.write_all(bytes))?;
            let backup = rename_to_free_bak(&temp, &stem);
            let backup = backup.inspect_err(|_| discard(&temp))?;
            let synced = File::open(&directory).and_then(|directory| directory.sync_all());
            synced.inspect_err(|_| discard(&backup))?;
            Ok(backup)
        };
        let backup = back_up().with_context(|| {
            format!(
                "{}.bak: the backup cannot be written, {} is untouched",
                stem.display(),
                path.display()
            )
        })?;
        Ok(Some(backup))
    }

    /// Takes a backup back, if the dataset is still what it is a copy of: nothing has come of the reset.
    pub fn withdraw(&self, backup: &Path) {
        if self.unchanged_since_read().is_ok() {
            discard(backup);
        }
    }

    /// Replaces the file by what `write` writes. Steps 6 to 11 of the protocol in the module's documentation.
    ///
    /// # Errors
    /// When the file is no longer what was read (the other edit stays), or when writing fails. The file is then untouched.
    pub fn replace(&self, mut write: impl FnMut(&mut dyn Write) -> io::Result<()>) -> Result<()> {
        let temp = self
            .write_temp(&self.directory, &mut write)
            .with_context(|| {
                format!(
                    "{}: cannot be written, it is untouched",
                    self.target.display()
                )
            })?;
        self.unchanged_since_read()
            .inspect_err(|_| discard(&temp))?;
        if self.snapshot.bytes.is_some() {
            self.exchange(&temp)
        } else {
            self.take_free_name(&temp)
        }
    }

    /// Step 13: makes sure that what [`replace`](Locked::replace) did is still so after a power cut.
    ///
    /// # Errors
    /// When the directory cannot be synced. The file is replaced all the same.
    pub fn sync(&self) -> Result<()> {
        self.handle.sync_all().with_context(|| {
            format!(
                "{}: the directory cannot be synced, a power cut may undo the change",
                self.directory.display()
            )
        })
    }

    /// Writes a temp file, with the mode and owner of the file; where that fails there is none.
    fn write_temp(
        &self,
        directory: &Path,
        write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<PathBuf> {
        let (file, temp) = temp_file::create(directory, &self.target, &self.snapshot.identity)?;
        let fill = || -> io::Result<()> {
            if self.snapshot.bytes.is_some() {
                platform::give_access_of(&fs::metadata(&self.target)?, &file)?;
            }
            let mut out = BufWriter::with_capacity(BUFFER, file);
            write(&mut out)?;
            out.into_inner()
                .map_err(io::IntoInnerError::into_error)?
                .sync_all()
        };
        fill().inspect_err(|_| discard(&temp))?;
        Ok(temp)
    }

    fn unchanged_since_read(&self) -> Result<()> {
        let same = is_same(&self.target, self.snapshot.bytes.as_deref())
            .with_context(|| format!("{}: cannot be read again", self.target.display()))?;
        if same { Ok(()) } else { Err(self.changed()) }
    }

    fn take_free_name(&self, temp: &Path) -> Result<()> {
        let taken =
            platform::rename_to_free_name(temp, &self.target).with_context(|| self.not_replaced());
        match taken {
            Ok(true) => Ok(()),
            Ok(false) => Err(self.changed()),
            Err(error) => Err(error),
        }
        .inspect_err(|_| discard(temp))
    }

    fn exchange(&self, temp: &Path) -> Result<()> {
        let exchanged = fs::metadata(temp)
            .and_then(|ours| {
                Ok((
                    platform::inode(&ours),
                    platform::exchange(temp, &self.target)?,
                ))
            })
            .and_then(|(ours, exchanged)| match exchanged {
                true => Ok(Some(ours)),
                false => fs::rename(temp, &self.target).map(|()| None),
            })
            .with_context(|| self.not_replaced())
            .inspect_err(|_| discard(temp))?;
        // What stood there until now has the temp file's name.
        if let Some(ours) = exchanged {
            if !is_same(temp, self.snapshot.bytes.as_deref()).unwrap_or(false) {
                return Err(self.give_back(temp, ours));
            }
            discard(temp);
        }
        Ok(())
    }

    /// An edit came in at the last moment and has the temp file's name now: it goes back where it was.
    fn give_back(&self, temp: &Path, ours: u64) -> anyhow::Error {
        let returned = platform::exchange(temp, &self.target);
        if matches!(returned, Ok(true))
            && fs::metadata(temp).is_ok_and(|temp| platform::inode(&temp) == ours)
        {
            discard(temp);
            return self.changed();
        }
        // It cannot go back, or a further edit came in meanwhile.
        match temp_file::keep(temp, &self.target) {
            Ok(kept) => anyhow!(
                "{}: was edited while it was being replaced; one edit is in {}: compare the two",
                self.target.display(),
                kept.display()
            ),
            Err(error) => anyhow!(error).context(format!(
                "{}: this is an edit that cannot be put back",
                temp.display()
            )),
        }
    }

    fn not_replaced(&self) -> String {
        format!(
            "{}: cannot be replaced, it is untouched",
            self.target.display()
        )
    }

    fn changed(&self) -> anyhow::Error {
        anyhow!(
            "{}: was changed by someone else during this run; that change stays and nothing was written: run again",
            self.target.display()
        )
    }
}

/// Where a temp file cannot be removed now, the next run does it.
fn discard(temp: &Path) {
    let _ = fs::remove_file(temp);
}

fn directory_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// `path` with more at its end. It may hold any bytes: names of directories do.
fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut longer = path.as_os_str().to_owned();
    longer.push(suffix);
    longer.into()
}

/// Renames a file to `STEM.bak`, or `STEM.2.bak`, … – the first name that is free.
fn rename_to_free_bak(from: &Path, stem: &Path) -> io::Result<PathBuf> {
    let mut backup = with_suffix(stem, ".bak");
    let mut again = 1;
    while !platform::rename_to_free_name(from, &backup)? {
        again += 1;
        backup = with_suffix(stem, &format!(".{again}.bak"));
    }
    Ok(backup)
}

/// Whether the file at `path` holds exactly these bytes; for `None`, whether there is no file.
fn is_same(path: &Path, expected: Option<&[u8]>) -> io::Result<bool> {
    let (mut file, mut expected) = match (File::open(path), expected) {
        (Ok(file), Some(expected)) => (file, expected),
        (Ok(_), None) => return Ok(false),
        (Err(error), expected) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(expected.is_none());
        }
        (Err(error), _) => return Err(error),
    };
    if file.metadata()?.len() != expected.len() as u64 {
        return Ok(false);
    }
    let mut buffer = vec![0; BUFFER.min(expected.len() + 1)];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(expected.is_empty()),
            Ok(read) => match expected.strip_prefix(&buffer[..read]) {
                Some(rest) => expected = rest,
                None => return Ok(false),
            },
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
