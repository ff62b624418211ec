// Glow: what is bright sheds light about it. The picture without its legend lies in a texture; its bright parts are averaged to
// ever smaller ones, which are laid over one another and over the picture.

@group(1) @binding(0) var image: texture_2d<f32>;
@group(1) @binding(1) var image_sampler: sampler;

struct Place {
    @builtin(position) clip: vec4<f32>,
    @location(0) uv: vec2<f32>,
};

@vertex
fn whole(@builtin(vertex_index) index: u32) -> Place {
    let clip = cover(index);
    return Place(clip, vec2(clip.x, -clip.y) * 0.5 + 0.5);
}

/// The linear light of a pixel of the picture.
fn light_at(at: vec2<i32>) -> vec4<f32> {
    let c = textureLoad(image, min(at, vec2<i32>(textureDimensions(image)) - 1), 0);
    if ENCODE {
        return vec4(linear_from_srgb(c.rgb / max(c.a, 1e-4)) * c.a, c.a);
    }
    return c;
}

/// What of a light is shed: nothing of the ground, nearly all of what is bright.
fn bright(c: vec3<f32>) -> vec3<f32> {
    let most = max(max(c.r, c.g), c.b);
    return c * smoothstep(0.03, 0.4, most);
}

/// The mean of the bright parts of sixteen pixels.
@fragment
fn gather(@builtin(position) at: vec4<f32>) -> @location(0) vec4<f32> {
    let first = vec2<i32>(at.xy) * 4;
    var sum = vec3(0.0);
    for (var n = 0; n < 16; n++) {
        sum += bright(light_at(first + vec2(n & 3, n >> 2u)).rgb);
    }
    return vec4(sum / 16.0, 1.0);
}

/// The mean of sixteen pixels.
@fragment
fn narrow(in: Place) -> @location(0) vec4<f32> {
    let pixel = 1.0 / vec2<f32>(textureDimensions(image));
    let sum = textureSample(image, image_sampler, in.uv + pixel * vec2(-1.0, -1.0))
        + textureSample(image, image_sampler, in.uv + pixel * vec2(1.0, -1.0))
        + textureSample(image, image_sampler, in.uv + pixel * vec2(-1.0, 1.0))
        + textureSample(image, image_sampler, in.uv + pixel * vec2(1.0, 1.0));
    return vec4(sum.rgb * 0.25, 1.0);
}

/// How much of the light goes on from each size to the next larger one.
const SPREAD: f32 = 0.85;

/// A smaller picture, smoothed, to be added to a larger one.
@fragment
fn widen(in: Place) -> @location(0) vec4<f32> {
    let pixel = 0.75 / vec2<f32>(textureDimensions(image));
    let sum = textureSample(image, image_sampler, in.uv + pixel * vec2(-1.0, -1.0))
        + textureSample(image, image_sampler, in.uv + pixel * vec2(1.0, -1.0))
        + textureSample(image, image_sampler, in.uv + pixel * vec2(-1.0, 1.0))
        + textureSample(image, image_sampler, in.uv + pixel * vec2(1.0, 1.0));
    return vec4(sum.rgb * 0.25 * SPREAD, 1.0);
}

@group(2) @binding(0) var shed: texture_2d<f32>;
@group(2) @binding(1) var shed_sampler: sampler;

/// The picture and the light about it, which brightens the dark without ever passing white.
@fragment
fn show(in: Place) -> @location(0) vec4<f32> {
    let c = light_at(vec2<i32>(in.clip.xy));
    let light = 1.0 - exp(-view.glow * textureSample(shed, shed_sampler, in.uv).rgb);
    // What is bright itself keeps its colour, which tells something.
    let own = clamp(max(max(c.r, c.g), c.b), 0.0, 1.0);
    let seen = c.rgb + light * (1.0 - own) * (1.0 - own);
    // On a ground that is left out, light covers as much as it is bright.
    let alpha = c.a + (1.0 - c.a) * max(max(light.r, light.g), light.b);
    if ENCODE {
        return vec4(srgb_from_linear(seen / max(alpha, 1e-4)) * alpha, alpha);
    }
    return vec4(seen, alpha);
}
