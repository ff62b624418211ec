//! Pictures to H.264 in an MP4 file: what browsers, QuickTime and slides play.

use super::{mp4, sink::Sink, yuv::Planes};
use crate::{
    error::{Error, Result},
    output::{Output, broken},
    view::Still,
};
use openh264::{
    OpenH264API,
    encoder::{BitRate, Encoder, EncoderConfig, FrameRate, FrameType, IntraFramePeriod, QpRange, RateControlMode, VuiConfig},
};

/// Longer and shorter side of the largest film, pixels: the encoder's limit.
pub const LARGEST: [u32; 2] = [3840, 2160];

/// Quantiser of every frame, from 0 (exact) to 51: here what is lost cannot be seen at arm's length.
const QUANTISER: u8 = 22;
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
    pub fn new(out: Output, header: mp4::Header, run: &str) -> Result<Self> {
        let size = [header.width, header.height].map(u32::from);
        check(size)?;
        // Constant quality: this mode alone neither skips frames nor says on standard error that it will not.
        let config = EncoderConfig::new()
            .rate_control_mode(RateControlMode::Bufferbased)
            .qp(QpRange::new(QUANTISER, QUANTISER))
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
        let bytes = out.bytes();
        out.finish()?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
