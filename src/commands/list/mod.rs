//! `core-dataset list`: the review queue.

mod dismissed;
mod output;
mod rejected;
mod select;
mod state;
mod text;

use std::fmt;
use std::str::FromStr;

use anyhow::{Result, anyhow};
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use strum::VariantNames;

use super::load::{self, Files};
use super::print::print_unless_quiet;
use super::usage;
use crate::config::{Config, Format, Verbosity};
use crate::dataset::{Dataset, Header};
use crate::estimates::{Estimates, Latest};
use crate::flop::{Class, Flop};
use crate::plan;
use crate::schema::{Column, Confidence};
use crate::terminal::bounded;
use output::List;
use select::{Sort, select};
use state::{Crossed, Known, StateArgs};

/// The filters that only rows have.
const OF_ROWS: [&str; 13] = [
    "verified",
    "unverified",
    "class",
    "confidence",
    "developer",
    "min_flop",
    "max_flop",
    "text",
    "crossed",
    "drifted",
    "demoted",
    "renamed",
    "orphaned",
];

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  core-dataset list --unverified --limit 20\n  core-dataset list --drifted\n  \
                  core-dataset list --developer OpenAI --min-flop 1e25 --format csv\n  \
                  core-dataset list --columns name,training_flop,notes\n\n\
                  Several of --crossed, --drifted, --demoted, --renamed and --orphaned mean either; every other filter has to hold."
)]
pub struct ListArgs {
    #[command(flatten)]
    filter: FilterArgs,
    /// Not rows: the records of the estimates that are rejected, and the fields that are ignored, with their lines
    #[arg(long, conflicts_with_all = OF_ROWS, conflicts_with_all = ["dismissed", "reconsider", "columns"])]
    rejected: bool,
    /// Show these columns of the file, such as name,training_flop,notes
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', conflicts_with_all = ["dismissed", "reconsider"])]
    columns: Option<Vec<String>>,
}

/// The flags that say which models are meant, and in which order; `review` has them, too.
#[derive(Debug, Args)]
pub(super) struct FilterArgs {
    /// Only verified rows
    #[arg(long, conflicts_with = "unverified")]
    verified: bool,
    /// Only rows that are not verified
    #[arg(long)]
    unverified: bool,
    /// Only this class, by the row's own training FLOP
    #[arg(long, value_name = "CLASS", value_parser = named::<Class>())]
    class: Option<Class>,
    /// Only this confidence
    #[arg(long, value_name = "CONFIDENCE", value_parser = named::<Confidence>())]
    confidence: Option<Confidence>,
    /// Only this developer, any case
    #[arg(long, value_name = "NAME")]
    developer: Option<String>,
    /// At least so much training FLOP, such as 1e25
    #[arg(long, value_name = "FLOP")]
    min_flop: Option<Flop>,
    /// At most so much training FLOP
    #[arg(long, value_name = "FLOP")]
    max_flop: Option<Flop>,
    #[command(flatten)]
    states: StateArgs,
    /// List dismissed models instead of rows; `row kept` marks those whose row stays, because a person verified it or wrote in it
    #[arg(long, conflicts_with_all = OF_ROWS)]
    dismissed: bool,
    /// Not rows: dismissed models whose latest estimate is far above what was judged
    #[arg(long, conflicts_with_all = OF_ROWS, conflicts_with = "dismissed")]
    reconsider: bool,
    /// Only rows with this text in name, developer, reasoning or notes, any case
    #[arg(long = "match", value_name = "TEXT")]
    text: Option<String>,
    /// The order: flop, release and updated begin with the highest or latest
    #[arg(long, value_name = "ORDER", default_value = "flop", value_parser = named::<Sort>())]
    sort: Sort,
    /// At most so many rows
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

/// Accepts the words of a vocabulary, and lists them in help and errors.
pub(super) fn named<T>() -> impl TypedValueParser<Value = T>
where
    T: VariantNames + FromStr<Err: fmt::Display> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(T::VARIANTS)
        .try_map(|word| word.parse().map_err(|error: T::Err| error.to_string()))
}

/// The places of the columns that are asked for. Ends the process where one is unknown.
fn places(columns: &[String], header: &Header<'_>) -> Vec<usize> {
    /// A file may have columns without end.
    const LISTED: usize = 40;
    let joined = |names: Vec<&str>| {
        let names = names.into_iter().take(LISTED).map(bounded);
        names.collect::<Vec<_>>().join(", ")
    };
    let mut places = Vec::new();
    let mut unknown = Vec::new();
    for name in columns {
        match header.find(name.trim()) {
            Some(place) if places.contains(&place) => {}
            Some(place) => places.push(place),
            // A comma at the end is no column.
            None if name.trim().is_empty() => {}
            None => unknown.push(name.trim()),
        }
    }
    let trouble = match (places.is_empty(), unknown.is_empty()) {
        (_, false) => format!("the dataset has no column {}; it has", joined(unknown)),
        (true, true) => "no column is named; the dataset has".to_owned(),
        (false, true) => return places,
    };
    let names = joined(header.names().collect());
    usage("list", &format!("--columns: {trouble} {names}"))
}

impl FilterArgs {
    /// The names and developers of the rows that are asked for, in order.
    pub(super) fn queue(&self, config: &Config) -> Result<Vec<(String, String)>> {
        if self.dismissed || self.reconsider {
            return dismissed::queue(config, self.reconsider, self.limit());
        }
        self.with_list(config, None, |list| {
            let rows = list.rows.iter().filter(|listed| !listed.state.has_left);
            let pairs = rows.map(|listed| {
                let cell = |column| list.dataset.cell(listed.row, column).to_owned();
                (cell(Column::Name), cell(Column::Developer))
            });
            Ok(pairs.collect())
        })
    }

    fn limit(&self) -> usize {
        self.limit.unwrap_or(usize::MAX)
    }

    /// Reads what the filters need, and hands on the rows that are asked for, with these columns, or those that suit the filters.
    fn with_list<T>(
        &self,
        config: &Config,
        columns: Option<&[String]>,
        answer: impl FnOnce(&List<'_>) -> Result<T>,
    ) -> Result<T> {
        let states = self.states;
        let files = Files::read(config)?;
        let (dataset, decisions, aliases) = files.existing()?;
        let columns = columns.map(|columns| places(columns, &dataset.table.header));
        // CSV says which decisions have effect today. Where the estimates cannot be read, every decision counts as one that has.
        let helps = config.format == Format::Csv && !decisions.lines.is_empty();
        let estimates = match states.need_estimates() {
            true => load::estimates(config, &aliases)?,
            false if helps => load::estimates(config, &aliases).unwrap_or_default(),
            false => Estimates::default(),
        };
        let latest = Latest::of(&estimates, &aliases);
        let renamed = match states.renamed {
            true => plan::refresh(&dataset, &decisions, &latest, false).renamed,
            false => Vec::new(),
        };
        let journal = match states.crossed {
            true => load::journal(&config.paths.journal)?,
            false => Vec::new(),
        };
        let crossed = Crossed::of(&dataset, &journal);
        let left = crossed.rows_that_left(&dataset);
        let left = Dataset::parse(&left).map_err(|refusal| {
            anyhow!(
                "{}: the rows that left cannot be read: {refusal}",
                config.paths.journal.display()
            )
        })?;
        let known = Known {
            latest: &latest,
            decisions: &decisions,
            crossed: &crossed,
            left: &left,
            groups: state::groups(&renamed),
        };
        let mut rows = select(&dataset, &known, self);
        let total = rows.len();
        rows.truncate(self.limit());
        answer(&List {
            dataset: &dataset,
            columns,
            rows,
            total,
            renamed: &renamed,
            decisions: &decisions,
            latest: &latest,
        })
    }
}

/// Lists the rows that are asked for.
pub(super) fn run(config: &Config, args: &ListArgs) -> Result<()> {
    let filter = &args.filter;
    if args.rejected {
        return rejected::run(config, filter.limit());
    }
    if filter.dismissed || filter.reconsider {
        return dismissed::run(config, filter.reconsider, filter.limit());
    }
    filter.with_list(config, args.columns.as_deref(), |list| {
        print_unless_quiet(config, list, |screen| match config.format {
            Format::Csv => list.csv(),
            _ => {
                let is_verbose = config.verbosity == Verbosity::Verbose;
                text::text(list, filter.states.remedy(), screen, is_verbose)
            }
        })
    })
}
