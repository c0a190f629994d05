//! `core-dataset list`: the review queue.

mod select;

use std::fmt;
use std::str::FromStr;

use anyhow::Result;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde::ser::{Serialize, SerializeMap, Serializer};
use strum::VariantNames;

use super::Exit;
use super::load::{self, Curated, Files};
use super::print::print;
use crate::config::{Config, Format, Verbosity};
use crate::dataset::{Dataset, LineEnd, Mark, Row, push_record};
use crate::estimates::Latest;
use crate::flop::{Class, Flop};
use crate::schema::{Column, Confidence};
use crate::terminal::{Align, Cell, Screen, Tone, lay_out, wrap};
use crate::text::shown;
use select::{Filter, Listed, Sort, select};

/// The flags of `list`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  core-dataset list --unverified --limit 20\n  core-dataset list --drifted\n  \
                  core-dataset list --developer OpenAI --min-flop 1e25 --format csv"
)]
pub struct ListArgs {
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
    /// Only verified rows whose latest estimate is 2× or more away, or in another class
    #[arg(long)]
    drifted: bool,
    /// Only rows nobody marked without a usable estimate now (with --drifted: either)
    #[arg(long)]
    orphaned: bool,
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

impl ListArgs {
    fn filter(&self) -> Filter {
        Filter {
            verified: match (self.verified, self.unverified) {
                (true, _) => Some(true),
                (_, true) => Some(false),
                _ => None,
            },
            class: self.class,
            confidence: self.confidence,
            developer: self.developer.clone(),
            min_flop: self.min_flop,
            max_flop: self.max_flop,
            drifted: self.drifted,
            orphaned: self.orphaned,
            text: self.text.clone(),
        }
    }
}

impl ListArgs {
    /// The names and developers of the rows that are asked for, in order.
    pub(super) fn queue(&self, config: &Config) -> Result<Vec<(String, String)>> {
        let files = Files::read(config)?;
        let Curated {
            dataset,
            aliases,
            decisions,
        } = files.existing()?;
        let bytes = load::estimates_bytes(config)?;
        let estimates = load::estimates(config, &bytes, &aliases)?;
        let latest = Latest::of(&estimates, &aliases);
        let rows = select(&dataset, &decisions, &latest, &self.filter(), self.sort);
        let cell = |listed: &Listed<'_>, column| dataset.cell(listed.row, column).to_owned();
        let pairs = rows
            .iter()
            .map(|listed| (cell(listed, Column::Name), cell(listed, Column::Developer)));
        Ok(pairs.take(self.limit.unwrap_or(usize::MAX)).collect())
    }
}

/// Lists the rows that are asked for.
pub(super) fn run(config: &Config, args: &ListArgs) -> Result<Exit> {
    let files = Files::read(config)?;
    let Curated {
        dataset,
        aliases,
        decisions,
    } = files.existing()?;
    let filter = args.filter();
    let bytes = if filter.needs_estimates() {
        load::estimates_bytes(config)?
    } else {
        Vec::new()
    };
    let estimates = match filter.needs_estimates() {
        true => load::estimates(config, &bytes, &aliases)?,
        false => Default::default(),
    };
    let mut rows = select(
        &dataset,
        &decisions,
        &Latest::of(&estimates, &aliases),
        &filter,
        args.sort,
    );
    let total = rows.len();
    rows.truncate(args.limit.unwrap_or(usize::MAX));
    let list = List {
        dataset: &dataset,
        rows,
        total,
    };
    print(config, &list, |screen| match config.format {
        Format::Csv => list.csv(),
        _ => list.text(screen, config.verbosity == Verbosity::Verbose),
    })?;
    Ok(Exit::Done)
}

/// Rows to be listed. As JSON an array of objects keyed by column, `training_flop` and `parameters` as numbers or null.
struct List<'d> {
    dataset: &'d Dataset<'d>,
    rows: Vec<Listed<'d>>,
    /// How many there are in all.
    total: usize,
}

impl List<'_> {
    /// A table that fits the screen; with `verbose`, reasoning, sources and notes under each row.
    fn text(&self, screen: Screen, verbose: bool) -> String {
        if self.rows.is_empty() {
            return "No rows\n".to_owned();
        }
        let heading = [
            "",
            "name",
            "developer",
            "FLOP",
            "confidence",
            "released",
            "",
        ];
        let heading = heading
            .map(|title| Cell::new(Tone::Heading, title))
            .to_vec();
        let rows =
            std::iter::once(heading).chain(self.rows.iter().map(|listed| self.cells(listed)));
        let columns = [
            Align::Sentence,
            Align::Text,
            Align::Text,
            Align::Number,
            Align::Sentence,
            Align::Sentence,
            Align::Sentence,
        ];
        let lines = lay_out("", &columns, &rows.collect::<Vec<_>>(), screen);
        let mut out = String::new();
        for (place, line) in lines.iter().enumerate() {
            out.push_str(line);
            out.push('\n');
            let listed = place.checked_sub(1).and_then(|place| self.rows.get(place));
            if let Some(listed) = listed.filter(|_| verbose) {
                self.push_details(listed.row, screen, &mut out);
            }
        }
        if self.total > self.rows.len() {
            let rest = format!("{} of {} rows", self.rows.len(), self.total);
            out.push_str(&screen.paint(Tone::Quiet, &rest));
            out.push('\n');
        }
        out
    }

    fn cells(&self, listed: &Listed<'_>) -> Vec<Cell> {
        let cell = |column| self.dataset.cell(listed.row, column);
        let drift = listed.drift.map(|drift| {
            let factor = drift
                .verified
                .map(|verified| verified.factor_text(drift.latest));
            format!(
                "now {} {}",
                drift.latest.rounded(),
                factor.unwrap_or_default()
            )
        });
        let remark = drift
            .or(listed.orphan.map(|why| why.reason().to_owned()))
            .unwrap_or_default();
        let (mark, tone) = match listed.row.mark {
            Mark::Verified => ("y", Tone::Added),
            Mark::Protected => ("!", Tone::Attention),
            Mark::Unverified => ("", Tone::Plain),
        };
        let flop = listed
            .row
            .flop
            .map_or_else(|| "no estimate".to_owned(), Flop::two_decimals);
        vec![
            Cell::new(tone, mark),
            Cell::new(tone, cell(Column::Name)),
            Cell::plain(cell(Column::Developer)),
            Cell::plain(&flop),
            Cell::plain(cell(Column::Confidence)),
            Cell::plain(cell(Column::ReleaseDate)),
            Cell::new(Tone::Attention, &remark),
        ]
    }

    fn push_details(&self, row: &Row<'_>, screen: Screen, out: &mut String) {
        for column in [Column::Reasoning, Column::Sources, Column::Notes] {
            let text = self.dataset.cell(row, column);
            if !text.trim().is_empty() {
                let line = format!("    {}: {}", column.name(), shown(text));
                out.push_str(&screen.paint(Tone::Quiet, &wrap(&line, "      ", screen)));
                out.push('\n');
            }
        }
    }

    /// The schema's columns as CSV.
    fn csv(&self) -> String {
        let mut bytes = Vec::new();
        push_record(
            &mut bytes,
            Column::ALL.iter().map(|column| column.name()),
            LineEnd::Lf,
        );
        for listed in &self.rows {
            let cells = Column::ALL
                .iter()
                .map(|column| self.dataset.cell(listed.row, *column));
            push_record(&mut bytes, cells, LineEnd::Lf);
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Serialize for List<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rows = self.rows.iter();
        serializer.collect_seq(rows.map(|listed| Keyed {
            dataset: self.dataset,
            row: listed.row,
        }))
    }
}

/// A row keyed by column: the schema's columns first, then the owner's own.
struct Keyed<'d> {
    dataset: &'d Dataset<'d>,
    row: &'d Row<'d>,
}

impl Serialize for Keyed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for column in Column::ALL {
            let text = self.dataset.cell(self.row, *column);
            match column {
                Column::TrainingFlop => {
                    map.serialize_entry(column.name(), &self.row.flop.map(Flop::get))?;
                }
                Column::Parameters => map.serialize_entry(column.name(), &whole_number(text))?,
                _ => map.serialize_entry(column.name(), text)?,
            }
        }
        for (place, name) in self.dataset.table.header.own_columns() {
            map.serialize_entry(name, self.row.record.cell(place))?;
        }
        map.end()
    }
}

/// Older files write parameters as `175000000000.0`, which is a whole number.
fn whole_number(text: &str) -> Option<serde_json::Number> {
    let text = text.trim();
    if let Ok(whole) = text.parse::<u64>() {
        return Some(whole.into());
    }
    let value = text.parse::<f64>().ok().filter(|value| value.is_finite())?;
    match format!("{value:.0}").parse::<u64>() {
        Ok(whole) if value.fract() == 0.0 => Some(whole.into()),
        _ => serde_json::Number::from_f64(value),
    }
}
