//! A data directory in a git repository, for the tests that need a real git.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{PROGRAM, Run, World, run};

/// A repository whose top is the data directory, with the drivers set up.
pub struct Repository {
    pub world: World,
}

impl Repository {
    /// An empty repository; `None`, with a notice that the test is skipped, where there is no git.
    pub fn new() -> Option<Repository> {
        let found = Command::new("git").arg("--version").output();
        if !found.is_ok_and(|output| output.status.success()) {
            eprintln!("SKIPPED: there is no git on the PATH, and this test needs one");
            return None;
        }
        let repository = Repository {
            world: World::new(),
        };
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository.ok(&["git", "setup"]);
        Some(repository)
    }

    /// A repository in which this dataset is committed.
    pub fn with(dataset: &str) -> Option<Repository> {
        let repository = Repository::new()?;
        repository.commit(dataset, "base");
        Some(repository)
    }

    /// A command that finds the program under test on its PATH, and no git configuration but the repository's.
    pub fn isolated(&self, program: &str) -> Command {
        let mut command = self.world.isolated(program);
        let programs = Path::new(PROGRAM).parent().unwrap().display();
        let path = std::env::var("PATH").unwrap_or_default();
        command
            .env("PATH", format!("{programs}:{path}"))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env(
                "GIT_CEILING_DIRECTORIES",
                self.world.dir.path().parent().unwrap(),
            );
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "ana");
            command.env(format!("GIT_{who}_EMAIL"), "ana@example.org");
        }
        command
    }

    pub fn git_command(&self, args: &[&str]) -> Command {
        let mut command = self.isolated("git");
        command.args(args);
        command
    }

    /// The output of git, which must end with exit code 0.
    #[track_caller]
    pub fn git(&self, args: &[&str]) -> String {
        run(&mut self.git_command(args)).expect_code(0).stdout
    }

    /// The program on this data directory.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = self.isolated(PROGRAM);
        command.args(["--data-dir", "."]).args(args);
        command
    }

    pub fn run(&self, args: &[&str]) -> Run {
        run(&mut self.command(args))
    }

    #[track_caller]
    pub fn ok(&self, args: &[&str]) -> Run {
        self.run(args).expect_code(0)
    }

    /// Commits this dataset, and whatever else there is.
    pub fn commit(&self, dataset: &str, message: &str) {
        self.world.set_dataset(dataset);
        self.commit_all(message);
    }

    pub fn commit_all(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "-m", message]);
    }

    /// Commits `theirs` on a branch of that name and `ours` on main, which is then checked out.
    pub fn branches(&self, ours: &str, theirs: &str) {
        self.git(&["checkout", "--quiet", "-b", "theirs"]);
        self.commit(theirs, "theirs");
        self.git(&["checkout", "--quiet", "main"]);
        self.commit(ours, "ours");
    }

    /// The files that the newest commit changes, sorted.
    pub fn committed(&self) -> Vec<String> {
        let files = self.git(&["show", "--format=", "--name-only", "HEAD"]);
        files.lines().map(str::to_owned).collect()
    }

    /// The message of the newest commit.
    pub fn message(&self) -> String {
        self.git(&["log", "-1", "--format=%B"])
    }

    /// The first line of the newest commit's message.
    pub fn subject(&self) -> String {
        self.git(&["log", "-1", "--format=%s"])
    }

    pub fn head(&self) -> String {
        self.git(&["rev-parse", "HEAD"])
    }

    /// Writes an executable script in place of the program, or as a hook.
    pub fn script(&self, path: &str, text: &str) {
        use std::os::unix::fs::PermissionsExt;
        let path = self.world.dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
}
