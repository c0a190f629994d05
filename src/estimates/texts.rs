//! The texts of one record. They stay in one allocation, apart from the file's: most of the file is in none of them.

/// A text of a record, decoded; blank where the record has none.
#[derive(Debug, Clone, Copy)]
pub(super) enum Text {
    Name,
    Developer,
    Method,
    Parameters,
    Reasoning,
    Sources,
    LastUpdated,
}

impl Text {
    const COUNT: usize = Text::LastUpdated as usize + 1;
}

/// The texts of one record.
#[derive(Debug, Clone)]
pub(super) struct Texts {
    all: Box<str>,
    /// Where each of them ends. There are a million records: half a word each.
    ends: [u32; Text::COUNT],
}

impl Texts {
    /// In the order of [`Text`]; `None` where they are longer than 4 GiB together.
    pub fn of(texts: [&str; Text::COUNT]) -> Option<Texts> {
        let mut ends = [0; Text::COUNT];
        let mut end = 0_u32;
        for (place, text) in texts.iter().enumerate() {
            end = end.checked_add(u32::try_from(text.len()).ok()?)?;
            ends[place] = end;
        }
        Some(Texts {
            all: texts.concat().into_boxed_str(),
            ends,
        })
    }

    pub fn get(&self, text: Text) -> &str {
        let place = text as usize;
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.all[start as usize..self.ends[place] as usize]
    }
}
