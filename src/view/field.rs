//! Grids of values: a field under the agents, and how dense they are where they cannot be seen one by one.

use super::{
    Palette, Picture, colour,
    layers::{Recipe, View, Workshop},
};
use crate::{
    scene::Layout,
    sim::{Grid, Scale},
};

/// Below this many pixels a cell, cells are averaged rather than shown one by one.
const SMALLEST_CELL: f32 = 1.5;

/// What the layer shows.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Shown {
    Nothing,
    Ground,
    /// Cells, by the sampler of this number.
    Cells(usize),
}

/// A layer of a grid: its cells, or the ground of the box where there are none.
pub struct Field {
    pipeline: wgpu::RenderPipeline,
    /// The same place in the colour of the ground.
    ground: wgpu::RenderPipeline,
    layout: wgpu::BindGroupLayout,
    /// The cells, one by one and averaged.
    samplers: [wgpu::Sampler; 2],
    cells: Option<(wgpu::Texture, [wgpu::BindGroup; 2])>,
    shown: Shown,
}

impl Field {
    pub fn new(workshop: &Workshop) -> Self {
        let layout = workshop.texture_layout("field", true);
        let recipe = Recipe {
            label: "field",
            shader: include_str!("../../assets/shaders/field.wgsl"),
            entries: ("vertex", "fragment"),
            groups: &[&layout],
            buffer: None,
            topology: wgpu::PrimitiveTopology::TriangleStrip,
            blend: wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING,
            format: None,
        };
        let pipeline = workshop.pipeline(&recipe);
        let ground = workshop.pipeline(&Recipe { entries: ("vertex", "ground"), groups: &[], ..recipe });
        let samplers = [wgpu::FilterMode::Nearest, wgpu::FilterMode::Linear].map(|filter| {
            workshop.device.create_sampler(&wgpu::SamplerDescriptor {
                label: Some("field"),
                mag_filter: filter,
                min_filter: filter,
                ..Default::default()
            })
        });
        Self { pipeline, ground, layout, samplers, cells: None, shown: Shown::Nothing }
    }

    /// Colours the cells and brings them to the device. Where there are none the `ground` shows, if there is to be one.
    pub fn prepare(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        (picture, grid): (&Picture, Option<&Grid>),
        view: &View,
        ground: bool,
    ) {
        let extent = &picture.frame.extent;
        self.shown = if ground && (extent.periodic || extent.walled) { Shown::Ground } else { Shown::Nothing };
        let Some(grid) = grid else { return };
        let Some((width, height, texels)) = texels(grid, picture, device.limits().max_texture_dimension_2d) else { return };
        let size = wgpu::Extent3d { width, height, depth_or_array_layers: 1 };
        if self.cells.as_ref().is_none_or(|(texture, _)| texture.size() != size) {
            self.cells = Some(self.make(device, size));
        }
        let Some((texture, _)) = &self.cells else { return };
        queue.write_texture(
            texture.as_image_copy(),
            bytemuck::cast_slice(&texels),
            wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(width * 4), rows_per_image: None },
            size,
        );
        let pixels = (view.field[2] - view.field[0]).abs() * view.scale[0] * view.size[0] / 2.0;
        let smooth = matches!(grid.channel.scale, Scale::Log { .. }) || pixels / (width as f32) < SMALLEST_CELL;
        self.shown = Shown::Cells(usize::from(smooth));
    }

    fn make(&self, device: &wgpu::Device, size: wgpu::Extent3d) -> (wgpu::Texture, [wgpu::BindGroup; 2]) {
        let texture = device.create_texture(&wgpu::TextureDescriptor {
            label: Some("field"),
            size,
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: wgpu::TextureFormat::Rgba8UnormSrgb,
            usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
            view_formats: &[],
        });
        let view = texture.create_view(&Default::default());
        let groups = [0, 1].map(|n| {
            device.create_bind_group(&wgpu::BindGroupDescriptor {
                label: Some("field"),
                layout: &self.layout,
                entries: &[
                    wgpu::BindGroupEntry { binding: 0, resource: wgpu::BindingResource::TextureView(&view) },
                    wgpu::BindGroupEntry { binding: 1, resource: wgpu::BindingResource::Sampler(&self.samplers[n]) },
                ],
            })
        });
        (texture, groups)
    }

    pub fn draw(&self, pass: &mut wgpu::RenderPass) {
        match (self.shown, &self.cells) {
            (Shown::Cells(sampler), Some((_, groups))) => {
                pass.set_pipeline(&self.pipeline);
                pass.set_bind_group(1, &groups[sampler], &[]);
            }
            (Shown::Ground, _) => pass.set_pipeline(&self.ground),
            _ => return,
        }
        pass.draw(0..4, 0..1);
    }
}

/// The coloured cells, row 0 at the bottom: every n-th of them where a grid is larger than a texture may be. Nothing
/// where the grid is empty or its values do not fill it.
fn texels(grid: &Grid, picture: &Picture, limit: u32) -> Option<(u32, u32, Vec<[u8; 4]>)> {
    let values = &grid.channel.values;
    if values.is_empty() || values.len() != grid.width as usize * grid.height as usize {
        return None;
    }
    let stride = grid.width.max(grid.height).div_ceil(limit).max(1);
    let map = colour::Map::of(&grid.channel.scale, picture.look.theme);
    let columns = || (0..grid.width).step_by(stride as usize);
    let rows = || (0..grid.height).step_by(stride as usize);
    let texels = rows().flat_map(|y| columns().map(move |x| (x, y)));
    // Of space against time, where nobody stood and what was before the run is ground.
    let ground = (picture.look.layout == Layout::Raster).then(|| Palette::of(picture.look.theme).space.to_array());
    let seen = |value: f32| {
        let [r, g, b] = map.rgb(value);
        [r, g, b, (map.opacity(value) * 255.0).round() as u8]
    };
    let colour = |value: f32| ground.filter(|_| value.is_nan()).unwrap_or_else(|| seen(value));
    let texels = texels.map(|(x, y)| colour(values[y as usize * grid.width as usize + x as usize])).collect();
    Some((columns().len() as u32, rows().len() as u32, texels))
}
