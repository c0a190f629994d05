//! `core-dataset list`: the review queue.

mod dismissed;
mod output;
mod rejected;
mod select;
mod text;

use std::str::FromStr;

use anyhow::Result;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use strum::VariantNames;

use super::load::{self, Files};
use super::print::print_unless_quiet;
use super::usage;
use crate::config::{Config, Format};
use crate::dataset::Header;
use crate::estimates::{Estimates, Latest};
use crate::plan;
use crate::schema::Column;
use crate::terminal::bounded;
use select::{Crossings, List, RowArgs, Sort, StateArgs};

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  core-dataset list --unverified --limit 20\n  core-dataset list --drifted\n  \
                  core-dataset list --developer OpenAI --min-flop 1e25 --format csv\n  \
                  core-dataset list --columns name,training_flop,notes\n\n\
                  A row has to match every filter, but only one of --crossed, --drifted, --demoted, --renamed and --orphaned if several of \
                  these are given.\n\n\
                  In front of a name, y marks a verified row and ! a protected one. With --format csv, the last column is `decision`, \
                  unless the file has one or --columns is given: it has the decision in effect, or is blank, to be filled in for \
                  `decide`."
)]
pub struct ListArgs {
    #[command(flatten)]
    filter: FilterArgs,
    /// List the rejected records and ignored fields of the estimates, with their lines, instead of rows
    #[arg(long, conflicts_with_all = ["RowArgs", "StateArgs", "dismissed", "reconsider", "columns", "sort"])]
    rejected: bool,
    /// Show these columns of the file, such as name,training_flop,notes
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', conflicts_with_all = ["dismissed", "reconsider"])]
    columns: Option<Vec<String>>,
}

/// The filters that only a row can meet.
const FOR_ROWS: [&str; 5] = ["verified", "unverified", "class", "confidence", "StateArgs"];

/// The flags that select models and their order; `review` has them, too.
#[derive(Debug, Args)]
pub(super) struct FilterArgs {
    #[command(flatten)]
    rows: RowArgs,
    #[command(flatten)]
    states: StateArgs,
    /// List dismissed models instead of rows
    #[arg(long, conflicts_with_all = FOR_ROWS)]
    dismissed: bool,
    /// List dismissed models to reconsider instead of rows: those dismissed as below whose latest estimate is 2× or more above the judged
    /// number, or has passed a threshold upward
    #[arg(long, conflicts_with = "dismissed", conflicts_with_all = FOR_ROWS)]
    reconsider: bool,
    /// The order of rows; flop, release and updated begin with the highest or latest
    #[arg(
        long,
        value_name = "ORDER",
        default_value = "flop",
        value_parser = named::<Sort>(),
        conflicts_with_all = ["dismissed", "reconsider"]
    )]
    sort: Sort,
    /// At most N rows
    #[arg(long, value_name = "N", default_value_t = usize::MAX, hide_default_value = true)]
    limit: usize,
}

/// Accepts the words of a vocabulary, and lists them in help and errors.
pub(super) fn named<T>() -> impl TypedValueParser<Value = T>
where
    T: VariantNames + FromStr<Err = strum::ParseError> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(T::VARIANTS).try_map(|word| word.parse())
}

pub(crate) fn run(config: &Config, args: &ListArgs) -> Result<()> {
    let filter = &args.filter;
    if args.rejected {
        return rejected::run(config, filter.limit);
    }
    if filter.dismissed || filter.reconsider {
        return dismissed::run(config, filter);
    }
    filter.with_list(config, args.columns.as_deref(), |list| {
        print_unless_quiet(config, &list, |screen| match config.format {
            Format::Csv => list.csv(),
            _ => text::text(&list, screen),
        })
    })
}

impl FilterArgs {
    /// The names and developers of the selected models, in order.
    pub(super) fn queue(&self, config: &Config) -> Result<Vec<[String; 2]>> {
        if self.dismissed || self.reconsider {
            let models = dismissed::models(config, self)?.into_iter();
            let pairs = models.map(|one| [one.name, one.developer]);
            return Ok(pairs.take(self.limit).collect());
        }
        self.with_list(config, None, |list| {
            let mut queue = Vec::new();
            for listed in list.rows.iter().filter(|listed| !listed.has_left) {
                let names = list.dataset.table.name_and_developer(&listed.row.record);
                queue.push(names.map(str::to_owned));
            }
            Ok(queue)
        })
    }

    /// Reads the files that the filters need, and passes the selected rows, with these columns, to `answer`.
    fn with_list<T>(
        &self,
        config: &Config,
        columns: Option<&[String]>,
        answer: impl FnOnce(List<'_>) -> Result<T>,
    ) -> Result<T> {
        let states = self.states;
        let files = Files::read(config)?;
        let (dataset, decisions, aliases) = files.existing()?;
        let estimates = if states.drifted || states.renamed || states.orphaned {
            load::estimates(config, &aliases)?
        } else if config.format == Format::Csv && !decisions.lines.is_empty() {
            // CSV shows which decisions have an effect today. If the estimates cannot be read, every `stands` on a verified row counts.
            load::estimates(config, &aliases).unwrap_or_default()
        } else {
            Estimates::default()
        };
        let latest = Latest::of(&estimates, &aliases);
        let (mut renamed, mut journal) = (Vec::new(), Vec::new());
        if states.renamed {
            renamed = plan::refresh(&dataset, &decisions, &latest).renamed;
        }
        if states.crossed {
            journal = load::journal(&config.paths.journal)?;
        }
        let crossings = Crossings::of(&journal, &dataset);
        let mut list = List {
            dataset: &dataset,
            decisions: &decisions,
            latest: &latest,
            places: places(columns, &dataset.table.header)?,
            has_requested_columns: columns.is_some(),
            rows: Vec::new(),
            total: 0,
        };
        list.rows = list.select(self, &crossings, &renamed);
        list.total = list.rows.len();
        list.rows.truncate(self.limit);
        answer(list)
    }
}

/// The places of the requested columns, or else of the schema's columns and then of the owner's in the order of the file.
///
/// # Errors
/// A usage error if there is no such column.
fn places(requested: Option<&[String]>, header: &Header<'_>) -> Result<Vec<usize>> {
    let schema = Column::ALL.iter().map(|column| header.place(*column));
    let own = header.own_columns().map(|(place, _)| place);
    let Some(names) = requested else {
        return Ok(schema.chain(own).collect());
    };
    let mut places = Vec::new();
    for name in names {
        let Some(place) = header.find(name.trim()) else {
            let columns: Vec<String> = header.names().take(40).map(bounded).collect();
            let (name, columns) = (bounded(name), columns.join(", "));
            let message = format!("--columns: no column \"{name}\"; the dataset has {columns}");
            return Err(usage(&message));
        };
        if !places.contains(&place) {
            places.push(place);
        }
    }
    Ok(places)
}
