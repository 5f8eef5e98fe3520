// The power law: c + Σⱼ kⱼ (1 + xⱼ/aⱼ)^(−b).
//
// Numbers: range (2), c, b, then k and 1/a of every domain.

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= chunk.count) {
        return;
    }
    var sum = number(work.at + 2u);
    for (var domain = 0u; domain < WIDTH; domain++) {
        let inner = 1.0 + part(domain, id.x) * number(work.at + 5u + 2u * domain);
        // k (1 + x/a)^(−b) = k exp(−b ln(1 + x/a))
        let k = number(work.at + 4u + 2u * domain);
        sum += k * exponential(-number(work.at + 3u) * logarithm(inner));
    }
    predict_within(id.x, sum, work.at);
}
