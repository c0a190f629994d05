//! One file on its way to being replaced, step by step: prepared, compared, exchanged, and the old file let go of.

use std::fs::{self, File};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};

use super::platform::{self, For, Inherit};
use super::snapshot::{holds, is_same};
use super::{Lock, Snapshot, discard, lack_warnings, temp_file};

/// A new file that stands, whole and synced, beside the one that it is to replace.
#[derive(Debug)]
pub(super) struct Prepared<'s, 'n> {
    snapshot: &'s Snapshot,
    new: &'n [u8],
    /// The file itself, symlinks followed.
    target: PathBuf,
    /// Holds the new file and, once that is in its place, the old one.
    temp: PathBuf,
    /// What the new file does not have of the old one.
    pub warnings: Vec<String>,
}

/// Why a new file was not put into its place.
#[derive(Debug)]
pub(super) struct NotPut {
    pub error: anyhow::Error,
    /// Whether it is there all the same.
    pub is_written: bool,
}

impl NotPut {
    fn untouched(error: anyhow::Error) -> NotPut {
        NotPut {
            error,
            is_written: false,
        }
    }
}

impl<'s, 'n> Prepared<'s, 'n> {
    /// Writes the new file, with the access of the old one and, where there is none, of the dataset.
    pub fn write(lock: &Lock, snapshot: &'s Snapshot, new: &'n [u8]) -> Result<Prepared<'s, 'n>> {
        let target = match snapshot.bytes {
            Some(_) => fs::canonicalize(&snapshot.path)
                .with_context(|| format!("{}: cannot be found again", snapshot.path.display()))?,
            None => snapshot.path.clone(),
        };
        let like = match &snapshot.bytes {
            Some(_) => Some((&*target, Inherit::Everything)),
            None => Some((lock.dataset(), Inherit::Access)),
        };
        let (temp, lacks) = write_temp(&target, new, like)
            .with_context(|| format!("{}: cannot be written, it is untouched", target.display()))?;
        let finished = temp_file::finished_name(&target, snapshot.bytes.as_deref(), new);
        fs::rename(&temp, &finished)
            .inspect_err(|_| discard(&temp))
            .with_context(|| format!("{}: cannot be renamed", temp.display()))?;
        Ok(Prepared {
            warnings: lack_warnings(&snapshot.path, &lacks).collect(),
            snapshot,
            new,
            target,
            temp: finished,
        })
    }

    /// The file that is replaced, symlinks followed.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Whether the file still is what was read; another one is an error.
    pub fn compare(&self) -> Result<()> {
        let same = is_same(&self.target, self.snapshot.bytes.as_deref())
            .with_context(|| format!("{}: cannot be read again", self.target.display()))?;
        if same { Ok(()) } else { Err(self.changed()) }
    }

    /// Nothing is to be replaced after all.
    pub fn discard(&self) {
        discard(&self.temp);
    }

    /// Puts the new file into its place.
    pub fn put(&self) -> Result<(), NotPut> {
        let Some(old) = self.snapshot.bytes.as_deref() else {
            let is_put = platform::rename_to_free_name(&self.temp, &self.target);
            return self.put_or_discard(is_put);
        };
        match platform::exchange(&self.temp, &self.target) {
            Ok(false) => self.rename_over(old),
            // What stood in the place until now has the temp file's name.
            Ok(true) if is_same(&self.temp, Some(old)).unwrap_or(false) => Ok(()),
            Ok(true) => Err(self.give_back()),
            Err(error) => self.put_or_discard(Err(error)),
        }
    }

    fn put_or_discard(&self, is_put: io::Result<bool>) -> Result<(), NotPut> {
        if !matches!(is_put, Ok(true)) {
            self.discard();
        }
        match is_put {
            Ok(true) => Ok(()),
            Ok(false) => Err(NotPut::untouched(self.changed())),
            Err(error) => Err(NotPut::untouched(anyhow!(error).context(format!(
                "{}: cannot be replaced, it is untouched",
                self.target.display()
            )))),
        }
    }

    /// Where two files cannot be exchanged: the old one is given the temp file's name as a second one, then the new one is renamed over
    /// it. An edit that is renamed into the place between the comparison and the rename is lost; a save in place is not.
    pub(super) fn rename_over(&self, old: &[u8]) -> Result<(), NotPut> {
        let new = temp_file::unfinished_name(&self.target);
        let rename_over = || -> io::Result<bool> {
            fs::rename(&self.temp, &new)?;
            if fs::hard_link(&self.target, &self.temp).is_err() {
                // Some file systems have no second names; the rows that leave are in a copy, then.
                let unfinished = temp_file::second_unfinished_name(&self.target);
                let mut copy = platform::create(&unfinished, For::OwnerOnly)?;
                copy.write_all(old)?;
                copy.sync_all()?;
                fs::rename(unfinished, &self.temp)?;
            }
            if !is_same(&self.target, Some(old))? {
                return Ok(false);
            }
            fs::rename(&new, &self.target)?;
            Ok(true)
        };
        let is_put = rename_over();
        if !matches!(is_put, Ok(true)) {
            discard(&new);
        }
        self.put_or_discard(is_put)
    }

    /// An edit came in at the last moment and has the temp file's name now: it goes back where it was.
    fn give_back(&self) -> NotPut {
        let target = self.target.display();
        if matches!(platform::exchange(&self.temp, &self.target), Ok(true)) {
            let twice = format!(
                "{target}: was edited twice while it was being replaced: the first edit stays, the second is"
            );
            return NotPut::untouched(match let_go(&self.temp, &self.target, self.new) {
                Ok(None) => self.changed(),
                Ok(Some(kept)) => anyhow!("{twice} {}: compare the two", kept.display()),
                Err(error) => anyhow!(error).context(format!("{twice} {}", self.temp.display())),
            });
        }
        let edit = match temp_file::keep(&self.temp, &self.target) {
            Ok(kept) => kept,
            Err(_) => self.temp.clone(),
        };
        NotPut {
            is_written: true,
            error: anyhow!(
                "{target}: is written, but was edited at that moment, and the edit cannot be put back; it is {}: compare the two",
                edit.display()
            ),
        }
    }

    /// Takes the new file out of its place again, because another file could not be replaced. What somebody saved into it in that
    /// moment is kept under the name that is returned.
    ///
    /// # Errors
    /// When that cannot be done. The new file stays then, and the old one stays beside it for the next run to journal.
    pub fn undo(&self) -> io::Result<Option<PathBuf>> {
        let is_undone = is_same(&self.target, Some(self.new))?
            && match self.snapshot.bytes {
                None => platform::rename_to_free_name(&self.target, &self.temp)?,
                Some(_) => platform::exchange(&self.temp, &self.target)?,
            };
        if !is_undone {
            return Err(io::Error::other("it cannot be taken back"));
        }
        let_go(&self.temp, &self.target, self.new)
    }

    /// Lets go of the old file, which is in the journal by now. See [`release`].
    pub fn release_old(&self) -> io::Result<Option<Release<'s>>> {
        let Some(old) = self.snapshot.bytes.as_deref() else {
            return Ok(None);
        };
        release(&self.temp, &self.target, old).map(Some)
    }

    fn changed(&self) -> anyhow::Error {
        anyhow!(
            "{}: was changed by someone else during this run; that change stays: run again",
            self.target.display()
        )
    }
}

/// Writes a temp file beside `target`, with the access of a file that is like it, and syncs it; where that fails there is none.
pub(super) fn write_temp(
    target: &Path,
    bytes: &[u8],
    like: Option<(&Path, Inherit)>,
) -> io::Result<(PathBuf, Vec<String>)> {
    let like = match like {
        Some((path, what)) => match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            like => Some((like?, what)),
        },
        None => None,
    };
    // Where there is no file to be like, the system's own rules say who may use a new one.
    let whom = like.as_ref().map_or(For::Anybody, |_| For::OwnerOnly);
    let (mut file, temp) = temp_file::create(target, whom)?;
    let mut fill = || -> io::Result<Vec<String>> {
        file.write_all(bytes)?;
        let lacks = match &like {
            Some((like, what)) => platform::inherit(like, &file, *what)?,
            None => Vec::new(),
        };
        file.sync_all()?;
        Ok(lacks)
    };
    let lacks = fill().inspect_err(|_| discard(&temp))?;
    Ok((temp, lacks))
}

/// What became of an old file.
#[derive(Debug)]
pub(super) enum Release<'a> {
    /// Somebody saved into it: it is kept under this name.
    Kept(PathBuf),
    /// It has no name any more.
    Gone(Gone<'a>),
}

/// A file that has no name any more, and into which an editor that opened it before may still write.
#[derive(Debug)]
pub(super) struct Gone<'a> {
    file: File,
    expected: &'a [u8],
    /// The file whose place it had.
    pub target: PathBuf,
}

/// Lets go of a temp file. If it still holds what is expected it is removed; else somebody saved into it, and it is kept beside
/// `target`.
pub(super) fn release<'a>(
    temp: &Path,
    target: &Path,
    expected: &'a [u8],
) -> io::Result<Release<'a>> {
    let mut file = File::open(temp)?;
    if !holds(&mut file, expected)? {
        return temp_file::keep(temp, target).map(Release::Kept);
    }
    fs::remove_file(temp)?;
    Ok(Release::Gone(Gone {
        file,
        expected,
        target: target.to_owned(),
    }))
}

impl Gone<'_> {
    /// The last thing that a run does: an editor that opened the file before it was replaced may have saved into it after all. Then
    /// what it holds is kept in a new file.
    pub fn last_look(mut self) -> io::Result<Option<PathBuf>> {
        self.file.rewind()?;
        if holds(&mut self.file, self.expected)? {
            return Ok(None);
        }
        let (mut copy, temp) = temp_file::create(&self.target, For::OwnerOnly)?;
        self.file.rewind()?;
        io::copy(&mut self.file, &mut copy)?;
        platform::inherit(&self.file, &copy, Inherit::Access)?;
        copy.sync_all()?;
        temp_file::keep(&temp, &self.target).map(Some)
    }
}

/// Releases a temp file and looks into it at once, because it was in its place for a moment only.
pub(super) fn let_go(temp: &Path, target: &Path, expected: &[u8]) -> io::Result<Option<PathBuf>> {
    match release(temp, target, expected)? {
        Release::Kept(kept) => Ok(Some(kept)),
        Release::Gone(gone) => gone.last_look(),
    }
}
