//! Which dots are named, and where their names stand: no name covers a dot or another name.

use unicode_width::UnicodeWidthStr;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
}

impl Area {
    fn touches(&self, other: &Area) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    fn holds(&self, other: &Area) -> bool {
        self.left <= other.left
            && other.right <= self.right
            && self.top <= other.top
            && other.bottom <= self.bottom
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
    /// Whether a line leads up to it from its dot, which is straight below.
    pub leader: Option<Area>,
}

/// A letter is taken to be so wide, and a line so high; wider than most, so that names keep their distance.
const LETTER: f64 = 7.6;
const LINE: f64 = 13.0;

/// How far above their dots names may stand where there is no room beside them, at the end of a line.
const LEADERS: [f64; 6] = [16.0, 30.0, 44.0, 58.0, 72.0, 86.0];

/// Names dots in the order in which they are given, at most `most` of them, each where there is room for it: beside the dot, or above
/// it. A dot without room goes without a name. No name may stand on one of `dot_areas` or `lines`; what leads to a name may cross a line.
pub(super) fn place<'n>(
    dots: impl Iterator<Item = (&'n str, f64, f64)>,
    radius: f64,
    dot_areas: &[Area],
    lines: &[Area],
    room: Area,
    most: usize,
) -> Vec<Label> {
    let mut labels: Vec<Label> = Vec::new();
    let mut used: Vec<Area> = Vec::new();
    for (text, x, y) in dots {
        if labels.len() >= most {
            break;
        }
        let free = places(text, x, y, radius).find(|(label, area)| {
            let others = used.iter().chain(dot_areas);
            let is_free = |area: &Area| !others.clone().any(|other| other.touches(area));
            room.holds(area)
                && is_free(area)
                && !lines.iter().any(|line| line.touches(area))
                && label.leader.as_ref().is_none_or(is_free)
        });
        if let Some((label, area)) = free {
            used.push(area);
            used.extend(label.leader);
            labels.push(label);
        }
    }
    labels
}

/// The places that a name may have, and how much room it takes there.
fn places(text: &str, x: f64, y: f64, radius: f64) -> impl Iterator<Item = (Label, Area)> {
    let width = text.width() as f64 * LETTER;
    let gap = radius + 4.0;
    let beside =
        [(x + gap, false), (x - gap, true)].map(|(x, ends_there)| (x, y + 4.0, ends_there, None));
    let above = LEADERS.map(|height| {
        let leader = Area {
            left: x - 1.0,
            right: x + 1.0,
            top: y - radius - height,
            // A little above the dot, whose neighbours may touch it.
            bottom: y - radius - 3.0,
        };
        (x - 2.0, y - radius - height - 2.0, false, Some(leader))
    });
    let places = beside.into_iter().chain(above);
    places.map(move |(x, y, ends_there, leader)| {
        let left = if ends_there { x - width } else { x };
        let area = Area {
            left,
            right: left + width,
            top: y - LINE + 3.0,
            bottom: y + 3.0,
        };
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

    const ROOM: Area = Area {
        left: 0.0,
        right: 100.0,
        top: 0.0,
        bottom: 100.0,
    };

    #[test]
    fn a_name_stands_to_the_right_and_where_that_is_outside_to_the_left() {
        let dots = [("abc", 10.0, 50.0), ("def", 95.0, 50.0)];
        let labels = place(dots.into_iter(), 4.0, &[], &[], ROOM, 9);
        assert!(labels[0].x > 10.0 && !labels[0].ends_there);
        assert!(labels[1].x < 95.0 && labels[1].ends_there);
    }

    #[test]
    fn names_never_overlap_and_a_dot_without_room_goes_without() {
        let dots = (0..50).map(|_| ("name", 50.0, 90.0));
        let labels = place(dots, 4.0, &[], &[], ROOM, 50);
        assert!(!labels.is_empty() && labels.len() < 10);
        let everything = [ROOM];
        let dots = [("a", 50.0, 50.0)].into_iter();
        assert_eq!(place(dots, 4.0, &everything, &[], ROOM, 9), []);
    }
}
