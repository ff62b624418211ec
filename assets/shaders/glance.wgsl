// A glance at a picture: the relative luminance of each of its parts, the mean of 8 × 8 pixels on an even grid.

@group(0) @binding(0) var image: texture_2d<f32>;

const SAMPLES: u32 = 8u;

@vertex
fn whole(@builtin(vertex_index) index: u32) -> @builtin(position) vec4<f32> {
    return vec4(f32((index & 1u) * 4u) - 1.0, f32((index & 2u) * 2u) - 1.0, 0.0, 1.0);
}

@fragment
fn glance(@builtin(position) at: vec4<f32>) -> @location(0) vec4<f32> {
    let part = vec2<u32>(at.xy);
    let size = textureDimensions(image);
    var light = 0.0;
    for (var n = 0u; n < SAMPLES * SAMPLES; n++) {
        let sample = part * SAMPLES + vec2(n % SAMPLES, n / SAMPLES);
        // The same pixels as a film is judged by.
        let pixel = (2u * sample + 1u) * size / (2u * vec2(32u, 18u) * SAMPLES);
        light += dot(textureLoad(image, pixel, 0).rgb, vec3(0.2126, 0.7152, 0.0722));
    }
    return vec4(light / f32(SAMPLES * SAMPLES));
}
