//! The contract of figures: any table of a run or a sweep is drawn, and what is drawn can be had as numbers.

use crate::program::ended;
use std::{fs, path::Path};
use tempfile::TempDir;

/// The rows of what a figure shows, without the header.
fn shown(folder: &Path, arguments: &[&str]) -> Vec<Vec<String>> {
    ended(folder, &[&["plot"], arguments, &["-o", "shown.csv"]].concat(), 0);
    let text = fs::read_to_string(folder.join("shown.csv")).unwrap();
    assert!(text.starts_with("kind,series,x,y,error,value\n"));
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

#[test]
fn a_run_is_drawn_against_time_as_a_histogram_and_against_itself() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let small = [
        "run",
        "vicsek",
        "--set",
        "agents=60",
        "--steps",
        "200",
        "-o",
        "run.csv",
        "--measure",
        "polarisation",
        "--measure",
        "mean_speed",
    ];
    ended(folder, &small, 0);
    let run = fs::read_to_string(folder.join("run.csv")).unwrap();
    let lines = shown(folder, &["run.csv", "--y", "polarisation"]);
    assert_eq!(lines.len(), 201);
    for (line, row) in lines.iter().zip(run.lines().skip(1)) {
        let row: Vec<&str> = row.split(',').collect();
        assert_eq!((line[3].as_str(), line[4].as_str()), (row[2], ""));
    }
    let bars = shown(folder, &["run.csv", "--kind", "histogram", "--y", "polarisation", "--bins", "10", "--from", "100"]);
    let heights: f64 = bars.iter().map(|bar| bar[3].parse::<f64>().unwrap()).sum();
    let width = bars[1][2].parse::<f64>().unwrap() - bars[0][2].parse::<f64>().unwrap();
    assert!(bars.len() == 10 && (heights * width - 1.0).abs() < 1e-9, "its area is 1");
    let phase = shown(folder, &["run.csv", "--x", "polarisation", "--y", "mean_speed"]);
    // There is no mean speed before the first step.
    assert_eq!((phase.len(), &phase[7][2]), (200, &lines[8][3]));
    ended(folder, &["plot", "run.csv", "-o", "run.svg", "--mm", "85x60"], 0);
    let picture = fs::read_to_string(folder.join("run.svg")).unwrap();
    assert!(picture.starts_with("<svg") && picture.contains("width=\"85mm\"") && picture.contains(">Polarisation<"));
    assert!(picture.contains("model: &quot;vicsek&quot;"), "it holds what made it");
}

#[test]
fn a_sweep_is_drawn_with_errors_and_theory_and_as_a_plane() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let sweep = |vary: &[&str], file: &str| {
        let vary: Vec<&str> = vary.iter().flat_map(|vary| ["--vary", vary]).collect();
        let rest = ["--set", "agents=100", "--steps", "60", "--repeats", "3", "-o", file];
        ended(folder, &[&["sweep", "kuramoto"], vary.as_slice(), &rest].concat(), 0);
    };
    sweep(&["coupling=0:6:4"], "line.csv");
    let rows = shown(folder, &["line.csv", "--theory"]);
    let (measured, theory): (Vec<_>, Vec<_>) =
        rows.into_iter().filter(|row| row[0] != "rule").partition(|row| row[0] != "theory");
    assert_eq!((measured.len(), theory.len()), (4, 200));
    let table = fs::read_to_string(folder.join("line.csv")).unwrap();
    let order: Vec<f64> = table.lines().skip(10).map(|row| row.split(',').nth(4).unwrap().parse().unwrap()).collect();
    let mean = order.iter().sum::<f64>() / 3.0;
    let spread = order.iter().map(|order| (order - mean) * (order - mean)).sum::<f64>() / 2.0;
    let last: Vec<f64> = measured[3][2..5].iter().map(|number| number.parse().unwrap()).collect();
    assert!(last[0] == 6.0 && (last[1] - mean).abs() < 1e-12 && (last[2] - (spread / 3.0).sqrt()).abs() < 1e-12);
    sweep(&["coupling=0:6:4", "agents=50,100"], "plane.csv");
    assert_eq!(shown(folder, &["plane.csv", "--kind", "heat"]).len(), 8);
    assert_eq!(shown(folder, &["plane.csv"]).iter().filter(|row| row[2] == "6").count(), 2, "a line for each size");
}

#[test]
fn curves_are_means_with_errors_and_mistakes_are_told() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let run = ["run", "vicsek", "--set", "agents=100", "--steps", "80", "--measure", "pair_correlation", "-o", "curve.csv"];
    ended(folder, &run, 0);
    let rows = shown(folder, &["curve.csv"]);
    assert!(rows.len() > 5 && rows.iter().all(|row| row[3].parse::<f64>().is_ok()));
    assert!(ended(folder, &["plot", "curve.csv", "-o", "a.svg", "--y", "pair"], 2).contains("pair_correlation"));
    assert!(ended(folder, &["plot", "curve.csv", "-o", "a.gif"], 2).contains(".svg"));
    assert!(ended(folder, &["plot", "none.csv", "-o", "a.svg"], 1).contains("none.csv"));
    assert!(ended(folder, &["plot", "curve.csv", "-o", "a.svg", "--mm", "1x1"], 2).contains("85x64"));
    fs::write(folder.join("short.csv"), "step,order\n0,1\n1\n").unwrap();
    assert!(ended(folder, &["plot", "short.csv", "-o", "a.svg"], 2).contains("line 3"));
    assert!(!folder.join("a.svg").exists());
}
