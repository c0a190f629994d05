//! A data directory of its own for each test, the program run on it, and what a run leaves behind.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use proptest::test_runner::{Config, RngSeed};
use serde_json::{Value, json};

/// The schema's header line.
pub const HEADER: &str = "name,developer,release_date,parameters,training_flop,training_flop_formatted,confidence,\
estimation_method,threshold_classification,status,reasoning,sources,verified,last_updated,notes";

/// A fresh data directory.
pub struct World {
    pub dir: tempfile::TempDir,
}

/// What one run printed and how it ended.
#[derive(Debug)]
pub struct Run {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl World {
    pub fn new() -> World {
        let dir = tempfile::tempdir().unwrap();
        for folder in ["estimated", "clean"] {
            fs::create_dir(dir.path().join(folder)).unwrap();
        }
        World { dir }
    }

    /// A world with these estimates.
    pub fn with(models: &[Value]) -> World {
        World::new().models(models)
    }

    pub fn csv(&self) -> PathBuf {
        self.dir.path().join("clean/above_1e25_flop.csv")
    }

    pub fn json(&self) -> PathBuf {
        self.dir.path().join("estimated/estimated_models.json")
    }

    pub fn journal(&self) -> PathBuf {
        self.dir.path().join("clean/above_1e25_flop.history.jsonl")
    }

    pub fn models(self, models: &[Value]) -> World {
        self.set_models(models);
        self
    }

    pub fn set_models(&self, models: &[Value]) {
        let document = json!({"metadata": {"saved_at": "2025-08-15T06:00:00"}, "models": models});
        fs::write(self.json(), document.to_string()).unwrap();
    }

    pub fn dataset(self, bytes: impl AsRef<[u8]>) -> World {
        fs::write(self.csv(), bytes).unwrap();
        self
    }

    pub fn text(&self) -> String {
        fs::read_to_string(self.csv()).unwrap()
    }

    /// The program with these arguments on this data directory, colours off, environment of no influence.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_core-dataset"));
        command
            .env_remove("RUST_LOG")
            .env_remove("CORE_DATASET_DATA_DIR")
            .stdin(Stdio::null());
        command.arg("--data-dir").arg(self.dir.path()).args(args);
        command
    }

    pub fn run(&self, args: &[&str]) -> Run {
        let output = self.command(args).output().unwrap();
        Run {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// A run that ends well.
    pub fn ok(&self, args: &[&str]) -> Run {
        self.run(args).expect_code(0)
    }

    /// The JSON report of a run that ends well.
    pub fn report(&self, args: &[&str]) -> Value {
        let args: Vec<&str> = ["--format", "json"].iter().chain(args).copied().collect();
        serde_json::from_str(&self.ok(&args).stdout).unwrap()
    }

    /// Every file below the data directory with its text and its time of change.
    pub fn tree(&self) -> BTreeMap<PathBuf, (String, SystemTime)> {
        fn walk(at: &Path, found: &mut BTreeMap<PathBuf, (String, SystemTime)>) {
            for entry in fs::read_dir(at).unwrap().map(Result::unwrap) {
                let path = entry.path();
                if path.is_dir() {
                    walk(&path, found);
                } else if let Ok(bytes) = fs::read(&path) {
                    found.insert(
                        path.clone(),
                        (
                            String::from_utf8_lossy(&bytes).into_owned(),
                            fs::metadata(&path).unwrap().modified().unwrap(),
                        ),
                    );
                }
            }
        }
        let mut found = BTreeMap::new();
        walk(self.dir.path(), &mut found);
        found
    }

    /// The dataset's rows as `column → text`, read by the csv crate.
    pub fn rows(&self) -> Vec<BTreeMap<String, String>> {
        rows_of(self.text().as_bytes())
    }

    /// One row of the dataset, by name.
    pub fn row(&self, name: &str) -> BTreeMap<String, String> {
        let mut rows = self.rows();
        rows.retain(|row| row["name"] == name);
        assert_eq!(rows.len(), 1, "rows named {name} in\n{}", self.text());
        rows.remove(0)
    }
}

impl Run {
    pub fn expect_code(self, code: i32) -> Run {
        assert_eq!(
            self.code,
            Some(code),
            "stdout:\n{}\nstderr:\n{}",
            self.stdout,
            self.stderr
        );
        self
    }
}

/// CSV bytes as rows, read by the csv crate, a reader that is not ours.
pub fn rows_of(bytes: &[u8]) -> Vec<BTreeMap<String, String>> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    // The crate takes a line of blanks for a row of one cell; for us it is a blank line.
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let header = reader.headers().unwrap().clone();
    let rows = reader
        .into_records()
        .map(Result::unwrap)
        .filter(|row| row.len() == header.len());
    rows.map(|row| {
        header
            .iter()
            .zip(&row)
            .map(|(column, text)| (column.to_owned(), text.to_owned()))
            .collect()
    })
    .collect()
}

/// A candidate: 6e25 FLOP at medium confidence, by developer `d`.
pub fn model(name: &str) -> Value {
    json!({
        "name": name, "developer": "d", "training_flop": "6.00e+25", "training_flop_confidence": "medium",
        "estimation_method": "scaling_laws", "reasoning": "six of them", "sources": ["https://example.org/a"],
        "last_updated": "2025-08-01T00:00:00"
    })
}

/// A record with some fields changed.
pub fn model_with(name: &str, fields: Value) -> Value {
    let mut model = model(name);
    for (field, value) in fields.as_object().unwrap() {
        model[field] = value.clone();
    }
    model
}

/// A record with another training FLOP.
pub fn model_at(name: &str, flop: &str) -> Value {
    model_with(name, json!({"training_flop": flop}))
}

/// The row that a refresh writes for [`model`], with these marks and notes.
pub fn row(name: &str, verified: &str, notes: &str) -> String {
    format!(
        "{name},d,,,6e+25,6.00e+25,medium,scaling_laws,high_confidence_above,likely_above,six of them,https://example.org/a,\
         {verified},2025-08-01T00:00:00,{notes}\n"
    )
}

/// A dataset of these rows under the schema's header.
pub fn dataset(rows: &[String]) -> String {
    format!("{HEADER}\n{}", rows.concat())
}

/// The names in one group of a report's changes, sorted.
pub fn names(report: &Value, group: &str) -> Vec<String> {
    let entries = report["changes"][group].as_array().unwrap();
    let mut names: Vec<String> = entries
        .iter()
        .map(|entry| entry["name"].as_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

/// How a property is run: the seed is printed, and `PROPTEST_RNG_SEED` repeats one.
pub fn config(cases: u32) -> Config {
    let asked = std::env::var("PROPTEST_RNG_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seed = asked.unwrap_or_else(|| RandomState::new().hash_one(cases));
    println!("PROPTEST_RNG_SEED={seed}");
    Config {
        cases,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..Config::default()
    }
}
