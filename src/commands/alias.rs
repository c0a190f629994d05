//! `core-dataset alias NAME`: writes down another name of a model, or suggests one.

use anyhow::{Result, anyhow, bail};
use clap::Args;
use tracing::warn;

use super::execute::{Session, WriteArgs};
use super::load::{self, Files};
use super::print::print_unless_quiet;
use super::{Exit, note};
use crate::changes::Model;
use crate::config::Config;
use crate::dataset::{ANY, Aliases, Dataset, DecisionFaultKind, Decisions};
use crate::estimates::Latest;
use crate::key::Key;
use crate::lookup::Lookup;
use crate::paste;
use crate::plan::{self, NewAlias, Renamed};
use crate::render::render_file;
use crate::schema::Column;
use crate::terminal::{bounded, bounded_model, listed};
use crate::text::name_line;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  core-dataset alias --suggest\n  \
                  core-dataset alias '*' --developer Zhipu \\\n      --is-name '*' --is-developer 'Zhipu AI'\n\n\
                  Use `*` on both sides for every model of a developer.")]
pub struct AliasArgs {
    /// The name to replace, in any case; * for every model of the developer
    #[arg(required_unless_present = "suggest", requires_all = ["developer", "is_name", "is_developer"])]
    name: Option<String>,
    /// Its developer
    #[arg(long, value_name = "NAME")]
    developer: Option<String>,
    /// The name to use instead
    #[arg(long, value_name = "NAME")]
    is_name: Option<String>,
    /// The developer to use instead
    #[arg(long, value_name = "NAME")]
    is_developer: Option<String>,
    /// The reason, added to the line's note if the line already exists
    #[arg(long, value_name = "TEXT", requires = "name", allow_hyphen_values = true, value_parser = note)]
    note: Option<String>,
    /// Print a command for every probable rename, and write nothing
    #[arg(long, conflicts_with = "name")]
    suggest: bool,
    #[command(flatten)]
    write: WriteArgs,
}

pub(crate) fn run(config: &Config, args: &AliasArgs) -> Result<Exit> {
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
    // The program must be able to read the file that would be written, and no two decisions may then be about one model.
    let rendered = plan.aliases.as_ref().map(render_file);
    let bytes = rendered.as_deref().or(files.aliases.bytes.as_deref());
    let afterwards = Aliases::parse(bytes.unwrap_or_default()).map_err(|refusal| {
        anyhow!(
            "{} with this line would be refused: {}; nothing was written",
            config.paths.aliases.display(),
            refusal.trouble
        )
    })?;
    let decided = files.decisions(&afterwards)?;
    let void = decided.faults.iter();
    let mut void = void.filter(|fault| fault.kind == DecisionFaultKind::Void);
    if let Some(fault) = void.find(|fault| !decisions.faults.contains(fault)) {
        bail!(
            "with this alias, two decisions would collide (decisions.csv, line {}): {}",
            fault.line,
            bounded(&fault.message)
        );
    }
    warn_of_marked_rows(&dataset, &decisions, &decided, &afterwards);
    let mut estimates = load::estimates_file(config).ok().and_then(Result::ok);
    if let Some(estimates) = &mut estimates {
        let mut today = estimates.clone();
        today.apply_aliases(&aliases);
        let latest = Latest::of(&today, &aliases);
        let lookup = Lookup::of(&dataset, Some(&latest), &decisions, &aliases);
        warn_of_unknown_sides(&alias, &aliases, &lookup);
        estimates.apply_aliases(&afterwards);
    }
    session.carry_out_curated(&plan, &afterwards, estimates.as_ref())
}

/// Warns of marked rows that decisions dismiss only under the new aliases: on such a row a decision has no effect.
fn warn_of_marked_rows(
    dataset: &Dataset<'_>,
    before: &Decisions<'_>,
    after: &Decisions<'_>,
    aliases: &Aliases<'_>,
) {
    for row in dataset.rows.iter().filter(|row| row.is_marked()) {
        let was_dismissed = before.dismissal(row.model()).is_some();
        if !was_dismissed && after.dismissal(&aliases.resolve(&row.key)).is_some() {
            warn!(
                "{}: its other name is dismissed, but that has no effect on a marked row; take back the mark or the decision",
                bounded(dataset.cell(row, Column::Name))
            );
        }
    }
}

/// Warns of a side that names an unknown model: it may be mistyped, unless it is a name from a public table.
fn warn_of_unknown_sides(alias: &NewAlias, aliases: &Aliases<'_>, lookup: &Lookup<'_>) {
    for (name, developer) in [
        (&alias.name, &alias.developer),
        (&alias.is_name, &alias.is_developer),
    ] {
        let key = Key::new(name, developer);
        let mut lines = aliases.lines.iter();
        let is_side = lines.any(|line| line.key == key || line.model == key);
        if name != ANY && !is_side && lookup.find_exactly(name, Some(developer)).is_err() {
            warn!("{}", lookup.unknown_model(name, developer));
        }
    }
}

fn suggest(config: &Config) -> Result<Exit> {
    let files = Files::read(config)?;
    let (dataset, decisions, aliases) = files.existing()?;
    let estimates = load::estimates(config, &aliases)?;
    let latest = Latest::of(&estimates, &aliases);
    let plan = plan::refresh(&dataset, &decisions, &latest);
    let groups = plan::suggestions(&plan, &latest, &decisions, &aliases);
    let data_dir = config.data_dir.as_deref();
    print_unless_quiet(config, &groups, |_| {
        if groups.is_empty() {
            return "# No probable renames\n".to_owned();
        }
        let groups = plan.renamed.iter().zip(&groups);
        let texts: Vec<String> = groups
            .map(|(renamed, group)| text(renamed, group, data_dir))
            .collect();
        texts.join("\n")
    })?;
    Ok(Exit::Done)
}

/// Commands to paste into a shell, each on a line, or a comment where no alias can join the models of a group.
fn text(renamed: &Renamed<'_>, group: &[NewAlias], data_dir: Option<&str>) -> String {
    let commands = group.iter().map(|one| pasted(one, data_dir));
    let commands: Option<Vec<String>> = commands.collect();
    if let Some(commands) = commands.filter(|commands| !commands.is_empty()) {
        return commands.join("\n") + "\n";
    }
    let model = |one: &Model<'_>| bounded_model(&one.name, &one.developer);
    let models = listed(renamed.iter().map(model));
    let why = "no command is suggested, because a verified row keeps its name, no alias leads to Unknown, an existing alias is \
               in the way, two decisions differ, or a name is too long; if they are one model, \
               remove the obstacle and write the alias yourself";
    format!("# {models}: {why}\n")
}

/// The command that writes down a suggestion.
pub(super) fn pasted(suggestion: &NewAlias, data_dir: Option<&str>) -> Option<String> {
    let options = [
        ("--developer", Some(&*suggestion.developer)),
        ("--is-name", Some(&suggestion.is_name)),
        ("--is-developer", Some(&suggestion.is_developer)),
        ("--data-dir", data_dir),
    ];
    paste::command("alias", &suggestion.name, options)
}
