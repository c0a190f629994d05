//! `core-dataset stats`: how far along the curation is, in counts, rates, distributions, and a quality score for each verified row.

mod text;

use std::collections::{HashMap, HashSet};

use anyhow::Result;
use clap::Args;
use serde::Serialize;

use super::load::{self, Files};
use super::print::print_unless_quiet;
use crate::config::Config;
use crate::dataset::{Aliases, Dataset, Mark, Row};
use crate::dates;
use crate::estimates::Latest;
use crate::flop::Flop;
use crate::journal::JournalEntry;
use crate::key::Key;
use crate::plan::{self, Line, Mode, Plan, Summary, at_or_above};
use crate::report::most_frequent;
use crate::schema::{Column, Confidence};
use crate::sources;

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  core-dataset stats --format json\n\n\
        The quality of a verified row is scored out of 100 points:\n  \
        30  a note\n  20  a source with a URL\n  20  confidence high; 15 medium, 10 low, 5 speculative\n  \
        30  no drift or accepted drift; 15 without an estimate")]
pub struct StatsArgs {}

pub(crate) fn run(config: &Config) -> Result<()> {
    let files = Files::read(config)?;
    let (dataset, decisions, aliases) = files.existing()?;
    let estimates = load::estimates(config, &aliases)?;
    let journal = load::journal(&config.paths.journal)?;
    let latest = Latest::of(&estimates, &aliases);
    let plan = plan::refresh(&dataset, &decisions, &latest);
    let stats = Stats::of(&plan, &latest, &journal, &aliases);
    print_unless_quiet(config, &stats, |screen| text::text(&stats, screen))
}

/// The metrics of a dataset. In JSON, the keys are the field names.
#[derive(Debug, Serialize)]
struct Stats {
    summary: Summary,
    /// Verified rows / rows; null without rows.
    verification_rate: Option<f64>,
    at_or_above_1e25: usize,
    /// The share of the unique models in the estimates that have a row at or above 1e25 FLOP; null without estimates.
    coverage_rate: Option<f64>,
    drifted: usize,
    by_confidence: Vec<Share>,
    /// By the class of the row's own training FLOP, not by its column.
    by_class: Vec<Share>,
    by_method: Vec<Share>,
    by_developer: Vec<Share>,
    /// By year of release; a date that cannot be read is `(unreadable)`.
    by_year: Vec<Share>,
    /// A histogram with edges at 1, 2 and 5 times each power of ten.
    by_flop: Vec<Bin>,
    updates: Updates,
    quality: Quality,
}

/// How many rows have one value; a blank value is `(blank)`.
#[derive(Debug, Serialize)]
struct Share {
    value: String,
    count: usize,
}

/// How many rows have a training FLOP from `from` up to but not including `to`.
#[derive(Debug, Clone, Serialize)]
struct Bin {
    from: f64,
    to: f64,
    count: usize,
}

/// What the journal says about the refreshes that wrote something.
#[derive(Debug, Default, Serialize)]
struct Updates {
    refreshes: usize,
    /// How many times they changed a row's training FLOP.
    estimate_changes: usize,
    /// The models whose training FLOP changed most often, five at most.
    most_changed: Vec<ChangedModel>,
}

#[derive(Debug, Serialize)]
struct ChangedModel {
    name: String,
    developer: String,
    changes: usize,
}

/// The quality scores of the verified rows.
#[derive(Debug, Serialize)]
struct Quality {
    /// The mean score, 0 to 100; null without verified rows.
    mean: Option<f64>,
    /// Each verified row, the lowest score first.
    rows: Vec<ScoredRow>,
}

/// A verified row, its score out of 100, and what it lacks for a higher one.
#[derive(Debug, Serialize)]
struct ScoredRow {
    name: String,
    developer: String,
    score: u32,
    lacks: Vec<&'static str>,
}

const MOST_CHANGED: usize = 5;

impl Stats {
    /// Measures the dataset of a plan against the latest estimates and the runs of the journal.
    fn of(
        plan: &Plan<'_>,
        latest: &Latest<'_>,
        journal: &[JournalEntry<'_>],
        aliases: &Aliases<'_>,
    ) -> Stats {
        let (dataset, rows) = (plan.dataset, &plan.dataset.rows);
        let rate = |part: usize, whole: usize| (whole > 0).then(|| part as f64 / whole as f64);
        let summary = Summary::of_rows(rows);
        let above = rows.iter().filter(|row| row.flop >= Some(Flop::REGULATORY));
        let above: HashSet<&Key> = above.map(Row::model).collect();
        let covered = latest.iter().filter(|one| above.contains(&one.key)).count();
        let by = |value: &dyn Fn(&Row<'_>) -> String| shares(rows.iter().map(value));
        let cell = |row: &Row<'_>, column| dataset.cell(row, column).trim().to_owned();
        let mut by_year = by(&|row| {
            let date = cell(row, Column::ReleaseDate);
            match dates::day(&date) {
                Some(day) => day.format("%Y").to_string(),
                None if date.is_empty() => date,
                None => "(unreadable)".to_owned(),
            }
        });
        by_year.sort_by(|a, b| a.value.cmp(&b.value));
        Stats {
            verification_rate: rate(summary.verified, summary.total),
            summary,
            at_or_above_1e25: at_or_above(rows.iter().map(|row| row.flop)),
            coverage_rate: rate(covered, latest.count()),
            drifted: plan.count(|line| line.drift.is_some()),
            by_confidence: by(&|row| cell(row, Column::Confidence)),
            by_class: by(&|row| row.flop.map_or("", |flop| flop.class().name()).to_owned()),
            by_method: by(&|row| cell(row, Column::EstimationMethod)),
            by_developer: by(&|row| cell(row, Column::Developer)),
            by_year,
            by_flop: bins(rows.iter().filter_map(|row| row.flop)),
            updates: Updates::of(journal, dataset, aliases),
            quality: Quality::of(plan, latest),
        }
    }
}

/// The values with their counts, the most frequent first.
fn shares(values: impl Iterator<Item = String>) -> Vec<Share> {
    let mut shares = Vec::new();
    for (mut value, count) in most_frequent(values) {
        if value.is_empty() {
            value = "(blank)".to_owned();
        }
        shares.push(Share { value, count });
    }
    shares
}

/// The histogram, from the bin of the smallest value to that of the largest. The thresholds 5e24, 1e25 and 5e25 are among its edges.
fn bins(flops: impl Iterator<Item = Flop>) -> Vec<Bin> {
    let places: Vec<usize> = flops
        .map(|flop| EDGES.partition_point(|edge| *edge <= flop.get()))
        .map(|place| place.clamp(1, EDGES.len() - 1))
        .collect();
    let Some((first, last)) = places.iter().min().zip(places.iter().max()) else {
        return Vec::new();
    };
    (*first..=*last)
        .map(|edge| Bin {
            from: EDGES[edge - 1],
            to: EDGES[edge],
            count: places.iter().filter(|place| **place == edge).count(),
        })
        .collect()
}

/// The edges of the bins. Values outside them are counted in the first or the last bin.
const EDGES: [f64; 25] = [
    1e21, 2e21, 5e21, 1e22, 2e22, 5e22, 1e23, 2e23, 5e23, 1e24, 2e24, 5e24, 1e25, 2e25, 5e25, 1e26,
    2e26, 5e26, 1e27, 2e27, 5e27, 1e28, 2e28, 5e28, 1e29,
];

impl Updates {
    fn of(journal: &[JournalEntry<'_>], dataset: &Dataset<'_>, aliases: &Aliases<'_>) -> Updates {
        let refreshes: Vec<_> = journal
            .iter()
            .filter(|entry| entry.mode == Mode::Refresh.name())
            .collect();
        let moved = refreshes
            .iter()
            .flat_map(|entry| entry.changes.updated.iter().chain(&entry.changes.demoted))
            // Another spelling of the same number is not a change.
            .filter(|change| change.flops().0 != change.flops().1);
        // Each model is listed under the name in its row or, without a row, in its newest change.
        let mut newest = HashMap::new();
        let keys = moved.map(|change| {
            let model = aliases.resolve(&change.key()).into_owned();
            newest.entry(model.clone()).or_insert(change);
            model
        });
        let mut models = most_frequent(keys);
        let estimate_changes = models.iter().map(|(_, changes)| changes).sum();
        models.truncate(MOST_CHANGED);
        let most_changed = models.into_iter().map(|(model, changes)| {
            let row = dataset.rows.iter().find(|row| *row.model() == model);
            let change = newest[&model];
            let [name, developer] = row.map_or([&*change.name, &change.developer], |row| {
                dataset.table.name_and_developer(&row.record)
            });
            ChangedModel {
                name: name.to_owned(),
                developer: developer.to_owned(),
                changes,
            }
        });
        Updates {
            refreshes: refreshes.len(),
            estimate_changes,
            most_changed: most_changed.collect(),
        }
    }
}

impl Quality {
    fn of(plan: &Plan<'_>, latest: &Latest<'_>) -> Quality {
        let verified = plan.lines.iter();
        let verified = verified.filter(|line| line.mark == Mark::Verified);
        let rows = verified.map(|line| ScoredRow::of(plan, line, latest));
        let mut rows: Vec<ScoredRow> = rows.collect();
        rows.sort_by_key(|row| row.score);
        let sum: u32 = rows.iter().map(|row| row.score).sum();
        let mean = (!rows.is_empty()).then(|| f64::from(sum) / rows.len() as f64);
        Quality { mean, rows }
    }
}

impl ScoredRow {
    fn of(plan: &Plan<'_>, line: &Line<'_>, latest: &Latest<'_>) -> ScoredRow {
        let cell = |column| plan.cell(line, column);
        let estimate = latest.get(line.model());
        let has_estimate = estimate.is_some_and(|estimate| estimate.flop.is_some());
        let agreement = if has_estimate { 30 } else { 15 };
        let (mut score, mut lacks) = (0, Vec::new());
        for (points, is_met, lack) in [
            (30, !cell(Column::Notes).trim().is_empty(), "no note"),
            (20, sources::url(&cell(Column::Sources)).is_some(), "no URL"),
            (agreement, line.drift.is_none(), "drifted"),
        ] {
            if is_met {
                score += points;
            } else {
                lacks.push(lack);
            }
        }
        score += match cell(Column::Confidence).trim().parse() {
            Ok(Confidence::High) => 20,
            Ok(Confidence::Medium) => 15,
            Ok(Confidence::Low) => 10,
            Ok(Confidence::Speculative) => 5,
            Err(_) => 0,
        };
        ScoredRow {
            name: cell(Column::Name).into_owned(),
            developer: cell(Column::Developer).into_owned(),
            score,
            lacks,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::Decisions;

    #[test]
    fn a_row_scores_by_note_source_confidence_and_agreement() {
        let text = "name,developer,verified,training_flop,confidence,sources,notes\n\
                    a,d,y,1e25,high,see https://x.org (x),why\nb,d,y,1e25,low,a page,\n";
        let dataset = Dataset::parse(text.as_bytes()).expect("sound");
        let (decisions, latest) = (Decisions::absent(), Latest::default());
        let plan = plan::refresh(&dataset, &decisions, &latest);
        let quality = Quality::of(&plan, &latest);
        let scores: Vec<_> = quality
            .rows
            .iter()
            .map(|row| (&*row.name, row.score))
            .collect();
        assert_eq!(scores, [("b", 25), ("a", 85)]);
        assert_eq!(quality.mean, Some(55.0));
    }
}
