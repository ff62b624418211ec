//! What a film will take: tried on its first pictures.

use super::{
    film::{Order, shoot},
    reel::Reel,
    shoot::Camerawork,
    sink::Sink,
};
use crate::{error::Result, scene::Film};
use std::time::{Duration, Instant};

/// Pictures that are drawn and coded to see how long it takes, after a first one, which takes longer.
const TRIED: u64 = 4;
/// Time that is spent on steps on the way to the middle of the film, which tells more of it than its beginning.
const PATIENCE: Duration = Duration::from_millis(1500);

/// What to expect of a film.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Expected {
    /// How long it will take.
    pub time: Duration,
    /// How many bytes it will have.
    pub bytes: u64,
}

/// Films the first few frames of a run, or of two side by side, into files that are forgotten.
///
/// # Errors
/// Where the run, the drawing or the writing fails.
pub fn expect<'a>(
    film: &Film,
    reels: &mut [Reel],
    camera: &mut Camerawork,
    scratch: &mut dyn FnMut() -> Result<Box<dyn Sink + 'a>>,
) -> Result<Expected> {
    let middle = film.step((film.frames + film.fade) / 2).0;
    let begun = Instant::now();
    while now(reels) < middle && begun.elapsed() < PATIENCE {
        reels.iter_mut().try_for_each(Reel::step)?;
    }
    let mut tried = |frames: u64, reels: &mut [Reel]| {
        let film = Film { from: now(reels), frames, fade: 0, card: 0, ..film.clone() };
        let order = Order {
            film,
            difference: None,
            transparent: false,
            allow_flashes: true,
            each_holds_its_run: false,
            sink: scratch()?,
        };
        shoot(order, reels, camera, &mut |_| ())
    };
    let first = tried(1, reels)?;
    let more = tried(TRIED, reels)?;
    let each = (more.bytes.saturating_sub(first.bytes)) / (TRIED - 1);
    let per_frame = more.times.whole.as_secs_f64() / TRIED as f64;
    let frames = film.frames + film.fade;
    // Steps that lead up to the first frame.
    let stepping = Instant::now();
    let most = film.from.min(3);
    for _ in 0..most {
        reels.iter_mut().try_for_each(Reel::step)?;
    }
    let lead = if most > 0 { stepping.elapsed().as_secs_f64() / most as f64 * film.from as f64 } else { 0.0 };
    Ok(Expected {
        time: Duration::from_secs_f64(lead + per_frame * frames as f64),
        bytes: first.bytes + each * film.frames.saturating_sub(1),
    })
}

/// The step at which the runs stand.
fn now(reels: &[Reel]) -> u64 {
    reels[0].simulation().clock().step
}
