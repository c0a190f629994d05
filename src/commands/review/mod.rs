//! `core-dataset review`: one model after the other, each decision written at once.

mod ask;

use std::io::{self, IsTerminal};
use std::process::{Command, Stdio};

use anyhow::{Result, bail};
use clap::Args;
use strum::{IntoStaticStr, VariantArray};

use super::accept::accept;
use super::curate::{Curation, curate};
use super::dismiss::dismiss;
use super::execute::WriteArgs;
use super::list::FilterArgs;
use super::show::{Essentials, show};
use super::verify::{VerificationArgs, verify};
use crate::config::Config;
use crate::dataset::Decision;
use crate::flop::Flop;
use crate::key::Key;
use crate::lookup::Subject;
use crate::paste;
use crate::plan::{Mode, Remembered};
use crate::sources;
use crate::terminal::{bounded, bounded_model, counted, wrap};
use crate::text;
use ask::{ANSWERS, EXPLANATIONS, ask, ask_for, first_letter, say};

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

/// Reviews the models that the filters of `list` name.
pub(super) fn run(config: &Config, args: &ReviewArgs) -> Result<()> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        super::usage(
            "review",
            "review is for a terminal; elsewhere, use `list --unverified --format csv` and `decide`",
        );
    }
    let queue = args.filter.queue(config)?;
    if queue.is_empty() {
        println!("There is nothing to review.");
        return Ok(());
    }
    let mut review = Review {
        config,
        write: WriteArgs {
            dry_run: false,
            commit: args.commit,
        },
        queue,
        place: 0,
        made: Vec::new(),
    };
    while review.go_on()? {}
    println!("{}", summary(&review.made));
    Ok(())
}

/// A review under way.
struct Review<'r> {
    config: &'r Config,
    write: WriteArgs,
    /// The models, by name and developer.
    queue: Vec<(String, String)>,
    /// The place in the queue of the model whose turn it is.
    place: usize,
    /// What was decided, to be taken back from the last on.
    made: Vec<Made>,
}

/// What a person decides, as the end of the review counts it.
#[derive(Clone, Copy, PartialEq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
enum Verdict {
    Verified,
    Corrected,
    Dismissed,
    Ignored,
    Accepted,
}

impl Verdict {
    fn name(self) -> &'static str {
        self.into()
    }
}

/// A decision that was made.
struct Made {
    /// The place of its model in the queue.
    place: usize,
    what: Verdict,
    model: Key,
    /// The model as it was before.
    before: Remembered,
    /// The model as the decision left it.
    after: Remembered,
}

/// What an answer leads to.
enum Next {
    /// The model whose turn it is by now is shown.
    Show,
    /// The same question is asked again.
    Ask,
    /// The person leaves, or the input ended, so that nothing more can be asked.
    Quit,
}

impl Review<'_> {
    /// Shows the model whose turn it is, and asks what to do with it until an answer leads on. `false` where the person leaves.
    fn go_on(&mut self) -> Result<bool> {
        let Some((name, developer)) = self.queue.get(self.place) else {
            // The last decision can be taken back, too.
            if self.made.is_empty() {
                return Ok(false);
            }
            return self.ask_how_on("\nThat was the last model.  [b]ack  [q]uit");
        };
        let number = format!("{} of {}", self.place + 1, self.queue.len());
        println!("\n──── {number} ────");
        let shown = match show(self.config, name, Some(developer)) {
            Ok(shown) => shown,
            // Another person may have taken the model out meanwhile, or a file cannot be read now.
            Err(error) => {
                say(&error);
                return self.ask_how_on("[s]kip  [b]ack  [q]uit");
            }
        };
        // On a short screen the record has scrolled away.
        let flop = shown.flop.map_or("no estimate".to_owned(), |flop| {
            format!("{} FLOP", flop.rounded())
        });
        let title = format!("{}, {flop}, {number}", bounded_model(name, developer));
        let title = wrap(&title, "", self.config.screen);
        let question = format!("{title}\n{ANSWERS}");
        loop {
            let Some(answer) = ask(&question)? else {
                return Ok(false);
            };
            let Some(letter) = first_letter(&answer) else {
                continue;
            };
            match self.answer(letter, &shown)? {
                Next::Show => return Ok(true),
                Next::Ask => {}
                Next::Quit => return Ok(false),
            }
        }
    }

    /// Asks how it goes on where there is nothing to decide.
    fn ask_how_on(&mut self, question: &str) -> Result<bool> {
        let Some(answer) = ask(question)? else {
            return Ok(false);
        };
        match first_letter(&answer) {
            Some('s') => self.place += 1,
            Some('b') => self.take_back()?,
            Some('q') => return Ok(false),
            _ => {}
        }
        Ok(true)
    }

    /// Does what a letter asks for.
    fn answer(&mut self, letter: char, shown: &Essentials) -> Result<Next> {
        match letter {
            'y' => return self.decide(Verdict::Verified, shown),
            'e' => return self.decide(Verdict::Corrected, shown),
            'n' => return self.decide(Verdict::Dismissed, shown),
            'i' => return self.decide(Verdict::Ignored, shown),
            'a' => return self.decide(Verdict::Accepted, shown),
            's' => {
                self.place += 1;
                return Ok(Next::Show);
            }
            'b' if !self.made.is_empty() => {
                self.take_back()?;
                return Ok(Next::Show);
            }
            'q' => return Ok(Next::Quit),
            'b' => println!("Nothing was decided yet."),
            'o' => open(&shown.sources),
            '?' => println!("{EXPLANATIONS}"),
            _ => {
                println!("Please answer with one of these letters; ? says what each of them does.");
            }
        }
        Ok(Next::Ask)
    }

    /// Asks for what belongs to a decision, and writes it down. What a person has to type comes before the lock is taken.
    fn decide(&mut self, what: Verdict, shown: &Essentials) -> Result<Next> {
        let mut how = VerificationArgs::default();
        if what == Verdict::Corrected {
            let Some(typed) = ask("Which training FLOP, such as 3.5e25 (Enter goes back)?")? else {
                return Ok(Next::Quit);
            };
            if typed.is_empty() {
                return Ok(Next::Ask);
            }
            match typed.parse::<Flop>() {
                Ok(flop) => how.correction.flop = Some(flop),
                Err(error) => {
                    println!("{}: {error}", text::shown(&typed));
                    return Ok(Next::Ask);
                }
            }
            let Some(source) = ask_for("URL of the source")? else {
                return Ok(Next::Quit);
            };
            how.correction.source = Some(source).filter(|source| !source.is_empty());
        }
        let is_dismissal = matches!(what, Verdict::Dismissed | Verdict::Ignored);
        let note = if is_dismissal {
            ask("Note (required):")?
        } else {
            ask_for("Note")?
        };
        let Some(note) = note else {
            return Ok(Next::Quit);
        };
        if is_dismissal && note.is_empty() {
            println!("Without a note nothing is dismissed.");
            return Ok(Next::Ask);
        }
        self.write_down(what, shown, |curation, subject| match what {
            Verdict::Verified | Verdict::Corrected => verify(curation, subject, &how, &note),
            Verdict::Dismissed => dismiss(curation, subject, Decision::Below, &note),
            Verdict::Ignored => dismiss(curation, subject, Decision::Ignore, &note),
            Verdict::Accepted => accept(curation, subject, &note),
        })
    }

    /// Finds the model again under the lock, remembers it, and makes one change. Where it is no longer what the person saw, nothing is
    /// written.
    fn write_down(
        &mut self,
        what: Verdict,
        shown: &Essentials,
        change: impl for<'p> FnOnce(&mut Curation<'p>, &Subject<'p>) -> Result<()>,
    ) -> Result<Next> {
        let (name, developer) = &self.queue[self.place];
        let mode = match what {
            Verdict::Verified | Verdict::Corrected => Mode::Verify,
            Verdict::Dismissed | Verdict::Ignored => Mode::Dismiss,
            Verdict::Accepted => Mode::Accept,
        };
        let mut next = Next::Ask;
        let made = self.curate(mode, |curation| {
            let subject = curation.lookup.find(name, Some(developer))?;
            let before = curation.draft.remembered(&subject.model, curation.aliases);
            if before != shown.model || subject.estimate != shown.latest.as_ref() {
                next = Next::Show;
                let name = bounded(name);
                bail!("{name}: it changed meanwhile, so nothing is written; look at it again");
            }
            change(curation, &subject)?;
            Ok(Made {
                place: self.place,
                what,
                before,
                after: curation.draft.remembered(&subject.model, curation.aliases),
                model: subject.model,
            })
        })?;
        if let Some(made) = made {
            self.made.push(made);
            self.place += 1;
            next = Next::Show;
        }
        Ok(next)
    }

    /// Takes the last decision back, unless somebody else has changed the model since.
    fn take_back(&mut self) -> Result<()> {
        let Some(last) = self.made.last() else {
            return Ok(());
        };
        let taken_back = self.curate(Mode::Review, |curation| {
            let Made { model, before, after, .. } = last;
            if curation.draft.remembered(model, curation.aliases) != *after {
                bail!(
                    "{}: it was changed since you decided, so nothing is taken back; `{}` says what was written",
                    bounded(&model.name),
                    paste::in_message("history", &model.name, [])
                );
            }
            curation.draft.put_back(model, before, after);
            Ok(())
        })?;
        if taken_back.is_some() {
            println!("Taken back: {}", last.what.name());
            self.place = last.place;
            self.made.pop();
        }
        Ok(())
    }

    /// Makes one change under the lock, and writes it. What stands in the way of the change is said, and then there is none.
    ///
    /// # Errors
    /// What stands in the way of writing it.
    fn curate<T>(
        &self,
        mode: Mode,
        change: impl for<'p> FnOnce(&mut Curation<'p>) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut changed = None;
        let ended = curate(self.config, mode, &self.write, |curation| {
            changed = Some(change(curation)?);
            Ok(())
        });
        match ended {
            Err(error) if changed.is_none() => say(&error),
            ended => drop(ended?),
        }
        Ok(changed)
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
    let count = |what| made.iter().filter(|one| one.what == what).count();
    let counts: Vec<(usize, &str)> = Verdict::VARIANTS
        .iter()
        .map(|what| (count(*what), what.name()))
        .collect();
    let counts = counted(&counts);
    if counts.is_empty() {
        "Nothing was decided.".to_owned()
    } else {
        format!("Decided: {}.", counts.join(", "))
    }
}
