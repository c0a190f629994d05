//! `core-dataset review`: one model after the other, each decision written at once.

mod ask;

use std::io::{self, IsTerminal};
use std::process::{Command, Stdio};

use anyhow::{Result, bail};
use clap::Args;

use super::accept::accept;
use super::curate::{Known, curate};
use super::dismiss::may_be_dismissed;
use super::execute::WriteArgs;
use super::list::FilterArgs;
use super::show::{Essentials, said, show};
use super::verify::{VerdictArgs, verify};
use crate::config::Config;
use crate::dataset::Decision;
use crate::flop::Flop;
use crate::key::Key;
use crate::lookup::Subject;
use crate::paste;
use crate::plan::{Correction, Draft, Mode, Remembered};
use crate::sources;
use crate::terminal::{bounded, bounded_model, counted, wrap};
use crate::text::shown;
use ask::{EXPLANATIONS, answers, ask, ask_for, first_letter, say};

#[derive(Debug, Args)]
#[command(after_help = after_help())]
pub struct ReviewArgs {
    #[command(flatten)]
    filter: FilterArgs,
    /// Commit each decision, and only that
    #[arg(long)]
    commit: bool,
}

fn after_help() -> String {
    format!(
        "Example:\n  core-dataset review --unverified --limit 20\n\nAnswers:\n{EXPLANATIONS}\n\n\
         Without a terminal, use `list --unverified --format csv`, fill in two columns, and `decide`."
    )
}

/// A decision that was made, to be taken back.
struct Made {
    /// The place of its model in the queue.
    place: usize,
    /// What was done, for people.
    what: &'static str,
    model: Key,
    /// The model as it was before.
    before: Remembered,
    /// The model as the decision left it.
    after: Remembered,
}

/// What an answer leads to.
enum Answered {
    Decided(Made),
    Skip,
    /// The same question is asked again.
    Stay,
    /// Somebody else changed the model: it is shown and asked about again.
    Changed,
    Back,
    /// The person leaves, or the input ended, so that nothing more can be asked.
    Quit,
}

/// Reviews the models that the filters of `list` name.
pub(super) fn run(config: &Config, args: &ReviewArgs) -> Result<()> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        super::usage(
            "review",
            "review is for a terminal; elsewhere, use `list --unverified --format csv` and `decide`",
        );
    }
    let write = WriteArgs {
        dry_run: false,
        commit: args.commit,
    };
    let queue = args.filter.queue(config)?;
    if queue.is_empty() {
        println!("There is nothing to review.");
        return Ok(());
    }
    let mut made = Vec::new();
    review(config, write, &queue, &mut made)?;
    println!("{}", summary(&made));
    Ok(())
}

/// Goes through the queue, and keeps in `made` what was decided.
fn review(
    config: &Config,
    write: WriteArgs,
    queue: &[(String, String)],
    made: &mut Vec<Made>,
) -> Result<()> {
    let mut place = 0;
    loop {
        let answered = match queue.get(place) {
            Some((name, developer)) => {
                let number = format!("{} of {}", place + 1, queue.len());
                println!("\n──── {number} ────");
                match show(config, name, Some(developer)) {
                    Ok(shown) => {
                        let reviewed = Reviewed {
                            config,
                            write,
                            place,
                            name,
                            developer,
                            shown,
                        };
                        reviewed.review(&number, !made.is_empty())?
                    }
                    // Another person may have taken the model out meanwhile, or a file cannot be read now.
                    Err(error) => {
                        say(&error);
                        ask_how_on("[s]kip  [b]ack  [q]uit")?
                    }
                }
            }
            None if made.is_empty() => Answered::Quit,
            None => ask_how_on("\nThat was the last model.  [b]ack  [q]uit")?,
        };
        match answered {
            Answered::Decided(decision) => {
                made.push(decision);
                place += 1;
            }
            Answered::Skip => place += 1,
            Answered::Stay | Answered::Changed => {}
            Answered::Back => {
                if let Some(last) = made.last()
                    && take_back(config, write, last)?
                {
                    println!("Taken back: {}", last.what);
                    place = last.place;
                    made.pop();
                }
            }
            Answered::Quit => return Ok(()),
        }
    }
}

/// Asks how it goes on where there is nothing to decide: at the end, so that the last decision can be taken back, too, and where a
/// model cannot be shown.
fn ask_how_on(question: &str) -> Result<Answered> {
    let Some(answer) = ask(question)? else {
        return Ok(Answered::Quit);
    };
    Ok(match first_letter(&answer) {
        Some('s') => Answered::Skip,
        Some('b') => Answered::Back,
        Some('q') => Answered::Quit,
        _ => Answered::Stay,
    })
}

/// The model that is decided on.
struct Reviewed<'r> {
    config: &'r Config,
    write: WriteArgs,
    place: usize,
    name: &'r str,
    developer: &'r str,
    /// What the person decides on.
    shown: Essentials,
}

impl Reviewed<'_> {
    /// Asks what to do with the model, until an answer leads on.
    fn review(&self, number: &str, can_go_back: bool) -> Result<Answered> {
        let Reviewed {
            config,
            name,
            developer,
            shown,
            ..
        } = self;
        // On a short screen the record has scrolled away.
        let flop = shown.flop.map_or("no estimate".to_owned(), |flop| {
            format!("{} FLOP", flop.rounded())
        });
        let title = format!("{}, {flop}, {number}", bounded_model(name, developer));
        let title = wrap(&title, "", config.screen);
        loop {
            let Some(answer) = ask(&format!("{title}\n{}", answers(config.screen)))? else {
                return Ok(Answered::Quit);
            };
            match first_letter(&answer) {
                Some('o') => open(&shown.sources),
                Some('b') if !can_go_back => println!("Nothing was decided yet."),
                Some(letter) => match self.answer(letter)? {
                    Answered::Stay => {}
                    answered => return Ok(answered),
                },
                None => {}
            }
        }
    }

    /// Does what a letter asks for. What a person has to type comes before the lock is taken.
    fn answer(&self, letter: char) -> Result<Answered> {
        match letter {
            'y' => self.verify("verified", Correction::default()),
            'e' => {
                let Some(text) = ask("Which training FLOP, such as 3.5e25 (Enter goes back)?")?
                else {
                    return Ok(Answered::Quit);
                };
                if text.is_empty() {
                    return Ok(Answered::Stay);
                }
                let flop: Flop = match text.parse() {
                    Ok(flop) => flop,
                    Err(error) => {
                        println!("{}: {error}", shown(&text));
                        return Ok(Answered::Stay);
                    }
                };
                let Some(source) = ask_for("URL of the source")? else {
                    return Ok(Answered::Quit);
                };
                let correction = Correction {
                    flop: Some(flop),
                    source: Some(source).filter(|source| !source.is_empty()),
                    ..Correction::default()
                };
                self.verify("corrected", correction)
            }
            'n' => self.dismiss("dismissed", Decision::Below),
            'i' => self.dismiss("ignored", Decision::Ignore),
            'a' => {
                let Some(note) = ask_for("Note")? else {
                    return Ok(Answered::Quit);
                };
                self.decide(Mode::Accept, "accepted", |draft, known, subject| {
                    accept(draft, known, subject, known.row(subject)?, &note)
                })
            }
            's' => Ok(Answered::Skip),
            'b' => Ok(Answered::Back),
            'q' => Ok(Answered::Quit),
            '?' => {
                println!("{EXPLANATIONS}");
                Ok(Answered::Stay)
            }
            _ => {
                println!("Please answer with one of these letters; ? says what each of them does.");
                Ok(Answered::Stay)
            }
        }
    }

    fn verify(&self, what: &'static str, correction: Correction) -> Result<Answered> {
        let Some(note) = ask_for("Note")? else {
            return Ok(Answered::Quit);
        };
        let verdict = VerdictArgs {
            correction,
            ..VerdictArgs::default()
        };
        self.decide(Mode::Verify, what, |draft, known, subject| {
            let row = known.row(subject)?;
            verify(draft, known, subject, row, &verdict)?;
            draft.join_note(row, &note);
            Ok(())
        })
    }

    fn dismiss(&self, what: &'static str, decision: Decision) -> Result<Answered> {
        let Some(note) = ask("Note (required):")? else {
            return Ok(Answered::Quit);
        };
        if note.is_empty() {
            println!("Without a note nothing is dismissed.");
            return Ok(Answered::Stay);
        }
        self.decide(Mode::Dismiss, what, |draft, _, subject| {
            may_be_dismissed(subject)?;
            draft.dismiss(subject, decision, &note);
            Ok(())
        })
    }

    /// Finds the model again under the lock, remembers it, and makes one change. Where it is no longer what the person saw, nothing is
    /// written.
    ///
    /// # Errors
    /// What stands in the way of a decision is said, and the question is asked again. An error is what stands in the way of writing it.
    fn decide(
        &self,
        mode: Mode,
        what: &'static str,
        change: impl for<'p> FnOnce(&mut Draft<'p>, Known<'p>, &Subject<'p>) -> Result<()>,
    ) -> Result<Answered> {
        let mut answered = Answered::Stay;
        let ended = curate(self.config, mode, &self.write, |draft, known| {
            let subject = known.lookup().find(self.name, Some(self.developer))?;
            let before = draft.remembered(&subject.model, known.aliases);
            if before != self.shown.model || subject.estimate.map(said) != self.shown.latest {
                answered = Answered::Changed;
                let name = bounded(self.name);
                bail!("{name}: it changed meanwhile, so nothing is written; look at it again");
            }
            change(draft, known, &subject)?;
            answered = Answered::Decided(Made {
                place: self.place,
                what,
                before,
                after: draft.remembered(&subject.model, known.aliases),
                model: subject.model,
            });
            Ok(())
        });
        match (ended, &answered) {
            (Err(error), Answered::Decided(_)) => return Err(error),
            (Err(error), _) => say(&error),
            (Ok(_), _) => {}
        }
        Ok(answered)
    }
}

/// Takes a decision back. `false` where that cannot be, above all where somebody else has changed the model since.
fn take_back(config: &Config, write: WriteArgs, last: &Made) -> Result<bool> {
    let mut can_be = false;
    let ended = curate(config, Mode::Review, &write, |draft, known| {
        if draft.remembered(&last.model, known.aliases) != last.after {
            let name = &last.model.name;
            bail!(
                "{}: it was changed since you decided, so nothing is taken back; `{}` says what was written",
                bounded(name),
                paste::in_message("history", name, [])
            );
        }
        can_be = true;
        draft.put_back(&last.model, &last.before, &last.after);
        Ok(())
    });
    match ended {
        Err(error) if !can_be => {
            say(&error);
            Ok(false)
        }
        ended => ended.map(|_| true),
    }
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
    let kinds = ["verified", "corrected", "dismissed", "ignored", "accepted"];
    let counts = kinds.map(|what| (made.iter().filter(|one| one.what == what).count(), what));
    let counts = counted(&counts);
    match counts.is_empty() {
        true => "Nothing was decided.".to_owned(),
        false => format!("Decided: {}.", counts.join(", ")),
    }
}
