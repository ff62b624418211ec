// A grid: its cells as a texture, already coloured, over its part of the plane.

struct Cell {
    @builtin(position) clip: vec4<f32>,
    @location(0) uv: vec2<f32>,
};

@vertex
fn vertex(@builtin(vertex_index) index: u32) -> Cell {
    let uv = corner(index) * 0.5 + 0.5;
    return Cell(vec4(clip_from_world(mix(view.field.xy, view.field.zw, uv)), 0.0, 1.0), uv);
}

@group(1) @binding(0) var cells: texture_2d<f32>;
@group(1) @binding(1) var cells_sampler: sampler;

@fragment
fn fragment(in: Cell) -> @location(0) vec4<f32> {
    let cell = textureSample(cells, cells_sampler, in.uv);
    return shade(cell.rgb, cell.a);
}

/// The ground alone, where there is no field.
@fragment
fn ground() -> @location(0) vec4<f32> {
    return shade(view.rim.rgb, 1.0);
}
