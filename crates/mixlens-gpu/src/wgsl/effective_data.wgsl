// The effective-data law: c + (e + Σⱼ wⱼ xⱼ^aⱼ)^(−g), from ln xⱼ, which has a wider range than
// single precision.
//
// Numbers: range (2), c, g, e, then w and a of every domain.

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= chunk.count) {
        return;
    }
    // useful = e + Σⱼ wⱼ exp(aⱼ ln xⱼ)
    var useful = number(work.at + 4u);
    for (var domain = 0u; domain < WIDTH; domain++) {
        let log = parts[(WIDTH + domain) * chunk.stride + id.x];
        let w = number(work.at + 5u + 2u * domain);
        let a = number(work.at + 6u + 2u * domain);
        let term = w * exponential(a * log);
        useful += select(term, 0.0, log <= -708.0);
    }
    // height = useful^(−g) = exp(−g ln useful)
    let height = exponential(-number(work.at + 3u) * logarithm(useful));
    predict_within(id.x, number(work.at + 2u) + height, work.at);
}
