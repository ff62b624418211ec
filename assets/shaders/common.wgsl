// What every layer shares: the camera, and how a colour leaves a shader.
// Colours come in as sRGB bytes, are blended as linear light, and a target that is not an sRGB one
// gets them encoded here.

struct View {
    /// World coordinates of the middle of the picture.
    centre: vec2<f32>,
    /// Clip units a world unit.
    scale: vec2<f32>,
    /// Pixels.
    size: vec2<f32>,
    /// Radius of an agent, pixels.
    radius: f32,
    /// Half the width of a trail, pixels.
    half_width: f32,
    /// Linear colour of the rim about an agent; its width in pixels.
    rim: vec4<f32>,
    /// 0 disc, 1 dart, 2 capsule.
    shape: u32,
    /// Opacity of an agent: below 1 where it is smaller than a pixel.
    opacity: f32,
    /// Weight, in the trails' texture, that stands for the step shown.
    trail_newest: f32,
    /// Opacity of a trail where it is newest.
    trail_opacity: f32,
    /// Lower left and upper right corner of the field, world coordinates.
    field: vec4<f32>,
    /// How much light is shed by what is bright.
    glow: f32,
};

@group(0) @binding(0) var<uniform> view: View;

/// Whether the target wants encoded colours.
override ENCODE: bool = false;

fn linear_from_srgb(c: vec3<f32>) -> vec3<f32> {
    return select(pow((c + 0.055) / 1.055, vec3(2.4)), c / 12.92, c <= vec3(0.04045));
}

fn srgb_from_linear(c: vec3<f32>) -> vec3<f32> {
    return select(1.055 * pow(c, vec3(1.0 / 2.4)) - 0.055, c * 12.92, c <= vec3(0.0031308));
}

/// The output for a linear colour at this opacity.
fn shade(colour: vec3<f32>, alpha: f32) -> vec4<f32> {
    if ENCODE {
        return vec4(srgb_from_linear(colour) * alpha, alpha);
    }
    return vec4(colour * alpha, alpha);
}

fn clip_from_world(world: vec2<f32>) -> vec2<f32> {
    return (world - view.centre) * view.scale;
}

/// Corner of a strip of two triangles: (±1, ±1).
fn corner(vertex: u32) -> vec2<f32> {
    return vec2(f32(vertex & 1u), f32(vertex >> 1u)) * 2.0 - 1.0;
}

/// A triangle that covers the picture.
fn cover(vertex: u32) -> vec4<f32> {
    return vec4(f32(vertex & 1u) * 4.0 - 1.0, f32(vertex >> 1u) * 4.0 - 1.0, 0.0, 1.0);
}
