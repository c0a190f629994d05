//! The curators' decisions (behaviour §6): `decisions.csv`, one line per model.

use std::collections::HashMap;

use strum::{EnumString, IntoStaticStr, VariantNames};

use super::{Aliases, Dataset, Mark, Record, Refusal, Row, Table};
use crate::flop::Flop;
use crate::key::Key;
use crate::notes::is_in_note;
use crate::schema::Columns;
use crate::text::quoted;

/// A column of `decisions.csv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantNames, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum DecisionColumn {
    Name,
    Developer,
    Decision,
    /// The number that was judged, in FLOP, or blank.
    Flop,
    Note,
    /// Who decided. For people, never parsed.
    By,
    /// When. For people, never parsed.
    At,
}

impl Columns for DecisionColumn {
    const REQUIRED: &'static [&'static str] = &["name", "developer", "decision"];
}

/// A person's decision on a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum Decision {
    /// Judged to be not above 1e25 FLOP: the model stays out of the dataset.
    Below,
    /// Not a model that this dataset is about: it stays out as well.
    Ignore,
    /// The verified value was looked at again, and it stands.
    Stands,
}

impl Decision {
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Whether it keeps the model out of the dataset.
    pub fn is_dismissal(self) -> bool {
        self != Decision::Stands
    }
}

/// Whether these decisions on two models differ. If so, the models cannot become one until a person takes one of the decisions back.
pub fn differ(one: &[Decision], other: &[Decision]) -> bool {
    one.iter().any(|own| other.iter().any(|word| word != own))
}

/// One line of the decisions.
#[derive(Debug, Clone)]
pub struct DecisionLine<'a> {
    /// Its bytes and its place in the file.
    pub record: Record<'a>,
    /// The key of its model, as written in the line.
    pub key: Key,
    /// The same key, replaced by its alias if it has one.
    pub model: Key,
    /// The decision; `None` where the word is not one.
    pub decision: Option<Decision>,
    /// The number that was judged.
    pub flop: Option<Flop>,
}

/// Why a line has no effect, or not the effect that it seems to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionFault {
    /// The line of the file, from 1.
    pub line: usize,
    /// What is wrong, and with what effect.
    pub message: String,
    pub kind: DecisionFaultKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecisionFaultKind {
    /// The line has no effect.
    Void,
    /// Its `flop` counts as blank.
    BlankFlop,
    /// An earlier line says the same.
    Repeated,
}

/// The whole content of `decisions.csv`.
#[derive(Debug, Clone)]
pub struct Decisions<'a> {
    /// Header, line ends and byte order mark.
    pub table: Table<'a>,
    /// The lines, in the order of the file.
    pub lines: Vec<DecisionLine<'a>>,
    /// The lines that have no effect, or not the effect that they seem to have.
    pub faults: Vec<DecisionFault>,
    /// The line that counts for a model.
    places: HashMap<Key, usize>,
}

impl<'a> Decisions<'a> {
    /// No decisions: a file that is yet to be written.
    pub fn absent() -> Decisions<'a> {
        Decisions {
            table: Table::absent::<DecisionColumn>(),
            lines: Vec::new(),
            faults: Vec::new(),
            places: HashMap::new(),
        }
    }

    /// Reads the bytes of `decisions.csv`.
    ///
    /// # Errors
    /// Those of [`Table::parse`], and a line without a name or developer.
    pub fn parse(bytes: &'a [u8], aliases: &Aliases<'_>) -> Result<Decisions<'a>, Refusal> {
        let (table, records) = Table::parse::<DecisionColumn>(bytes)?;
        let mut decisions = Decisions {
            table,
            ..Decisions::absent()
        };
        for record in records {
            let table = &decisions.table;
            let key = [DecisionColumn::Name, DecisionColumn::Developer];
            let [name, developer] = table.header.filled(&record, key)?;
            let key = Key::new(name, developer);
            let word = table.cell(&record, DecisionColumn::Decision).trim();
            decisions.lines.push(DecisionLine {
                model: aliases.resolve(&key).into_owned(),
                key,
                decision: word.to_lowercase().parse().ok(),
                flop: table.cell(&record, DecisionColumn::Flop).parse().ok(),
                record,
            });
        }
        decisions.choose_lines_that_count();
        Ok(decisions)
    }

    /// Where several lines on one model have the same decision, the first counts. Where two of them differ, none does.
    fn choose_lines_that_count(&mut self) {
        let mut contradicted = Vec::new();
        for (place, line) in self.lines.iter().enumerate() {
            let cell = |column| self.table.cell(&line.record, column).trim();
            let mut fault = |kind, message| {
                self.faults.push(DecisionFault {
                    line: line.record.line,
                    message,
                    kind,
                });
            };
            let flop = cell(DecisionColumn::Flop);
            if !flop.is_empty() && line.flop.is_none() {
                let flop = quoted(flop);
                let message = format!(
                    "flop is {flop}, which is not a finite number above 0; it counts as blank"
                );
                fault(DecisionFaultKind::BlankFlop, message);
            }
            if line.decision.is_none() {
                let word = quoted(cell(DecisionColumn::Decision));
                let words = Decision::VARIANTS.join(", ");
                let message = format!("{word} is not a decision ({words}); the line has no effect");
                fault(DecisionFaultKind::Void, message);
                continue;
            }
            let first = *self.places.entry(line.model.clone()).or_insert(place);
            let on = self.lines[first].record.line;
            if self.lines[first].decision != line.decision {
                contradicted.push(&line.model);
                let message = format!(
                    "line {on} has a different decision on this model, so none of the model's lines has an effect; keep one of them"
                );
                fault(DecisionFaultKind::Void, message);
            } else if first != place {
                let message = format!(
                    "line {on} already has this decision on the model, so this line has no effect"
                );
                fault(DecisionFaultKind::Repeated, message);
            }
        }
        for model in contradicted {
            self.places.remove(model);
        }
    }

    /// The line that counts for a model.
    pub fn get(&self, model: &Key) -> Option<&DecisionLine<'a>> {
        self.places.get(model).map(|place| &self.lines[*place])
    }

    /// All decisions on a model, whether their lines have an effect or not.
    pub fn on(&self, model: &Key) -> Vec<Decision> {
        let lines = self.lines.iter().filter(|line| line.model == *model);
        lines.filter_map(|line| line.decision).collect()
    }

    /// The line that keeps a model out of the dataset.
    pub fn dismissal(&self, model: &Key) -> Option<&DecisionLine<'a>> {
        self.get(model)
            .filter(|line| line.decision.is_some_and(Decision::is_dismissal))
    }

    /// The lines that keep models out of the dataset, in the order of the file, and for each model only the line that counts.
    pub fn dismissals(&self) -> impl Iterator<Item = &DecisionLine<'a>> {
        self.lines.iter().filter(|line| {
            let counting = self.dismissal(&line.model);
            counting.is_some_and(|counting| std::ptr::eq(counting, *line))
        })
    }

    /// The dismissal that takes a row out of the dataset: the row is not marked, and the line's note already has the row's human text, as a
    /// dismissal writes it. This completes a dismissal that was cut in half, or a merge, and loses no human text.
    pub fn effective_dismissal(
        &self,
        dataset: &Dataset<'_>,
        row: &Row<'_>,
    ) -> Option<&DecisionLine<'a>> {
        let line = self.dismissal(row.model()).filter(|_| !row.is_marked())?;
        // The note may have an owner's text such as "1" by accident, but not with the column's name in front, as remarks have it.
        let (remarks, note) = (dataset.remarks(row), self.cell(line, DecisionColumn::Note));
        let is_kept = remarks.iter().all(|remark| is_in_note(remark, note));
        is_kept.then_some(line)
    }

    /// The decision that has an effect on a row today: a dismissal that takes it out at the next refresh, or a `stands` that covers the
    /// latest estimate. Without an estimate every `stands` has an effect.
    pub fn effective_decision(
        &self,
        dataset: &Dataset<'_>,
        row: &Row<'_>,
        latest: Option<Flop>,
    ) -> Option<Decision> {
        let line = self.get(row.model())?;
        let has_effect = match line.decision {
            Some(Decision::Stands) => {
                row.mark == Mark::Verified && latest.is_none_or(|latest| line.covers_drift(latest))
            }
            _ => self.effective_dismissal(dataset, row).is_some(),
        };
        line.decision.filter(|_| has_effect)
    }

    /// The text of a line in a column.
    pub fn cell<'l>(&self, line: &'l DecisionLine<'_>, column: DecisionColumn) -> &'l str {
        self.table.cell(&line.record, column)
    }
}

impl DecisionLine<'_> {
    /// Whether the latest estimate is so far above the number judged `below` that somebody should look again.
    pub fn is_to_reconsider(&self, latest: Option<Flop>) -> bool {
        let judged = self.flop.filter(|_| self.decision == Some(Decision::Below));
        let flops = judged.zip(latest);
        flops.is_some_and(|(judged, latest)| latest > judged && latest.has_drifted_from(judged))
    }

    /// Whether the latest estimate is still near the number that was judged when the verified value was found to stand.
    pub fn covers_drift(&self, latest: Flop) -> bool {
        let is_near = |judged| !latest.has_drifted_from(judged);
        self.decision == Some(Decision::Stands) && self.flop.is_none_or(is_near)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_several_lines_on_a_model_counts_unless_two_of_them_differ() {
        let text = "name,developer,decision,flop\na,d,below,1e25\nA,D,below,2e25\n\
            b,d,below,\nb,d,below, \nb,d,ignore,\nc,d,below,\nc,d,stands,\nc,d,below,\n\
            e,d,maybe,\ne,d, Ignore ,\ne,d,perhaps,\n";
        let decisions = Decisions::parse(text.as_bytes(), &Aliases::absent()).expect("sound");
        let of = |name| decisions.get(&Key::new(name, "d"));
        assert_eq!(of("a").map(|line| line.flop), Some(Flop::new(1e25)));
        assert!(of("b").is_none() && of("c").is_none());
        let faults = decisions.faults.iter();
        let faults: Vec<_> = faults.map(|fault| (fault.line, fault.kind)).collect();
        let void = [6, 8, 10, 12].map(|line| (line, DecisionFaultKind::Void));
        let repeated = [3, 5, 9].map(|line| (line, DecisionFaultKind::Repeated));
        let mut expected = [&void[..], &repeated].concat();
        expected.sort_by_key(|(line, _)| *line);
        assert_eq!(faults, expected);
        let dismissals = decisions.dismissals().map(|line| line.record.line);
        assert_eq!(dismissals.collect::<Vec<_>>(), [2, 11]);
    }

    #[test]
    fn only_the_decision_stands_covers_a_drift() {
        let text = "name,developer,decision,flop\na,d,below,6e25\nb,d,stands,6e25\nc,d,stands,\n";
        let decisions = Decisions::parse(text.as_bytes(), &Aliases::absent()).expect("sound");
        let latest = Flop::new(7e25).expect("a FLOP");
        let covers = decisions.lines.iter().map(|line| line.covers_drift(latest));
        assert_eq!(covers.collect::<Vec<_>>(), [false, true, true]);
    }
}
