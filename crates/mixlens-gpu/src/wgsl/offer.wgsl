// Keeps samples that may be among the best: those below the bar.

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= chunk.count) {
        return;
    }
    let key = key_of(values[chunk.stride + id.x]);
    if (key >= state.bar) {
        return;
    }
    let place = atomicAdd(&state.count, 1u);
    if (place < chunk.capacity) {
        kept[place] = vec2<u32>(key, chunk.offset + id.x);
    }
}
