// Agents: a triangle or two an instance, the shape a signed distance so that its edge is smooth without multisampling.

struct Agent {
    @builtin(position) clip: vec4<f32>,
    /// Pixels from the agent's place, x along its heading.
    @location(0) local: vec2<f32>,
    @location(1) @interpolate(flat) colour: vec3<f32>,
};

/// Corners that enclose the shape and its rim, in pixels: of one triangle about a disc or a dart, of two about a capsule.
fn outline(index: u32) -> vec2<f32> {
    let spare = view.rim.w + 0.5;
    let side = f32(index) - 1.0;
    if view.shape == 1u {
        if index == 1u {
            return vec2(1.3 * view.radius + 3.1 * spare, 0.0);
        }
        return vec2(-0.85 * view.radius - spare, side * (0.75 * view.radius + 1.45 * spare));
    }
    if view.shape == 2u {
        return corner(select(index, index - 2u, index > 2u)) * (vec2(1.25, 0.45) * view.radius + spare);
    }
    return vec2(side * 1.7321, select(-1.0, 2.0, index == 1u)) * (view.radius + spare);
}

@vertex
fn vertex(
    @builtin(vertex_index) index: u32,
    @location(0) position: vec2<f32>,
    @location(1) direction: vec2<f32>,
    @location(2) colour: vec4<f32>,
) -> Agent {
    let local = outline(index);
    let turned = vec2(direction.x * local.x - direction.y * local.y, direction.y * local.x + direction.x * local.y);
    return Agent(
        vec4(clip_from_world(position) + turned * 2.0 / view.size, 0.0, 1.0),
        local,
        linear_from_srgb(colour.rgb),
    );
}

/// Signed distance from the edge, in pixels; negative inside.
fn distance_of(local: vec2<f32>) -> f32 {
    if view.shape == 1u {
        let p = vec2(local.x, abs(local.y)) / view.radius;
        let side = dot(p - vec2(1.3, 0.0), vec2(0.329, 0.944));
        let back = dot(p - vec2(-0.85, 0.75), vec2(-0.919, -0.394));
        return max(side, back) * view.radius;
    }
    if view.shape == 2u {
        let along = local.x - clamp(local.x, -0.8 * view.radius, 0.8 * view.radius);
        return length(vec2(along, local.y)) - 0.45 * view.radius;
    }
    return length(local) - view.radius;
}

@fragment
fn fragment(in: Agent) -> @location(0) vec4<f32> {
    let d = distance_of(in.local);
    let inside = clamp(0.5 - d, 0.0, 1.0);
    let rim = clamp(0.5 - d + view.rim.w, 0.0, 1.0);
    return shade(mix(view.rim.rgb, in.colour, inside), rim * view.opacity);
}
