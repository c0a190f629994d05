//! Helpers of the tests: a data directory for each test, runs of the program on it, and checks of the files that a run leaves behind.

mod data;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use proptest::test_runner::{Config, RngSeed};
use serde_json::{Value, json};

pub use data::*;

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_core-dataset");

/// Every command, in the order of the help.
pub const COMMANDS: [&str; 21] = [
    "refresh",
    "reapply",
    "list",
    "show",
    "stats",
    "history",
    "review",
    "verify",
    "dismiss",
    "accept",
    "add",
    "alias",
    "decide",
    "validate",
    "diff",
    "compare",
    "export",
    "page",
    "git",
    "completions",
    "man",
];

/// The estimates of the sample in `data/`.
pub const SAMPLE_ESTIMATES: &str = include_str!("../../data/estimated/estimated_models.json");

/// The sample's dataset as it is before its first refresh. It is a copy, since a refresh of the sample changes the file in `data/`.
pub const ONE_REFRESH_BEHIND: &[u8] = include_bytes!("../fixtures/one_refresh_behind.csv");

/// Variables that change what the program, or a library in it, does or prints. Those that begin with `GIT_` are removed as well.
const REMOVED_VARIABLES: [&str; 7] = [
    "RUST_LOG",
    "CORE_DATASET_DATA_DIR",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "NO_COLOR",
    "COLUMNS",
    "LINES",
];

/// The clock of every run that does not set another: midnight of 2025-08-20, a few days after the estimates are saved.
const TODAY: &str = "1755648000";

/// The result of [`World::other_files`] if nothing is left behind.
pub const NO_FILES: [PathBuf; 0] = [];

/// A fresh data directory, removed when the test ends.
pub struct World {
    pub dir: tempfile::TempDir,
}

/// The output and the exit code of one run.
#[derive(Debug)]
pub struct Run {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// A file as it is on disk. The inode tells a replaced file from an untouched one even when bytes and time are the same.
#[derive(Debug, PartialEq, Eq)]
pub struct FileState {
    bytes: String,
    modified: SystemTime,
    inode: u64,
}

impl World {
    /// Empty directories, with neither estimates nor a dataset.
    pub fn new() -> World {
        let dir = tempfile::tempdir().unwrap();
        for directory in ["estimated", "clean"] {
            fs::create_dir(dir.path().join(directory)).unwrap();
        }
        World { dir }
    }

    /// A world with these estimates.
    pub fn with(models: &[Value]) -> World {
        let world = World::new();
        world.set_models(models);
        world
    }

    /// Estimates and a dataset with a row of every kind: verified, drifted, protected, noted, orphaned and plain.
    pub fn with_every_kind_of_row() -> World {
        World::with(&[
            model("plain"),
            model_at("drifted", "2e26"),
            model_at("verified", "6.1e25"),
            model("noted"),
            model("protected"),
        ])
        .dataset(dataset(&[
            row("drifted", "y", "why"),
            row("noted", "", "look here"),
            row("orphaned", "", ""),
            row("plain", "", ""),
            row("protected", "no", ""),
            row("verified", "Y", ""),
        ]))
    }

    /// The same world with this dataset.
    pub fn dataset(self, bytes: impl AsRef<[u8]>) -> World {
        self.set_dataset(bytes);
        self
    }

    pub fn set_dataset(&self, bytes: impl AsRef<[u8]>) {
        fs::write(self.dataset_path(), bytes).unwrap();
    }

    pub fn set_models(&self, models: &[Value]) {
        self.set_models_saved(&json!({"saved_at": "2025-08-15T06:00:00"}), models);
    }

    /// Estimates of these models, with this metadata.
    pub fn set_models_saved(&self, metadata: &Value, models: &[Value]) {
        let document = json!({"metadata": metadata, "models": models});
        self.set_estimates(document.to_string());
    }

    pub fn set_estimates(&self, bytes: impl AsRef<[u8]>) {
        fs::write(self.estimates_path(), bytes).unwrap();
    }

    /// The directory of the dataset.
    pub fn clean(&self) -> PathBuf {
        self.dir.path().join("clean")
    }

    pub fn dataset_path(&self) -> PathBuf {
        self.clean().join("above_1e25_flop.csv")
    }

    pub fn estimates_path(&self) -> PathBuf {
        self.dir.path().join("estimated/estimated_models.json")
    }

    pub fn journal_path(&self) -> PathBuf {
        self.clean().join("above_1e25_flop.history.jsonl")
    }

    pub fn decisions_path(&self) -> PathBuf {
        self.clean().join("decisions.csv")
    }

    pub fn aliases_path(&self) -> PathBuf {
        self.clean().join("aliases.csv")
    }

    /// Writes these lines of decisions, each with its line end, below the header.
    pub fn set_decisions(&self, lines: &str) {
        fs::write(
            self.decisions_path(),
            format!("{DECISIONS_HEADER}\n{lines}"),
        )
        .unwrap();
    }

    /// Writes these lines of aliases, each with its line end, below the header.
    pub fn set_aliases(&self, lines: &str) {
        fs::write(self.aliases_path(), format!("{ALIASES_HEADER}\n{lines}")).unwrap();
    }

    /// The lines of the decisions as `column → text`, read by the csv crate; none where there is no file.
    pub fn decisions(&self) -> Vec<BTreeMap<String, String>> {
        rows_of(&fs::read(self.decisions_path()).unwrap_or_default())
    }

    /// One column of the decisions, from top to bottom.
    pub fn decided(&self, column: &str) -> Vec<String> {
        self.decisions()
            .iter()
            .map(|line| line[column].clone())
            .collect()
    }

    /// Writes a CSV file outside the data directory, such as an older copy or a filled-in spreadsheet, and returns its path.
    pub fn sheet(&self, bytes: impl AsRef<[u8]>) -> String {
        let path = self.dir.path().join("sheet.csv");
        fs::write(&path, bytes).unwrap();
        path.to_string_lossy().into_owned()
    }

    /// The journal's entries, oldest first; none where there is no journal.
    pub fn journal(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.journal_path()).unwrap_or_default();
        let entries = text.lines().map(serde_json::from_str);
        entries.map(Result::unwrap).collect()
    }

    /// The dataset's text.
    pub fn text(&self) -> String {
        fs::read_to_string(self.dataset_path()).unwrap()
    }

    /// The files beside the dataset and its journal, sorted.
    pub fn other_files(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.clean()).unwrap();
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        files.retain(|path| *path != self.dataset_path() && *path != self.journal_path());
        files.sort();
        files
    }

    /// A command on which the environment and the working directory of the test run have no influence.
    pub fn isolated(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let names = std::env::vars_os().map(|(name, _)| name);
        for name in names.filter(|name| name.as_encoded_bytes().starts_with(b"GIT_")) {
            command.env_remove(name);
        }
        for name in REMOVED_VARIABLES {
            command.env_remove(name);
        }
        command.env("SOURCE_DATE_EPOCH", TODAY);
        // A run that overlooks `--data-dir` must not find the sample, which is in `data/` below the project's directory.
        command.current_dir(self.dir.path()).stdin(Stdio::null());
        command
    }

    /// The program with these arguments, on a terminal of 80 columns that `script` of util-linux makes; `None` where there is no such
    /// program.
    pub fn on_a_terminal(&self, args: &str) -> Option<Command> {
        let mut script = self.isolated("script");
        let version = script.arg("--version").stdout(Stdio::piped()).output();
        let is_there = version
            .is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("util-linux"));
        if !is_there {
            println!("skipped: this wants `script` of util-linux");
            return None;
        }
        let mut command = self.isolated("script");
        let line = format!("stty cols 80 rows 24; '{PROGRAM}' --data-dir . {args}");
        command.args(["-qec", &line, "/dev/null"]);
        Some(command)
    }

    /// The program with these arguments on this data directory.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = self.isolated(PROGRAM);
        command.arg("--data-dir").arg(self.dir.path()).args(args);
        command
    }

    pub fn run(&self, args: &[&str]) -> Run {
        run(&mut self.command(args))
    }

    /// A run at this moment, in seconds since 1970.
    pub fn run_at(&self, moment: i64, args: &[&str]) -> Run {
        run(self
            .command(args)
            .env("SOURCE_DATE_EPOCH", moment.to_string()))
    }

    /// A run on a screen of this many columns.
    pub fn run_on(&self, columns: usize, args: &[&str]) -> Run {
        run(self.command(args).env("COLUMNS", columns.to_string()))
    }

    /// A run that ends with exit code 0.
    pub fn ok(&self, args: &[&str]) -> Run {
        self.run(args).expect_code(0)
    }

    /// The JSON output of a run that ends with exit code 0.
    pub fn json(&self, args: &[&str]) -> Value {
        self.ok(&[&["--format", "json"], args].concat()).json()
    }

    /// A run that leaves every file as it is.
    pub fn run_without_writing(&self, args: &[&str]) -> Run {
        let before = self.tree();
        let run = self.run(args);
        assert_eq!(self.tree(), before, "{args:?} changed files: {run:?}");
        run
    }

    /// A run that ends with exit code 0 and leaves every file as it is.
    pub fn ok_without_writing(&self, args: &[&str]) -> Run {
        self.run_without_writing(args).expect_code(0)
    }

    /// Every file below the data directory with its state, and every directory without one.
    pub fn tree(&self) -> BTreeMap<PathBuf, Option<FileState>> {
        fn walk(at: &Path, found: &mut BTreeMap<PathBuf, Option<FileState>>) {
            for entry in fs::read_dir(at).unwrap().map(Result::unwrap) {
                let path = entry.path();
                if path.is_dir() {
                    walk(&path, found);
                    found.insert(path, None);
                } else if let Ok(bytes) = fs::read(&path) {
                    let metadata = fs::metadata(&path).unwrap();
                    let state = FileState {
                        bytes: bytes.escape_ascii().to_string(),
                        modified: metadata.modified().unwrap(),
                        inode: metadata.ino(),
                    };
                    found.insert(path, Some(state));
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

    /// One column of the dataset, from top to bottom.
    pub fn column(&self, column: &str) -> Vec<String> {
        self.rows().iter().map(|row| row[column].clone()).collect()
    }

    /// The only row of the dataset with this name.
    pub fn row(&self, name: &str) -> BTreeMap<String, String> {
        let mut rows = self.rows();
        rows.retain(|row| row["name"] == name);
        assert_eq!(rows.len(), 1, "rows named {name} in\n{}", self.text());
        rows.remove(0)
    }
}

impl Run {
    #[track_caller]
    pub fn expect_code(self, code: i32) -> Run {
        let Run { stdout, stderr, .. } = &self;
        assert_eq!(
            self.code,
            Some(code),
            "stdout:\n{stdout}\nstderr:\n{stderr}"
        );
        self
    }

    #[track_caller]
    pub fn expect_stdout(self, text: &str) -> Run {
        assert!(
            self.stdout.contains(text),
            "no {text:?} in\n{}",
            self.stdout
        );
        self
    }

    #[track_caller]
    pub fn expect_stderr(self, text: &str) -> Run {
        assert!(
            self.stderr.contains(text),
            "no {text:?} in\n{}",
            self.stderr
        );
        self
    }

    /// The standard output, parsed as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap()
    }
}

pub fn run(command: &mut Command) -> Run {
    let output = command.output().unwrap();
    Run {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The program's output on the sample, one refresh behind, on a screen of this many columns.
pub fn on_the_sample(columns: usize, args: &[&str]) -> String {
    let world = World::new();
    let data = world.dir.path().join("data");
    fs::create_dir(&data).unwrap();
    for directory in ["estimated", "clean"] {
        fs::rename(world.dir.path().join(directory), data.join(directory)).unwrap();
    }
    fs::write(
        data.join("estimated/estimated_models.json"),
        SAMPLE_ESTIMATES,
    )
    .unwrap();
    fs::write(data.join("clean/above_1e25_flop.csv"), ONE_REFRESH_BEHIND).unwrap();
    let mut command = world.isolated(PROGRAM);
    let output = command
        .env("COLUMNS", columns.to_string())
        .args(args)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The configuration of a property test: always the same cases, unless `PROPTEST_RNG_SEED` asks for others. The seed is printed.
pub fn config(cases: u32) -> Config {
    const SEED: u64 = 0x1e25;
    let asked = std::env::var("PROPTEST_RNG_SEED").ok();
    let seed = asked.map_or(SEED, |seed| {
        seed.parse().expect("PROPTEST_RNG_SEED is a whole number")
    });
    println!("PROPTEST_RNG_SEED={seed}");
    Config {
        cases,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..Config::default()
    }
}

pub fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension() == Some(OsStr::new(extension))
}
