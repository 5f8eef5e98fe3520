// A Gaussian process over `size` runs: centre + scale · Σ α k(r), or e to that (mode bit 1), with inputs ln(x + 0.003), or √x
// (mode bit 2). Numbers: centre, scale, 1/ℓ of every domain, then for every run α and its scaled inputs, each as a number and
// what rounding took from it.
//
// Terms may cancel, so the sum carries what rounding takes from it.

var<private> at: array<f32, WIDTH>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= chunk.count) {
        return;
    }
    for (var domain = 0u; domain < WIDTH; domain++) {
        let x = part(domain, id.x);
        var input = 0.0;
        if ((work.mode & 2u) == 2u) {
            input = sqrt(x);
        } else {
            input = logarithm(x + 0.003);
        }
        at[domain] = input * number(work.at + 2u + domain);
    }
    var sum = 0.0;
    var lost = 0.0;
    var next = work.at + 2u + WIDTH;
    for (var run = 0u; run < work.size; run++) {
        let weight = number(next);
        next++;
        var squared = 0.0;
        for (var domain = 0u; domain < WIDTH; domain++) {
            let away = (at[domain] - number(next)) - number(next + 1u);
            next += 2u;
            squared += away * away;
        }
        let s = sqrt(5.0 * squared);
        let term = weight * (1.0 + s + s * s * 0.33333333) * exponential(-s) - lost;
        let together = sum + term;
        lost = (together - sum) - term;
        sum = together;
    }
    var value = number(work.at) + number(work.at + 1u) * sum;
    if ((work.mode & 1u) == 1u) {
        value = exponential(value);
    }
    predict(id.x, value);
}
