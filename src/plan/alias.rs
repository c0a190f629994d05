//! Other names of models: a new alias, and suggestions for probable renames.

use serde::Serialize;

use super::{FileChange, Line, Mode, Model, Plan};
use crate::dataset::{AliasColumn, Aliases, Dataset, Mark};
use crate::estimates::Latest;
use crate::key::{Key, folded};

/// Plans a line of the aliases: name, developer, and what they are.
pub fn alias<'p>(
    dataset: &'p Dataset<'p>,
    aliases: &'p Aliases<'p>,
    cells: [&str; 4],
    note: &str,
) -> Plan<'p> {
    let header = &aliases.table.header;
    let lines = aliases
        .lines
        .iter()
        .map(|alias| (&alias.key, &alias.record));
    let mut file = FileChange::of(&aliases.table, lines);
    let columns = [
        AliasColumn::Name,
        AliasColumn::Developer,
        AliasColumn::IsName,
        AliasColumn::IsDeveloper,
        AliasColumn::Note,
    ];
    let texts = cells.into_iter().chain([note]).map(|text| text.to_owned());
    let key = Key::new(cells[0], cells[1]);
    // A line that says so already stays as it is written.
    let same = aliases.lines.iter().any(|alias| {
        let is = [&alias.is.0, &alias.is.1].map(|text| folded(text));
        alias.key == key && is == [folded(cells[2]), folded(cells[3])]
    });
    if !same {
        let cells = columns
            .into_iter()
            .zip(texts)
            .filter(|(_, text)| !text.is_empty());
        let cells = cells.map(|(column, text)| (header.place(column), text.into()));
        file.push(key, cells.collect());
    }
    let lines = dataset.rows.iter().map(Line::left_alone).collect();
    Plan {
        aliases: Some(file.sorted()).filter(FileChange::is_pending),
        ..Plan::of(Mode::Alias, dataset, lines)
    }
}

/// An alias that would join two models.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// The name on the left.
    pub name: String,
    /// The developer on the left.
    pub developer: String,
    /// What the model is called.
    pub is_name: String,
    /// Who its developer is.
    pub is_developer: String,
}

/// For every group of probable renames the aliases that would join it: towards the verified row, else towards the spelling that the
/// estimates have now, never towards `Unknown`.
pub fn suggestions(plan: &Plan<'_>, latest: &Latest<'_>) -> Vec<Vec<Suggestion>> {
    let row_of = |key: &Key| plan.lines.iter().position(|line| *line.key == *key);
    let rank = |model: &Model<'_>| {
        let key = model.key();
        let place = row_of(&key);
        let is_verified = place.is_some_and(|place| plan.lines[place].mark == Mark::Verified);
        let is_unknown = folded(&model.developer) == "unknown";
        (
            is_unknown,
            !is_verified,
            latest.get(&key).is_none(),
            place.unwrap_or(usize::MAX),
        )
    };
    let groups = plan.renamed.iter().map(|renamed| {
        let mut models: Vec<&Model<'_>> =
            [&renamed.model].into_iter().chain(&renamed.with).collect();
        models.sort_by_key(|model| rank(model));
        let towards = models.remove(0);
        let is_unknown = rank(towards).0;
        let marked = |model: &Model<'_>| {
            let row = row_of(&model.key()).map(|place| &plan.lines[place]);
            row.is_some_and(|line| line.mark != Mark::Unverified)
        };
        // A verified row keeps its own name, so it is nobody else's.
        let others = models
            .into_iter()
            .filter(|model| !is_unknown && !marked(model));
        others
            .map(|model| Suggestion {
                name: model.name.to_string(),
                developer: model.developer.to_string(),
                is_name: towards.name.to_string(),
                is_developer: towards.developer.to_string(),
            })
            .collect()
    });
    groups.collect()
}
