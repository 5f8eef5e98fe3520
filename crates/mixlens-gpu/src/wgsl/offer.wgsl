// Keeps samples that may be among the best: those below the threshold.

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= chunk.count) {
        return;
    }
    let key = key_of(values[chunk.stride + id.x]);
    if (key >= state.threshold) {
        return;
    }
    let slot = atomicAdd(&state.count, 1u);
    if (slot < chunk.capacity) {
        kept[slot] = vec2<u32>(key, chunk.offset + id.x);
    }
}
