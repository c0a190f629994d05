//! Other names of models (behaviour §6), from `aliases.csv`. The first pair of each line is another name of the second.

use std::borrow::Cow;
use std::collections::HashMap;

use strum::{IntoStaticStr, VariantNames};

use super::{Record, Refusal, Table};
use crate::key::Key;
use crate::schema::Columns;
use crate::text::{name_line, quoted};

/// A column of `aliases.csv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantNames, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum AliasColumn {
    /// The other name, or `*` for every model of the developer.
    Name,
    Developer,
    /// The name to use for the model, or `*`.
    IsName,
    IsDeveloper,
    Note,
}

impl Columns for AliasColumn {
    const REQUIRED: &'static [&'static str] = &["name", "developer", "is_name", "is_developer"];
}

/// Stands for every name.
pub const ANY: &str = "*";

/// One line: the first pair is another name of the second.
#[derive(Debug, Clone)]
pub struct Alias<'a> {
    /// Its bytes and its place in the file.
    pub record: Record<'a>,
    /// The pair on the left.
    pub key: Key,
    /// The pair on the right.
    pub model: Key,
    /// The name and the developer on the right, as they are written.
    pub target: (String, String),
}

/// The whole content of `aliases.csv`.
#[derive(Debug, Clone)]
pub struct Aliases<'a> {
    /// Header, line ends and byte order mark.
    pub table: Table<'a>,
    /// The lines, in the order of the file.
    pub lines: Vec<Alias<'a>>,
    places: HashMap<Key, usize>,
}

impl<'a> Aliases<'a> {
    /// No aliases: a file that is yet to be written.
    pub fn absent() -> Aliases<'a> {
        Aliases {
            table: Table::absent::<AliasColumn>(),
            lines: Vec::new(),
            places: HashMap::new(),
        }
    }

    /// Reads the bytes of `aliases.csv`.
    ///
    /// # Errors Those of [`Table::parse`]; a blank name or developer; `*` on one side only; one model on both sides; two lines with the
    /// same left side; a chain or a circle.
    pub fn parse(bytes: &'a [u8]) -> Result<Aliases<'a>, Refusal> {
        let (table, records) = Table::parse::<AliasColumn>(bytes)?;
        let mut aliases = Aliases {
            table,
            ..Aliases::absent()
        };
        for record in records {
            let alias = aliases.read(record)?;
            if let Some(other) = aliases.conflicting_line(&alias.key, &alias.model) {
                let trouble = aliases.trouble(&alias, other);
                return Err(refused(&alias.record, &trouble));
            }
            let place = aliases.lines.len();
            aliases.places.insert(alias.key.clone(), place);
            aliases.lines.push(alias);
        }
        Ok(aliases)
    }

    /// Why another line rules out an alias.
    fn trouble(&self, alias: &Alias<'_>, other: &Alias<'_>) -> String {
        let [name, developer] = self.table.name_and_developer(&alias.record);
        let (is_name, is_developer) = &alias.target;
        let [name, developer, is_name, is_developer] =
            [name, developer, is_name, is_developer].map(quoted);
        let line = other.record.line;
        let why = if other.key == alias.key {
            format!("line {line} has the same left side")
        } else if other.key == alias.model && other.model == alias.key {
            format!("that makes a circle with line {line}, which says the opposite")
        } else if overlap(&alias.model, &other.key) {
            format!("that makes a chain, because its right side is the left side of line {line}")
        } else {
            format!("that makes a chain, because its left side is the right side of line {line}")
        };
        format!("{name} by {developer} is {is_name} by {is_developer}: {why}")
    }

    fn read(&self, record: Record<'a>) -> Result<Alias<'a>, Refusal> {
        use AliasColumn::{Developer, IsDeveloper, IsName, Name};
        let sides = [Name, Developer, IsName, IsDeveloper];
        let [name, developer, is_name, is_developer] = self.table.header.filled(&record, sides)?;
        if (name == ANY) != (is_name == ANY) {
            let trouble = "`*` is on one side only; it has to be on both sides or on neither";
            return Err(refused(&record, trouble));
        }
        let (key, model) = (Key::new(name, developer), Key::new(is_name, is_developer));
        if overlap(&key, &model) {
            return Err(refused(&record, "both sides are one model"));
        }
        let written = |text: &str| name_line(text.into()).into_owned();
        Ok(Alias {
            key,
            model,
            target: (written(is_name), written(is_developer)),
            record,
        })
    }

    /// A line that rules out a new one, because both have the same left side, or because the two would make a chain.
    pub fn conflicting_line(&self, left: &Key, right: &Key) -> Option<&Alias<'a>> {
        self.lines.iter().find(|alias| {
            let makes_a_chain = overlap(right, &alias.key) || overlap(&alias.model, left);
            alias.key == *left || makes_a_chain
        })
    }

    /// The name and developer that an alias gives to a model, if it has one; no name where the model keeps its own. A line with the model's
    /// name takes precedence over one with `*`.
    pub fn get(&self, key: &Key) -> Option<(Option<&str>, &str)> {
        if self.places.is_empty() {
            return None;
        }
        let any = || Key {
            name: ANY.to_owned(),
            developer: key.developer.clone(),
        };
        let place = self.places.get(key).or_else(|| self.places.get(&any()))?;
        let (name, developer) = &self.lines[*place].target;
        Some(((name != ANY).then_some(name), developer))
    }

    /// The key of the model that this key stands for.
    pub fn resolve<'k>(&self, key: &'k Key) -> Cow<'k, Key> {
        match self.get(key) {
            Some((name, developer)) => Cow::Owned(Key::new(name.unwrap_or(&key.name), developer)),
            None => Cow::Borrowed(key),
        }
    }
}

fn refused(record: &Record<'_>, trouble: &str) -> Refusal {
    let remedy = "correct or delete the line; until then, most commands do not run";
    Refusal::new(record.line, trouble, remedy)
}

/// Whether two sides are the same, or one covers the other by its `*`.
fn overlap(one: &Key, other: &Key) -> bool {
    let is_any = one.name == ANY || other.name == ANY;
    one.developer == other.developer && (is_any || one.name == other.name)
}
