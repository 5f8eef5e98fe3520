// For every proportion the number of thresholds of its domain below it, by bisection.
//
// Numbers: for every domain the number of thresholds and the index of the first; then the
// thresholds, ascending.

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= chunk.count) {
        return;
    }
    for (var domain = 0u; domain < WIDTH; domain++) {
        let value = part(domain, id.x);
        let first = numbers[work.at + 2u * domain + 1u];
        var low = 0u;
        var high = numbers[work.at + 2u * domain];
        while (low < high) {
            let middle = (low + high) / 2u;
            if (number(first + middle) < value) {
                low = middle + 1u;
            } else {
                high = middle;
            }
        }
        bins[domain * chunk.stride + id.x] = low;
    }
}
