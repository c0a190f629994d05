//! The cost of a run grows linearly: ten times the models take ten times as many allocations and ten times as many bytes.
//!
//! This is a binary of its own, since it counts every allocation of the process.
#![allow(missing_docs)]

#[path = "bench/synthetic.rs"]
mod synthetic;

#[global_allocator]
static COUNTING: dhat::Alloc = dhat::Alloc;

#[test]
fn ten_times_the_models_take_ten_times_the_work() {
    let (small, large) = (synthetic::files(1_000), synthetic::files(10_000));
    let _counting = dhat::Profiler::builder().testing().build();
    // The cost of one-time initialisation is not counted.
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
        // Growing buffers double, so the ratio may be up to twenty; quadratic growth would make it a hundred.
        assert!(
            (5.0..20.0).contains(&ratio),
            "{what}: {small} for 1,000 models, {large} for 10,000"
        );
    };
    tenfold("allocations", small.0, large.0);
    tenfold("allocated bytes", small.1, large.1);
    tenfold("written bytes", small.2 as u64, large.2 as u64);
}
