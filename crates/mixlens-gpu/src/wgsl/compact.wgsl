// Drops all but the best: finds the last of them byte by byte of key and place, highest byte first, and sets the bar.
// One workgroup. Which samples are kept does not depend on their order; that of the buffer does.

var<workgroup> histogram: array<atomic<u32>, 256>;
/// How many of the best have the bytes found so far, and key and place of the last.
var<workgroup> wanted: u32;
var<workgroup> last: vec2<u32>;
var<workgroup> moved: atomic<u32>;
var<workgroup> found: u32;

/// Byte `number` of a candidate, the highest first.
fn byte_of(candidate: vec2<u32>, number: u32) -> u32 {
    let word = select(candidate.y, candidate.x, number < 4u);
    return (word >> (24u - 8u * (number & 3u))) & 0xffu;
}

/// Whether the bytes before `number` are those of the last.
fn has_prefix(candidate: vec2<u32>, number: u32) -> bool {
    if (number == 0u) {
        return true;
    }
    if (number < 4u) {
        let shift = 32u - 8u * number;
        return (candidate.x >> shift) == (last.x >> shift);
    }
    if (candidate.x != last.x) {
        return false;
    }
    let shift = 32u - 8u * (number - 4u);
    return number == 4u || (candidate.y >> shift) == (last.y >> shift);
}

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) lane: u32) {
    if (lane == 0u) {
        found = min(atomicLoad(&state.count), chunk.capacity);
        wanted = chunk.keep;
        last = vec2<u32>(0u, 0u);
        atomicStore(&moved, 0u);
    }
    let count = workgroupUniformLoad(&found);
    if (count <= chunk.keep) {
        return;
    }
    for (var number = 0u; number < 8u; number++) {
        atomicStore(&histogram[lane], 0u);
        workgroupBarrier();
        for (var place = lane; place < count; place += 256u) {
            if (has_prefix(kept[place], number)) {
                atomicAdd(&histogram[byte_of(kept[place], number)], 1u);
            }
        }
        workgroupBarrier();
        if (lane == 0u) {
            var byte = 0u;
            var left = wanted;
            var here = atomicLoad(&histogram[0]);
            while (left > here && byte < 255u) {
                left -= here;
                byte++;
                here = atomicLoad(&histogram[byte]);
            }
            wanted = left;
            let shifted = byte << (24u - 8u * (number & 3u));
            if (number < 4u) { last.x |= shifted; } else { last.y |= shifted; }
        }
        workgroupBarrier();
    }
    for (var place = lane; place < count; place += 256u) {
        let candidate = kept[place];
        if (candidate.x < last.x || (candidate.x == last.x && candidate.y <= last.y)) {
            spare[atomicAdd(&moved, 1u)] = candidate;
        }
    }
    storageBarrier();
    workgroupBarrier();
    for (var place = lane; place < chunk.keep; place += 256u) {
        kept[place] = spare[place];
    }
    if (lane == 0u) {
        atomicStore(&state.count, chunk.keep);
        // Later samples must be lower: of equal ones the first counts.
        state.bar = last.x;
    }
}
