//! The contract of sweeps: the same table whatever happened to them, and any row a run again.

use crate::program::{ended, flockwork, program, refused};
use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    thread::sleep,
    time::Duration,
};
use tempfile::TempDir;

/// Runs with these arguments, which must succeed, and gives what it said on standard error.
fn good(folder: &Path, arguments: &[&str]) -> String {
    ended(folder, arguments, 0)
}

/// Runs with these arguments, which must fail with this code and say all `parts`.
fn bad(folder: &Path, arguments: &[&str], code: i32, parts: &[&str]) {
    refused(folder, arguments, code, parts);
}

/// A sweep of a small flock, written to `file`.
fn sweep<'a>(vary: &[&'a str], file: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let mut arguments = vec!["sweep", "vicsek", "--set", "agents=60", "--seed", "5", "--steps", "100", "-o", file];
    arguments.extend(vary.iter().flat_map(|vary| ["--vary", vary]));
    arguments.extend(more);
    arguments
}

const PLANE: [&str; 2] = ["noise=0:6:7", "radius=0.5,1,2"];

fn read(folder: &Path, file: &str) -> String {
    fs::read_to_string(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

#[test]
fn a_table_has_a_row_a_run_in_the_order_of_the_plan() {
    let folder = TempDir::new().unwrap();
    good(folder.path(), &sweep(&PLANE, "a.csv", &["--repeats", "2"]));
    let table = read(folder.path(), "a.csv");
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(rows[0][..5], ["run", "repeat", "seed", "noise", "radius"]);
    assert_eq!(rows[0][5], "polarisation");
    assert_eq!(rows[0][rows[0].len() - 2..], ["hash", "error"]);
    assert_eq!(rows.len(), 1 + 7 * 3 * 2);
    for (run, row) in rows[1..].iter().enumerate() {
        assert_eq!(row[0], run.to_string());
        assert_eq!(row[1], (run % 2).to_string());
        assert_eq!(row[3], (run / 6).to_string());
        assert_eq!(row[4], ["0.5", "1", "2"][run / 2 % 3]);
        assert_eq!(row[row.len() - 1], "");
    }
    let mut seeds: Vec<&str> = rows[1..].iter().map(|row| row[2]).collect();
    seeds.sort_unstable();
    seeds.dedup();
    assert_eq!(seeds.len(), 42);
    // Without noise all go one way, at the largest they do not.
    let mean = |run: usize| rows[1 + run][5].parse::<f64>().unwrap();
    assert!(mean(4) > 0.99 && mean(40) < 0.4, "{table}");
    // Once whole it is left alone; threads and jobs do not matter.
    assert!(good(folder.path(), &sweep(&PLANE, "a.csv", &["--repeats", "2"])).contains("all of its runs were done before"));
    good(folder.path(), &sweep(&PLANE, "b.csv", &["--repeats", "2", "--jobs", "1", "--threads", "2"]));
    assert_eq!(table, read(folder.path(), "b.csv"));
    // The recipe makes the table again.
    good(folder.path(), &["sweep", "a.csv.flock", "-o", "c.csv", "--jobs", "3"]);
    assert_eq!(table, read(folder.path(), "c.csv"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 6);
}

#[test]
fn the_order_of_the_plan_changes_no_row() {
    let folder = TempDir::new().unwrap();
    let rows = |file: &str, columns: &[&str]| {
        let table = read(folder.path(), file);
        let mut lines = table.lines();
        let header: Vec<&str> = lines.next().unwrap().split(',').collect();
        let places: Vec<usize> = columns.iter().map(|column| header.iter().position(|name| name == column).unwrap()).collect();
        let row = |line: &str| {
            let fields: Vec<&str> = line.split(',').collect();
            places.iter().map(|place| fields[*place].to_owned()).collect::<Vec<_>>()
        };
        let mut rows: Vec<Vec<String>> = lines.map(row).collect();
        rows.sort_unstable();
        rows
    };
    let columns = ["noise", "radius", "repeat", "seed", "polarisation", "hash"];
    good(folder.path(), &sweep(&["noise=1,2,3", "radius=0.5,1"], "a.csv", &[]));
    good(folder.path(), &sweep(&["radius=1,0.5", "noise=3,1,2"], "b.csv", &[]));
    assert_eq!(rows("a.csv", &columns), rows("b.csv", &columns));
    // Nor does a larger plan, nor one that sets what the other varies.
    good(folder.path(), &sweep(&["noise=0,1,2,3"], "c.csv", &["--set", "radius=0.5", "--repeats", "2"]));
    let columns = ["noise", "repeat", "seed", "polarisation", "hash"];
    let larger = rows("c.csv", &columns);
    good(folder.path(), &sweep(&["noise=1,2,3", "radius=0.5"], "d.csv", &[]));
    assert!(rows("d.csv", &columns).iter().all(|row| larger.contains(row)));
    for design in ["random", "sobol"] {
        let chosen = ["--design", design, "--points", "9"];
        let columns = ["noise", "radius", "seed", "hash"];
        let [one, other] = ["one", "other"].map(|name| format!("{design}-{name}.csv"));
        good(folder.path(), &sweep(&["noise=0:6", "radius=log:0.1:2"], &one, &chosen));
        good(folder.path(), &sweep(&["radius=log:0.1:2", "noise=0:6"], &other, &chosen));
        assert_eq!(rows(&one, &columns), rows(&other, &columns), "{design}");
        assert_eq!(rows(&one, &columns).len(), 9);
    }
}

#[test]
fn a_sweep_that_is_killed_goes_on_and_ends_in_the_same_bytes() {
    let folder = TempDir::new().unwrap();
    let plan = |file: &'static str, series: &'static str| {
        sweep(&["noise=0:6:30"], file, &["--repeats", "10", "--series", series, "--every", "10", "--jobs", "2"])
    };
    good(folder.path(), &plan("whole.csv", "whole-series.csv"));
    let rows = || fs::metadata(folder.path().join("a.csv.part")).map_or(0, |part| part.len());
    let mut killed = 0;
    for _ in 0..5 {
        let before = rows();
        let mut child = program(folder.path())
            .args(plan("a.csv", "a-series.csv"))
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        // It is killed when it has got on a little.
        while rows() < before + 2000 && child.try_wait().unwrap().is_none() {
            sleep(Duration::from_millis(1));
        }
        killed += u32::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!folder.path().join("a.csv").exists() || killed < 5);
    }
    assert_eq!(killed, 5, "the sweep is too short to be killed five times");
    let said = good(folder.path(), &plan("a.csv", "a-series.csv"));
    assert!(said.contains("of them before"), "{said}");
    for (name, whole) in [("a.csv", "whole.csv"), ("a-series.csv", "whole-series.csv")] {
        assert!(read(folder.path(), name) == read(folder.path(), whole), "{name}");
    }
    let series = read(folder.path(), "a-series.csv");
    assert!(series.starts_with("run,step,time,polarisation\n0,0,0,"));
    assert_eq!(series.lines().count(), 1 + 300 * 11);
    assert!(!folder.path().join("a.csv.part").exists());
}

#[test]
fn rows_of_another_plan_are_not_gone_on_with() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("a.csv.part"), "# (sweep:\"0.0.0\")\n0,0,1\n").unwrap();
    bad(folder.path(), &sweep(&PLANE, "a.csv", &[]), 2, &["a.csv.part: it holds rows of another plan"]);
}

#[test]
fn the_table_of_another_plan_is_not_written_over() {
    let folder = TempDir::new().unwrap();
    good(folder.path(), &sweep(&["noise=0,1"], "a.csv", &[]));
    let table = read(folder.path(), "a.csv");
    bad(folder.path(), &sweep(&["noise=0,2"], "a.csv", &[]), 2, &["a.csv: it is the table of another plan", "another name"]);
    assert_eq!(read(folder.path(), "a.csv"), table);
    fs::remove_file(folder.path().join("a.csv")).unwrap();
    good(folder.path(), &sweep(&["noise=0,2"], "a.csv", &[]));
}

#[test]
fn shards_join_to_the_table_of_one_process() {
    let folder = TempDir::new().unwrap();
    good(folder.path(), &sweep(&PLANE, "whole.csv", &["--repeats", "3"]));
    let names = ["1.csv", "2.csv", "3.csv", "4.csv"];
    for (name, part) in names.iter().zip(["1/4", "2/4", "3/4", "4/4"]) {
        good(folder.path(), &sweep(&PLANE, name, &["--repeats", "3", "--shard", part]));
    }
    good(folder.path(), &["merge", "3.csv", "1.csv", "2.csv", "4.csv", "-o", "merged.csv"]);
    assert_eq!(read(folder.path(), "whole.csv"), read(folder.path(), "merged.csv"));
    assert_eq!(read(folder.path(), "whole.csv.flock"), read(folder.path(), "merged.csv.flock"));
    bad(
        folder.path(),
        &["merge", "1.csv", "2.csv", "4.csv", "-o", "x.csv"],
        1,
        &["16 of 63 runs are missing", "no file is of shard 3/4"],
    );
    bad(folder.path(), &["merge", "1.csv", "1.csv", "2.csv", "-o", "x.csv"], 2, &["1.csv:2: run 0 again; it is in 1.csv"]);
    good(folder.path(), &sweep(&["noise=0,1"], "other.csv", &[]));
    bad(folder.path(), &["merge", "1.csv", "other.csv", "-o", "x.csv"], 2, &["other.csv: it is of another plan than 1.csv"]);
    // A row that no run of the plan has made.
    let forged = read(folder.path(), "4.csv").replacen(",1,", ",1.5,", 1);
    fs::write(folder.path().join("4.csv"), forged).unwrap();
    bad(folder.path(), &["merge", "1.csv", "2.csv", "3.csv", "4.csv", "-o", "x.csv"], 2, &["4.csv:"]);
    assert!(!folder.path().join("x.csv").exists());
}

#[test]
fn any_row_is_a_run_again() {
    let folder = TempDir::new().unwrap();
    for file in ["a.csv", "a.parquet"] {
        good(folder.path(), &sweep(&PLANE, file, &[]));
        let row = format!("{file}#17");
        let output = flockwork(folder.path(), &["replay", &row]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.contains("100 steps replayed"), "{said}");
        bad(folder.path(), &["run", &format!("{file}#21")], 2, &["it has no run 21; allowed: a number from 0 to 20"]);
    }
    // The run's own readings end in what the row says is last.
    let run = flockwork(folder.path(), &["run", "a.csv#17"]);
    let readings = String::from_utf8(run.stdout).unwrap();
    let last = readings.lines().last().unwrap().rsplit(',').next().unwrap().to_owned();
    let table = read(folder.path(), "a.csv");
    let row: Vec<&str> = table.lines().nth(18).unwrap().split(',').collect();
    let place = table.lines().next().unwrap().split(',').position(|name| name == "polarisation_last").unwrap();
    assert_eq!(row[place], last);
    let forged = table.replacen("\n17,0,", "\n17,0,1", 1);
    fs::write(folder.path().join("a.csv"), forged).unwrap();
    bad(folder.path(), &["run", "a.csv#17"], 2, &["a.csv#17: the plan gives this run the seed"]);
    bad(folder.path(), &["run", "a.csv#x"], 2, &["no scene of the gallery"]);
    fs::remove_file(folder.path().join("a.csv.flock")).unwrap();
    bad(folder.path(), &["run", "a.csv#17"], 2, &["no recipe lies beside it"]);
}

#[test]
fn a_run_that_goes_wrong_is_named_and_the_rest_goes_on() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("t.csv"), "id,frame,x,y\n1,0,0,0\n1,1,1,0\n1,2,2,0\n").unwrap();
    let arguments = ["sweep", "t.csv", "--vary", "file=gone.csv,t.csv", "--measure", "mean_speed", "--steps", "2"];
    // The first setting is looked at before anything runs.
    bad(folder.path(), &[&arguments[..], &["-o", "a.csv"]].concat(), 1, &["gone.csv: cannot be read"]);
    let arguments = ["sweep", "t.csv", "--vary", "file=t.csv,gone.csv", "--measure", "mean_speed", "--steps", "2"];
    let output = flockwork(folder.path(), &[&arguments[..], &["-o", "a.csv"]].concat());
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("run 1 (file=gone.csv, repeat 0, seed ") && said.contains("1 went wrong"), "{said}");
    let table = read(folder.path(), "a.csv");
    let rows: Vec<&str> = table.lines().collect();
    assert_eq!(rows.len(), 3);
    assert!(rows[1].contains(",t.csv,1,") && rows[1].ends_with(','), "{table}");
    assert!(rows[2].contains(",gone.csv,,,") && rows[2].contains("cannot be read"), "{table}");
}

#[test]
fn mistakes_in_a_plan_are_named_before_anything_runs() {
    let folder = TempDir::new().unwrap();
    for (arguments, parts) in [
        (sweep(&["noise=0:9:3"], "a.csv", &[]), &["--vary noise=0:9:3", "9 is out of range"][..]),
        (sweep(&["noise=0:6"], "a.csv", &[]), &["a grid needs to know how many values"]),
        (sweep(&["noise=0:6:3", "noise=1,2"], "a.csv", &[]), &["noise: varied twice"]),
        (sweep(&["noise=0:6:3"], "a.txt", &[]), &["a.txt: this kind of file cannot be written"]),
        (sweep(&["noise=0:6:3"], "a.csv", &["--discard", "101"]), &["--discard 101: all 100 steps would be left out"]),
        (sweep(&["noise=0:6:3"], "a.csv", &["--points", "3"]), &["a grid has its own number of points"]),
        (sweep(&["noise=0:6"], "a.csv", &["--design", "sobol"]), &["how many points to choose is not told"]),
        (sweep(&["noise=0:6:3"], "a.csv", &["--shard", "4/3"]), &["I/N, from 1/N to N/N"]),
        (sweep(&["noise=0:6:3"], "a.parquet", &["--shard", "1/3"]), &["a shard is a CSV"]),
        (sweep(&["noise=0:6:3"], "a.csv", &["--measure", "order"]), &["'order' needs phases"]),
        (sweep(&["noise=0:6:3"], "a.csv", &["--measure", "rotation", "--measure", "rotation"]), &["measured twice"]),
        (sweep(&["noise=0:6:3"], "a.csv", &["--series", "a.csv"]), &["two results cannot have one name"]),
        (sweep(&["noise=0:6:999999", "radius=log:0.1:9:999999"], "a.csv", &[]), &["too many runs"]),
    ] {
        bad(folder.path(), &arguments, 2, parts);
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn the_script_for_slurm_names_plan_and_shards() {
    let folder = TempDir::new().unwrap();
    good(folder.path(), &sweep(&PLANE, "a b.csv", &["--slurm=5"]));
    let script = read(folder.path(), "a b.csv.sh");
    for part in ["#SBATCH --array=1-5", "sweep 'a b.csv.flock' --shard \"$SLURM_ARRAY_TASK_ID/5\"", "'a b.csv.shards'/"] {
        assert!(script.contains(part), "{part} is not in: {script}");
    }
    let checked = Command::new("bash").arg("-n").arg("a b.csv.sh").current_dir(folder.path()).status().unwrap();
    assert!(checked.success());
    // What a task does, done by hand.
    for task in 1..=5 {
        let status = Command::new("bash")
            .arg("a b.csv.sh")
            .current_dir(folder.path())
            .env("SLURM_SUBMIT_DIR", folder.path())
            .env("SLURM_ARRAY_TASK_ID", task.to_string())
            .status()
            .unwrap();
        assert!(status.success());
    }
    let shards: Vec<String> = (1..=5).map(|task| format!("a b.csv.shards/{task}.csv")).collect();
    let mut merge: Vec<&str> = shards.iter().map(String::as_str).collect();
    merge.insert(0, "merge");
    merge.extend(["-o", "a b.csv"]);
    good(folder.path(), &merge);
    good(folder.path(), &sweep(&PLANE, "whole.csv", &[]));
    assert_eq!(read(folder.path(), "a b.csv"), read(folder.path(), "whole.csv"));
}

#[test]
fn a_plan_that_refines_looks_where_order_ends() {
    let folder = TempDir::new().unwrap();
    let plan = |file: &'static str| sweep(&["noise=0:6:4"], file, &["--repeats", "3", "--refine", "0.2"]);
    good(folder.path(), &plan("a.csv"));
    let table = read(folder.path(), "a.csv");
    let mut noises: Vec<f64> = table.lines().skip(1).map(|line| line.split(',').nth(3).unwrap().parse().unwrap()).collect();
    let runs = noises.len();
    noises.sort_by(f64::total_cmp);
    noises.dedup();
    assert!(noises.len() > 4 && noises.windows(2).any(|pair| pair[1] - pair[0] < 1.1), "{noises:?}");
    // Cut off anywhere, it comes to the same table.
    let header = format!("# {}\n", read(folder.path(), "a.csv.flock").replace('\n', " "));
    let rows: Vec<&str> = table.lines().skip(1).collect();
    fs::write(folder.path().join("b.csv.part"), header + &rows[..runs / 2].join("\n") + "\n").unwrap();
    let said = good(folder.path(), &plan("b.csv"));
    assert!(said.contains(&format!("{} of them before", runs / 2)), "{said}");
    assert_eq!(table, read(folder.path(), "b.csv"));
    good(folder.path(), &["replay", &format!("a.csv#{}", runs - 1)]);
    bad(
        folder.path(),
        &sweep(&["noise=0:6:4"], "c.csv", &["--refine", "0.2"]),
        2,
        &["--refine: one run of a setting has no error"],
    );
}
