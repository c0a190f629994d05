//! `core-dataset stats`: how far along the curation is: counts, rates, distributions, and what can be seen of each verified row's quality.

mod text;

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use anyhow::Result;
use clap::Args;
use serde::Serialize;

use super::Exit;
use super::load::{self, Curated, Files};
use super::print::print_unless_quiet;
use crate::config::Config;
use crate::dataset::{Dataset, Decisions, Mark, Row};
use crate::dates;
use crate::estimates::Latest;
use crate::flop::Flop;
use crate::journal::JournalEntry;
use crate::key::Key;
use crate::plan::{Drift, Mode, Summary};
use crate::schema::{Column, Confidence};
use crate::text::has_url;

/// `stats` has no flags of its own.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  core-dataset stats --format json\n\n\
        The quality of a verified row is what can be seen of it, of 100 points:\n  \
        30  a note\n  20  a source with a URL\n  20  confidence high; 15 medium, 10 low, 5 speculative\n  \
        30  the latest estimate has not drifted; 15 when there is none")]
pub struct StatsArgs {}

/// Measures the dataset.
pub(super) fn run(config: &Config) -> Result<Exit> {
    let files = Files::read(config)?;
    let Curated {
        dataset,
        aliases,
        decisions,
    } = files.existing()?;
    let estimates = load::estimates(config, &aliases)?;
    let journal = load::journal(&config.paths.journal)?;
    let stats = Stats::of(
        &dataset,
        &decisions,
        &Latest::of(&estimates, &aliases),
        &journal,
    );
    print_unless_quiet(config, &stats, |screen| text::text(&stats, screen))?;
    Ok(Exit::Done)
}

/// The metrics of a dataset. As JSON the keys are the fields' names.
#[derive(Debug, Serialize)]
struct Stats {
    /// Each row counted once.
    summary: Summary,
    /// Verified rows / rows; null without rows.
    verification_rate: Option<f64>,
    /// Rows at or above 1e25 FLOP.
    at_or_above_1e25: usize,
    /// Of the unique models in the estimates, the share that has a row at or above 1e25 FLOP; null without estimates.
    coverage_rate: Option<f64>,
    /// Verified rows whose latest estimate is 2× or more away, or on another side of a threshold.
    drifted: usize,
    /// Rows by the column `confidence`.
    by_confidence: Vec<Share>,
    /// Rows by the class of their own training FLOP.
    by_class: Vec<Share>,
    /// Rows by the column `estimation_method`.
    by_method: Vec<Share>,
    /// Rows by the column `developer`, the ten with the most rows.
    by_developer: Vec<Share>,
    /// Rows by year of release; a date that cannot be read is `(unreadable)`.
    by_year: Vec<Share>,
    /// Rows by training FLOP, in steps of 1, 2, 5.
    by_flop: Vec<Bin>,
    /// What the journal tells of updates.
    updates: Updates,
    /// What can be seen of the verified rows' quality.
    quality: Quality,
}

/// How many rows have one value; a blank value is `(blank)`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Share {
    /// The value.
    value: String,
    /// How many rows.
    count: usize,
}

/// How many rows have a training FLOP from `from` up to but without `to`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
struct Bin {
    /// The lower end, in FLOP.
    from: f64,
    /// The upper end, in FLOP.
    to: f64,
    /// How many rows.
    count: usize,
}

/// What the journal tells of updates.
#[derive(Debug, Default, PartialEq, Serialize)]
struct Updates {
    /// Refreshes that wrote.
    refreshes: usize,
    /// How many times a row's training FLOP became another number in them.
    estimate_changes: usize,
    /// The models whose training FLOP changed most often, five at most.
    most_changed: Vec<Changed>,
}

/// A model and how often its training FLOP changed.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Changed {
    /// The model's name.
    name: String,
    /// Its developer.
    developer: String,
    /// How many times.
    changes: usize,
}

/// What can be seen of the verified rows' quality.
#[derive(Debug, Serialize)]
struct Quality {
    /// The mean score, 0 to 100; null without verified rows.
    mean: Option<f64>,
    /// Each verified row, the lowest score first.
    rows: Vec<Scored>,
}

/// One verified row and its score.
#[derive(Debug, Clone, Serialize)]
struct Scored {
    /// The model's name.
    name: String,
    /// Its developer.
    developer: String,
    /// The sum of the parts, 0 to 100.
    score: u32,
    /// 30 when the row has a note.
    note: u32,
    /// 20 when a source is a URL.
    source: u32,
    /// 20, 15, 10, 5 for high, medium, low, speculative confidence.
    confidence: u32,
    /// 30 when the latest estimate agrees (has not drifted), 15 when there is none to compare with.
    agreement: u32,
}

/// How many developers are listed.
const DEVELOPERS: usize = 10;

/// How many of the most changed models are listed.
const MOST_CHANGED: usize = 5;

impl Stats {
    /// Measures a dataset against the latest estimates, where there are any, and the journal's runs.
    fn of(
        dataset: &Dataset<'_>,
        decisions: &Decisions<'_>,
        latest: &Latest<'_>,
        journal: &[JournalEntry<'_>],
    ) -> Stats {
        let rows = &dataset.rows;
        let rate = |part: usize, whole: usize| (whole > 0).then(|| part as f64 / whole as f64);
        let above = rows
            .iter()
            .filter(|row| row.flop.is_some_and(|flop| flop >= Flop::REGULATORY));
        let keys_above: HashSet<&Key> = above.clone().map(Row::model).collect();
        let covered = latest
            .iter()
            .filter(|estimate| keys_above.contains(&estimate.key))
            .count();
        let summary = Summary::of(rows.iter().map(|row| (row.mark, row.flop)));
        let year = |row: &Row<'_>| {
            let text = dataset.cell(row, Column::ReleaseDate).trim();
            match dates::day(text) {
                Some(day) => day.format("%Y").to_string(),
                None if text.is_empty() => String::new(),
                None => "(unreadable)".to_owned(),
            }
        };
        let mut by_developer = by_count(
            rows.iter()
                .map(|row| dataset.cell(row, Column::Developer).trim().to_owned()),
        );
        by_developer.truncate(DEVELOPERS);
        let mut by_year = by_count(rows.iter().map(year));
        by_year.sort_by(|a, b| a.value.cmp(&b.value));
        Stats {
            summary,
            verification_rate: rate(summary.verified, summary.total),
            at_or_above_1e25: above.count(),
            coverage_rate: rate(covered, latest.len()),
            drifted: rows
                .iter()
                .filter(|row| Drift::of_row(row, latest, decisions).is_some())
                .count(),
            by_confidence: by_count(
                rows.iter()
                    .map(|row| dataset.cell(row, Column::Confidence).trim().to_owned()),
            ),
            by_class: by_count(rows.iter().map(|row| {
                row.flop
                    .map_or_else(String::new, |flop| flop.class().name().to_owned())
            })),
            by_method: by_count(rows.iter().map(|row| {
                dataset
                    .cell(row, Column::EstimationMethod)
                    .trim()
                    .to_owned()
            })),
            by_developer,
            by_year,
            by_flop: bins(rows.iter().filter_map(|row| row.flop)),
            updates: Updates::of(journal),
            quality: Quality::of(dataset, decisions, latest),
        }
    }
}

/// The values with their counts, the most frequent first.
fn by_count(values: impl Iterator<Item = String>) -> Vec<Share> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    let named = |value: String| {
        if value.is_empty() {
            "(blank)".to_owned()
        } else {
            value
        }
    };
    let mut shares: Vec<Share> = counts
        .into_iter()
        .map(|(value, count)| Share {
            value: named(value),
            count,
        })
        .collect();
    shares.sort_by_key(|share| Reverse(share.count));
    shares
}

/// The histogram over 1, 2, 5, 10, … from the smallest to the largest value: the thresholds 5e24, 1e25 and 5e25 are among its edges.
fn bins(flops: impl Iterator<Item = Flop>) -> Vec<Bin> {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for flop in flops {
        let below = EDGES.partition_point(|edge| *edge <= flop.get());
        *counts
            .entry(below.saturating_sub(1).min(EDGES.len() - 2))
            .or_default() += 1;
    }
    let (Some((first, _)), Some((last, _))) = (counts.first_key_value(), counts.last_key_value())
    else {
        return Vec::new();
    };
    (*first..=*last)
        .map(|bin| Bin {
            from: EDGES[bin],
            to: EDGES[bin + 1],
            count: counts.get(&bin).copied().unwrap_or(0),
        })
        .collect()
}

/// What lies outside is counted in the first or last bin.
const EDGES: [f64; 25] = [
    1e21, 2e21, 5e21, 1e22, 2e22, 5e22, 1e23, 2e23, 5e23, 1e24, 2e24, 5e24, 1e25, 2e25, 5e25, 1e26,
    2e26, 5e26, 1e27, 2e27, 5e27, 1e28, 2e28, 5e28, 1e29,
];

impl Updates {
    fn of(journal: &[JournalEntry<'_>]) -> Updates {
        let mut updates = Updates::default();
        let mut models: BTreeMap<Key, Changed> = BTreeMap::new();
        for entry in journal
            .iter()
            .filter(|entry| entry.mode == Mode::Refresh.name())
        {
            updates.refreshes += 1;
            for change in entry.changes.updated.iter().chain(&entry.changes.demoted) {
                // Another spelling of the number is no change of it.
                let (was, now) = change.flops();
                if was != now {
                    updates.estimate_changes += 1;
                    let key = Key::new(&change.name, &change.developer);
                    let model = models.entry(key).or_insert_with(|| Changed {
                        name: change.name.to_string(),
                        developer: change.developer.to_string(),
                        changes: 0,
                    });
                    model.changes += 1;
                }
            }
        }
        updates.most_changed = models.into_values().collect();
        updates
            .most_changed
            .sort_by_key(|model| Reverse(model.changes));
        updates.most_changed.truncate(MOST_CHANGED);
        updates
    }
}

impl Quality {
    fn of(dataset: &Dataset<'_>, decisions: &Decisions<'_>, latest: &Latest<'_>) -> Quality {
        let verified = dataset.rows.iter().filter(|row| row.mark == Mark::Verified);
        let mut rows: Vec<Scored> = verified
            .map(|row| Scored::of(dataset, decisions, row, latest))
            .collect();
        rows.sort_by_key(|row| row.score);
        let sum: u32 = rows.iter().map(|row| row.score).sum();
        let mean = (!rows.is_empty()).then(|| f64::from(sum) / rows.len() as f64);
        Quality { mean, rows }
    }
}

impl Scored {
    fn of(
        dataset: &Dataset<'_>,
        decisions: &Decisions<'_>,
        row: &Row<'_>,
        latest: &Latest<'_>,
    ) -> Scored {
        let cell = |column| dataset.cell(row, column);
        let note = if !cell(Column::Notes).trim().is_empty() {
            30
        } else {
            0
        };
        let source = if has_url(cell(Column::Sources)) {
            20
        } else {
            0
        };
        let confidence = match Confidence::from_name(cell(Column::Confidence).trim()) {
            Some(Confidence::High) => 20,
            Some(Confidence::Medium) => 15,
            Some(Confidence::Low) => 10,
            Some(Confidence::Speculative) => 5,
            None => 0,
        };
        let estimate = latest.get(row.model());
        let has_estimate = estimate.is_some_and(|estimate| estimate.flop.is_some());
        let agreement = match Drift::of_row(row, latest, decisions) {
            Some(_) => 0,
            None if has_estimate => 30,
            None => 15,
        };
        Scored {
            name: cell(Column::Name).to_owned(),
            developer: cell(Column::Developer).to_owned(),
            score: note + source + confidence + agreement,
            note,
            source,
            confidence,
            agreement,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thresholds_are_edges_of_the_histogram() {
        for threshold in [Flop::CANDIDATE, Flop::REGULATORY, Flop::HIGH_CONFIDENCE] {
            assert!(EDGES.contains(&threshold.get()), "{threshold}");
        }
    }

    #[test]
    fn a_value_is_counted_in_the_bin_that_begins_with_it() {
        let bins = bins([5e24, 4.9e24, 1e25, 1e40].into_iter().filter_map(Flop::new));
        let filled: Vec<_> = bins
            .iter()
            .filter(|bin| bin.count > 0)
            .map(|bin| (bin.from, bin.count))
            .collect();
        assert_eq!(filled, [(2e24, 1), (5e24, 1), (1e25, 1), (5e28, 1)]);
    }

    #[test]
    fn a_row_scores_by_note_source_confidence_and_agreement() {
        let text = "name,developer,verified,training_flop,confidence,sources,notes\na,d,y,1e25,high,see https://x.org (x),why\nb,d,y,1e25,low,a page,\n";
        let dataset = Dataset::parse(text.as_bytes()).expect("sound");
        let quality = Quality::of(&dataset, &Decisions::absent(), &Latest::default());
        let scores: Vec<_> = quality
            .rows
            .iter()
            .map(|row| (&*row.name, row.score))
            .collect();
        assert_eq!(scores, [("b", 25), ("a", 85)]);
        assert_eq!(quality.mean, Some(55.0));
    }
}
