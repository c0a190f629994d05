//! `core-dataset review`: one model after another, each decision written at once.

mod ask;
mod open;

use std::io::{self, IsTerminal};

use anyhow::{Context, Result, bail};
use clap::Args;
use rustyline::error::ReadlineError;
use strum::IntoStaticStr;

use super::curate::{Curation, curate};
use super::execute::WriteArgs;
use super::list::FilterArgs;
use super::show::{ShownModel, show};
use super::usage;
use super::verify::VerificationArgs;
use crate::config::Config;
use crate::dataset::{Decision, Mark};
use crate::key::Key;
use crate::plan::{Mode, ModelState};
use crate::report::most_frequent;
use crate::terminal::{bounded, bounded_model, wrap};
use crate::text;
use ask::{Asker, ENTER, EXPLANATIONS, LAST, answers, print_error};
use open::open;

#[derive(Debug, Args)]
#[command(after_help = after_help())]
pub struct ReviewArgs {
    #[command(flatten)]
    filter: FilterArgs,
    /// Commit each decision on its own, and nothing else
    #[arg(long)]
    commit: bool,
}

fn after_help() -> String {
    let answers = EXPLANATIONS.replace('\n', "\n  ");
    format!(
        "Example:\n  core-dataset review --unverified --limit 20\n\nAnswers:\n  {answers}\n\n\
         For a dismissed model, n and i renew the decision with the latest estimate; `dismiss --undo` takes it back.\n\n\
         Without a terminal, run `list --unverified --format csv`, fill in the decisions, and run `decide`."
    )
}

/// Reviews the models that the filters of `list` select.
pub(crate) fn run(config: &Config, args: &ReviewArgs) -> Result<()> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(usage(
            "review needs a terminal; without one, use `list --unverified --format csv` and `decide`",
        ));
    }
    let queue = args.filter.queue(config)?;
    if queue.is_empty() {
        println!("There is nothing to review.");
        return Ok(());
    }
    let mut review = Review {
        config: config.clone(),
        write: WriteArgs {
            dry_run: false,
            commit: args.commit,
        },
        asker: Asker::new()?,
        queue,
        steps: Vec::new(),
        kept: Vec::new(),
        is_over: false,
    };
    let ended = review.go_through();
    let made = review.steps.iter().flatten().chain(&review.kept);
    // A decision that fails says itself what became of it, so only the decisions before it are counted. When an answer cannot be read, no
    // decision is under way.
    let stopped = ended.as_ref().err();
    let before = match stopped.is_some_and(|error| !error.is::<ReadlineError>()) {
        true => " before the error",
        false => "",
    };
    match summary(made) {
        Some(made) => println!("Decided{before}: {made}."),
        None => println!("Nothing was decided{before}."),
    }
    ended
}

struct Review {
    config: Config,
    write: WriteArgs,
    asker: Asker,
    /// The models, by name and developer.
    queue: Vec<[String; 2]>,
    /// What was decided on each model so far; `None` if it was skipped or the decision changed nothing. The next model in the queue is the
    /// current one.
    steps: Vec<Option<MadeDecision>>,
    /// Decisions that `b` did not take back, because somebody has changed the model since. They still count.
    kept: Vec<MadeDecision>,
    is_over: bool,
}

/// The kinds of decision that are counted at the end of the review.
#[derive(Clone, Copy, PartialEq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
enum Verdict {
    Verified,
    Corrected,
    Dismissed,
    Ignored,
    Accepted,
}

/// Why a decision cannot be made on a model as it was shown, so that nobody types a note in vain. These are the common reasons; the decision
/// itself detects the others.
fn obstacle(shown: &ShownModel, verdict: Verdict) -> Option<&'static str> {
    let is_marked = matches!(shown.mark, Some(Mark::Verified | Mark::Protected));
    let latest = shown.latest.as_ref().and_then(|one| one.flop);
    let is_stale = latest.is_some() && latest != shown.flop;
    match verdict {
        Verdict::Accepted if !shown.has_drifted => {
            Some("It has not drifted, so there is nothing to accept.")
        }
        Verdict::Dismissed | Verdict::Ignored if is_marked => {
            Some("Its row is verified or protected; verify --undo first.")
        }
        Verdict::Verified | Verdict::Corrected if shown.is_dismissed => {
            Some("It is dismissed; dismiss --undo first.")
        }
        Verdict::Verified | Verdict::Corrected if shown.mark == Some(Mark::Protected) => Some(
            "Its row is protected, because somebody wrote in `verified`; `verify --force` replaces that.",
        ),
        Verdict::Verified if shown.mark == Some(Mark::Blank) && is_stale => Some(
            "Its number is not the latest estimate: refresh first, then press Enter to show it again, or use `verify --as-it-stands`.",
        ),
        _ => None,
    }
}

struct MadeDecision {
    verdict: Verdict,
    model: Key,
    before: ModelState,
    after: ModelState,
}

impl Review {
    /// Shows one model after another, and asks what to do with each until an answer leads to the next.
    fn go_through(&mut self) -> Result<()> {
        while !self.is_over {
            self.config.screen = self.config.screen.remeasured();
            let Some([name, developer]) = self.queue.get(self.steps.len()) else {
                // After the last model, it is still possible to go back to it.
                match self.asker.ask_letter(LAST)? {
                    'b' => drop(self.go_back()?),
                    'q' => self.is_over = true,
                    _ => {}
                }
                continue;
            };
            let number = format!("{} of {}", self.steps.len() + 1, self.queue.len());
            println!("\n──── {number} ────");
            let screen = self.config.screen;
            // A model that is gone, or a file that somebody is repairing, does not end the review.
            let shown = show(&self.config, name, Some(developer));
            let shown = shown.inspect_err(|error| print_error(error, screen));
            let decidable = shown.as_ref().ok().filter(|shown| !shown.has_several_rows);
            // The question repeats the name and the number, which have scrolled away on a short screen.
            let mut title = bounded_model(name, developer);
            if let Some(flop) = decidable.and_then(|shown| shown.flop) {
                title += &format!(", {} FLOP", flop.rounded());
            }
            let title = wrap(&format!("{title}, {number}"), "", screen);
            let question = format!("{title}\n{}", answers(decidable.is_some(), screen));
            while !self.answer(&question, decidable)? {}
        }
        Ok(())
    }

    /// Asks, and carries out the answer; `shown` is the model, if something can be decided on it. Returns whether the review goes on, with
    /// the next model, the one before or the same one shown again; if not, the question is asked again.
    fn answer(&mut self, question: &str, shown: Option<&ShownModel>) -> Result<bool> {
        let verdict = match self.asker.ask_letter(question)? {
            'y' => Verdict::Verified,
            'e' => Verdict::Corrected,
            'n' => Verdict::Dismissed,
            'i' => Verdict::Ignored,
            'a' => Verdict::Accepted,
            ENTER => return Ok(true),
            'b' => return self.go_back(),
            's' => {
                self.steps.push(None);
                return Ok(true);
            }
            'q' => {
                self.is_over = true;
                return Ok(true);
            }
            'o' => {
                if let Some(shown) = shown {
                    open(&shown.sources);
                }
                return Ok(false);
            }
            _ => {
                println!("{EXPLANATIONS}");
                return Ok(false);
            }
        };
        shown.map_or(Ok(false), |shown| self.decide(verdict, shown))
    }

    /// Asks for the details of a decision, and writes it. The model is looked up again under the lock and remembered. If it is no longer as
    /// the person saw it, nothing is written, and it is shown again.
    fn decide(&mut self, verdict: Verdict, shown: &ShownModel) -> Result<bool> {
        if let Some(why) = obstacle(shown, verdict) {
            println!("{}", wrap(why, "", self.config.screen));
            return Ok(false);
        }
        // Everything is typed before the lock is taken.
        let Some((how, note)) = self.ask_for_details(verdict)? else {
            return Ok(self.is_over);
        };
        let [name, developer] = &self.queue[self.steps.len()];
        let mut is_as_shown = true;
        let mode = match verdict {
            Verdict::Verified | Verdict::Corrected => Mode::Verify,
            Verdict::Dismissed | Verdict::Ignored => Mode::Dismiss,
            Verdict::Accepted => Mode::Accept,
        };
        let made = self.curate(mode, |curation| {
            let subject = &curation.lookup.find(name, Some(developer))?;
            let before = curation.draft.state(&subject.model, curation.aliases);
            is_as_shown = before == shown.state && subject.estimate == shown.latest.as_ref();
            if !is_as_shown {
                let name = bounded(name);
                bail!("{name}: it has changed in the meantime, so nothing was written; look at it again");
            }
            match verdict {
                Verdict::Verified | Verdict::Corrected => curation.verify(subject, &how, &note),
                Verdict::Dismissed => curation.dismiss(subject, Decision::Below, &note),
                Verdict::Ignored => curation.dismiss(subject, Decision::Ignore, &note),
                Verdict::Accepted => curation.accept(subject, &note),
            }?;
            Ok(MadeDecision {
                verdict,
                before,
                after: curation.draft.state(&subject.model, curation.aliases),
                model: subject.model.clone(),
            })
        });
        // The note was perhaps not written, and nobody should have to type it again.
        if !matches!(made, Ok(Some(_))) && !note.is_empty() {
            println!("Your note: {}", text::shown(&note));
        }
        let Some(made) = made? else {
            return Ok(!is_as_shown);
        };
        // A decision that changed nothing was not written.
        let is_changed = made.before != made.after;
        self.steps.push(is_changed.then_some(made));
        Ok(true)
    }

    /// Asks for the number and its source, if the number is corrected, and for the note. `None` if the decision is not made, because a
    /// required answer was left blank, or because the input ended, which ends the review.
    fn ask_for_details(&mut self, verdict: Verdict) -> Result<Option<(VerificationArgs, String)>> {
        let mut how = VerificationArgs::default();
        if verdict == Verdict::Corrected {
            while how.correction.flop.is_none() {
                let question = "Which training FLOP, such as 3.5e25? (Enter leaves it as it is)";
                let Some(typed) = self.ask(question)?.filter(|typed| !typed.is_empty()) else {
                    return Ok(None);
                };
                match typed.parse() {
                    Ok(flop) => how.correction.flop = Some(flop),
                    Err(error) => println!("{}: {error}", text::shown(&typed)),
                }
            }
            let Some(source) = self.ask("URL of the source (Enter leaves it out):")? else {
                return Ok(None);
            };
            how.correction.source = Some(source).filter(|source| !source.is_empty());
        }
        let is_required = matches!(verdict, Verdict::Dismissed | Verdict::Ignored);
        let question = match is_required {
            true => "Note (required; Enter leaves the model undecided):",
            false => "Note (Enter leaves it out):",
        };
        let note = self.ask(question)?;
        let note = note.filter(|note| !(is_required && note.is_empty()));
        Ok(note.map(|note| (how, note)))
    }

    /// Asks for one line. If the input ends, the review is over.
    fn ask(&mut self, question: &str) -> Result<Option<String>> {
        let answer = self.asker.ask(question)?;
        self.is_over = answer.is_none();
        Ok(answer)
    }

    /// Returns to the previous model, and takes back the decision on it, unless somebody has changed the model since.
    fn go_back(&mut self) -> Result<bool> {
        let Some(step) = self.steps.last() else {
            println!("This is the first model.");
            return Ok(false);
        };
        let Some(last) = step else {
            self.steps.pop();
            return Ok(true);
        };
        let [name, _] = &self.queue[self.steps.len() - 1];
        let mut is_as_left = true;
        let taken_back = self.curate(Mode::Review, |curation| {
            let MadeDecision { model, before, after, .. } = last;
            is_as_left = curation.draft.state(model, curation.aliases) == *after;
            if !is_as_left {
                bail!(
                    "{}: it has changed since you decided, so nothing is taken back; `history` says what was written",
                    bounded(name)
                );
            }
            curation.draft.restore_state(model, before);
            Ok(())
        });
        let taken_back = taken_back
            .with_context(|| format!("while taking back \"{}\"", <&str>::from(last.verdict)))?;
        if taken_back.is_some() {
            println!("Taken back: {}", <&str>::from(last.verdict));
            self.steps.pop();
        } else if !is_as_left {
            self.kept.extend(self.steps.pop().flatten());
        }
        Ok(true)
    }

    /// Makes one change under the lock, and writes it. If the change is refused, the reason is printed and nothing is written.
    fn curate<T>(
        &self,
        mode: Mode,
        change: impl for<'p> FnOnce(&mut Curation<'p>) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut changed = None;
        let ended = curate(&self.config, mode, &self.write, &[], |curation| {
            changed = Some(change(curation)?);
            Ok(())
        });
        match ended {
            Err(error) if changed.is_none() => print_error(&error, self.config.screen),
            ended => drop(ended?),
        }
        Ok(changed)
    }
}

/// How many decisions of each kind were made, if any.
fn summary<'m>(made: impl Iterator<Item = &'m MadeDecision>) -> Option<String> {
    let counts = most_frequent(made.map(|one| <&str>::from(one.verdict)));
    let counts: Vec<String> = counts
        .iter()
        .map(|(verdict, count)| format!("{count} {verdict}"))
        .collect();
    (!counts.is_empty()).then(|| counts.join(", "))
}
