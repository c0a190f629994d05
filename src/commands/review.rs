//! `core-dataset review`: one model after the other, each decision written at once.

use std::io::{self, BufRead, IsTerminal, Write};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, anyhow};
use clap::Args;

use super::Exit;
use super::accept::accept;
use super::curate::{Known, curate};
use super::dismiss::{dismiss, may_be_dismissed};
use super::execute::WriteArgs;
use super::list::ListArgs;
use super::show::show;
use super::verify::{is_latest, may_be_marked};
use crate::config::Config;
use crate::dataset::{Decision, Mark, Row};
use crate::flop::Flop;
use crate::key::Key;
use crate::lookup::Subject;
use crate::plan::{Correction, Draft, Mode, Note, Remembered};
use crate::sources;
use crate::terminal::{bounded, wrap};

/// The flags of a review: those of `list`, which say what is reviewed.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  core-dataset review --unverified --limit 20\n\n\
                  Without a terminal, use `list --unverified --format csv`, fill in two columns, and `decide`."
)]
pub struct ReviewArgs {
    #[command(flatten)]
    filter: ListArgs,
    /// Commit each decision, and only that
    #[arg(long)]
    commit: bool,
}

const KEYS: &str = "\
[y]es above  [n]ot above  [i]gnore: no model of ours  [a]ccept drift
[e]dit FLOP  [o]pen first source  [s]kip  [b]ack and undo  [q]uit";

/// A decision that was made, to be taken back.
struct Made {
    /// Its place in the queue.
    place: usize,
    model: Key,
    before: Remembered,
    what: &'static str,
}

/// What a person answers.
enum Answer {
    Decided(&'static str),
    Stay,
    Skip,
}

/// Reviews the models that the filters of `list` name.
pub(super) fn run(config: &Config, args: &ReviewArgs) -> Result<Exit> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        super::usage(
            "review is for a terminal; elsewhere, use `list --unverified --format csv` and `decide`",
        );
    }
    let write = WriteArgs {
        dry_run: false,
        commit: args.commit,
    };
    let queue = args.filter.queue(config)?;
    let mut made: Vec<Made> = Vec::new();
    let mut place = 0;
    while let Some((name, developer)) = queue.get(place) {
        println!("\n──── {} of {} ────", place + 1, queue.len());
        let essentials = match show(config, name, Some(developer)) {
            Ok(essentials) => essentials,
            // Another person may have taken the model out meanwhile.
            Err(error) => {
                eprintln!("{error:#}");
                place += 1;
                continue;
            }
        };
        let title = format!(
            "{} ({}), {}, {} of {}",
            bounded(name),
            bounded(developer),
            essentials
                .flop
                .map_or("no estimate".to_owned(), |flop| flop.rounded() + " FLOP"),
            place + 1,
            queue.len()
        );
        let Some(key) = ask(&format!("{}\n{KEYS}", wrap(&title, "", config.screen)))? else {
            break;
        };
        let mut before = None;
        match key.chars().next() {
            Some('q') => break,
            Some('o') => open(&essentials.sources),
            Some('b') => match made.pop() {
                Some(last) => {
                    take_back(config, write, &last)?;
                    place = last.place;
                }
                None => println!("Nothing was decided yet."),
            },
            Some(letter) => match decide(config, write, letter, name, developer, &mut before) {
                Ok(Answer::Decided(what)) => {
                    if let Some((model, before)) = before {
                        made.push(Made {
                            place,
                            model,
                            before,
                            what,
                        });
                    }
                    place += 1;
                }
                Ok(Answer::Skip) => place += 1,
                Ok(Answer::Stay) => {}
                Err(error) => println!("{error:#}"),
            },
            None => {}
        }
    }
    println!("{}", summary(&made));
    Ok(Exit::Done)
}

/// Asks for one line; `None` at the end of the input.
fn ask(question: &str) -> Result<Option<String>> {
    let mut out = io::stdout().lock();
    write!(out, "{question}\n> ")
        .and_then(|()| out.flush())
        .context("the question cannot be printed")?;
    let mut line = String::new();
    let read = io::stdin()
        .lock()
        .read_line(&mut line)
        .context("the answer cannot be read")?;
    Ok((read > 0).then(|| line.trim().to_owned()))
}

/// The model as it was before the decision.
type Before = Option<(Key, Remembered)>;

/// Carries one decision out, under the lock. The note is asked for before, so that nobody waits for a person who types.
fn decide(
    config: &Config,
    write: WriteArgs,
    letter: char,
    name: &str,
    developer: &str,
    before: &mut Before,
) -> Result<Answer> {
    let note = |required: bool| -> Result<Option<String>> {
        let question = if required {
            "Note (required):"
        } else {
            "Note (optional; Enter leaves it out):"
        };
        Ok(ask(question)?.filter(|note| !note.is_empty()))
    };
    match letter.to_ascii_lowercase() {
        'y' => {
            let note = note(false)?;
            with(
                config,
                write,
                Mode::Verify,
                name,
                developer,
                before,
                |draft, known, subject| {
                    let row = known.row(subject)?;
                    may_be_marked(known, subject, row)?;
                    refuse_protected(known, row)?;
                    is_latest(known, subject, row)?;
                    draft.verify(
                        row,
                        Note {
                            text: note.as_deref(),
                            replaces: false,
                        },
                    );
                    Ok(())
                },
            )?;
            Ok(Answer::Decided("verified"))
        }
        'e' => {
            let Some(answer) = ask("Which training FLOP, such as 3.5e25?")? else {
                return Ok(Answer::Stay);
            };
            let flop: Flop = answer
                .parse()
                .map_err(|error| anyhow!("{answer}: {error}"))?;
            let source = ask("URL of the source (optional; Enter leaves it out):")?
                .filter(|text| !text.is_empty());
            let note = note(false)?;
            with(
                config,
                write,
                Mode::Verify,
                name,
                developer,
                before,
                |draft, known, subject| {
                    let row = known.row(subject)?;
                    may_be_marked(known, subject, row)?;
                    refuse_protected(known, row)?;
                    let correction = Correction {
                        flop: Some(flop),
                        source: source.as_deref(),
                        ..Correction::default()
                    };
                    draft.correct(row, &correction);
                    draft.verify(
                        row,
                        Note {
                            text: note.as_deref(),
                            replaces: false,
                        },
                    );
                    Ok(())
                },
            )?;
            Ok(Answer::Decided("corrected"))
        }
        'n' | 'i' => {
            let Some(note) = note(true)? else {
                println!("Without a note nothing is dismissed.");
                return Ok(Answer::Stay);
            };
            let decision = if letter.eq_ignore_ascii_case(&'i') {
                Decision::Ignore
            } else {
                Decision::Below
            };
            with(
                config,
                write,
                Mode::Dismiss,
                name,
                developer,
                before,
                |draft, _, subject| {
                    may_be_dismissed(subject)?;
                    dismiss(draft, subject, decision, &note);
                    Ok(())
                },
            )?;
            Ok(Answer::Decided(if decision == Decision::Ignore {
                "ignored"
            } else {
                "dismissed"
            }))
        }
        'a' => {
            let note = note(false)?;
            with(
                config,
                write,
                Mode::Accept,
                name,
                developer,
                before,
                |draft, known, subject| {
                    let row = known.row(subject)?;
                    accept(draft, known, subject, row, note.as_deref())
                },
            )?;
            Ok(Answer::Decided("accepted"))
        }
        's' => Ok(Answer::Skip),
        _ => {
            println!("Please answer with one of these letters:\n{KEYS}");
            Ok(Answer::Stay)
        }
    }
}

fn refuse_protected(known: Known<'_>, row: &Row<'_>) -> Result<()> {
    match row.mark {
        Mark::Protected => Err(anyhow!(
            "{}: its row is protected; `verify --force` replaces what it says",
            known.named(row)
        )),
        Mark::Verified | Mark::Unverified => Ok(()),
    }
}

/// Finds the model again under the lock, remembers it, and makes one change.
fn with(
    config: &Config,
    write: WriteArgs,
    mode: Mode,
    name: &str,
    developer: &str,
    before: &mut Before,
    change: impl for<'p> FnOnce(&mut Draft<'p>, Known<'p>, &Subject<'p>) -> Result<()>,
) -> Result<()> {
    curate(config, mode, &write, |draft, known| {
        let subject = known
            .lookup()
            .find(name, Some(developer))
            .map_err(|trouble| anyhow!(trouble))?;
        let remembered = Remembered::of(known.dataset, known.decisions, &subject.model);
        change(draft, known, &subject)?;
        *before = Some((subject.model.clone(), remembered));
        Ok(())
    })?;
    Ok(())
}

fn take_back(config: &Config, write: WriteArgs, last: &Made) -> Result<()> {
    curate(config, Mode::Review, &write, |draft, _| {
        draft.put_back(&last.model, &last.before);
        Ok(())
    })?;
    Ok(())
}

/// Opens the first address of the sources in the person's browser. It goes to the program as one argument, through no shell.
fn open(sources: &[String]) {
    let Some(address) = sources.iter().find_map(|source| sources::url(source)) else {
        println!("No source has an http(s) address.");
        return;
    };
    let program = if cfg!(target_os = "macos") {
        "open"
    } else {
        "xdg-open"
    };
    let started = Command::new(program)
        .arg(address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    match started {
        Ok(_) => println!("Opened {address}"),
        Err(error) => println!("{address}\n({program} cannot be started: {error})"),
    }
}

fn summary(made: &[Made]) -> String {
    let count = |what| made.iter().filter(|one| one.what == what).count();
    let kinds = ["verified", "corrected", "dismissed", "ignored", "accepted"];
    let counts: Vec<String> = kinds
        .iter()
        .filter(|what| count(**what) > 0)
        .map(|what| format!("{} {what}", count(*what)))
        .collect();
    match counts.is_empty() {
        true => "Nothing was decided.".to_owned(),
        false => format!("Decided: {}.", counts.join(", ")),
    }
}
