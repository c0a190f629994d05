//! The tools for every text that a person reads: columns, colours, widths, messages, and the spinner of a long run.

mod grid;
mod line;
mod messages;
mod progress;
mod screen;

pub use grid::{Align, Cell, Grid, GridRow};
pub use line::{and_more, bounded, bounded_model, cut, headed, left_out_line, listed, wrap};
pub use messages::Messages;
pub use progress::spinner;
pub use screen::{Screen, Tone, is_dumb};
