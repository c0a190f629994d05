//! `core-dataset alias NAME`: another name of a model is written down, or suggested.

use anyhow::{Result, anyhow, bail};
use clap::Args;

use super::Exit;
use super::execute::{Session, WriteArgs};
use super::load::{self, Files};
use super::print::print_unless_quiet;
use crate::config::Config;
use crate::dataset::{Aliases, Decisions};
use crate::estimates::Latest;
use crate::paste;
use crate::plan::{self, NewAlias, Renamed};
use crate::render::render_file;
use crate::terminal::{bounded, bounded_model};
use crate::text::name_line;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  core-dataset alias --suggest\n  \
                  core-dataset alias '*' --developer Zhipu \\\n      --is-name '*' --is-developer 'Zhipu AI'\n\n\
                  `*` stands for every model of a developer, on both sides.")]
pub struct AliasArgs {
    /// The other name, any case; * for every model of the developer
    #[arg(required_unless_present = "suggest", requires_all = ["developer", "is_name", "is_developer"])]
    name: Option<String>,
    /// The other developer
    #[arg(long, value_name = "NAME")]
    developer: Option<String>,
    /// What the model is called
    #[arg(long, value_name = "NAME")]
    is_name: Option<String>,
    /// Who its developer is
    #[arg(long, value_name = "NAME")]
    is_developer: Option<String>,
    /// Why; joined to the note of a line that stands already
    #[arg(long, value_name = "TEXT", requires = "name")]
    note: Option<String>,
    /// Print a command for every probable rename, and write nothing
    #[arg(long, conflicts_with = "name")]
    suggest: bool,
    #[command(flatten)]
    write: WriteArgs,
}

/// Writes an alias, or suggests some.
pub(super) fn run(config: &Config, args: &AliasArgs) -> Result<Exit> {
    if args.suggest {
        return suggest(config);
    }
    let written = |text: &Option<String>| {
        let text = text.as_deref().unwrap_or_default();
        name_line(text.into()).into_owned()
    };
    let alias = NewAlias {
        name: written(&args.name),
        developer: written(&args.developer),
        is_name: written(&args.is_name),
        is_developer: written(&args.is_developer),
    };
    let session = Session::begin(config, args.write)?;
    let files = &session.files;
    let (dataset, decisions, aliases) = files.curated()?;
    let note = args.note.as_deref().unwrap_or_default().trim();
    let plan = plan::alias(&dataset, &aliases, &alias, note);
    // The file that would be written has to be one that is read again, and no two decisions may become one model's.
    let rendered = plan.aliases.as_ref().map(render_file);
    let bytes = rendered.as_deref().or(files.aliases.bytes.as_deref());
    let afterwards = Aliases::parse(bytes.unwrap_or_default()).map_err(|refusal| {
        anyhow!(
            "{} with this line would be refused: {}; nothing is written",
            config.paths.aliases.display(),
            refusal.trouble
        )
    })?;
    if let Some(bytes) = &files.decisions.bytes
        && let Ok(decided) = Decisions::parse(bytes, &afterwards)
        && let Some(fault) = decided
            .faults
            .iter()
            .find(|fault| fault.is_void && !decisions.faults.contains(fault))
    {
        bail!(
            "with this alias two decisions would collide (decisions.csv, line {}): {}; take one of the two back first",
            fault.line,
            bounded(&fault.message)
        );
    }
    let estimates = load::estimates(config, &afterwards).ok();
    session.carry_out_curated(&plan, &afterwards, estimates.as_ref())
}

fn suggest(config: &Config) -> Result<Exit> {
    let files = Files::read(config)?;
    let (dataset, decisions, aliases) = files.existing()?;
    let estimates = load::estimates(config, &aliases)?;
    let latest = Latest::of(&estimates, &aliases);
    let plan = plan::refresh(&dataset, &decisions, &latest, false);
    let groups = plan::suggestions(&plan, &latest, &aliases);
    let data_dir = config.data_dir.as_deref();
    print_unless_quiet(config, &groups, |_| {
        if groups.is_empty() {
            return "No probable renames\n".to_owned();
        }
        let mut texts: Vec<String> = Vec::new();
        for (renamed, group) in plan.renamed.iter().zip(&groups) {
            texts.push(if group.is_empty() {
                no_command(renamed)
            } else {
                group
                    .iter()
                    .map(|one| command(one, &aliases, &decisions, data_dir))
                    .collect()
            });
        }
        texts.join("\n")
    })?;
    Ok(Exit::Done)
}

/// A comment on a group of which no alias can make one model.
fn no_command(renamed: &Renamed<'_>) -> String {
    let models: Vec<String> = renamed
        .iter()
        .map(|one| bounded_model(&one.name, &one.developer))
        .collect();
    let why = "no alias can join them: none leads to Unknown, and verified rows keep their names";
    format!("# {}: {why}\n", models.join(" and "))
}

/// A command to paste into a shell, on a line; a comment where it would be refused, or a name is not to be pasted.
fn command(
    suggestion: &NewAlias,
    aliases: &Aliases<'_>,
    decisions: &Decisions<'_>,
    data_dir: Option<&str>,
) -> String {
    let parts = pasted(suggestion, data_dir);
    let (key, model) = (suggestion.key(), suggestion.model());
    let decided = |key| decisions.get(key)?.decision;
    let why = if let Some(line) = aliases.in_the_way(&key, &model) {
        let line = line.record.line;
        format!("line {line} of aliases.csv says otherwise: change that line first")
    } else if decided(&key).is_some_and(|one| decided(&model).is_some_and(|other| one != other)) {
        "they have different decisions: take one of the two back first".to_owned()
    } else if parts.iter().all(|part| paste::is_read(part)) {
        return parts.join(" ") + "\n";
    } else {
        "not all of it can be read and pasted, so write the line into aliases.csv".to_owned()
    };
    let name = bounded_model(&suggestion.name, &suggestion.developer);
    let is = bounded_model(&suggestion.is_name, &suggestion.is_developer);
    format!("# {name} is {is}: {why}\n")
}

/// The parts of the command that writes a suggestion down.
pub(super) fn pasted(suggestion: &NewAlias, data_dir: Option<&str>) -> Vec<String> {
    let options = [
        ("--developer", Some(&*suggestion.developer)),
        ("--is-name", Some(&suggestion.is_name)),
        ("--is-developer", Some(&suggestion.is_developer)),
        ("--data-dir", data_dir),
    ];
    paste::command("alias", &suggestion.name, options)
}
