//! Pictures to H.264 in an MP4 file: what browsers, QuickTime and slides play.

use super::{mp4, sink::Sink, yuv::Planes};
use crate::{
    error::{Error, Result},
    output::{Output, broken},
    scene,
    view::Still,
};
use openh264::{
    OpenH264API,
    encoder::{BitRate, Encoder, EncoderConfig, FrameRate, FrameType, IntraFramePeriod, QpRange, RateControlMode, VuiConfig},
};

/// Longer and shorter side of the largest film, pixels: the encoder's limit.
pub const LARGEST: [u32; 2] = [3840, 2160];

/// Bits a pixel of a frame that a film should not exceed: players and slides stumble beyond. 60 frames of 1920×1080 a second
/// are then 62 Mbit. Small films may have more, up to so many bits a second.
const MOST_BITS: f64 = 0.5;
const ALWAYS: f64 = 20e6;
/// The coarsest quantiser that is chosen for that.
const COARSEST: u8 = 28;
/// Seconds after which a film can be entered anew.
const KEY_SECONDS: u32 = 2;
/// What the encoder believes that it may spend, bits per second. It does not control the rate; only the level of the stream
/// follows from it.
const ALLOWANCE: u32 = 60_000_000;

/// Checks the size of a film.
///
/// # Errors
/// Where a side is odd or too long; names a size that fits.
pub fn check(size: [u32; 2]) -> Result<()> {
    let [width, height] = size;
    let film = || format!("a film of {width}×{height} pixels");
    if width.max(height) > LARGEST[0] || width.min(height) > LARGEST[1] {
        let [long, short] = LARGEST;
        return Err(Error::usage(format!("{} is larger than the encoder of MP4 takes", film()))
            .allowed(format!("up to {long}x{short} or {short}x{long}; larger ones as a sequence of pictures, DIR/%05d.png")));
    }
    if width % 2 + height % 2 > 0 || width.min(height) < 16 {
        let even = |side: u32| side.next_multiple_of(2).clamp(16, LARGEST[0]);
        return Err(Error::usage(format!("{} cannot be coded", film())).allowed(format!(
            "even sides of at least 16 pixels, as in {}x{}",
            even(width),
            even(height)
        )));
    }
    Ok(())
}

/// The quantiser that keeps a film of so many bytes, coded by this one, within what players take: six more halve it.
pub fn quantiser(film: &scene::Film, bytes: u64) -> u8 {
    let most = MOST_BITS * f64::from(film.size.0) * f64::from(film.size.1) * f64::from(film.fps);
    let times = bytes as f64 * 8.0 / film.seconds() / most.max(ALWAYS);
    let more = (6.0 * times.max(1.0).log2()).ceil() as u8;
    (film.quantiser + more).min(COARSEST.max(film.quantiser))
}

/// Writes an MP4 file.
pub struct Film {
    encoder: Encoder,
    writer: mp4::Writer<Output>,
    planes: Planes,
    place: String,
}

impl Film {
    /// Begins a film; `run` has the length of the recipe that will be given at its end.
    ///
    /// # Errors
    /// Where its size does not fit, the encoder cannot be started, or the file cannot be written.
    pub fn new(out: Output, header: mp4::Header, quantiser: u8, run: &str) -> Result<Self> {
        let size = [header.width, header.height].map(u32::from);
        check(size)?;
        // Constant quality: this mode alone neither skips frames nor says on standard error that it will not.
        let config = EncoderConfig::new()
            .rate_control_mode(RateControlMode::Bufferbased)
            .qp(QpRange::new(quantiser, quantiser))
            .bitrate(BitRate::from_bps(ALLOWANCE))
            .max_frame_rate(FrameRate::from_hz(header.fps as f32))
            .intra_frame_period(IntraFramePeriod::from_num_frames(KEY_SECONDS * header.fps))
            .scene_change_detect(false)
            .adaptive_quantization(false)
            .background_detection(false)
            .num_threads(1)
            .vui(VuiConfig::bt709());
        let encoder = Encoder::with_api_config(OpenH264API::from_source(), config).map_err(|error| failed(&error))?;
        let place = out.place();
        let writer = mp4::Writer::new(out, header, run).map_err(|error| broken(&place, &error))?;
        Ok(Self { encoder, writer, planes: Planes::new(size), place })
    }
}

fn failed(error: &openh264::Error) -> Error {
    Error::failure(format!("the encoder of the film failed: {error}"))
}

impl Sink for Film {
    fn frame(&mut self, still: &Still, _: Option<&str>) -> Result<()> {
        self.planes.fill(still);
        let stream = self.encoder.encode(&self.planes.source()).map_err(|error| failed(&error))?;
        if matches!(stream.frame_type(), FrameType::Skip | FrameType::Invalid) {
            return Err(Error::failure("the encoder left out a frame"));
        }
        let layers: Vec<_> = (0..stream.num_layers()).filter_map(|layer| stream.layer(layer)).collect();
        let units = layers.iter().flat_map(|layer| (0..layer.nal_count()).filter_map(|unit| layer.nal_unit(unit)));
        self.writer.frame(units).map_err(|error| broken(&self.place, &error))
    }

    fn finish(self: Box<Self>, run: &str) -> Result<u64> {
        let out = self.writer.finish(run).map_err(|error| broken(&self.place, &error))?;
        out.finish_counted()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn films_of_too_many_bytes_are_coded_more_coarsely() {
        let film = scene::Film { frames: 600, ..scene::Film::default() };
        let most = 600 * 1920 * 1080 / 16;
        assert_eq!([1, most, 2 * most, 100 * most].map(|bytes| quantiser(&film, bytes)), [22, 22, 28, 28]);
        assert_eq!(quantiser(&scene::Film { size: (64, 64), ..film.clone() }, 10_000_000), 22);
        assert_eq!(quantiser(&scene::Film { quantiser: 30, ..film }, 100 * most), 30);
    }

    #[test]
    fn sizes_that_cannot_be_coded_name_one_that_can() {
        for size in [[1920, 1080], [1080, 1920], [3840, 2160], [2160, 3840], [640, 640], [2160, 2160]] {
            assert!(check(size).is_ok(), "{size:?}");
        }
        let said = |size| check(size).unwrap_err().to_string();
        assert!(said([641, 359]).contains("642x360"), "{}", said([641, 359]));
        for size in [[3842, 2160], [2162, 3840], [2400, 2400], [7680, 4320]] {
            assert!(said(size).contains("3840x2160") && said(size).contains("%05d.png"), "{size:?}");
        }
    }
}
