// Shared by all kernels: bindings, elementary functions, and the output of predictions.
// WIDTH (domains) and WITH_LOGS are defined before this text.

/// Stands for ln 0: below the logarithm of any positive proportion.
const NOTHING: f32 = -1e30;

/// Consecutive samples.
struct Chunk {
    first_low: u32,
    first_high: u32,
    /// The offset of the first sample in the span.
    offset: u32,
    count: u32,
    /// Length of a column.
    stride: u32,
    /// The index of the first sample modulo the number of strengths.
    turn: u32,
    /// The number of best samples to keep.
    keep: u32,
    /// The maximum number of candidates for the best.
    capacity: u32,
}

/// The parameters of one dispatch.
struct Work {
    /// The index of the first number of this dispatch.
    at: u32,
    /// 1 to start a sum, 0 to add to it.
    is_first: u32,
    mode: u32,
    size: u32,
    scale: f32,
    a: f32,
    b: f32,
    c: f32,
}

struct State {
    count: atomic<u32>,
    /// Samples with this key or a higher one are not among the best.
    threshold: u32,
}

@group(0) @binding(0) var<uniform> chunk: Chunk;
@group(0) @binding(1) var<uniform> work: Work;
@group(0) @binding(2) var<storage, read> numbers: array<u32>;
/// Proportions, one column per domain; then their logarithms, where WITH_LOGS.
@group(0) @binding(3) var<storage, read_write> parts: array<f32>;
/// For trees: the number of thresholds below each proportion, one column per domain.
@group(0) @binding(4) var<storage, read_write> bins: array<u32>;
/// Predictions of one metric, then objectives.
@group(0) @binding(5) var<storage, read_write> values: array<f32>;
@group(0) @binding(6) var<storage, read_write> state: State;
/// Key and offset of samples that may be among the best.
@group(0) @binding(7) var<storage, read_write> kept: array<vec2<u32>>;
@group(0) @binding(8) var<storage, read_write> spare: array<vec2<u32>>;
/// For every cell of a survey: the number of samples, the number of good ones, and the key of the
/// lowest objective.
@group(0) @binding(9) var<storage, read_write> tallies: array<atomic<u32>>;

fn number(at: u32) -> f32 {
    return bitcast<f32>(numbers[at]);
}

fn part(domain: u32, sample: u32) -> f32 {
    return parts[domain * chunk.stride + sample];
}

/// eˣ to 2e-7; zero below −87.
fn exponential(x: f32) -> f32 {
    let y = clamp(x, -87.0, 88.0);
    let n = round(y * 1.44269504);
    let r = (y - n * 0.693359375) + n * 2.12194440e-4;
    // eʳ = 1 + r + r²/2! + … + r⁷/7!, by Horner's rule, where x = n ln 2 + r.
    let tail = 0.0083333333 + r * (0.0013888889 + r * 0.00019841270);
    let sum = 1.0 + r * (1.0 + r * (0.5 + r * (0.16666667 + r * (0.041666667 + r * tail))));
    return select(sum * bitcast<f32>(u32(i32(n) + 127) << 23u), 0.0, x < -87.0);
}

/// 2 atanh s without the first term of its series: 2s³/3 + 2s⁵/5 + …, for |s| ≤ 1/3.
fn atanh_tail(s: f32) -> f32 {
    let z = s * s;
    let tail = 0.11111111 + z * (0.09090909 + z * (0.076923077 + z * 0.066666667));
    let sum = 0.33333333 + z * (0.2 + z * (0.14285714 + z * tail));
    return 2.0 * s * z * sum;
}

/// ln x of positive normal x, to 1e-7 of 1 + |ln x|.
fn logarithm(x: f32) -> f32 {
    // x = 2ⁿ · m with m in [√½, √2); ln m = 2 atanh s with s = (m − 1) / (m + 1).
    let bits = bitcast<u32>(x) - 0x3f3504f3u;
    let n = f32(bitcast<i32>(bits) >> 23u);
    let m = bitcast<f32>((bits & 0x007fffffu) + 0x3f3504f3u);
    let s = (m - 1.0) / (m + 1.0);
    return n * 0.693359375 + (2.0 * s + (atanh_tail(s) - n * 2.12194440e-4));
}

/// A key with the order of floats; infinities and NaN come last.
fn key_of(value: f32) -> u32 {
    let bits = bitcast<u32>(value);
    let key = select(bits | 0x80000000u, ~bits, bits >= 0x80000000u);
    return select(key, 0xffffffffu, (bits & 0x7fffffffu) >= 0x7f800000u);
}

/// Writes a prediction, or adds a term to it.
fn predict(sample: u32, value: f32) {
    if (work.is_first == 1u) {
        values[sample] = work.scale * value;
    } else {
        values[sample] += work.scale * value;
    }
}

/// Writes a prediction clamped to the range at `at`.
fn predict_within(sample: u32, value: f32, at: u32) {
    predict(sample, clamp(value, number(at), number(at + 1u)));
}
