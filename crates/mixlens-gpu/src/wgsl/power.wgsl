// Power terms: c + Σ k (1 + x/a)^(−b). Numbers: range, c, then k, 1/a and b of every domain.

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= chunk.count) {
        return;
    }
    var sum = number(work.at + 2u);
    for (var domain = 0u; domain < WIDTH; domain++) {
        let at = work.at + 3u + 3u * domain;
        let inner = 1.0 + part(domain, id.x) * number(at + 1u);
        sum += number(at) * exponential(-number(at + 2u) * logarithm(inner));
    }
    predict_within(id.x, sum, work.at);
}
