//! The spinner on stderr that names the stage of a run that takes longer than a moment.

use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A run that ends within this time shows nothing.
const HIDDEN_FOR: Duration = Duration::from_secs(1);

/// A spinner, which stays hidden if `is_shown` is false.
pub fn spinner(is_shown: bool) -> ProgressBar {
    let progress = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    progress.set_style(ProgressStyle::default_spinner());
    if is_shown {
        let progress = progress.clone();
        let spin = move || {
            thread::sleep(HIDDEN_FOR);
            if !progress.is_finished() {
                progress.set_draw_target(ProgressDrawTarget::stderr());
            }
            while !progress.is_finished() {
                progress.tick();
                thread::sleep(Duration::from_millis(100));
            }
        };
        // If the system refuses to start a thread, the run goes on without a spinner.
        let _ = thread::Builder::new().spawn(spin);
    }
    progress
}
