// The effective-data law: c + (e + Σ w x^a)^(−g), from logarithms of x, which reach further down than single precision.
// Numbers: range, c, g, e, then w and a of every domain.

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= chunk.count) {
        return;
    }
    var useful = number(work.at + 4u);
    for (var domain = 0u; domain < WIDTH; domain++) {
        let log = parts[(WIDTH + domain) * chunk.stride + id.x];
        let term = number(work.at + 5u + 2u * domain) * exponential(number(work.at + 6u + 2u * domain) * log);
        useful += select(term, 0.0, log <= -708.0);
    }
    let height = exponential(-number(work.at + 3u) * logarithm(useful));
    predict_within(id.x, number(work.at + 2u) + height, work.at);
}
