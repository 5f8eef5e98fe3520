// The exponential law: c + exp(b + Σⱼ tⱼ xⱼ).
//
// Numbers: range (2), c, b, then t of every domain.

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= chunk.count) {
        return;
    }
    // line = b + Σⱼ tⱼ xⱼ
    var line = number(work.at + 3u);
    for (var domain = 0u; domain < WIDTH; domain++) {
        line += number(work.at + 4u + domain) * part(domain, id.x);
    }
    predict_within(id.x, number(work.at + 2u) + exponential(line), work.at);
}
