//! The options of each command, as they are typed and as they are meant.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::flop::{Class, Flop};
use crate::history::Question;
use crate::queue::{Filter, Sort};
use crate::schema::Confidence;

/// What `list` is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct ListOptions {
    /// Which rows.
    pub filter: Filter,
    /// In which order.
    pub sort: Sort,
    /// At most so many.
    pub limit: Option<usize>,
}

/// The flags of a validation.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct ValidateOptions {
    /// Exit 3 for warnings as well
    #[arg(long)]
    pub strict: bool,
}

#[derive(Args)]
pub(super) struct ListFlags {
    /// Only verified rows
    #[arg(long, conflicts_with = "unverified")]
    verified: bool,
    /// Only rows that are not verified
    #[arg(long)]
    unverified: bool,
    /// Only this class, by the row's own training FLOP
    #[arg(long, value_name = "CLASS", value_parser = named(Class::ALL, Class::name))]
    class: Option<Class>,
    /// Only this confidence
    #[arg(long, value_name = "CONFIDENCE", value_parser = named(Confidence::ALL, Confidence::name))]
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
    #[arg(long, value_name = "ORDER", default_value = "flop", value_parser = named(Sort::ALL, Sort::name))]
    sort: Sort,
    /// At most so many rows
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

impl ListFlags {
    pub(super) fn resolve(self) -> ListOptions {
        let verified = match (self.verified, self.unverified) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        };
        let filter = Filter {
            verified,
            class: self.class,
            confidence: self.confidence,
            developer: self.developer,
            min_flop: self.min_flop,
            max_flop: self.max_flop,
            drifted: self.drifted,
            orphaned: self.orphaned,
            text: self.text,
        };
        ListOptions {
            filter,
            sort: self.sort,
            limit: self.limit,
        }
    }
}

/// Accepts the names of a closed set of values, and lists them in help and errors.
fn named<T: Copy + Send + Sync + 'static, const N: usize>(
    all: [T; N],
    name: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    let find = move |given: String| {
        all.into_iter()
            .find(|value| name(*value) == given)
            .ok_or("no such value")
    };
    PossibleValuesParser::new(all.map(name)).try_map(find)
}

/// The flags of a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct VerifyOptions {
    /// The model's name, any case; in quotes where it has spaces
    pub name: String,
    /// Which developer, where several have a model of that name
    #[arg(long, value_name = "NAME")]
    pub developer: Option<String>,
    /// Why: appended to the notes
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Clear the mark; notes stay
    #[arg(long)]
    pub undo: bool,
    /// Show the change and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// The flags of a reapply.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct ReapplyOptions {
    /// The older copy
    pub file: PathBuf,
    /// Show what would change and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Args)]
pub(super) struct HistoryFlags {
    /// One model; without it, whole runs
    name: Option<String>,
    /// Of that name, only this developer
    #[arg(long, value_name = "NAME", requires = "name")]
    developer: Option<String>,
    /// At most so many entries
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

impl HistoryFlags {
    pub(super) fn resolve(self) -> Question {
        Question {
            name: self.name,
            developer: self.developer,
            limit: self.limit,
        }
    }
}

/// The flags of a refresh.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct RefreshOptions {
    /// Write all candidates afresh: marks, notes and your own columns are given up, a backup is made
    #[arg(long)]
    pub reset: bool,
    /// Show what would change and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Like --dry-run, and exit 3 when something would change
    #[arg(long)]
    pub check: bool,
    /// Carry out a plan that removes so much that it looks like a mistake
    #[arg(long)]
    pub force: bool,
    /// Count models without an estimate as candidates
    #[arg(long)]
    pub include_unestimated: bool,
}

impl RefreshOptions {
    /// Flags given before the command's name count as those behind it.
    pub(super) fn or(self, other: RefreshOptions) -> RefreshOptions {
        RefreshOptions {
            reset: self.reset || other.reset,
            dry_run: self.dry_run || other.dry_run,
            check: self.check || other.check,
            force: self.force || other.force,
            include_unestimated: self.include_unestimated || other.include_unestimated,
        }
    }

    /// Whether nothing may be written.
    pub fn is_preview(&self) -> bool {
        self.dry_run || self.check
    }
}
