// Draws mixtures: Dirichlet by gamma variates, redrawn or projected where they violate a
// constraint.
//
// The random integers are those of `Sampler` in the core: Philox 4×32-10 with the index of the
// sample, the domain, and the numbers of redraw and attempt as its counter. The arithmetic is
// single precision, in logarithms as in the core.

// Numbers: strengths, whether the prior has maximum proportions, whether there are bounds, rows,
// key (2), redraws; then the shapes (d, c, ln d, boost), maximum proportions, lower and upper
// bounds, a mixture inside, rows (coefficients and bound).
const HEAD: u32 = 7u;

var<private> logs: array<f32, WIDTH>;
var<private> drawn: array<f32, WIDTH>;

/// High and low word of the 64-bit product, from 16-bit halves.
fn wide_product(a: u32, b: u32) -> vec2<u32> {
    let a0 = a & 0xffffu;
    let a1 = a >> 16u;
    let b0 = b & 0xffffu;
    let b1 = b >> 16u;
    let cross = a0 * b1;
    let other = a1 * b0;
    let middle = ((a0 * b0) >> 16u) + (cross & 0xffffu) + (other & 0xffffu);
    return vec2<u32>(a1 * b1 + (cross >> 16u) + (other >> 16u) + (middle >> 16u), a * b);
}

fn philox(start: vec4<u32>, seed: vec2<u32>) -> vec4<u32> {
    var counter = start;
    var key = seed;
    for (var turn = 0u; turn < 10u; turn++) {
        let first = wide_product(0xD2511F53u, counter.x);
        let second = wide_product(0xCD9E8D57u, counter.z);
        counter = vec4<u32>(
            second.x ^ counter.y ^ key.x,
            second.y,
            first.x ^ counter.w ^ key.y,
            first.y,
        );
        key += vec2<u32>(0x9E3779B9u, 0xBB67AE85u);
    }
    return counter;
}

/// ln u with u = (word + ½) / 2³², accurate also near u = 1.
fn log_of_unit(word: u32) -> f32 {
    // Near one: ln u = 2 atanh s with s = (u − 1) / (u + 1).
    let near_one = -(f32(~word) + 0.5) * 2.3283064365386963e-10;
    let s = near_one / (2.0 + near_one);
    let near = 2.0 * s + atanh_tail(s);
    let far = logarithm((f32(word) + 0.5) * 2.3283064365386963e-10);
    return select(far, near, word >= 0x80000000u);
}

/// cos of 2π (word + ½) / 2³².
fn cosine_of_unit(word: u32) -> f32 {
    // cos 2πu = sin 2πy with y = |u − ½| − ¼.
    let away = select(0x7fffffffu - word, word - 0x80000000u, word >= 0x80000000u);
    let a = (f32(i32(away) - 0x40000000) + 0.5) * 1.4629180792671596e-9;
    let z = a * a;
    // sin a = a − a³/3! + a⁵/5! − …, by Horner's rule in z = a².
    let tail = 2.7557319e-6 + z * (-2.5052108e-8 + z * 1.6059044e-10);
    return a * (1.0 + z * (-0.16666667 + z * (0.0083333333 + z * (-0.00019841270 + z * tail))));
}

/// ln of a gamma variate by Marsaglia and Tsang's method, as `log_gamma` in the core.
fn log_gamma(index: vec2<u32>, domain: u32, redraw: u32, key: vec2<u32>, shape: u32) -> f32 {
    let d = number(shape);
    let c = number(shape + 1u);
    let log_d = number(shape + 2u);
    let boost = number(shape + 3u);
    if (boost < 0.0) {
        return NOTHING; // shape zero
    }
    var log = 0.0;
    for (var attempt = 0u; attempt < 64u; attempt++) {
        let random = philox(vec4<u32>(index, domain, attempt | (redraw << 8u)), key);
        let z = sqrt(-2.0 * log_of_unit(random.x)) * cosine_of_unit(random.y);
        // v = (1 + e)³ with e = c z; rest = ln(1 + e) − e keeps its digits for small e.
        let e = c * z;
        let s = e / (2.0 + e);
        var rest = atanh_tail(s) - e * s;
        if (abs(e) > 0.5) {
            rest = logarithm(max(1.0 + e, 1e-30)) - e;
        }
        log = log_d + 3.0 * (e + rest) + boost * log_of_unit(random.w);
        let limit = 0.5 * z * z + 3.0 * d * (rest - e * e * (1.0 + e / 3.0));
        if (e > -1.0 && log_of_unit(random.z) < limit) {
            break;
        }
    }
    return log;
}

fn draw(index: vec2<u32>, redraw: u32, shapes: u32) {
    let key = vec2<u32>(numbers[work.at + 4u], numbers[work.at + 5u]);
    var largest = -3e38;
    for (var domain = 0u; domain < WIDTH; domain++) {
        let log = log_gamma(index, domain, redraw, key, shapes + domain * 4u);
        logs[domain] = log;
        largest = max(largest, log);
    }
    var sum = 0.0;
    for (var domain = 0u; domain < WIDTH; domain++) {
        // Parts below e⁻⁶⁹⁰ of the largest count as zero, as in the core.
        let log = logs[domain] - largest;
        logs[domain] = select(log, NOTHING, log < -690.0);
        drawn[domain] = exponential(log);
        sum += drawn[domain];
    }
    let log_sum = logarithm(sum);
    for (var domain = 0u; domain < WIDTH; domain++) {
        drawn[domain] /= sum;
        logs[domain] = select(logs[domain] - log_sum, NOTHING, logs[domain] <= NOTHING);
    }
}

/// The violation of a row by the drawn mixture: Σⱼ aⱼ xⱼ − b.
fn excess(coefficients: u32) -> f32 {
    var sum = 0.0;
    for (var domain = 0u; domain < WIDTH; domain++) {
        sum += number(coefficients + domain) * drawn[domain];
    }
    return sum - number(coefficients + WIDTH);
}

/// Whether the drawn mixture violates a row, also where its proportions are too small for single
/// precision: with a bound of zero only their ratios matter.
fn is_beyond(coefficients: u32) -> bool {
    if (number(coefficients + WIDTH) != 0.0) {
        return excess(coefficients) > 0.0;
    }
    var largest = NOTHING;
    for (var domain = 0u; domain < WIDTH; domain++) {
        largest = max(largest, select(NOTHING, logs[domain], number(coefficients + domain) != 0.0));
    }
    var sum = 0.0;
    for (var domain = 0u; domain < WIDTH; domain++) {
        let term = number(coefficients + domain) * exponential(logs[domain] - largest);
        sum += select(term, 0.0, logs[domain] <= NOTHING);
    }
    return sum > 0.0;
}

fn keeps_bounds(bounds: u32, rows: u32) -> bool {
    for (var domain = 0u; domain < WIDTH; domain++) {
        let high = number(bounds + WIDTH + domain);
        let is_above = drawn[domain] > high || (high == 0.0 && logs[domain] > NOTHING);
        if (is_above || drawn[domain] < number(bounds + domain)) {
            return false;
        }
    }
    let coefficients = bounds + 3u * WIDTH;
    for (var row = 0u; row < rows; row++) {
        if (is_beyond(coefficients + row * (WIDTH + 1u))) {
            return false;
        }
    }
    return true;
}

/// Σⱼ clamp(xⱼ − shift, lowⱼ, highⱼ) − 1, and the number of parts strictly inside their bounds.
fn moved(bounds: u32, shift: f32) -> vec2<f32> {
    var found = vec2<f32>(-1.0, 0.0);
    for (var domain = 0u; domain < WIDTH; domain++) {
        let low = number(bounds + domain);
        let high = number(bounds + WIDTH + domain);
        let value = drawn[domain] - shift;
        found += vec2<f32>(clamp(value, low, high), select(0.0, 1.0, value > low && value < high));
    }
    return found;
}

/// Projects onto the nearest mixture within the bounds: finds the shift whose sum is one.
fn project(bounds: u32) {
    var shift = 0.0;
    var found = moved(bounds, shift);
    for (var turn = 0u; turn < 12u && abs(found.x) > 1e-7 && found.y > 0.0; turn++) {
        shift += found.x / found.y;
        found = moved(bounds, shift);
    }
    if (abs(found.x) > 2e-6) {
        // Newton's method has not converged: bisect.
        var low = -1.0;
        var high = 1.0;
        for (var turn = 0u; turn < 40u; turn++) {
            shift = 0.5 * (low + high);
            if (moved(bounds, shift).x > 0.0) { low = shift; } else { high = shift; }
        }
    }
    for (var domain = 0u; domain < WIDTH; domain++) {
        let low = number(bounds + domain);
        let high = number(bounds + WIDTH + domain);
        drawn[domain] = clamp(drawn[domain] - shift, low, high);
    }
}

/// Moves the drawn mixture into the bounds and rows, along the line to the mixture inside.
fn pull_inside(bounds: u32, rows: u32) {
    project(bounds);
    let inside = bounds + 2u * WIDTH;
    var share = 0.0;
    for (var row = 0u; row < rows; row++) {
        let coefficients = bounds + 3u * WIDTH + row * (WIDTH + 1u);
        let here = excess(coefficients);
        var there = -number(coefficients + WIDTH);
        for (var domain = 0u; domain < WIDTH; domain++) {
            there += number(coefficients + domain) * number(inside + domain);
        }
        if (here > 0.0) {
            share = max(share, select(1.0, here / (here - there), there < 0.0));
        }
    }
    for (var domain = 0u; domain < WIDTH; domain++) {
        drawn[domain] += min(share, 1.0) * (number(inside + domain) - drawn[domain]);
    }
    if (share > 0.0) {
        project(bounds);
    }
    for (var domain = 0u; domain < WIDTH; domain++) {
        let log = logarithm(max(drawn[domain], 1.2e-38));
        logs[domain] = select(NOTHING, log, drawn[domain] > 1.2e-38);
    }
}

fn within_prior(max_parts: u32) -> bool {
    for (var domain = 0u; domain < WIDTH; domain++) {
        if (drawn[domain] > number(max_parts + domain)) {
            return false;
        }
    }
    return true;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let sample = id.x;
    if (sample >= chunk.count) {
        return;
    }
    let low = chunk.first_low + sample;
    let index = vec2<u32>(low, chunk.first_high + select(0u, 1u, low < sample));
    let strengths = numbers[work.at];
    let has_max_parts = numbers[work.at + 1u] == 1u;
    let has_bounds = numbers[work.at + 2u] == 1u;
    let rows = numbers[work.at + 3u];
    let redraws = numbers[work.at + 6u];
    let all_shapes = work.at + HEAD;
    let shapes = all_shapes + ((chunk.turn + sample) % strengths) * WIDTH * 4u;
    let max_parts = all_shapes + strengths * WIDTH * 4u;
    let bounds = max_parts + WIDTH;
    var is_accepted = false;
    for (var redraw = 0u; redraw <= redraws && !is_accepted; redraw++) {
        draw(index, redraw, shapes);
        is_accepted = !has_max_parts || within_prior(max_parts);
        is_accepted = is_accepted && (!has_bounds || keeps_bounds(bounds, rows));
    }
    if (!is_accepted && has_bounds && !keeps_bounds(bounds, rows)) {
        pull_inside(bounds, rows);
    }
    for (var domain = 0u; domain < WIDTH; domain++) {
        parts[domain * chunk.stride + sample] = drawn[domain];
        if (WITH_LOGS) {
            parts[(WIDTH + domain) * chunk.stride + sample] = logs[domain];
        }
    }
}
