//! `core-dataset decide FILE`: decisions in bulk, from a spreadsheet.

use std::collections::HashMap;
use std::io::Read;
use std::path::PathBuf;
use std::{fs, io};

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use csv::{ReaderBuilder, StringRecord};

use super::Exit;
use super::accept::accept;
use super::curate::{Known, all, curate};
use super::dismiss::{dismiss, may_be_dismissed};
use super::execute::WriteArgs;
use super::verify::{is_latest, may_be_marked};
use crate::config::Config;
use crate::dataset::{Decision, Mark, Row};
use crate::key::Key;
use crate::lookup::Subject;
use crate::plan::{Draft, Mode, Note};
use crate::schema::Column;
use crate::terminal::bounded;

/// The flags of `decide`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  core-dataset list --unverified --format csv > queue.csv    # fill in `verified` or `decision`\n  \
                  core-dataset decide queue.csv --dry-run\n  core-dataset decide queue.csv\n\n\
                  Read are `name`, `developer`, `verified` (y), `decision` (below, ignore, stands) and `notes`; other columns are not."
)]
pub struct DecideArgs {
    /// A CSV file, or - for standard input
    file: PathBuf,
    #[command(flatten)]
    write: WriteArgs,
}

/// A line of the file that asks for something.
struct Asked {
    line: u64,
    name: String,
    developer: String,
    is_verified: bool,
    decision: Option<Decision>,
    note: String,
}

/// Carries out every decision of the file, or none.
pub(super) fn run(config: &Config, args: &DecideArgs) -> Result<Exit> {
    let text = match args.file.as_os_str() == "-" {
        true => {
            let mut text = Vec::new();
            io::stdin().lock().read_to_end(&mut text).map(|_| text)
        }
        false => fs::read(&args.file),
    };
    let path = args.file.display();
    let text = text.with_context(|| format!("{path}: cannot be read"))?;
    let asked = read(&text).with_context(|| path.to_string())?;
    curate(config, Mode::Decide, &args.write, |draft, known| {
        let mut first_lines: HashMap<Key, u64> = HashMap::new();
        let done = asked.iter().map(|asked| {
            let asked = asked
                .as_ref()
                .map_err(|error| anyhow!("{path}: {error:#}"))?;
            let at = |error| anyhow!("{path}: line {}: {error:#}", asked.line);
            one(draft, known, asked, &mut first_lines).map_err(at)
        });
        all(done)?;
        Ok(())
    })
}

/// The lines that ask for something, and those that cannot be read.
fn read(text: &[u8]) -> Result<Vec<Result<Asked>>> {
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(text);
    let header = reader.headers()?.clone();
    let place = |name: &str| header.iter().position(|column| column.trim() == name);
    let (Some(name), Some(developer)) = (place("name"), place("developer")) else {
        bail!("a column `name` and a column `developer` are needed; was it saved with commas?");
    };
    let (verified, decision, notes) = (place("verified"), place("decision"), place("notes"));
    if verified.is_none() && decision.is_none() {
        bail!(
            "there is no column `verified` and no column `decision`, so nothing is decided in it"
        );
    }
    let mut asked = Vec::new();
    for record in reader.records() {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        let columns = [verified, decision, notes];
        asked.extend(read_line(&record, line, name, developer, columns).transpose());
    }
    Ok(asked)
}

/// `None` for a line that asks for nothing.
fn read_line(
    record: &StringRecord,
    line: u64,
    name: usize,
    developer: usize,
    [verified, decision, notes]: [Option<usize>; 3],
) -> Result<Option<Asked>> {
    let cell = |place: usize| record.get(place).unwrap_or_default().trim();
    let optional = |place: Option<usize>| place.map_or("", cell);
    let (mark, word) = (optional(verified), optional(decision));
    if mark.is_empty() && word.is_empty() {
        return Ok(None);
    }
    let decision = match word {
        "" => None,
        word => Some(word.to_lowercase().parse().map_err(|_| {
            let name = bounded(cell(name));
            anyhow!(
                "line {line}: {name}: decision is \"{}\"; it is below, ignore or stands",
                bounded(word)
            )
        })?),
    };
    if !mark.is_empty() && Mark::of(mark) != Mark::Verified {
        bail!(
            "line {line}: {}: verified is \"{}\"; it is y or blank",
            bounded(cell(name)),
            bounded(mark)
        );
    }
    Ok(Some(Asked {
        line,
        name: cell(name).to_owned(),
        developer: cell(developer).to_owned(),
        is_verified: !mark.is_empty(),
        decision,
        note: optional(notes).to_owned(),
    }))
}

/// Carries out one line, unless it says what is so already.
fn one<'p>(
    draft: &mut Draft<'p>,
    known: Known<'p>,
    asked: &Asked,
    first_lines: &mut HashMap<Key, u64>,
) -> Result<()> {
    let developer = Some(&*asked.developer).filter(|developer| !developer.is_empty());
    let subject = known
        .lookup()
        .find(&asked.name, developer)
        .map_err(|trouble| anyhow!(trouble))?;
    let note = new_note(known, &subject, &asked.note);
    if is_so(known, asked, &subject, note) {
        return Ok(());
    }
    if let Some(first) = first_lines.insert(subject.model.clone(), asked.line) {
        bail!(
            "{}: line {first} decides on this model already",
            bounded(&asked.name)
        );
    }
    let name = bounded(&asked.name);
    let row = || known.row(&subject);
    match (asked.is_verified, asked.decision) {
        (_, Some(Decision::Stands)) => {
            let row = row()?;
            if asked.is_verified && row.mark != Mark::Verified {
                bail!("{name}: `y` and `stands` go together on a verified row only");
            }
            accept(draft, known, &subject, row, note)
        }
        (true, Some(_)) => bail!("{name}: `verified` and `decision` are both filled"),
        (true, None) => verify(draft, known, &subject, row()?, note),
        (false, Some(decision)) => {
            may_be_dismissed(&subject)?;
            let note = Some(asked.note.trim()).filter(|note| !note.is_empty());
            let note = note
                .ok_or_else(|| anyhow!("{name}: {} wants a note that says why", decision.name()))?;
            dismiss(draft, &subject, decision, note);
            Ok(())
        }
        (false, None) => Ok(()),
    }
}

fn verify<'p>(
    draft: &mut Draft<'p>,
    known: Known<'p>,
    subject: &Subject<'p>,
    row: &'p Row<'p>,
    note: Option<&str>,
) -> Result<()> {
    may_be_marked(known, subject, row)?;
    if row.mark == Mark::Protected {
        bail!(
            "{}: its row is protected; `verify --force` replaces what it says",
            known.named(row)
        );
    }
    is_latest(known, subject, row)?;
    draft.verify(
        row,
        Note {
            text: note,
            replaces: false,
        },
    );
    Ok(())
}

/// What of a note is new: one that begins with the row's own adds what follows.
fn new_note<'a>(known: Known<'_>, subject: &Subject<'_>, note: &'a str) -> Option<&'a str> {
    let own = subject
        .row
        .map_or("", |row| known.dataset.cell(row, Column::Notes).trim());
    let new = note.strip_prefix(own).unwrap_or(note);
    let new = new.trim_start_matches([';', ' ', '\n', '\r']).trim();
    (!new.is_empty()).then_some(new)
}

/// Whether a line says what is so already.
fn is_so(known: Known<'_>, asked: &Asked, subject: &Subject<'_>, note: Option<&str>) -> bool {
    let decided = known
        .decisions
        .get(&subject.model)
        .and_then(|line| line.decision);
    let is_marked = subject.row.is_some_and(|row| row.mark == Mark::Verified);
    match asked.decision {
        Some(Decision::Stands) => decided == asked.decision && note.is_none(),
        Some(_) => decided == asked.decision && subject.row.is_none() && !asked.is_verified,
        None => is_marked && note.is_none(),
    }
}
