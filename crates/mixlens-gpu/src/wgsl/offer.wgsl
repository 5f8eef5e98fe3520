// Keeps samples that may be among the best: those below the bar.

/// A number in the order of floats; what is no number comes last.
fn key_of(value: f32) -> u32 {
    let bits = bitcast<u32>(value);
    let key = select(bits | 0x80000000u, ~bits, bits >= 0x80000000u);
    return select(key, 0xffffffffu, (bits & 0x7fffffffu) >= 0x7f800000u);
}

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
