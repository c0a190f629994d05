//! Seeded synthetic estimates in the pipeline's shape, and the dataset as it was a refresh ago: it has half of the candidates, a tenth of
//! those verified.

use core_dataset::dataset::{Aliases, Dataset, Decisions};
use core_dataset::estimates::{Estimates, Latest};
use core_dataset::plan;
use core_dataset::render::render;
use serde_json::{Value, json};

/// The text of both files.
pub struct Files {
    pub estimates: String,
    pub dataset: String,
}

/// A small random generator (xorshift), whose sequence depends on the seed alone.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[(self.next() % from.len() as u64) as usize]
    }
}

/// `count` models, half of them candidates, one in a hundred a duplicate.
pub fn files(count: usize) -> Files {
    let mut random = Random(7);
    let mut models = Vec::with_capacity(count);
    for place in 0..count as u64 {
        let number = if random.next().is_multiple_of(100) {
            random.next() % (place + 1)
        } else {
            place
        };
        let exponent = 23.7 + (random.next() % 2000) as f64 / 1000.0;
        models.push(json!({
            "name": format!("{}_{number:07}", random.pick(&["gemini", "gpt", "claude", "Llama", "通义"])),
            "developer": random.pick(&["Google", "OpenAI", "Anthropic", "Meta AI", "Alibaba"]),
            "release_date": null,
            "parameters": 500_000_000_000_u64,
            "context_length": null,
            "training_flop": format!("{:.2e}", 10_f64.powf(exponent)),
            "training_flop_confidence": random.pick(&["high", "medium", "low", "speculative"]),
            "estimation_method": "scaling_laws",
            "alternative_estimates": [{"flop": "5.54e+25", "confidence": "low", "reasoning": "from benchmarks, \u{3b1}=3.0"}],
            "benchmarks": {"arena_elo": 1474.0, "coding_score": 1472.0},
            "sources": ["https://example.org/leaderboard (a leaderboard)"],
            "reasoning": "6 \u{d7} 500,000,000,000 parameters \u{d7} 20,000,000,000,000 tokens",
            "last_updated": "2025-07-31T19:41:33.880643",
            "metadata": {"votes": 23460.0, "license": "proprietary"}
        }));
    }
    let mut dataset =
        String::from("name,developer,training_flop,reasoning,verified,notes,last_updated\n");
    let old = models
        .iter()
        .filter(|model| flop(model) >= 5e24)
        .step_by(2)
        .enumerate();
    for (place, model) in old {
        let (mark, note) = if place % 10 == 0 {
            ("y", "\"checked, ok\"")
        } else {
            ("", "")
        };
        let row = [
            text(model, "name"),
            text(model, "developer"),
            &format!("{:e}", flop(model) * 1.3),
            "\"before, long ago\"",
            mark,
            note,
            "",
        ];
        dataset.push_str(&row.join(","));
        dataset.push('\n');
    }
    Files {
        estimates: json!({"metadata": {}, "models": models}).to_string(),
        dataset,
    }
}

fn text<'m>(model: &'m Value, field: &str) -> &'m str {
    model[field].as_str().unwrap_or_default()
}

fn flop(model: &Value) -> f64 {
    text(model, "training_flop").parse().unwrap_or_default()
}

/// The whole run without files: load, dedup, classify, plan, render. Returns the length of the new dataset.
pub fn refresh(files: &Files) -> usize {
    let estimates = Estimates::parse(files.estimates.as_bytes()).expect("sound estimates");
    let dataset = Dataset::parse(files.dataset.as_bytes()).expect("a sound dataset");
    let decisions = Decisions::absent();
    let latest = Latest::of(&estimates, &Aliases::absent());
    let plan = plan::refresh(&dataset, &decisions, &latest);
    render(&plan).len()
}
