//! `flockwork convert`: a recording of an event camera, in another format.

use super::events::{Tally, sensor};
use crate::{
    error::{Error, Result},
    events::{
        Event, Sensor,
        files::{Reader, Writer},
    },
};
use clap::Args;
use std::{path::PathBuf, process::ExitCode};

/// Arguments of `convert`.
#[derive(Args)]
pub struct Options {
    /// The recording: AEDAT4 (.aedat4), EVT3 (.raw), HDF5 in DSEC's layout (.h5), NumPy (.npz) or text (.csv)
    from: PathBuf,
    /// The file to make, in any of these formats
    to: PathBuf,
    /// Count time from the first event
    #[arg(long)]
    zero: bool,
    /// Columns and rows of the sensor, where the recording does not tell
    #[arg(long, value_name = "WxH", value_parser = sensor)]
    sensor: Option<[u32; 2]>,
}

/// Reads a recording and writes it anew.
pub fn convert(options: &Options) -> Result<ExitCode> {
    let same = options.to.canonicalize().is_ok_and(|to| options.from.canonicalize().is_ok_and(|from| from == to));
    if same {
        return Err(Error::usage("a recording cannot be written over itself").at(options.to.display()));
    }
    let mut reader = Reader::open(&options.from)?;
    let sensor =
        options.sensor.map_or(reader.sensor(), |[width, height]| Sensor { width: width as u16, height: height as u16 });
    let mut writer = Writer::new(&options.to, sensor)?;
    let mut tally = Tally::default();
    let (mut ends, mut shift) = (None::<[i64; 2]>, 0);
    loop {
        let mut events = reader.read()?;
        let (Some(first), Some(last)) = (events.first().map(|event| event.t), events.last().map(|event| event.t)) else {
            break;
        };
        if ends.is_none() && options.zero {
            shift = first;
        }
        ends = Some([ends.map_or(first, |[first, _]| first), last]);
        events.iter_mut().for_each(|event: &mut Event| event.t -= shift);
        tally.count(&events);
        writer.write(&events)?;
    }
    writer.finish()?;
    let seconds = ends.map_or(0.0, |[first, last]| (last - first) as f64 * 1e-6);
    eprintln!("{}: {} × {} px, {seconds:.2} s from first to last event", options.from.display(), sensor.width, sensor.height);
    eprintln!("{}", tally.counts(seconds));
    Ok(ExitCode::SUCCESS)
}
