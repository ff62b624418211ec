// Trails. Segments go into a texture of their own with a weight that grows from step to step and keep the
// greater of what is there, channel by channel, so neither order nor the number of drawn frames matters. What is shown is the
// weight relative to the newest: its logarithm is the age.

struct Segment {
    @builtin(position) clip: vec4<f32>,
    /// Pixels from the segment's start; x along it.
    @location(0) local: vec2<f32>,
    @location(1) @interpolate(flat) along: f32,
    @location(2) @interpolate(flat) colour: vec3<f32>,
    @location(3) @interpolate(flat) weight: f32,
};

@vertex
fn segment(
    @builtin(vertex_index) index: u32,
    @location(0) start: vec2<f32>,
    @location(1) end: vec2<f32>,
    @location(2) colour: vec4<f32>,
    @location(3) weight: f32,
) -> Segment {
    let half_size = view.size * 0.5;
    let delta = (end - start) * view.scale * half_size;
    let along = length(delta);
    var axis = vec2(1.0, 0.0);
    if along > 0.0 {
        axis = delta / along;
    }
    let reach = view.half_width + 0.5;
    let at = corner(index);
    let local = vec2(select(-reach, along + reach, at.x > 0.0), at.y * reach);
    let turned = vec2(axis.x * local.x - axis.y * local.y, axis.y * local.x + axis.x * local.y);
    return Segment(
        vec4(clip_from_world(start) + turned / half_size, 0.0, 1.0),
        local,
        along,
        linear_from_srgb(colour.rgb),
        weight,
    );
}

fn fourth(weight: f32) -> f32 {
    let square = weight * weight;
    return square * square;
}

@fragment
fn lay(in: Segment) -> @location(0) vec4<f32> {
    let d = length(vec2(in.local.x - clamp(in.local.x, 0.0, in.along), in.local.y)) - view.half_width;
    let weight = in.weight * clamp(0.5 - d, 0.0, 1.0);
    return vec4(in.colour * fourth(weight), weight);
}

@fragment
fn nothing() -> @location(0) vec4<f32> {
    return vec4(0.0);
}

@group(1) @binding(0) var trails: texture_2d<f32>;

@vertex
fn whole(@builtin(vertex_index) index: u32) -> @builtin(position) vec4<f32> {
    return cover(index);
}

/// The weight falls by this many octaves over the length of a trail.
const OCTAVES: f32 = 4.0;

@fragment
fn show(@builtin(position) at: vec4<f32>) -> @location(0) vec4<f32> {
    let laid = textureLoad(trails, vec2<i32>(at.xy), 0);
    if laid.a * exp2(OCTAVES) <= view.trail_newest {
        discard;
    }
    let left = min(1.0 + log2(laid.a / view.trail_newest) / OCTAVES, 1.0);
    return shade(laid.rgb / fourth(laid.a), left * sqrt(left) * view.trail_opacity);
}
