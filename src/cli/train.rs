//! `flockwork train`: a predictor from a data set.

use super::arguments::{positive, whole};
use crate::{
    error::{Error, Result},
    events::{
        dataset::{Segment, read_manifest},
        files::{Columns, Numbers},
        predictor::{
            LONGEST, Net,
            data::{Sample, View, load},
            learn::{Score, baselines, difference, say, score, train as fit},
        },
    },
    output::Output,
};
use clap::Args;
use indicatif::ProgressBar;
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

/// Arguments of `train`.
#[derive(Args)]
pub struct Options {
    /// A folder that `flockwork dataset` made
    folder: PathBuf,
    /// The model to make
    #[arg(short, long, value_name = "FILE.safetensors", required_unless_present = "test")]
    output: Option<PathBuf>,
    /// What the predictor is shown
    #[arg(long, value_name = "NAME", default_value = "events", value_parser = view)]
    input: View,
    /// Length of a window, in seconds (default: 1, or that of the model to test)
    #[arg(long, value_name = "T", value_parser = positive)]
    window: Option<f64>,
    /// From one window to the next, in seconds (default: half a window)
    #[arg(long, value_name = "T", value_parser = positive)]
    stride: Option<f64>,
    /// Passes over the training set
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = whole::<u32>(1..))]
    epochs: u32,
    /// The seed of the weights and of the order of windows
    #[arg(long, value_name = "S", default_value_t = 1, value_parser = whole::<u64>(0..))]
    seed: u64,
    /// Train nothing: measure this model on the whole of the folder's test runs
    #[arg(long, value_name = "MODEL")]
    test: Option<PathBuf>,
    /// Test on all runs of the folder, not only on those that its manifest keeps for it
    #[arg(long, requires = "test")]
    all: bool,
    /// Write what the net read and said of each test window, so that others can check its arithmetic
    #[arg(long, value_name = "FILE.npz", requires = "test")]
    dump: Option<PathBuf>,
    /// Append the scores to this file, one line of JSON each
    #[arg(long, value_name = "FILE.jsonl")]
    scores: Option<PathBuf>,
}

fn view(text: &str) -> Result<View, String> {
    let found = View::ALL.iter().find(|(name, _)| *name == text);
    found.map(|(_, view)| *view).ok_or_else(|| format!("one of: {}", View::ALL.map(|(name, _)| name).join(", ")))
}

/// Trains a predictor, or measures one.
pub fn train(options: &Options) -> Result<ExitCode> {
    let manifest = read_manifest(&options.folder)?;
    let tested = options.test.as_deref().map(open).transpose()?;
    // As written in decimals, so that 32 bits of 0.1 are 0.1.
    let own = tested.as_ref().and_then(|net| net.window.to_string().parse().ok());
    let window: f64 = options.window.or(own).unwrap_or(1.0);
    if !(window > 0.0 && window <= LONGEST.into()) {
        return Err(Error::usage("a window of that length cannot be used").allowed(format!("above 0, at most {LONGEST} s")));
    }
    let stride = options.stride.unwrap_or(window / 2.0);
    let of = |split: &str| -> Result<Vec<Sample>> {
        let segments: Vec<&Segment> = manifest.iter().filter(|segment| options.all || segment.split == split).collect();
        let bar = ProgressBar::new(segments.len() as u64);
        let samples = load(&options.folder, &segments, options.input, window, stride, || bar.inc(1))?;
        bar.finish_and_clear();
        match samples.is_empty() {
            true => {
                Err(Error::failure(format!("the data set has no {split} window of {window} s")).at(options.folder.display()))
            }
            false => Ok(samples),
        }
    };
    let test = of("test")?;
    let (name, _) = View::ALL.iter().find(|(_, view)| *view == options.input).expect("views have names");
    let mut scores = Vec::new();
    if let Some(net) = &tested {
        if let Some(path) = &options.dump {
            dump(path, net, &test)?;
        }
        scores.push(score(&format!("net: {name}"), &say(net, &test), &test));
    } else {
        let (training, validation) = (of("train")?, of("validation")?);
        eprintln!("{} windows for training, {} for validation, {} for testing", training.len(), validation.len(), test.len());
        scores.extend(baselines(&training, &test).into_iter().map(|(name, said)| score(name, &said, &test)));
        let begin = Instant::now();
        let mut net = fit(&training, &validation, options.epochs, options.seed, |epoch, loss, error| {
            let seconds = begin.elapsed().as_secs_f64();
            eprintln!("  epoch {epoch}: loss {loss:.3}, on validation {error:.3}, {seconds:.0} s");
        });
        net.window = window as f32;
        scores.push(score(&format!("net: {name}"), &say(&net, &test), &test));
        if let Some(path) = &options.output {
            let command = format!(
                "flockwork train {} --input {name} --window {} --stride {stride} --epochs {} --seed {}",
                options.folder.file_name().unwrap_or_default().display(),
                window,
                options.epochs,
                options.seed
            );
            let notes = [
                ("made_by", format!("flockwork {}", env!("CARGO_PKG_VERSION"))),
                ("command", command),
                ("input", (*name).to_owned()),
                ("window", window.to_string()),
                ("model", manifest.first().map_or(String::new(), |segment| segment.model.clone())),
            ];
            Output::save(path, &net.write(&notes.map(|(key, note)| (key.to_owned(), note))))?;
        }
    }
    report(&scores);
    if let Some(path) = &options.scores {
        let line = |score: &Score| {
            let line = serde_json::json!({
                "input": name, "window": window, "epochs": options.epochs, "seed": options.seed,
                "folder": options.folder.file_name().unwrap_or_default().to_string_lossy(), "score": score,
            });
            line.to_string() + "\n"
        };
        let before = std::fs::read_to_string(path).unwrap_or_default();
        let lines: String = scores.iter().map(line).collect();
        Output::save(path, (before + &lines).as_bytes())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes inputs and outputs: of each window the patches (bins that are not empty, their counts, where each patch ends) and the
/// numbers, and what the net makes of them.
fn dump(path: &Path, net: &Net, samples: &[Sample]) -> Result<()> {
    let globals = [samples.first().map_or(0, |sample| sample.input.globals.len()) as u64];
    let columns = [
        ("bins", Numbers::U16, [].as_slice()),
        ("counts", Numbers::U8, &[]),
        ("patch_ends", Numbers::I64, &[]),
        ("window_patches", Numbers::I64, &[]),
        ("globals", Numbers::F32, &globals),
        ("said", Numbers::F64, &[5]),
    ];
    let mut file = Columns::new(path, &columns)?;
    let mut bins = 0;
    for sample in samples {
        let tokens = &sample.input.tokens;
        for (bin, count) in &tokens.counts {
            file.put(0, &bin.to_le_bytes())?;
            file.put(1, &[*count])?;
        }
        for end in &tokens.ends {
            file.put(2, &(bins + i64::from(*end)).to_le_bytes())?;
        }
        bins += tokens.counts.len() as i64;
        file.put(3, &(tokens.len() as i64).to_le_bytes())?;
        for number in sample.input.globals {
            file.put(4, &number.to_le_bytes())?;
        }
        let said = net.predict(&sample.input);
        for number in [said.strength.0, said.strength.1, said.remaining.0, said.remaining.1, said.converges] {
            file.put(5, &number.to_le_bytes())?;
        }
    }
    file.finish()
}

/// Opens a model.
fn open(path: &Path) -> Result<Net> {
    let bytes = std::fs::read(path).map_err(|error| Error::failure(format!("cannot be read: {error}")).at(path.display()))?;
    Net::read(&bytes).map_err(|error| error.at(path.display()))
}

fn report(scores: &[Score]) {
    eprintln!(
        "predictor                 R² of log2 κ [95 %]        error  class   band  | remaining: R²  error (steps)  converges"
    );
    for score in scores {
        let Score { name, r2, error, classes, coverage, remaining, converges, .. } = score;
        let or_dash = |number: Option<String>| number.unwrap_or_else(|| "—".into());
        eprintln!(
            "{name:25} {:6.3} [{:.3}, {:.3}]   {:6.3}  {:5.2}  {:>5}  | {:>13}  {:>13}  {:>9}",
            r2.value,
            r2.low,
            r2.high,
            error.value,
            classes,
            or_dash(coverage.map(|share| format!("{share:.3}"))),
            or_dash(remaining.map(|(r2, _)| format!("{r2:.3}"))),
            or_dash(remaining.map(|(_, error)| format!("{error:.0}"))),
            or_dash(converges.map(|area| format!("{area:.3}"))),
        );
    }
    let (Some(net), Some(ridge)) = (scores.last(), scores.iter().find(|score| score.name == "ridge")) else { return };
    let gain = difference(ridge, net);
    let verdict = if gain.low > 0.0 {
        "better than ridge"
    } else if gain.high < 0.0 {
        "worse than ridge"
    } else {
        "no difference from ridge shown"
    };
    eprintln!("{}: {verdict}: error less by {:.3} [{:.3}, {:.3}]", net.name, gain.value, gain.low, gain.high);
}
