//! Work on every core, where there is enough of it that starting threads pays.

use std::sync::{LazyLock, Mutex, PoisonError};
use std::thread::{self, Scope, ScopedJoinHandle};

/// Fewer items than this are done before a thread has started.
const PAYS: usize = 4096;

/// How many cores are put to work that divides into so many `shares`.
pub fn for_shares(shares: usize) -> usize {
    /// To ask the system how many there are takes it longer than little work gains from the answer; where there is but one core a
    /// second thread does no harm.
    const ASKED_FROM: usize = 32;
    match shares {
        ..ASKED_FROM => shares.clamp(1, 2),
        _ => shares.min(count()),
    }
}

fn count() -> usize {
    static COUNT: LazyLock<usize> =
        LazyLock::new(|| thread::available_parallelism().map_or(1, usize::from));
    *COUNT
}

/// Does two things at once.
pub fn both<A: Send, B>(one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B) -> (A, B) {
    // Where the system refuses a thread, the work is still here to be done.
    let waiting = Mutex::new(Some(one));
    let take = || {
        waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    };
    let (done, other) = thread::scope(|scope| {
        let started = start(scope, || take().map(|one| one()));
        let other = other();
        (started.and_then(joined), other)
    });
    match (done, take()) {
        (Some(one), _) => (one, other),
        (None, Some(one)) => (one(), other),
        (None, None) => unreachable!("the work is either done or waiting"),
    }
}

/// What `each` makes of every core's share of the items, in the items' order. A few items are one share.
pub fn map_shares<'i, T: Sync, U: Send>(
    items: &'i [T],
    each: impl Fn(&'i [T]) -> U + Sync,
) -> Vec<U> {
    if items.len() < PAYS || count() < 2 {
        return vec![each(items)];
    }
    thread::scope(|scope| {
        let each = &each;
        let shares = items.chunks(items.len().div_ceil(count()));
        let shares: Vec<_> = shares
            .map(|share| (share, start(scope, move || each(share))))
            .collect();
        let joined = |(share, started): (_, Option<_>)| started.map_or_else(|| each(share), joined);
        shares.into_iter().map(joined).collect()
    })
}

/// Does `own` here and then `help`; `help` alone on every further one of so many `cores`.
pub fn all_on<T>(cores: usize, own: impl FnOnce() -> T, help: impl Fn() + Sync) -> T {
    thread::scope(|scope| {
        let help = &help;
        for _ in 1..cores {
            start(scope, help);
        }
        let own = own();
        help();
        own
    })
}

/// Starts a thread; `None` where the system refuses one (`ulimit -u`, a container's limit).
fn start<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> Option<ScopedJoinHandle<'scope, T>> {
    thread::Builder::new().spawn_scoped(scope, work).ok()
}

/// A thread's result; what it panicked with goes on here.
fn joined<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_many_items_is_kept() {
        let items: Vec<usize> = (0..10_000).collect();
        let shares = map_shares(&items, |share| {
            share.iter().map(|item| item + 1).collect::<Vec<_>>()
        });
        assert_eq!(shares.concat(), (1..10_001).collect::<Vec<_>>());
    }

    #[test]
    fn both_results_come_back() {
        assert_eq!(both(|| 1, || "two"), (1, "two"));
    }
}
