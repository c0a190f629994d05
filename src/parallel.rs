//! The same work on many items, done on every core.

use std::panic::resume_unwind;
use std::thread;

/// With fewer rows or models than this it takes longer to start threads than to do what there is to do on each.
pub const MANY: usize = 4096;

/// How many cores there are.
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// What `each` makes of every item, in the order of the items. With fewer items than `many` it takes longer to start threads than to do
/// the work.
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
            .map(|share| scope.spawn(move || work(share)))
            .collect();
        let mut done = work(mine);
        for thread in others {
            done.extend(thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        done
    })
}

/// What `work` makes on every core, once on each.
pub fn on_every_core<T: Send>(work: impl Fn() -> T + Sync) -> Vec<T> {
    map(&vec![(); cores()], 2, |()| work())
}
