//! `core-dataset decide FILE`: decisions in bulk, from a spreadsheet.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail};
use clap::Args;
use strum::{IntoStaticStr, VariantNames};
use tracing::warn;

use super::Exit;
use super::curate::{Curation, all, curate};
use super::execute::WriteArgs;
use super::load;
use super::verify::VerificationArgs;
use crate::config::Config;
use crate::dataset::{Dataset, Decision, DecisionColumn, Mark, Record, Refusal, Row, Table};
use crate::key::Key;
use crate::lookup::{HOW_TO_KEEP_ONE, Subject};
use crate::notes::{new_note, remarks, with_additions};
use crate::plan::Mode;
use crate::schema::{Column, Columns};
use crate::terminal::bounded;
use crate::text::is_same_text;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  core-dataset list --unverified --format csv > queue.csv\n  \
                  core-dataset decide queue.csv --dry-run\n  core-dataset decide queue.csv\n\n\
                  Fill in `verified` (y) or `decision` (below, ignore or, for a row of `list --drifted`, stands). For below and ignore, \
                  `notes` must give the reason; otherwise its text is added to the existing note. A line with neither filled in is \
                  skipped, and so is its note. Besides these three columns, only `name` and `developer` are read."
)]
pub struct DecideArgs {
    /// A CSV file, or - for stdin
    file: PathBuf,
    #[command(flatten)]
    write: WriteArgs,
}

#[derive(Debug, Clone, Copy, IntoStaticStr, VariantNames)]
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
    const OLD_NAME: Option<(&'static str, &'static str)> = Column::OLD_NAME;
    const KEEPS_OTHERS: bool = false;
}

/// What a line of the file asks for.
struct Request<'s> {
    line: usize,
    name: &'s str,
    /// `None` where the cell is blank.
    developer: Option<&'s str>,
    /// The `verified` cell: `y` in any spelling, blank, or a text that somebody wrote into the row before.
    mark: &'s str,
    /// The `decision` cell: a decision, or blank.
    decision: &'s str,
    note: &'s str,
}

/// Carries out every decision of the file, or none.
pub(crate) fn run(config: &Config, args: &DecideArgs) -> Result<Exit> {
    let path = args.file.display();
    let text = load::named_file(&args.file, "")?;
    let (sheet, records) =
        read(&text).map_err(|refusal| anyhow!("{path}:{refusal}; nothing was written"))?;
    curate(config, Mode::Decide, &args.write, &[], |curation| {
        let owners_words = owners_words(curation.dataset);
        let mut names = curation.dataset.table.header.names();
        let is_list = names.all(|name| sheet.header.find(name).is_some());
        let mut first_lines: HashMap<Key, usize> = HashMap::new();
        let done = records.iter().map(|record| {
            let cell = |column| sheet.cell(record, column).trim();
            let mut request = Request {
                line: record.line,
                name: cell(SheetColumn::Name),
                developer: Some(cell(SheetColumn::Developer)).filter(|cell| !cell.is_empty()),
                mark: cell(SheetColumn::Verified),
                decision: cell(SheetColumn::Decision),
                note: cell(SheetColumn::Notes),
            };
            clear_owners_word(&mut request, &owners_words, is_list)
                .and_then(|()| carry_out(curation, &args.file, &request, &mut first_lines))
                .map_err(|error| anyhow!("{path}: line {}: {error:#}", request.line))
        });
        all(done).map(drop)
    })
}

/// The notes of the rows that have a word in the owner's own column `decision`, by key and word.
fn owners_words<'d>(dataset: &'d Dataset<'d>) -> HashMap<(&'d Key, &'d str), &'d str> {
    let place = dataset.table.header.find("decision");
    let rows = place.into_iter().flat_map(|place| {
        let word = move |row: &'d Row<'d>| row.record.cell(place).trim();
        dataset.rows.iter().map(move |row| (word(row), row))
    });
    rows.filter(|(word, _)| !word.is_empty())
        .map(|(word, row)| ((&row.key, word), dataset.cell(row, Column::Notes)))
        .collect()
}

/// Clears a decision that is only the row's word in the owner's own column `decision`. `list` prints that column, too, but the word is not
/// meant for the program. A sheet that lacks a column of the dataset is not from `list`; there, the word counts as a decision where the
/// note says something new.
///
/// # Errors
/// Where it cannot be told whether the word is meant as a decision.
fn clear_owners_word(
    request: &mut Request<'_>,
    owners_words: &HashMap<(&Key, &str), &str>,
    is_list: bool,
) -> Result<()> {
    let key = Key::new(request.name, request.developer.unwrap_or_default());
    let Some(note) = owners_words.get(&(&key, request.decision)) else {
        return Ok(());
    };
    if is_list {
        request.decision = "";
    } else if new_note(note, request.note).unwrap_or_default().is_empty() {
        bail!(
            "{}: your own column `decision` also says \"{}\"; use a sheet with all columns of `list`, or run `dismiss` or `accept`",
            bounded(request.name),
            bounded(request.decision)
        );
    }
    Ok(())
}

/// The sheet and its lines. A sheet in which nothing can be decided is refused.
fn read(bytes: &[u8]) -> Result<(Table<'_>, Vec<Record<'_>>), Refusal> {
    let (table, records) = Table::parse::<SheetColumn>(bytes)?;
    let has = |column| table.header.has(column);
    if !has(SheetColumn::Verified) && !has(SheetColumn::Decision) {
        let trouble = "there is no column `verified` or `decision`, so nothing can be decided";
        let remedy = "add one of the two, and fill it in";
        return Err(Refusal::new(1, trouble, remedy));
    }
    Ok((table, records))
}

/// Carries out one line, unless it asks for nothing new.
fn carry_out<'p>(
    curation: &mut Curation<'p>,
    file: &Path,
    request: &Request<'_>,
    first_lines: &mut HashMap<Key, usize>,
) -> Result<()> {
    let name = bounded(request.name);
    let is_done = |one: &&Subject<'_>| is_carried_out(curation, request, one);
    if request.mark.is_empty() && request.decision.is_empty() {
        let is_known = || rows_of(curation, request).is_ok_and(|rows| rows.iter().any(is_done));
        if !request.name.is_empty() && !request.note.is_empty() && !is_known() {
            warn!(
                "{}: line {}: {name}: its note is not taken, because neither `verified` nor `decision` is filled in",
                file.display(),
                request.line
            );
        }
        return Ok(());
    }
    let rows = rows_of(curation, request)?;
    if rows.iter().any(is_done) {
        if !rows.iter().all(is_done) {
            warn!(
                "{}: line {}: {name}: skipped, because one of its rows already says so, although another does not: {HOW_TO_KEEP_ONE}",
                file.display(),
                request.line
            );
        }
        return Ok(());
    }
    let is_verified = Mark::of(request.mark) == Mark::Verified;
    if !request.mark.is_empty() && !is_verified {
        let mark = bounded(request.mark);
        bail!("{name}: verified is \"{mark}\"; it must be y or blank");
    }
    let subject = curation.lookup.find(request.name, request.developer)?;
    let decision = request.decision.to_lowercase().parse().ok();
    if decision.is_none() && !request.decision.is_empty() {
        let (word, words) = (bounded(request.decision), Decision::VARIANTS.join(", "));
        bail!("{name}: \"{word}\" is not a decision ({words})");
    }
    if let Some(first) = first_lines.insert(subject.model.clone(), request.line) {
        bail!("{name}: line {first} already decides on this model");
    }
    let own = curation.cell(&subject, Column::Notes);
    let new = new_note(own, request.note).unwrap_or_default();
    match decision {
        None => {
            curation.verify(&subject, &VerificationArgs::default(), "")?;
            if !new.is_empty() {
                let row = curation.row(&subject)?;
                let note = with_additions(own, request.note);
                curation.draft.replace_notes(row, &note);
            }
            Ok(())
        }
        Some(Decision::Stands) => {
            if is_verified && curation.row(&subject)?.mark != Mark::Verified {
                bail!(
                    "{name}: `y` and `stands` go together only on a verified row; clear one of the two"
                );
            }
            curation.refuse_dismissed(&subject.model, subject.name)?;
            curation.accept(&subject, &new)
        }
        Some(dismissal @ (Decision::Below | Decision::Ignore)) => {
            if is_verified && !subject.row.is_some_and(Row::is_marked) {
                bail!("{name}: `verified` and `decision` are both filled in; clear one of the two");
            }
            curation.dismiss(&subject, dismissal, request.note)
        }
    }
}

/// The rows that a line is about: those with exactly its name, or else all rows of the model. Of several rows, only those with its note.
fn rows_of<'c>(curation: &'c Curation<'_>, request: &Request<'_>) -> Result<Vec<&'c Subject<'c>>> {
    let (name, developer) = (request.name, request.developer);
    let found = curation.lookup.find_exactly(name, developer)?;
    let mut rows = found.clone();
    rows.retain(|one| one.has_own_name(name, developer));
    if rows.is_empty() {
        rows = found;
    }
    if rows.len() > 1 {
        rows.retain(|one| is_same_text(curation.cell(one, Column::Notes).trim(), request.note));
    }
    Ok(rows)
}

/// Whether a line asks for nothing new, like every line that `list` printed and nobody filled in.
fn is_carried_out(curation: &Curation<'_>, request: &Request<'_>, subject: &Subject<'_>) -> bool {
    let (dataset, decisions) = (curation.dataset, curation.decisions);
    // Whether the row has the mark, if the line asks for one.
    let mark = curation.cell(subject, Column::Verified).trim();
    let are_verified = [mark, request.mark].map(Mark::of) == [Mark::Verified; 2];
    let is_mark_set = request.mark.is_empty() || is_same_text(mark, request.mark) || are_verified;
    // Whether the decision, if the line asks for one, has been made already, and is in effect on the row, if there is one.
    let line = decisions.get(&subject.model);
    let decided = match subject.row {
        Some(row) => decisions.effective_decision(dataset, row, subject.latest_flop()),
        None => line.and_then(|line| line.decision),
    };
    let is_decided =
        decided.is_some_and(|decided| request.decision.eq_ignore_ascii_case(decided.name()));
    // Whether the note has a remark that is neither in the row's notes nor in the decision's note. The note of a dismissal does not count
    // where the model still has a row, so that a line that gives it is carried out; a line as `list` printed it is not.
    let noted = line.filter(|one| subject.row.is_none() || one.decision == Some(Decision::Stands));
    let decisions_note = noted.map_or("", |line| decisions.cell(line, DecisionColumn::Note));
    let own = curation.cell(subject, Column::Notes);
    let known: HashSet<&str> = remarks(own).chain(remarks(decisions_note)).collect();
    let new = new_note(own, request.note).unwrap_or_default();
    let has_new_remark = remarks(&new).any(|remark| !known.contains(remark));
    is_mark_set && (request.decision.is_empty() || is_decided) && !has_new_remark
}
