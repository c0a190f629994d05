//! Does the same work on many items, on every core.

use std::iter;
use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError};
use std::thread::{self, Builder};

/// With fewer items than this, starting threads takes longer than the work.
const MANY: usize = 4096;

/// Calls `each` on every item and returns the results in order.
pub fn map<'i, I: Sync, T: Send>(items: &'i [I], each: impl Fn(&'i I) -> T + Sync) -> Vec<T> {
    if items.len() < MANY {
        return items.iter().map(each).collect();
    }
    let shares = map_each(items.chunks(MANY), |share| -> Vec<T> {
        share.iter().map(&each).collect()
    });
    shares.into_iter().flatten().collect()
}

/// Calls `each` on every item that `items` yields, and returns the results in order. Each core takes the next item as soon as it has
/// finished one. If the system refuses to start a thread, the others do its share.
pub fn map_each<I, T: Send>(
    items: impl Iterator<Item = I> + Send,
    each: impl Fn(I) -> T + Sync,
) -> Vec<T> {
    let items = Mutex::new(items.enumerate().fuse());
    let next = || {
        let mut items = items.lock().unwrap_or_else(PoisonError::into_inner);
        items.next()
    };
    let work = || -> Vec<(usize, T)> {
        let items = iter::from_fn(next);
        items.map(|(place, item)| (place, each(item))).collect()
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut done = thread::scope(|scope| {
        let others: Vec<_> = (1..cores)
            .filter_map(|_| Builder::new().spawn_scoped(scope, work).ok())
            .collect();
        let mut done = work();
        for thread in others {
            done.extend(thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        done
    });
    done.sort_unstable_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, made)| made).collect()
}
