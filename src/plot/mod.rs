//! Charts of tables: what a run or a sweep wrote, drawn for a page.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `table` | a table's columns, and the recipe that made it |
//! | `maker` | what the recipe tells of the columns: names, symbols, units, theory |
//! | `lines` | readings of a run against time or one another |
//! | `means` | means with errors of a sweep, with theory |
//! | `places` | curves and maps of a run, place by place |
//! | `posterior` | what a fit found |
//! | `spread` | histograms and heat maps |
//! | `figure` | figures of papers: tables and how they are drawn, as data |

#![allow(clippy::disallowed_methods, reason = "what a chart shows is seen, never fed back into a run")]

mod figure;
mod lines;
mod maker;
mod means;
mod places;
mod posterior;
mod spread;
mod table;

pub use figure::{Figure, figures, published};
#[cfg(feature = "window")]
pub(crate) use places::{distinct, edges};
pub use table::Table;

use crate::{
    chart::{Chart, Layer},
    error::{Error, Result},
    lab::Lab,
};
use maker::Maker;
use serde::Deserialize;

/// How a table is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Lines of a run; means with errors of a sweep.
    #[default]
    Lines,
    /// How often which number is read.
    Histogram,
    /// A number at each cell of a plane: the mean of the third column, or else how often both others are read.
    Heat,
}

/// What a person asks of a chart.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Wish {
    /// The kind.
    pub kind: Kind,
    /// The column along the first axis.
    pub x: Option<String>,
    /// Those along the second.
    pub y: Vec<String>,
    /// The column that colours a heat map.
    pub z: Option<String>,
    /// Rows are told apart by these.
    pub by: Vec<String>,
    /// Which axes are logarithmic: the first, the second.
    pub log: (bool, bool),
    /// Rows of earlier steps are left out.
    pub from: f64,
    /// Cells along an axis of a histogram or heat map.
    pub bins: Option<usize>,
    /// Whether what theory says is drawn.
    pub theory: bool,
}

/// Makes a chart of a table.
///
/// # Errors
/// Where a column is missing, or there is nothing to draw.
pub fn build(table: &Table, lab: &Lab, wish: &Wish) -> Result<Chart> {
    let maker = Maker::of(table, lab);
    let joined = maker.as_ref().and_then(|maker| maker.joined(table));
    let table = joined.as_ref().unwrap_or(table);
    let long = ["measure", "x", "y", "value"].iter().all(|name| table.has(name));
    let fit = maker.as_ref().and_then(|maker| Some((maker, maker.plan.as_ref().filter(|plan| plan.fit.is_some())?)));
    let mut chart = match wish.kind {
        Kind::Histogram => spread::histogram(table, maker.as_ref(), wish)?,
        Kind::Heat if !long => spread::heat(table, maker.as_ref(), wish)?,
        Kind::Lines if fit.is_some() => {
            let (maker, plan) = fit.expect("it was just seen");
            posterior::draw(table, maker, plan, wish)?
        }
        _ if long => places::draw(table, maker.as_ref(), wish)?,
        _ if table.has("run") || !wish.by.is_empty() => means::draw(table, maker.as_ref(), wish)?,
        _ => lines::draw(table, maker.as_ref(), wish)?,
    };
    if chart.layers.iter().all(Layer::is_empty) {
        return Err(Error::usage("no numbers to draw in these columns"));
    }
    maker::settle(&mut chart);
    Ok(chart)
}

/// Rows that are late enough.
fn rows<'a>(table: &'a Table, wish: &'a Wish) -> Result<impl Iterator<Item = usize> + Clone + use<'a>> {
    let step = table.column("step").ok();
    if step.is_none() && wish.from > 0.0 {
        table.column("step")?;
    }
    Ok((0..table.rows.len()).filter(move |row| step.is_none_or(|step| table.number(*row, step) >= wish.from)))
}

/// The columns of readings: all that count nothing.
fn readings(table: &Table) -> Vec<String> {
    let counts = ["step", "time", "run", "repeat", "seed", "hash", "error", "agent"];
    table.names.iter().filter(|name| !counts.contains(&name.as_str())).cloned().collect()
}
