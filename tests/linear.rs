//! The cost of a run grows in a straight line: ten times the models allocate ten times as often, ten times as much.
//!
//! In a binary of its own, since it counts every allocation of the process.
#![allow(missing_docs)]

#[path = "bench/synthetic.rs"]
mod synthetic;

#[global_allocator]
static COUNTING: dhat::Alloc = dhat::Alloc;

#[test]
fn ten_times_the_models_take_ten_times_the_work() {
    let (small, large) = (synthetic::files(1_000), synthetic::files(10_000));
    let _counting = dhat::Profiler::builder().testing().build();
    // What is set up once is not the run's.
    synthetic::refresh(&small);
    let work = |files: &synthetic::Files| {
        let before = dhat::HeapStats::get();
        let written = synthetic::refresh(files);
        let after = dhat::HeapStats::get();
        (
            after.total_blocks - before.total_blocks,
            after.total_bytes - before.total_bytes,
            written,
        )
    };
    let (small, large) = (work(&small), work(&large));
    let tenfold = |what: &str, small: u64, large: u64| {
        let ratio = large as f64 / small as f64;
        // Buffers double where they grow, so ten times may be up to twenty; what grows with the square is a hundred.
        assert!(
            (5.0..20.0).contains(&ratio),
            "{what}: {small} for 1,000 models, {large} for 10,000"
        );
    };
    tenfold("allocations", small.0, large.0);
    tenfold("allocated bytes", small.1, large.1);
    tenfold("written bytes", small.2 as u64, large.2 as u64);
}
