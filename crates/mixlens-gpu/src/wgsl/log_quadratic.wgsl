// A quadratic in zⱼ = (ln(xⱼ + offset) − centreⱼ) / spreadⱼ: b + Σⱼ bⱼ zⱼ + Σⱼ≤ₖ bⱼₖ zⱼ zₖ.
//
// Numbers: range (2), offset, intercept b; centre and 1/spread of every domain; coefficients:
// singles, then pairs (1,1), (1,2) … (2,2) ….

var<private> z: array<f32, WIDTH>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= chunk.count) {
        return;
    }
    let offset = number(work.at + 2u);
    var value = number(work.at + 3u);
    var next = work.at + 4u + 2u * WIDTH;
    for (var j = 0u; j < WIDTH; j++) {
        let scale = work.at + 4u + 2u * j;
        z[j] = (logarithm(part(j, id.x) + offset) - number(scale)) * number(scale + 1u);
        value += number(next) * z[j];
        next++;
    }
    // Σⱼ zⱼ Σₖ≥ⱼ bⱼₖ zₖ
    for (var j = 0u; j < WIDTH; j++) {
        var sum = 0.0;
        for (var k = j; k < WIDTH; k++) {
            sum += number(next) * z[k];
            next++;
        }
        value += z[j] * sum;
    }
    predict_within(id.x, value, work.at);
}
