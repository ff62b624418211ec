// The panel: egui's triangles. Colours are sRGB bytes premultiplied by opacity, textures hold the same, and all is
// blended as it stands, which is what egui's colours and letters are made for.

struct Corner {
    @builtin(position) clip: vec4<f32>,
    @location(0) uv: vec2<f32>,
    @location(1) colour: vec4<f32>,
};

/// Size of the window, points.
@group(0) @binding(0) var<uniform> size: vec4<f32>;

/// Whether the target encodes what it is given, as only an sRGB one does.
override DECODE: bool = false;
/// Whether the texture was decoded as it was read, as an sRGB one is.
override ENCODE: bool = false;

@vertex
fn vertex(@location(0) position: vec2<f32>, @location(1) uv: vec2<f32>, @location(2) colour: vec4<f32>) -> Corner {
    let clip = position * 2.0 / size.xy - 1.0;
    return Corner(vec4(clip.x, -clip.y, 0.0, 1.0), uv, colour);
}

@group(1) @binding(0) var image: texture_2d<f32>;
@group(1) @binding(1) var image_sampler: sampler;

@fragment
fn fragment(in: Corner) -> @location(0) vec4<f32> {
    var texel = textureSample(image, image_sampler, in.uv);
    if ENCODE {
        let low = texel.rgb <= vec3(0.0031308);
        texel = vec4(select(1.055 * pow(texel.rgb, vec3(1.0 / 2.4)) - 0.055, texel.rgb * 12.92, low), texel.a);
    }
    let c = in.colour * texel;
    if DECODE {
        return vec4(select(pow((c.rgb + 0.055) / 1.055, vec3(2.4)), c.rgb / 12.92, c.rgb <= vec3(0.04045)), c.a);
    }
    return c;
}
