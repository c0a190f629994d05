//! The same work on many items, done on every core.

use std::sync::LazyLock;

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

/// What `each` makes of every item, in the order of the items. With fewer items than `many` it takes longer to start threads than to do
/// the work.
pub fn map<'i, I: Sync, T: Send>(
    items: &'i [I],
    many: usize,
    each: impl Fn(&'i I) -> T + Send + Sync,
) -> Vec<T> {
    // Where the system refuses to start threads, the work is done here.
    static POOL: LazyLock<Option<ThreadPool>> =
        LazyLock::new(|| ThreadPoolBuilder::new().build().ok());
    let pool = if items.len() < many {
        None
    } else {
        POOL.as_ref()
    };
    match pool {
        Some(pool) => pool.install(|| items.par_iter().map(each).collect()),
        None => items.iter().map(each).collect(),
    }
}
