//! `cargo bench`: the stages and the whole run at 1,000, 10,000 and 100,000 synthetic models.
#![allow(missing_docs)]

mod synthetic;

use core_dataset::dataset::{Aliases, Dataset, Decisions};
use core_dataset::estimates::{Estimates, Latest};
use core_dataset::plan;
use core_dataset::render;
use divan::{Bencher, black_box};

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];

fn main() {
    divan::main();
}

#[divan::bench(args = SIZES)]
fn load_estimates(bencher: Bencher<'_, '_>, size: usize) {
    let files = synthetic::files(size);
    bencher.bench(|| {
        Estimates::parse(black_box(files.estimates.as_bytes()))
            .expect("sound")
            .total
    });
}

#[divan::bench(args = SIZES)]
fn load_dataset(bencher: Bencher<'_, '_>, size: usize) {
    let files = synthetic::files(size);
    bencher.bench(|| {
        Dataset::parse(black_box(files.dataset.as_bytes()))
            .expect("sound")
            .rows
            .len()
    });
}

#[divan::bench(args = SIZES)]
fn dedup(bencher: Bencher<'_, '_>, size: usize) {
    let files = synthetic::files(size);
    let estimates = Estimates::parse(files.estimates.as_bytes()).expect("sound");
    bencher.bench(|| Latest::of(black_box(&estimates), &Aliases::absent()).count());
}

#[divan::bench(args = SIZES)]
fn plan(bencher: Bencher<'_, '_>, size: usize) {
    let files = synthetic::files(size);
    let estimates = Estimates::parse(files.estimates.as_bytes()).expect("sound");
    let dataset = Dataset::parse(files.dataset.as_bytes()).expect("sound");
    let decisions = Decisions::absent();
    let latest = Latest::of(&estimates, &Aliases::absent());
    bencher.bench(|| {
        plan::refresh(black_box(&dataset), &decisions, &latest)
            .lines
            .len()
    });
}

#[divan::bench(args = SIZES)]
fn render(bencher: Bencher<'_, '_>, size: usize) {
    let files = synthetic::files(size);
    let estimates = Estimates::parse(files.estimates.as_bytes()).expect("sound");
    let dataset = Dataset::parse(files.dataset.as_bytes()).expect("sound");
    let decisions = Decisions::absent();
    let latest = Latest::of(&estimates, &Aliases::absent());
    let plan = plan::refresh(&dataset, &decisions, &latest);
    bencher.bench(|| render::render(black_box(&plan)).len());
}

#[divan::bench(args = SIZES)]
fn whole_run(bencher: Bencher<'_, '_>, size: usize) {
    let files = synthetic::files(size);
    bencher.bench(|| synthetic::refresh(black_box(&files)));
}
