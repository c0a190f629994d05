//! Which dots are named, and where their names stand: no name covers a dot or another name.

use std::ops::Range;

use unicode_width::UnicodeWidthStr;

/// A rectangle of the picture.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Area {
    x: Range<f64>,
    pub y: Range<f64>,
}

impl Area {
    pub fn of(x: Range<f64>, y: Range<f64>) -> Area {
        Area { x, y }
    }

    fn touches(&self, other: &Area) -> bool {
        let overlap = |a: &Range<f64>, b: &Range<f64>| a.start < b.end && b.start < a.end;
        overlap(&self.x, &other.x) && overlap(&self.y, &other.y)
    }

    fn holds(&self, other: &Area) -> bool {
        let holds = |a: &Range<f64>, b: &Range<f64>| a.start <= b.start && b.end <= a.end;
        holds(&self.x, &other.x) && holds(&self.y, &other.y)
    }
}

/// A name at its place.
#[derive(Debug, PartialEq)]
pub(super) struct Label {
    pub text: String,
    /// Where its baseline begins, or ends where `ends_there`.
    pub x: f64,
    pub y: f64,
    pub ends_there: bool,
    /// The line that leads up to it from its dot, where it does not stand beside that.
    pub leader: Option<Area>,
}

/// A letter is taken to be so wide, and a line so high; wider than most, so that names keep their distance.
const LETTER_WIDTH: f64 = 7.6;
const LINE_HEIGHT: f64 = 13.0;

/// How far above their dots names may stand where there is no room beside them; a line then leads to them.
const LEADERS: [f64; 6] = [16.0, 30.0, 44.0, 58.0, 72.0, 86.0];

/// Names dots in the order in which they are given, at most `most` of them, each where there is room for it: beside the dot, or above
/// it. A dot without room goes without a name. No name may stand on one of `dot_areas` or `line_areas`; what leads to a name may cross
/// one of `line_areas`.
pub(super) fn place(
    dots: impl Iterator<Item = (String, f64, f64)>,
    radius: f64,
    dot_areas: &[Area],
    line_areas: &[Area],
    room: &Area,
    most: usize,
) -> Vec<Label> {
    let mut labels: Vec<Label> = Vec::new();
    let mut used = dot_areas.to_vec();
    for (text, x, y) in dots {
        if labels.len() >= most {
            break;
        }
        let is_free = |area: &Area| !used.iter().any(|other| other.touches(area));
        let free = places(&text, x, y, radius).find(|(label, area)| {
            room.holds(area)
                && is_free(area)
                && !line_areas.iter().any(|line| line.touches(area))
                && label.leader.as_ref().is_none_or(is_free)
        });
        if let Some((label, area)) = free {
            used.push(area);
            used.extend(label.leader.clone());
            labels.push(label);
        }
    }
    labels
}

/// The places that a name may have, and how much room it takes there.
fn places(text: &str, x: f64, y: f64, radius: f64) -> impl Iterator<Item = (Label, Area)> {
    let width = text.width() as f64 * LETTER_WIDTH;
    let gap = radius + 4.0;
    let beside =
        [(x + gap, false), (x - gap, true)].map(|(x, ends_there)| (x, y + 4.0, ends_there, None));
    let above = LEADERS.map(|height| {
        let top = y - radius - height;
        // It begins a little above the dot, whose neighbours may touch it.
        let leader = Area::of(x - 1.0..x + 1.0, top..y - radius - 3.0);
        (x - 2.0, top - 2.0, false, Some(leader))
    });
    let places = beside.into_iter().chain(above);
    places.map(move |(x, y, ends_there, leader)| {
        let left = if ends_there { x - width } else { x };
        let area = Area::of(left..left + width, y - LINE_HEIGHT + 3.0..y + 3.0);
        let label = Label {
            text: text.to_owned(),
            x,
            y,
            ends_there,
            leader,
        };
        (label, area)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room() -> Area {
        Area::of(0.0..100.0, 0.0..100.0)
    }

    fn dot(text: &str, x: f64, y: f64) -> (String, f64, f64) {
        (text.to_owned(), x, y)
    }

    #[test]
    fn a_name_stands_to_the_right_and_where_that_is_outside_to_the_left() {
        let dots = [dot("abc", 10.0, 50.0), dot("def", 95.0, 50.0)];
        let labels = place(dots.into_iter(), 4.0, &[], &[], &room(), 9);
        assert!(labels[0].x > 10.0 && !labels[0].ends_there);
        assert!(labels[1].x < 95.0 && labels[1].ends_there);
    }

    #[test]
    fn names_never_overlap_and_a_dot_without_room_goes_without() {
        let dots = (0..50).map(|_| dot("name", 50.0, 90.0));
        let labels = place(dots, 4.0, &[], &[], &room(), 50);
        assert!(!labels.is_empty() && labels.len() < 10);
        let everything = [room()];
        let dots = [dot("a", 50.0, 50.0)].into_iter();
        assert_eq!(place(dots, 4.0, &everything, &[], &room(), 9), []);
    }
}
