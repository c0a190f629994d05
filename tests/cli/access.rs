//! No run gives anybody new access to a file (behaviour §8).

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;
use std::process::Command;

use crate::support::{PROGRAM, Run, World, dataset, model, row, run};

const ALICE: u32 = 61_001;
const BOB: u32 = 61_002;
const CAROL: u32 = 61_003;
const CURATORS: u32 = 62_000;

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn access(path: &Path) -> (u32, u32, u32) {
    let found = fs::metadata(path).unwrap();
    (found.uid(), found.gid(), found.mode() & 0o777)
}

/// Whether files can be given to other users here; prints a notice if not.
fn is_root() -> bool {
    let world = World::new();
    let is_root = chown(world.dir.path(), Some(ALICE), None).is_ok();
    if !is_root {
        eprintln!("skipped: only root can give files to other users");
    }
    is_root
}

/// A world with one row and two models, in which everybody may write.
fn open_world() -> World {
    let world = World::with(&[model("a"), model("b")]).dataset(dataset(&[row("a", "", "")]));
    for directory in ["", "clean", "estimated"] {
        set_mode(&world.dir.path().join(directory), 0o777);
    }
    set_mode(&world.estimates_path(), 0o644);
    world
}

/// Refreshes as bob, who is in these groups; `None` where that cannot be tried.
fn refresh_as_bob(world: &World, groups: &str) -> Option<String> {
    let refresh = run_as_bob(world, groups, &[])?.expect_code(0);
    assert_eq!(world.rows().len(), 2);
    Some(refresh.stderr)
}

/// Runs the program as bob, who is in these groups; `None` where that cannot be tried.
fn run_as_bob(world: &World, groups: &str, args: &[&str]) -> Option<Run> {
    let program = world.dir.path().join("core-dataset");
    // Copied by another process: a program that another test starts would inherit a file open for writing, and the copy could not run.
    run(Command::new("cp").arg(PROGRAM).arg(&program)).expect_code(0);
    set_mode(&program, 0o755);
    let user = format!("--reuid={BOB}");
    let group = format!("--regid={BOB}");
    let as_bob = |program: &Path| {
        let mut command = world.isolated("setpriv");
        command.args([&*user, &*group, groups]).arg(program);
        command
    };
    let can_run = as_bob(&program).arg("--version").output();
    if !can_run.is_ok_and(|run| run.status.success()) {
        eprintln!(
            "skipped: there is no setpriv, or other users cannot reach the temporary directory"
        );
        return None;
    }
    let mut command = as_bob(&program);
    command.arg("--data-dir").arg(world.dir.path());
    Some(run(command.args(args)))
}

#[test]
fn a_refresh_by_a_colleague_keeps_the_group_of_the_file() {
    if !is_root() {
        return;
    }
    let world = open_world();
    chown(world.dataset_path(), Some(ALICE), Some(CURATORS)).unwrap();
    set_mode(&world.dataset_path(), 0o660);
    let Some(stderr) = refresh_as_bob(&world, &format!("--groups={CURATORS}")) else {
        return;
    };
    assert_eq!(access(&world.dataset_path()), (BOB, CURATORS, 0o660));
    assert_eq!(access(&world.journal_path()), (BOB, CURATORS, 0o660));
    assert!(!stderr.contains("could not be given"), "{stderr}");
}

#[test]
fn if_the_group_cannot_be_kept_its_permissions_are_removed_and_the_run_says_so() {
    if !is_root() {
        return;
    }
    let world = open_world();
    chown(world.dataset_path(), Some(ALICE), Some(CURATORS)).unwrap();
    set_mode(&world.dataset_path(), 0o666);
    let Some(stderr) = refresh_as_bob(&world, "--clear-groups") else {
        return;
    };
    assert_eq!(access(&world.dataset_path()), (BOB, BOB, 0o606));
    assert_eq!(access(&world.journal_path()), (BOB, BOB, 0o606));
    assert!(
        stderr.contains("could not be given the same group"),
        "{stderr}"
    );
}

#[test]
fn an_error_about_missing_permission_states_the_next_step() {
    if !is_root() {
        return;
    }
    let world = open_world();
    fs::write(world.journal_path(), "").unwrap();
    set_mode(&world.journal_path(), 0o644);
    let Some(refresh) = run_as_bob(&world, "--clear-groups", &[]) else {
        return;
    };
    let denied = "Permission denied (os error 13); `ls -ld` shows who may use the file";
    let journal = format!("the journal cannot be written, so nothing was written: {denied}");
    refresh.expect_code(1).expect_stderr(&journal);
    set_mode(&world.dataset_path(), 0);
    let list = run_as_bob(&world, "--clear-groups", &["list"]).unwrap();
    let dataset = format!("cannot be read: {denied}");
    list.expect_code(1).expect_stderr(&dataset);
    let validate = run_as_bob(&world, "--clear-groups", &["validate", "--format", "json"]).unwrap();
    validate.expect_code(3).expect_stdout(&dataset);
}

#[test]
fn a_run_by_root_gives_dataset_journal_and_backup_to_the_owner_of_the_dataset() {
    if !is_root() {
        return;
    }
    let world = open_world();
    chown(world.dataset_path(), Some(ALICE), Some(CURATORS)).unwrap();
    set_mode(&world.dataset_path(), 0o640);
    let backup = world.json(&["--reset", "--force"])["backup"].clone();
    for path in [
        &world.dataset_path(),
        &world.journal_path(),
        Path::new(backup.as_str().unwrap()),
    ] {
        assert_eq!(access(path), (ALICE, CURATORS, 0o640), "{}", path.display());
    }
}

#[test]
fn the_journal_of_a_private_dataset_is_private() {
    let world = open_world();
    set_mode(&world.dataset_path(), 0o600);
    world.ok(&[]);
    assert_eq!(access(&world.dataset_path()).2, 0o600);
    assert_eq!(access(&world.journal_path()).2, 0o600);
    let [model, ..] = &world.column("name")[..] else {
        panic!("no row");
    };
    world.ok(&["dismiss", model, "--note", "small"]);
    assert_eq!(access(&world.decisions_path()).2, 0o600);
}

#[test]
fn the_first_files_get_the_default_mode_of_the_system() {
    let world = World::with(&[model("a")]);
    world.ok(&[]);
    let usual = fs::metadata(world.estimates_path()).unwrap().mode() & 0o777;
    assert_eq!(access(&world.dataset_path()).2, usual);
    assert_eq!(access(&world.journal_path()).2, usual);
}

/// Changes a file's access control list; `false`, with a notice, where that cannot be tried.
fn set_access_list(entry: &[&str], path: &Path) -> bool {
    let set = Command::new("setfacl").args(entry).arg(path).output();
    let is_set = set.is_ok_and(|run| run.status.success());
    if !is_set {
        eprintln!("skipped: setfacl is missing, or the file system has no access control lists");
    }
    is_set
}

fn access_list(path: &Path) -> String {
    let list = Command::new("getfacl")
        .args(["--omit-header", "--numeric", "--absolute-names"])
        .arg(path)
        .output()
        .unwrap();
    String::from_utf8(list.stdout).unwrap()
}

#[test]
fn an_access_control_list_is_kept_and_the_journal_gets_it_too() {
    let world = open_world();
    set_mode(&world.dataset_path(), 0o640);
    if !set_access_list(&["-m", &format!("u:{CAROL}:rw")], &world.dataset_path()) {
        return;
    }
    let before = access_list(&world.dataset_path());
    world.ok(&[]);
    assert_eq!(world.rows().len(), 2);
    assert!(before.contains(&format!("user:{CAROL}:rw-")), "{before}");
    assert_eq!(access_list(&world.dataset_path()), before);
    assert_eq!(access_list(&world.journal_path()), before);
}

#[test]
fn if_an_access_control_list_cannot_be_kept_only_the_owner_has_access() {
    if !is_root() {
        return;
    }
    let world = open_world();
    chown(world.dataset_path(), Some(ALICE), Some(CURATORS)).unwrap();
    set_mode(&world.dataset_path(), 0o666);
    if !set_access_list(&["-m", &format!("u:{CAROL}:---")], &world.dataset_path()) {
        return;
    }
    let Some(stderr) = refresh_as_bob(&world, "--clear-groups") else {
        return;
    };
    assert_eq!(access(&world.dataset_path()), (BOB, BOB, 0o600));
    assert!(
        stderr.contains("could not be given the same access control list"),
        "{stderr}"
    );
}

#[test]
fn default_access_entries_of_a_directory_give_nobody_new_access() {
    let world = open_world();
    set_mode(&world.dataset_path(), 0o660);
    let clean = world.clean();
    if !set_access_list(&["-d", "-m", &format!("u:{CAROL}:rw")], &clean) {
        return;
    }
    let before = access_list(&world.dataset_path());
    world.ok(&[]);
    assert_eq!(world.rows().len(), 2);
    assert_eq!(access_list(&world.dataset_path()), before);
    assert_eq!(access_list(&world.journal_path()), before);
}

#[test]
fn extended_attributes_are_kept() {
    let world = open_world();
    let flags = rustix::fs::XattrFlags::empty();
    if rustix::fs::setxattr(world.dataset_path(), "user.origin", b"by hand", flags).is_err() {
        eprintln!("skipped: the file system has no extended attributes");
        return;
    }
    world.ok(&[]);
    let mut value = [0; 16];
    let length = rustix::fs::getxattr(world.dataset_path(), "user.origin", &mut value).unwrap();
    assert_eq!(&value[..length], b"by hand");
}
