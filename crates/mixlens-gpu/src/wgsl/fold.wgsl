// Folds a predicted metric into the objective.
//
// Modes: 0 weighted sum, 1 worst change, 2 desirability, 3 a bound on the metric.

/// The objective that the core gives to mixtures that violate a bound.
const BROKEN: f32 = 1e9;
const MIN_DESIRABILITY: f32 = 0.01;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= chunk.count) {
        return;
    }
    let slot = chunk.stride + id.x;
    let value = work.scale * values[id.x];
    var so_far = values[slot];
    if (work.is_first == 1u) {
        so_far = select(0.0, -3e38, work.mode == 1u);
    }
    switch work.mode {
        case 0u: {
            so_far += value;
        }
        case 1u: {
            so_far = max(so_far, work.a * (value - work.b));
        }
        case 2u: {
            // d = (b − value) · a; −ln d, continued below dₘᵢₙ by its quadratic expansion in
            // z = (d − dₘᵢₙ) / dₘᵢₙ, where 4.605… = −ln dₘᵢₙ.
            let desirability = (work.b - value) * work.a;
            let z = (desirability - MIN_DESIRABILITY) / MIN_DESIRABILITY;
            let continued = 4.6051702 - z + 0.5 * z * z;
            let exact = -logarithm(max(desirability, MIN_DESIRABILITY));
            so_far += work.c * select(continued, exact, desirability >= MIN_DESIRABILITY);
        }
        default: {
            let excess = value - work.a;
            so_far += select(0.0, BROKEN * (1.0 + excess), excess > work.b);
        }
    }
    values[slot] = so_far;
}
