//! `core-dataset add NAME`: a verified row of a model that the pipeline lacks.

use std::borrow::Cow;

use anyhow::{Result, bail};
use clap::Args;
use tracing::warn;

use super::correction::Correction;
use super::curate::curate;
use super::execute::WriteArgs;
use super::{Exit, note, usage};
use crate::changes::Model;
use crate::config::Config;
use crate::plan::Mode;
use crate::schema::Confidence;
use crate::terminal::{bounded, bounded_model};
use crate::text::{is_visible, name_line};

#[derive(Debug, Args)]
#[command(
    mut_arg("flop", |flop| flop.required(true).help("Its training FLOP")),
    mut_arg("confidence", |confidence| confidence.help("How certain the training FLOP is; speculative if not given")),
    mut_arg("source", |source| source.help("The source, for the row's sources")),
    after_help = "Example:\n  core-dataset add 'Mystery 1' --developer Lab --flop 4e25 \\\n      \
                  --source https://example.org/m --note 'press release'"
)]
pub struct AddArgs {
    /// The model's name
    name: String,
    /// Its developer
    #[arg(long, value_name = "NAME")]
    developer: String,
    #[command(flatten)]
    correction: Correction,
    /// The reason, for the row's notes
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, value_parser = note)]
    note: Option<String>,
    #[command(flatten)]
    write: WriteArgs,
}

pub(crate) fn run(config: &Config, args: &AddArgs) -> Result<Exit> {
    for (what, text) in [("name", &args.name), ("developer", &args.developer)] {
        if !is_visible(text) {
            return Err(usage(&format!("the {what} is blank")));
        }
    }
    curate(config, Mode::Add, &args.write, &[], |curation| {
        let written = |text| name_line(Cow::Borrowed(text));
        let model = Model {
            name: written(&args.name),
            developer: written(&args.developer),
        };
        let key = curation.aliases.resolve(&model.key()).into_owned();
        let name = bounded(&args.name);
        if let Some(row) = curation.dataset.rows.iter().find(|row| *row.model() == key) {
            let line = row.record.line;
            bail!("{name}: there is a row on line {line}; `verify NAME --flop F` corrects it");
        }
        curation.refuse_dismissed(&key, &args.name)?;
        for other in curation.lookup.look_alikes(&args.name, &key) {
            let model = other.key();
            let model = curation.aliases.resolve(&model);
            let is_dismissed = curation.decisions.dismissal(&model).is_some();
            let dismissed = if is_dismissed {
                ", which is dismissed"
            } else {
                ""
            };
            let other = bounded_model(&other.name, &other.developer);
            warn!(
                "{name}: it looks like {other}{dismissed}; if they are one model, this row is not needed"
            );
        }
        let note = args.note.as_deref().unwrap_or_default();
        let cells = args.correction.cells(None, Some(Confidence::Speculative));
        curation.draft.add(&model, cells, note);
        Ok(())
    })
}
