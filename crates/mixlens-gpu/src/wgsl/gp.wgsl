// A Gaussian process over `size` runs: centre + scale · Σᵢ αᵢ k(rᵢ), or the exponential of that
// (mode bit 1), with inputs ln(x + 0.003), or √x (mode bit 2). k is the Matérn 5/2 kernel:
// k(r) = (1 + s + s²/3) e⁻ˢ with s = √5 r.
//
// Numbers: centre, scale, 1/ℓ of every domain; then for every run αᵢ and its scaled inputs, each as
// a pair of a rounded number and its rounding error.
//
// The terms are hundreds of times as large as their sum. So every term is such a pair, exact to
// about 1e-9. Drivers may rearrange as if arithmetic were exact, which would remove the error
// terms: values that they must not simplify pass through integers.

var<private> at: array<f32, WIDTH>;
/// Zero, but not a constant to the compiler.
var<private> zero: u32;

/// x as rounded to single precision; hides the operation from the optimiser.
fn as_rounded(x: f32) -> f32 {
    return bitcast<f32>(bitcast<u32>(x) | zero);
}

/// The first half of the digits of x.
fn head(x: f32) -> f32 {
    return bitcast<f32>(bitcast<u32>(x) & 0xfffff000u);
}

/// a + b without loss: sum and rounding error (Knuth's two-sum).
fn sum_of(a: f32, b: f32) -> vec2<f32> {
    let sum = as_rounded(a + b);
    let from_b = as_rounded(sum - a);
    return vec2<f32>(sum, (a - (sum - from_b)) + (b - from_b));
}

/// a + b where `b` is a pair.
fn add(a: vec2<f32>, b: vec2<f32>) -> vec2<f32> {
    let sum = sum_of(a.x, b.x);
    return vec2<f32>(sum.x, sum.y + (a.y + b.y));
}

/// a · b without loss: product and rounding error (Dekker's product).
fn product_of(a: f32, b: f32) -> vec2<f32> {
    let main = a * b;
    let a_head = head(a);
    let b_head = head(b);
    let a_tail = a - a_head;
    let b_tail = b - b_head;
    let cross = a_head * b_tail + a_tail * b_head;
    return vec2<f32>(main, ((a_head * b_head - main) + cross) + a_tail * b_tail);
}

/// a · b of pairs.
fn product(a: vec2<f32>, b: vec2<f32>) -> vec2<f32> {
    let main = product_of(a.x, b.x);
    return vec2<f32>(main.x, main.y + (a.x * b.y + a.y * b.x));
}

/// √ of a pair.
fn root(a: vec2<f32>) -> vec2<f32> {
    let main = as_rounded(sqrt(max(a.x, 0.0)));
    let square = product_of(main, main);
    let left = ((a.x - square.x) - square.y) + a.y;
    return vec2<f32>(main, select(0.0, 0.5 * left / main, main > 0.0));
}

/// e⁻ˢ of a pair s ≥ 0: −s = n ln 2 + r, e⁻ˢ = 2ⁿ eʳ.
fn decay(s: vec2<f32>) -> vec2<f32> {
    let n = round(-min(s.x, 87.0) * 1.44269504);
    let r = sum_of(-s.x - n * 0.693359375, n * 2.12194440e-4 - s.y);
    // e^r − 1 − r = r²/2! + r³/3! + … + r⁷/7!, by Horner's rule.
    let tail = 0.0083333333 + r.x * (0.0013888889 + r.x * 0.00019841270);
    let curve = r.x * r.x * (0.5 + r.x * (0.16666667 + r.x * (0.041666667 + r.x * tail)));
    let main = sum_of(1.0, r.x);
    let scale = bitcast<f32>(u32(i32(n) + 127) << 23u);
    let value = vec2<f32>(main.x, main.y + (r.y * main.x + curve)) * scale;
    return select(value, vec2<f32>(0.0), s.x > 87.0);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= chunk.count) {
        return;
    }
    zero = chunk.count >> 31u;
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
    var sum = vec2<f32>(0.0);
    var next = work.at + 2u + WIDTH;
    for (var run = 0u; run < work.size; run++) {
        let weight = vec2<f32>(number(next), number(next + 1u));
        next += 2u;
        // squared = Σⱼ ((zⱼ − zᵢⱼ) / ℓⱼ)² = r²
        var squared = vec2<f32>(0.0);
        for (var domain = 0u; domain < WIDTH; domain++) {
            var away = sum_of(at[domain], -number(next));
            away.y -= number(next + 1u);
            next += 2u;
            squared = add(squared, product(away, away));
        }
        // s = √5 r, curve = 1 + s + s²/3.
        let s = root(product(squared, vec2<f32>(5.0, 0.0)));
        let third = product(product(s, s), vec2<f32>(0.33333334, -9.9341075e-9));
        let curve = add(add(vec2<f32>(1.0, 0.0), s), third);
        sum = add(sum, product(weight, product(curve, decay(s))));
    }
    var value = number(work.at) + number(work.at + 1u) * (sum.x + sum.y);
    if ((work.mode & 1u) == 1u) {
        value = exponential(value);
    }
    predict(id.x, value);
}
