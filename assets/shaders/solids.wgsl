// Bodies in space, from the back to the front: hulls of two discs, and lines with blunt ends, each within a rectangle of two
// triangles. The shape is a signed distance, so that its edge is smooth without multisampling.

struct Solid {
    @builtin(position) clip: vec4<f32>,
    /// Pixels from the one end, x towards the other.
    @location(0) local: vec2<f32>,
    /// Pixels from end to end.
    @location(1) @interpolate(flat) along: f32,
    @location(2) @interpolate(flat) radii: vec2<f32>,
    @location(3) @interpolate(flat) colour: vec4<f32>,
    @location(4) @interpolate(flat) rim: f32,
};

@vertex
fn vertex(
    @builtin(vertex_index) index: u32,
    @location(0) a: vec2<f32>,
    @location(1) b: vec2<f32>,
    @location(2) radii: vec2<f32>,
    @location(3) colour: vec4<f32>,
    @location(4) rim: f32,
) -> Solid {
    let way = b - a;
    let along = length(way);
    var axis = vec2(1.0, 0.0);
    if along > 0.0 {
        axis = way / along;
    }
    let spare = rim + 0.5;
    let at = corner(index);
    let ends = max(radii, vec2(0.0)) + spare;
    let half_width = max(abs(radii.x), abs(radii.y)) + spare;
    let local = vec2(select(-ends.x, along + ends.y, at.x > 0.0), at.y * half_width);
    let pixel = a + axis * local.x + vec2(-axis.y, axis.x) * local.y;
    let clip = pixel * 2.0 / view.size - 1.0;
    return Solid(
        vec4(clip.x, -clip.y, 0.0, 1.0),
        local,
        along,
        radii,
        vec4(linear_from_srgb(colour.rgb), colour.a),
        rim,
    );
}

/// Signed distance from the edge of the hull, in pixels; negative inside.
fn hull(local: vec2<f32>, along: f32, radii: vec2<f32>) -> f32 {
    // The sine of the angle between the axis and a common tangent.
    let slope = (radii.x - radii.y) / max(along, 1e-6);
    if abs(slope) >= 1.0 {
        // One disc lies within the other.
        let larger = radii.x > radii.y;
        return length(local - vec2(select(along, 0.0, larger), 0.0)) - max(radii.x, radii.y);
    }
    let p = vec2(local.x, abs(local.y));
    let level = sqrt(1.0 - slope * slope);
    // How far along the tangent, from where it touches the first disc.
    let way = p.x * level - p.y * slope;
    if way <= 0.0 {
        return length(p) - radii.x;
    }
    if way >= along * level {
        return length(p - vec2(along, 0.0)) - radii.y;
    }
    return p.x * slope + p.y * level - radii.x;
}

@fragment
fn fragment(in: Solid) -> @location(0) vec4<f32> {
    if in.radii.x < 0.0 {
        let part = clamp(in.local.x / max(in.along, 1e-6), 0.0, 1.0);
        let half_width = -mix(in.radii.x, in.radii.y, part);
        let broad = clamp(half_width + 0.5 - abs(in.local.y), 0.0, min(1.0, 2.0 * half_width));
        let long = clamp(0.5 + in.local.x, 0.0, 1.0) * clamp(0.5 + in.along - in.local.x, 0.0, 1.0);
        return shade(in.colour.rgb, in.colour.a * broad * long);
    }
    let d = hull(in.local, in.along, in.radii);
    let inside = clamp(0.5 - d, 0.0, 1.0);
    let rim = clamp(0.5 - d + in.rim, 0.0, 1.0);
    return shade(mix(view.rim.rgb, in.colour.rgb, inside), rim * in.colour.a);
}
