//! `flockwork plot`: a chart of a table, for a page.

use super::arguments::whole;
use crate::{
    chart::{Form, Page},
    error::Result,
    lab::Lab,
    plot::{self, Kind, Table, Wish},
};
use clap::{Args, ValueEnum};
use std::{path::PathBuf, process::ExitCode};

/// Arguments of `plot`.
#[derive(Args)]
pub struct Options {
    /// A table that `run` or `sweep` wrote (.csv, .parquet)
    table: PathBuf,
    /// The chart to make; .csv: what it shows, as numbers
    #[arg(short, long, value_name = "OUT.svg|.png|.csv")]
    output: PathBuf,
    /// Lines (of a sweep: means with errors), a histogram or a heat map
    #[arg(long, value_enum, default_value_t)]
    kind: KindName,
    /// The column along the first axis (default: time, or what was varied first)
    #[arg(long, value_name = "NAME")]
    x: Option<String>,
    /// A column along the second axis; may be given many times (default: all readings of a run, the first of a sweep)
    #[arg(long, value_name = "NAME")]
    y: Vec<String>,
    /// The column that colours a heat map (default: the first reading of a sweep; of a run, how often both are read)
    #[arg(long, value_name = "NAME")]
    z: Option<String>,
    /// Draw a line for each value of this column; may be given many times (default: all else that was varied)
    #[arg(long, value_name = "NAME")]
    by: Vec<String>,
    /// Logarithmic axes
    #[arg(long, value_name = "x|y|xy", value_enum)]
    log: Option<Log>,
    /// Leave out rows of steps before N (curves and maps: default half)
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = whole::<u64>(0..))]
    from: u64,
    /// Cells along an axis of a histogram or heat map
    #[arg(long, value_name = "N", value_parser = whole::<u16>(1..=1000))]
    bins: Option<u16>,
    /// Draw what theory says, where the model knows
    #[arg(long)]
    theory: bool,
    /// Width and height in millimetres; the type has 8 points
    #[arg(long, value_name = "WxH", default_value = "120x80", allow_hyphen_values = true, value_parser = millimetres)]
    mm: [f32; 2],
    /// Pixels an inch of a PNG
    #[arg(long, value_name = "N", default_value_t = 300, value_parser = whole::<u16>(36..=1200))]
    dpi: u16,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum KindName {
    #[default]
    Lines,
    Histogram,
    Heat,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Log {
    X,
    Y,
    Xy,
}

fn millimetres(text: &str) -> Result<[f32; 2], String> {
    let sides = text.split_once('x').map(|(width, height)| (width.parse(), height.parse()));
    match sides {
        Some((Ok(width), Ok(height))) if [width, height].iter().all(|side| (30.0..=1000.0).contains(side)) => {
            Ok([width, height])
        }
        _ => Err("WxH, both from 30 to 1000 mm, as in 85x64".into()),
    }
}

/// Draws a table.
pub fn run(lab: &Lab, options: &Options) -> Result<ExitCode> {
    Form::of(&options.output)?;
    let table = Table::read(&options.table)?;
    let wish = Wish {
        kind: match options.kind {
            KindName::Lines => Kind::Lines,
            KindName::Histogram => Kind::Histogram,
            KindName::Heat => Kind::Heat,
        },
        x: options.x.clone(),
        y: options.y.clone(),
        z: options.z.clone(),
        by: options.by.clone(),
        log: (matches!(options.log, Some(Log::X | Log::Xy)), matches!(options.log, Some(Log::Y | Log::Xy))),
        from: options.from as f64,
        bins: options.bins.map(usize::from),
        theory: options.theory,
    };
    let chart = plot::build(&table, lab, &wish).map_err(|error| error.at(options.table.display()))?;
    let page = Page { millimetres: options.mm, resolution: options.dpi.into() };
    chart.save(&options.output, &page, table.recipe.as_deref().unwrap_or_default())?;
    Ok(ExitCode::SUCCESS)
}
