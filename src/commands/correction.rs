//! The flags by which a person corrects a row, and the cells that follow from them.

use std::borrow::Cow;

use clap::Args;

use super::list::named;
use crate::dates;
use crate::flop::Flop;
use crate::parameters::whole_number;
use crate::schema::{Column, Confidence, DEFAULT_METHOD, Status, cells_of_flop};

/// What a person found out about a model.
#[derive(Debug, Clone, Default, PartialEq, Args)]
pub struct Correction {
    /// The corrected training FLOP, such as 3.5e25; the method becomes manual_research, class and status follow, and reasoning that
    /// explains another number is cleared
    #[arg(long, value_name = "FLOP", allow_negative_numbers = true)]
    pub flop: Option<Flop>,
    /// How certain the training FLOP is
    #[arg(long, value_name = "CONFIDENCE", value_parser = named::<Confidence>())]
    pub confidence: Option<Confidence>,
    /// The source, added to the row's sources
    #[arg(long, value_name = "URL")]
    pub source: Option<String>,
    /// The release date, YYYY-MM-DD
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub release_date: Option<String>,
    /// How many parameters the model has, such as 4e11
    #[arg(long, value_name = "COUNT", value_parser = parameters)]
    pub parameters: Option<String>,
}

fn day(text: &str) -> Result<String, &'static str> {
    let day = dates::day(text.trim()).map(|day| day.to_string());
    day.ok_or("expected a date, such as 2025-02-17")
}

fn parameters(text: &str) -> Result<String, &'static str> {
    let whole = whole_number(text).map(Cow::into_owned);
    whole.ok_or("expected a positive whole number, such as 405000000000")
}

impl Correction {
    /// The corrected cells of a row with this training FLOP and confidence, and the cells that follow from them.
    pub fn cells(
        &self,
        flop: Option<Flop>,
        confidence: Option<Confidence>,
    ) -> Vec<(Column, String)> {
        let mut cells = Vec::new();
        if let Some(found) = self.flop {
            cells.push((Column::TrainingFlop, found.shortest()));
            cells.extend(cells_of_flop(found));
            cells.push((Column::EstimationMethod, DEFAULT_METHOD.to_owned()));
            if flop != Some(found) {
                // The reasoning explained another number. The journal keeps it.
                cells.push((Column::Reasoning, String::new()));
            }
        }
        if self.flop.is_some() || self.confidence.is_some() {
            let sure = self.confidence.or(confidence);
            let status =
                Status::derived(self.flop.or(flop), sure.unwrap_or(Confidence::Speculative));
            cells.push((Column::Status, status.name().to_owned()));
            cells.extend(sure.map(|sure| (Column::Confidence, sure.name().to_owned())));
        }
        let day = self.release_date.clone();
        cells.extend(day.map(|day| (Column::ReleaseDate, day)));
        let parameters = self.parameters.clone();
        cells.extend(parameters.map(|count| (Column::Parameters, count)));
        let source = self.source.clone();
        cells.extend(source.map(|source| (Column::Sources, source)));
        cells
    }
}
