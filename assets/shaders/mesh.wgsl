// Triangles of lines, areas and letters. Their colours are sRGB bytes premultiplied by opacity, their
// texture holds coverage.

struct Corner {
    @builtin(position) clip: vec4<f32>,
    @location(0) uv: vec2<f32>,
    @location(1) colour: vec4<f32>,
};

@vertex
fn vertex(@location(0) position: vec2<f32>, @location(1) uv: vec2<f32>, @location(2) colour: vec4<f32>) -> Corner {
    let clip = position * 2.0 / view.size - 1.0;
    return Corner(vec4(clip.x, -clip.y, 0.0, 1.0), uv, colour);
}

@group(1) @binding(0) var letters: texture_2d<f32>;
@group(1) @binding(1) var letters_sampler: sampler;

@fragment
fn fragment(in: Corner) -> @location(0) vec4<f32> {
    let colour = in.colour * textureSample(letters, letters_sampler, in.uv);
    if ENCODE {
        return colour;
    }
    return vec4(linear_from_srgb(colour.rgb / max(colour.a, 1e-4)) * colour.a, colour.a);
}
