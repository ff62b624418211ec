//! Pictures without a window: drawn off screen and read back.

use super::{Gpu, Picture, Stage};
use crate::error::{Error, Result};

/// Blends as linear light and stores sRGB bytes.
const FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8UnormSrgb;

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
pub struct Studio {
    gpu: Gpu,
    stage: Stage,
    size: [u32; 2],
    target: wgpu::Texture,
    bytes: wgpu::Buffer,
}

impl Studio {
    /// Sets up for pictures of this size in pixels.
    ///
    /// # Errors
    /// Where a side is 0 or larger than the device can draw.
    pub fn new(gpu: &Gpu, size: [u32; 2]) -> Result<Self> {
        Self::with_format(gpu, size, FORMAT)
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
        let (target, bytes) = target(gpu, size, format);
        Ok(Self { gpu: gpu.clone(), stage: Stage::new(&gpu.device, format), size, target, bytes })
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
        let Gpu { device, queue, .. } = &self.gpu;
        self.stage.draw(device, queue, &self.target.create_view(&Default::default()), self.size, picture);
        read(&self.gpu, &self.target, &self.bytes)
    }
}

/// A texture to be drawn on and read, and the buffer by way of which it is.
pub(super) fn target(gpu: &Gpu, [width, height]: [u32; 2], format: wgpu::TextureFormat) -> (wgpu::Texture, wgpu::Buffer) {
    let target = gpu.device.create_texture(&wgpu::TextureDescriptor {
        label: Some("still"),
        size: wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format,
        usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
        view_formats: &[],
    });
    let bytes = gpu.device.create_buffer(&wgpu::BufferDescriptor {
        label: Some("still"),
        size: u64::from(row_bytes(width)) * u64::from(height),
        usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    });
    (target, bytes)
}

/// Reads a texture of 8-bit RGBA by way of a buffer that holds its rows.
pub(super) fn read(gpu: &Gpu, texture: &wgpu::Texture, bytes: &wgpu::Buffer) -> Result<Still> {
    let (width, height) = (texture.width(), texture.height());
    let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("still") });
    let layout = wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(row_bytes(width)), rows_per_image: None };
    encoder.copy_texture_to_buffer(
        texture.as_image_copy(),
        wgpu::TexelCopyBufferInfo { buffer: bytes, layout },
        texture.size(),
    );
    gpu.queue.submit([encoder.finish()]);
    let (sender, receiver) = std::sync::mpsc::channel();
    bytes.map_async(wgpu::MapMode::Read, .., move |mapped| drop(sender.send(mapped)));
    let lost = |reason: String| Error::failure(format!("'{}' lost the picture: {reason}", gpu.adapter));
    gpu.device.poll(wgpu::PollType::wait_indefinitely()).map_err(|error| lost(error.to_string()))?;
    receiver.recv().map_err(|error| lost(error.to_string()))?.map_err(|error| lost(error.to_string()))?;
    let mut rgba = Vec::with_capacity(width as usize * height as usize * 4);
    for row in bytes.get_mapped_range(..).chunks_exact(row_bytes(width) as usize) {
        rgba.extend_from_slice(&row[..width as usize * 4]);
    }
    bytes.unmap();
    Ok(Still { width, height, rgba })
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
