//! What a long run is doing, on stderr, for a person at a terminal: shown after a second, cleared at the end. In a pipe, under cron
//! and with `--quiet` nothing is ever shown.

use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tracing::debug;

/// How long a run stays silent.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often the line is written anew.
const INTERVAL: Duration = Duration::from_millis(200);

/// The stage that a run is in, and how far it has read.
#[derive(Debug)]
pub struct Progress {
    started: Instant,
    shared: Arc<Shared>,
    display: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug, Default)]
struct Shared {
    /// What is shown; `None` ends the display.
    stage: Mutex<Option<&'static str>>,
    changed: Condvar,
    read: AtomicU64,
    total: AtomicU64,
}

impl Progress {
    /// Begins; with `visible` a line is shown once the run has taken a second.
    pub fn start(visible: bool) -> Progress {
        let shared = Arc::new(Shared {
            stage: Mutex::new(Some("starting")),
            ..Shared::default()
        });
        let display = visible.then(|| {
            let shared = Arc::clone(&shared);
            thread::Builder::new().spawn(move || shared.display()).ok()
        });
        Progress {
            started: Instant::now(),
            shared,
            display: Mutex::new(display.flatten()),
        }
    }

    /// The run enters a stage.
    pub fn stage(&self, stage: &'static str) {
        debug!("{stage}, {:.3} s in", self.started.elapsed().as_secs_f64());
        *self.shared.stage() = Some(stage);
    }

    /// Ends the display and clears its line, before anything is printed.
    pub fn clear(&self) {
        *self.shared.stage() = None;
        self.shared.changed.notify_all();
        let display = self
            .display
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(display) = display {
            let _ = display.join();
        }
    }

    /// So many bytes are to be read.
    pub fn expect(&self, bytes: u64) {
        self.shared.total.fetch_add(bytes, Ordering::Relaxed);
    }

    /// So many bytes more have been read.
    pub fn advance(&self, bytes: u64) {
        self.shared.read.fetch_add(bytes, Ordering::Relaxed);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

impl Shared {
    fn stage(&self) -> std::sync::MutexGuard<'_, Option<&'static str>> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn display(&self) {
        let (mut pause, mut shown) = (PATIENCE, false);
        loop {
            let waited = self
                .changed
                .wait_timeout_while(self.stage(), pause, |stage| stage.is_some());
            let (stage, _) = waited.unwrap_or_else(PoisonError::into_inner);
            let mut err = std::io::stderr().lock();
            let Some(stage) = *stage else {
                if shown {
                    let _ = write!(err, "\u{1b}[K");
                }
                return;
            };
            // Back to the beginning of the line: a warning in between writes over it.
            let _ = write!(err, "\u{1b}[K{stage} … {}\r", self.bytes());
            let _ = err.flush();
            (pause, shown) = (INTERVAL, true);
        }
    }

    fn bytes(&self) -> String {
        let bytes = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let total = bytes(&self.total);
        // A little is read twice, where pieces meet.
        let read = bytes(&self.read).min(total);
        format!("{} of {} MB read", read / 1_000_000, total / 1_000_000)
    }
}
