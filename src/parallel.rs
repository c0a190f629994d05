//! The same work on many items, done on every core.

use std::iter;
use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError};
use std::thread::{self, Builder};

/// With fewer rows or models than this it takes longer to start threads than to do what there is to do on each.
pub const MANY: usize = 4096;

/// How many cores there are.
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// What `each` makes of every item, in the order of the items. With fewer items than `many` it takes longer to start threads than to do
/// the work. Where the system refuses to start a thread, the calling one does its share.
pub fn map<'i, I: Sync, T: Send>(
    items: &'i [I],
    many: usize,
    each: impl Fn(&'i I) -> T + Sync,
) -> Vec<T> {
    let work = |share: &'i [I]| -> Vec<T> { share.iter().map(&each).collect() };
    if items.len() < many {
        return work(items);
    }
    let (mine, others) = items.split_at(items.len().div_ceil(cores()));
    thread::scope(|scope| {
        let others: Vec<_> = others
            .chunks(mine.len().max(1))
            .map(|share| {
                let thread = Builder::new().spawn_scoped(scope, move || work(share));
                (share, thread)
            })
            .collect();
        let mut done = work(mine);
        for (share, thread) in others {
            done.extend(match thread {
                Ok(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
                Err(_) => work(share),
            });
        }
        done
    })
}

/// What `each` makes of every item that `items` yields, in their order. Every core takes the next item whenever it has done with one.
pub fn map_each<I, T: Send>(
    items: impl Iterator<Item = I> + Send,
    each: impl Fn(I) -> T + Sync,
) -> Vec<T> {
    let items = Mutex::new(items.enumerate().fuse());
    let next = || {
        let mut items = items.lock().unwrap_or_else(PoisonError::into_inner);
        items.next()
    };
    let shares = map(&vec![(); cores()], 2, |()| -> Vec<(usize, T)> {
        iter::from_fn(next)
            .map(|(place, item)| (place, each(item)))
            .collect()
    });
    let mut done: Vec<_> = shares.into_iter().flatten().collect();
    done.sort_unstable_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, made)| made).collect()
}
