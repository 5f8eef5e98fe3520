// Scheffé's polynomial of degree `mode`: Σᵢ bᵢ xᵢ + Σᵢ<ⱼ bᵢⱼ xᵢ xⱼ + Σᵢ<ⱼ<ₖ bᵢⱼₖ xᵢ xⱼ xₖ.
//
// Numbers: singles, then pairs, then triples, in ascending order of domains.

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= chunk.count) {
        return;
    }
    var next = work.at;
    var value = 0.0;
    for (var i = 0u; i < WIDTH; i++) {
        value += number(next) * part(i, id.x);
        next++;
    }
    if (work.mode >= 2u) {
        for (var i = 0u; i < WIDTH; i++) {
            var sum = 0.0;
            for (var j = i + 1u; j < WIDTH; j++) {
                sum += number(next) * part(j, id.x);
                next++;
            }
            value += part(i, id.x) * sum;
        }
    }
    if (work.mode >= 3u) {
        for (var i = 0u; i < WIDTH; i++) {
            for (var j = i + 1u; j < WIDTH; j++) {
                var sum = 0.0;
                for (var k = j + 1u; k < WIDTH; k++) {
                    sum += number(next) * part(k, id.x);
                    next++;
                }
                value += part(i, id.x) * part(j, id.x) * sum;
            }
        }
    }
    predict(id.x, value);
}
