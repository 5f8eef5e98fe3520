// Ridge: b + Σⱼ wⱼ xⱼ, or the exponential of that (mode 1).
//
// Numbers: b, then w of every domain.

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= chunk.count) {
        return;
    }
    // line = b + Σⱼ wⱼ xⱼ
    var line = number(work.at);
    for (var domain = 0u; domain < WIDTH; domain++) {
        line += number(work.at + 1u + domain) * part(domain, id.x);
    }
    if (work.mode == 1u) {
        line = exponential(line);
    }
    predict(id.x, line);
}
