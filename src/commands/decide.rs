//! `core-dataset decide FILE`: decisions in bulk, from a spreadsheet.

use std::collections::HashMap;
use std::path::PathBuf;

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use strum::VariantNames;
use tracing::warn;

use super::Exit;
use super::accept::accept;
use super::curate::{Known, all, curate};
use super::dismiss::may_be_dismissed;
use super::execute::WriteArgs;
use super::load;
use super::verify::verify;
use crate::config::Config;
use crate::dataset::{Decision, DecisionColumn, Header, Mark, Record, Refusal, Row, Table};
use crate::key::Key;
use crate::lookup::{Lookup, Subject};
use crate::plan::{Correction, Draft, Drift, Mode, is_same_text};
use crate::schema::{Column, Columns};
use crate::terminal::bounded;
use crate::text::{new_note, stands_in};

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  core-dataset list --unverified --format csv > queue.csv\n  \
                  core-dataset decide queue.csv --dry-run\n  core-dataset decide queue.csv\n\n\
                  Fill in `verified` (y) or `decision`: below or ignore, with the reason in `notes`, or stands for a row of \
                  `list --drifted`. No other column is read, but for the name and the developer."
)]
pub struct DecideArgs {
    /// A CSV file, or - for standard input
    file: PathBuf,
    #[command(flatten)]
    write: WriteArgs,
}

/// A column that is read.
#[derive(Debug, Clone, Copy, VariantNames)]
#[strum(serialize_all = "snake_case")]
enum SheetColumn {
    Name,
    Developer,
    Verified,
    Decision,
    Notes,
}

impl Columns for SheetColumn {
    const REQUIRED: &'static [&'static str] = &["name", "developer"];

    fn index(self) -> usize {
        self as usize
    }
}

/// A line of the file that asks for something.
struct Asked {
    line: usize,
    name: String,
    developer: String,
    /// What `verified` says: `y` in any spelling, or nothing, or what somebody wrote into a row before.
    mark: String,
    /// What `decision` says: a decision, or nothing, or what the owner has in a column of that name.
    decision_cell: String,
    note: String,
}

impl Asked {
    fn is_verified(&self) -> bool {
        Mark::of(&self.mark) == Mark::Verified
    }

    fn decision(&self) -> Result<Option<Decision>> {
        if self.decision_cell.is_empty() {
            return Ok(None);
        }
        let word = self.decision_cell.to_lowercase();
        word.parse().map(Some).map_err(|_| {
            let (name, word) = (bounded(&self.name), bounded(&self.decision_cell));
            anyhow!("{name}: decision is \"{word}\"; it is below, ignore or stands")
        })
    }
}

/// Carries out every decision of the file, or none.
pub(super) fn run(config: &Config, args: &DecideArgs) -> Result<Exit> {
    let text = load::named_file(&args.file);
    let path = args.file.display();
    let text = text.with_context(|| format!("{path}: cannot be read"))?;
    let (columns, asked) = read(&text)
        .map_err(Refusal::of_another_file)
        .map_err(|refusal| anyhow!("{path}:{}: {refusal}; nothing is written", refusal.line))?;
    curate(config, Mode::Decide, &args.write, |draft, known| {
        let lookup = known.lookup();
        let mut own = known.dataset.table.header.names();
        let is_list = own.all(|name| columns.iter().any(|column| column == name));
        let mut first_lines: HashMap<Key, usize> = HashMap::new();
        let done = asked.iter().map(|asked| {
            let at = |error| anyhow!("{path}: line {}: {error:#}", asked.line);
            one(draft, known, &lookup, asked, is_list, &mut first_lines).map_err(at)
        });
        let doubts = all(done)?.into_iter().flatten();
        doubts.for_each(|doubt| warn!("{doubt}"));
        Ok(())
    })
}

/// The columns of a sheet, and the lines that ask for something.
fn read(bytes: &[u8]) -> Result<(Vec<String>, Vec<Asked>), Refusal> {
    let (table, records) = Table::parse::<SheetColumn>(bytes)?;
    let has = |column| table.header.has(column);
    if !has(SheetColumn::Verified) && !has(SheetColumn::Decision) {
        return Err(Refusal::nothing_decided());
    }
    let names = table.header.names().take(table.header.width());
    let columns = names.map(str::to_owned).collect();
    let lines = records.iter();
    let asked = lines.filter_map(|record| read_line(&table.header, record));
    Ok((columns, asked.collect()))
}

/// `None` for a line that asks for nothing.
fn read_line(header: &Header<'_>, record: &Record<'_>) -> Option<Asked> {
    let cell = |column: SheetColumn| record.cell(header.place(column)).trim();
    let (mark, word) = (cell(SheetColumn::Verified), cell(SheetColumn::Decision));
    if mark.is_empty() && word.is_empty() {
        return None;
    }
    Some(Asked {
        line: record.line,
        name: cell(SheetColumn::Name).to_owned(),
        developer: cell(SheetColumn::Developer).to_owned(),
        mark: mark.to_owned(),
        decision_cell: word.to_owned(),
        note: cell(SheetColumn::Notes).to_owned(),
    })
}

/// Carries out one line, unless it says what is so already. What is doubtful about it is returned. In a sheet that `list` printed, which
/// has all columns of the dataset, a word of the owner's decides nothing.
fn one<'p>(
    draft: &mut Draft<'p>,
    known: Known<'p>,
    lookup: &Lookup<'p>,
    asked: &Asked,
    is_list: bool,
    first_lines: &mut HashMap<Key, usize>,
) -> Result<Option<String>> {
    let is_own_word = is_list && is_own_word(known, asked);
    if is_a_row_of_today(known, asked, is_own_word) {
        return Ok(None);
    }
    let name = bounded(&asked.name);
    if !asked.mark.is_empty() && !asked.is_verified() {
        bail!(
            "{name}: verified is \"{}\"; it is y or blank",
            bounded(&asked.mark)
        );
    }
    let decision = match is_own_word {
        true => None,
        false => asked.decision()?,
    };
    let developer = Some(&*asked.developer).filter(|developer| !developer.is_empty());
    let subject = lookup.find(&asked.name, developer)?;
    let own = subject
        .row
        .map_or("", |row| known.dataset.cell(row, Column::Notes));
    let note = new_note(own, &asked.note);
    let note = note.as_deref();
    if is_so(known, asked, decision, &subject, note) {
        return Ok(None);
    }
    if let Some(first) = first_lines.insert(subject.model.clone(), asked.line) {
        bail!("{name}: line {first} decides on this model already");
    }
    let row = || known.row(&subject);
    match (asked.is_verified(), decision) {
        (_, Some(Decision::Stands)) => {
            let row = row()?;
            if asked.is_verified() && row.mark != Mark::Verified {
                bail!("{name}: `y` and `stands` go together on a verified row only");
            }
            known.refuse_dismissed(&subject)?;
            accept(draft, known, &subject, row, note)?;
            Ok(None)
        }
        (true, Some(_)) => bail!("{name}: `verified` and `decision` are both filled"),
        (true, None) => verify(draft, known, &subject, row()?, &Correction::default(), note),
        (false, Some(decision)) => {
            may_be_dismissed(&subject)?;
            // A note that repeats the row's own says why, too.
            let own = Some(own.trim()).filter(|_| !asked.note.is_empty());
            let note = note.or(own).filter(|note| !note.is_empty());
            let note = note
                .ok_or_else(|| anyhow!("{name}: {} wants a note that says why", decision.name()))?;
            draft.dismiss(&subject, decision, note);
            Ok(None)
        }
        (false, None) => Ok(None),
    }
}

/// Whether a line is one that `list` printed of a row and nobody filled in: a protected row, perhaps, or one of several of a model.
fn is_a_row_of_today(known: Known<'_>, asked: &Asked, is_own_word: bool) -> bool {
    let key = Key::new(&asked.name, &asked.developer);
    let says = |row: &Row<'_>, column, text: &str| {
        is_same_text(known.dataset.cell(row, column).trim(), text)
    };
    let decided = |row: &Row<'_>| {
        let latest = known.latest().ok();
        let latest = latest.and_then(|latest| latest.get(row.model())?.flop);
        known.decisions.in_effect(known.dataset, row, latest)
    };
    let mut rows = known.dataset.rows.iter().filter(|row| row.key == key);
    rows.any(|row| {
        let word = &asked.decision_cell;
        let listed = || decided(row).map_or("", Decision::name);
        let is_as_listed = word.is_empty() || is_own_word || word.eq_ignore_ascii_case(listed());
        says(row, Column::Verified, &asked.mark)
            && (asked.note.is_empty() || says(row, Column::Notes, &asked.note))
            && is_as_listed
    })
}

/// Whether `decision` says what the model's row has in a column of the owner's with that name, which `list` prints as it stands.
fn is_own_word(known: Known<'_>, asked: &Asked) -> bool {
    let key = Key::new(&asked.name, &asked.developer);
    let place = known.dataset.table.header.find("decision");
    let mut rows = known.dataset.rows.iter().filter(|row| row.key == key);
    place.is_some_and(|place| rows.any(|row| row.record.cell(place).trim() == asked.decision_cell))
}

/// Whether a line says what is so already, its note included.
fn is_so(
    known: Known<'_>,
    asked: &Asked,
    decision: Option<Decision>,
    subject: &Subject<'_>,
    note: Option<&str>,
) -> bool {
    let line = known.decisions.get(&subject.model);
    let is_decided = line.is_some_and(|line| {
        let said = known.decisions.cell(line, DecisionColumn::Note);
        let mut parts = note.into_iter().flat_map(|note| note.split([';', '\n']));
        line.decision == decision && parts.all(|part| stands_in(part, said))
    });
    // `list` writes the word of a dismissal that the next refresh completes.
    let is_leaving = note.is_none()
        && subject
            .row
            .is_some_and(|row| known.decisions.takes_out(known.dataset, row).is_some());
    let is_marked = subject.row.is_some_and(|row| row.mark == Mark::Verified);
    // A value that was found to stand may have drifted on since: then it is to be decided on anew.
    let has_drifted = subject.row.zip(known.latest().ok());
    let has_drifted =
        has_drifted.and_then(|(row, latest)| Drift::of_row(row, latest, known.decisions));
    match decision {
        Some(Decision::Stands) => is_decided && has_drifted.is_none(),
        Some(_) => is_decided && (subject.row.is_none() || is_leaving) && !asked.is_verified(),
        None => is_marked && note.is_none(),
    }
}
