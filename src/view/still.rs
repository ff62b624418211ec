//! Pictures without a window: drawn off screen and read back.

use super::{Gpu, Picture, Stage};
use crate::error::{Error, Result};
use std::collections::VecDeque;

/// A picture as bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Still {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Red, green, blue and opacity of each pixel, sRGB, rows from the top without gaps: `width × height × 4` bytes.
    pub rgba: Vec<u8>,
}

impl Still {
    /// The colour of a pixel, counted from the upper left corner; nothing outside.
    pub fn pixel(&self, x: u32, y: u32) -> Option<[u8; 4]> {
        let first = (y as usize * self.width as usize + x as usize) * 4;
        (x < self.width).then(|| self.rgba.get(first..first + 4)?.try_into().ok())?
    }
}

/// A stage with a texture of its own, to be read back picture by picture: for films and stills.
///
/// A picture is drawn ([`expose`](Self::expose)) and its bytes are fetched ([`develop`](Self::develop)), in the same order;
/// in between the next picture may be drawn, so that drawing goes on while bytes are copied. [`shoot`](Self::shoot) does both.
pub struct Studio {
    gpu: Gpu,
    stage: Stage,
    size: [u32; 2],
    target: wgpu::Texture,
    /// Where bytes arrive, in turn.
    trays: [wgpu::Buffer; 2],
    /// What has been drawn and not yet fetched, oldest first: the number of its tray, and when it is done.
    exposed: VecDeque<(usize, wgpu::SubmissionIndex)>,
}

impl Studio {
    /// Format of its texture: blends as linear light and stores sRGB bytes.
    pub const FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8UnormSrgb;

    /// Sets up for pictures of this size in pixels.
    ///
    /// # Errors
    /// Where a side is 0 or larger than the device can draw.
    pub fn new(gpu: &Gpu, size: [u32; 2]) -> Result<Self> {
        Self::with_format(gpu, size, Self::FORMAT)
    }

    /// The same with bytes in the order of this 8-bit format.
    pub(super) fn with_format(gpu: &Gpu, size: [u32; 2], format: wgpu::TextureFormat) -> Result<Self> {
        let [width, height] = size;
        let limits = gpu.device.limits();
        let largest = limits.max_texture_dimension_2d;
        let wrong = |reason: String| Error::usage(format!("a picture of {width}×{height} pixels {reason}"));
        if width == 0 || height == 0 {
            return Err(wrong("has no area".into()));
        }
        let length = u64::from(row_bytes(width)) * u64::from(height);
        if width > largest || height > largest || length > limits.max_buffer_size {
            return Err(
                wrong(format!("is larger than '{}' can draw", gpu.adapter)).allowed(format!("up to {largest}×{largest}"))
            );
        }
        let target = gpu.device.create_texture(&wgpu::TextureDescriptor {
            label: Some("still"),
            size: wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format,
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC | wgpu::TextureUsages::COPY_DST,
            view_formats: &[],
        });
        let tray = || {
            gpu.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some("still"),
                size: length,
                usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        };
        let trays = [tray(), tray()];
        Ok(Self { gpu: gpu.clone(), stage: Stage::new(&gpu.device, format), size, target, trays, exposed: VecDeque::new() })
    }

    /// Leaves out the ground: see [`Stage::set_transparent`].
    pub fn set_transparent(&mut self, transparent: bool) {
        self.stage.set_transparent(transparent);
    }

    #[cfg(test)]
    pub(super) fn hasten(&mut self, pieces: usize) {
        self.stage.hasten(pieces);
    }

    /// Draws a picture and waits for its bytes.
    ///
    /// # Errors
    /// Where the device was lost.
    pub fn shoot(&mut self, picture: &Picture) -> Result<Still> {
        self.expose(picture)?;
        self.develop(Vec::new())
    }

    /// Draws a picture, to be fetched by [`develop`](Self::develop).
    ///
    /// # Errors
    /// Where two others wait to be fetched.
    pub fn expose(&mut self, picture: &Picture) -> Result<()> {
        self.expose_with(|stage, gpu, target, size| {
            stage.draw(&gpu.device, &gpu.queue, &target.create_view(&Default::default()), size, picture);
        })
    }

    /// The same for whatever is drawn onto the target, which has this size.
    ///
    /// # Errors
    /// As [`expose`](Self::expose).
    pub fn expose_with(&mut self, draw: impl FnOnce(&mut Stage, &Gpu, &wgpu::Texture, [u32; 2])) -> Result<()> {
        let tray = (0..2).find(|tray| self.exposed.iter().all(|(other, _)| other != tray));
        let tray = tray.ok_or_else(|| Error::failure("two pictures wait to be fetched already"))?;
        draw(&mut self.stage, &self.gpu, &self.target, self.size);
        let Gpu { device, queue, .. } = &self.gpu;
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("still") });
        let bytes_per_row = Some(row_bytes(self.size[0]));
        let layout = wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row, rows_per_image: None };
        let buffer = &self.trays[tray];
        encoder.copy_texture_to_buffer(
            self.target.as_image_copy(),
            wgpu::TexelCopyBufferInfo { buffer, layout },
            self.target.size(),
        );
        let done = queue.submit([encoder.finish()]);
        self.exposed.push_back((tray, done));
        Ok(())
    }

    /// Waits until the oldest picture that has not been fetched is drawn.
    ///
    /// # Errors
    /// Where there is none, or the device was lost.
    pub fn wait(&self) -> Result<()> {
        let (_, done) = self.exposed.front().ok_or_else(|| Error::failure("no picture was drawn"))?;
        let until = wgpu::PollType::Wait { submission_index: Some(done.clone()), timeout: None };
        self.gpu.device.poll(until).map(drop).map_err(|error| self.lost(error.to_string()))
    }

    /// Fetches the bytes of the oldest picture that has not been fetched, once it is drawn; `rgba` is room to use again.
    ///
    /// # Errors
    /// As [`wait`](Self::wait).
    pub fn develop(&mut self, mut rgba: Vec<u8>) -> Result<Still> {
        self.wait()?;
        let (tray, _) = self.exposed.pop_front().expect("there was one to wait for");
        let bytes = &self.trays[tray];
        let (sender, receiver) = std::sync::mpsc::channel();
        bytes.map_async(wgpu::MapMode::Read, .., move |mapped| drop(sender.send(mapped)));
        self.gpu.device.poll(wgpu::PollType::Poll).map_err(|error| self.lost(error.to_string()))?;
        receiver.recv().map_err(|error| self.lost(error.to_string()))?.map_err(|error| self.lost(error.to_string()))?;
        let [width, height] = self.size;
        rgba.clear();
        rgba.reserve_exact(width as usize * height as usize * 4);
        for row in bytes.get_mapped_range(..).chunks_exact(row_bytes(width) as usize) {
            rgba.extend_from_slice(&row[..width as usize * 4]);
        }
        bytes.unmap();
        Ok(Still { width, height, rgba })
    }

    fn lost(&self, reason: String) -> Error {
        Error::failure(format!("'{}' lost the picture: {reason}", self.gpu.adapter))
    }
}

/// Draws one picture of this size in pixels. For more than one, keep a [`Studio`].
///
/// # Errors
/// Where a side is 0 or larger than the device can draw, or the device was lost.
pub fn still(gpu: &Gpu, size: [u32; 2], picture: &Picture) -> Result<Still> {
    Studio::new(gpu, size)?.shoot(picture)
}

/// Bytes a row takes in a buffer: a multiple of 256.
fn row_bytes(width: u32) -> u32 {
    (width * 4).next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT)
}
