// The sum of one leaf value per tree, over `size` trees that are walked.
//
// Numbers: for every tree the index of the first node and of the first leaf value; then nodes of
// two words (domain and threshold, left and right) and leaf values. A child with its top bit set is
// a leaf.
//
// The bins are copied first: 1.4 times as fast as `bins` at every node, on Mesa's llvmpipe.

var<private> sample_bins: array<u32, WIDTH>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= chunk.count) {
        return;
    }
    for (var domain = 0u; domain < WIDTH; domain++) {
        sample_bins[domain] = bins[domain * chunk.stride + id.x];
    }
    var sum = 0.0;
    for (var tree = 0u; tree < work.size; tree++) {
        let nodes = numbers[work.at + 2u * tree];
        var node = 0u;
        while (node < 0x8000u) {
            let split = numbers[nodes + 2u * node];
            let children = numbers[nodes + 2u * node + 1u];
            let is_above = sample_bins[split & 0xffffu] > (split >> 16u);
            node = select(children & 0xffffu, children >> 16u, is_above);
        }
        sum += number(numbers[work.at + 2u * tree + 1u] + (node & 0x7fffu));
    }
    predict(id.x, work.a + sum);
}
