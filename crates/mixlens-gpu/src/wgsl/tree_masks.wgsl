// The sum of one leaf value per tree, over `size` tiles of 16 trees with at most 32 leaves each. A
// mask holds the leaves, from left to right, that a proportion leaves possible. In the conjunction
// of the masks of all domains the lowest set bit is the leaf, as in the table of masks in the core.
// A domain below its first threshold has no mask.
//
// Numbers: for every domain the index of its first threshold among all, and their total number;
// then per tile, for every threshold the index of a row of 16 masks, in units of four numbers, and
// 32 leaf values for every tree; then the rows, aligned to a multiple of four.
//
// Chosen over `trees.wgsl` by measurement on Mesa's llvmpipe only, not on a graphics processor: for
// 17 domains and 1,000 trees of 31 leaves it is 2.8 times as fast, for 100 trees 1.7 times.
// `docs/devices.md` has the figures.

/// The numbers as vectors of four: one load for four masks.
@group(0) @binding(2) var<storage, read> quads: array<vec4<u32>>;
var<private> above: array<u32, WIDTH>;

fn word(at: u32) -> u32 {
    return quads[at / 4u][at % 4u];
}

/// The leaf values of four trees.
fn leaves(possible: vec4<u32>, at: u32) -> f32 {
    let leaf = at + vec4<u32>(0u, 32u, 64u, 96u) + countTrailingZeros(possible);
    let words = vec4<u32>(word(leaf.x), word(leaf.y), word(leaf.z), word(leaf.w));
    let values = bitcast<vec4<f32>>(words);
    return (values.x + values.y) + (values.z + values.w);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= chunk.count) {
        return;
    }
    var count = 0u;
    for (var domain = 0u; domain < WIDTH; domain++) {
        let bin = bins[domain * chunk.stride + id.x];
        if (bin > 0u) {
            above[count] = word(work.at + domain) + bin - 1u;
            count++;
        }
    }
    let thresholds = word(work.at + WIDTH);
    var at = work.at + WIDTH + 1u;
    var sum = 0.0;
    for (var tile = 0u; tile < work.size; tile++) {
        var a = vec4<u32>(0xffffffffu);
        var b = a;
        var c = a;
        var d = a;
        for (var index = 0u; index < count; index++) {
            let row = word(at + above[index]);
            a &= quads[row];
            b &= quads[row + 1u];
            c &= quads[row + 2u];
            d &= quads[row + 3u];
        }
        at += thresholds;
        let first = leaves(a, at) + leaves(b, at + 128u);
        let second = leaves(c, at + 256u) + leaves(d, at + 384u);
        sum += first + second;
        at += 512u;
    }
    predict(id.x, work.a + sum);
}
