//! One entry of a report's group: the model, its training FLOP before and after, and what else is news.

use crate::changes::{FromTo, ModelChange};
use crate::dataset::Mark;
use crate::flop::Flop;
use crate::plan::Mode;
use crate::schema::{Column, is_text_column};
use crate::terminal::{Cell, Tone};
use crate::text::{excerpt, shown};

/// Mark, name and developer, and the cells behind them.
pub(super) fn named<const N: usize>(
    mark: &str,
    tone: Tone,
    change: &ModelChange<'_>,
    behind: [Cell; N],
) -> Vec<Cell> {
    let model = [
        Cell::name(tone, mark, &change.name),
        Cell::name(Tone::Plain, "", &change.developer),
    ];
    model.into_iter().chain(behind).collect()
}

/// Two cells: how a row is marked, and its name.
pub fn marked(mark: Mark, name: &str) -> [Cell; 2] {
    let (sign, tone) = match mark {
        Mark::Verified => ("y", Tone::Added),
        Mark::Protected => ("!", Tone::Attention),
        Mark::Unverified => ("", Tone::Plain),
    };
    [Cell::new(tone, sign), Cell::name(tone, "", name)]
}

/// A row whose cells change: old → new FLOP, the factor, and what else is news.
pub(super) fn changed(mode: Mode, change: &ModelChange<'_>, mark: &str, tone: Tone) -> Vec<Cell> {
    let (was, now) = change.flops();
    let fields = change.fields.0.iter();
    let is_diff = mode == Mode::Diff;
    // A run updates a row below 5e24 only where it is demoted, and the title of that group says so.
    let is_demoted = now.is_some_and(|now| now < Flop::CANDIDATE) && !is_diff;
    let class = class_change(was, now).filter(|_| !is_demoted);
    let mut news: Vec<String> = class.into_iter().collect();
    let human: Vec<&str> = human_fields(change).collect();
    // A run says of human work only that there is some; between two datasets it is told like any other change.
    if human.is_empty() || is_diff {
        if !is_diff && change.has_text && !is_demoted {
            news.push("noted".to_owned());
        }
        let told = fields.clone();
        news.extend(told.filter_map(|(column, cell)| self::told(column, cell)));
        if news.is_empty() && was == now {
            let derived = fields.filter(|(column, _)| column.parse().is_ok_and(Column::is_derived));
            news.extend(derived.map(|(column, cell)| written_out(column, cell)));
        }
    } else {
        let human = human.join(" and ");
        news = vec![match mode {
            Mode::Reset => format!("gives up {human}"),
            _ => format!("{human} written"),
        }];
    }
    let [flops, factor] = flop_change(was, now);
    let news = Cell::plain(&news.join(", "));
    named(mark, tone, change, [flops, factor, news])
}

/// The columns that change and that people write. Blanks are nothing that a person wrote.
pub(super) fn human_fields<'c>(change: &'c ModelChange<'_>) -> impl Iterator<Item = &'c str> {
    let fields = change.fields.0.iter();
    let is_blank = |text: &str| text.trim().is_empty();
    let written = fields.filter(move |(_, cell)| !is_blank(&cell.from) || !is_blank(&cell.to));
    let columns = written.map(|(column, _)| &**column);
    columns.filter(|column| *column == Column::Verified.name() || is_text_column(column))
}

/// What is said of a cell that changes, where the training FLOP that is shown does not say it: short cells in full, long ones by name.
fn told(column: &str, cell: &FromTo<'_>) -> Option<String> {
    let number = |text: &str| text.parse::<Flop>().ok();
    match column.parse() {
        Ok(Column::TrainingFlop) => {
            (number(&cell.from) == number(&cell.to)).then(|| written_out(column, cell))
        }
        Ok(column) if column.is_derived() => None,
        // The level says that it is one.
        Ok(Column::Confidence) if !cell.from.is_empty() => {
            Some(format!("{} → {}", cell.from, cell.to))
        }
        Ok(Column::Parameters | Column::ReleaseDate | Column::Verified) => {
            Some(written_out(column, cell))
        }
        _ => Some(column.to_owned()),
    }
}

fn written_out(column: &str, cell: &FromTo<'_>) -> String {
    let [from, to] = [&cell.from, &cell.to].map(|text| match &**text {
        "" => "blank".into(),
        text => excerpt(text, 60),
    });
    format!("{column} {from} → {to}")
}

/// Every cell that changes, in full, a line each.
pub(super) fn details(change: &ModelChange<'_>) -> Vec<String> {
    let cells = change.fields.0.iter();
    let cells = cells.filter(|(column, _)| column != Column::TrainingFlopFormatted.name());
    cells.map(|(column, cell)| detail(column, cell)).collect()
}

/// The reasoning before and after, where it changes.
pub(super) fn reasoning(change: &ModelChange<'_>) -> Vec<String> {
    let cell = change.field(Column::Reasoning);
    let line = cell.map(|cell| detail(Column::Reasoning.name(), cell));
    line.into_iter().collect()
}

fn detail(column: &str, cell: &FromTo<'_>) -> String {
    let (from, to) = (beginning(&cell.from), beginning(&cell.to));
    format!("{column}: {from} → {to}")
}

/// The beginning of a long text, in quotes.
pub(super) fn beginning(text: &str) -> String {
    format!("\"{}\"", shown(&excerpt(text, 300)))
}

/// Two cells: `4.64e+26 → 3.50e+26` and `÷1.3`; where nothing changes, the number alone.
pub(super) fn flop_change(was: Option<Flop>, now: Option<Flop>) -> [Cell; 2] {
    let (was_text, now_text) = match (was, now) {
        (Some(was), Some(now)) => was.rounded_apart(now),
        _ => (flop_text(was), flop_text(now)),
    };
    if was_text == now_text {
        return [Cell::plain(&now_text), Cell::plain("")];
    }
    let factor = was.zip(now).map(|(was, now)| was.factor_text(now));
    // A factor that reads as 1 says nothing that the numbers do not say.
    let factor = factor.filter(|factor| !factor.ends_with("1.00"));
    [
        Cell::plain(&format!("{was_text} → {now_text}")),
        Cell::plain(&factor.unwrap_or_default()),
    ]
}

/// What crossing a threshold means: the other side of the 1e25 FLOP that regulators look at, or another class.
pub fn class_change(was: Option<Flop>, now: Option<Flop>) -> Option<String> {
    let (was, now) = (was?, now?);
    if was.is_across(now) {
        let side = match now >= Flop::REGULATORY {
            true => '≥',
            false => '<',
        };
        return Some(format!("now {side} 1e25"));
    }
    (was.class() != now.class()).then(|| format!("now {}", now.class().name()))
}

/// Three cells: the two of [`flop_change`], and what is crossed.
pub(super) fn moved(was: Option<Flop>, now: Option<Flop>) -> [Cell; 3] {
    let [flops, factor] = flop_change(was, now);
    let class = class_change(was, now).unwrap_or_default();
    [flops, factor, Cell::plain(&class)]
}

/// A training FLOP of a journal entry: the outer `None` is a key that is absent, the inner one JSON's `null`.
pub fn stored_flop(flop: Option<Option<f64>>) -> Option<Flop> {
    flop.flatten().and_then(Flop::new)
}

/// `5.00e+25`, or `no estimate`.
pub fn flop_text(flop: Option<Flop>) -> String {
    flop.map_or_else(|| "no estimate".to_owned(), Flop::rounded)
}

pub(super) fn flop_cell(flop: Option<Flop>) -> Cell {
    Cell::plain(&flop_text(flop))
}
