// Drops all candidates but the best `keep`: finds the last of them byte by byte of key and offset,
// highest byte first (a radix selection), and sets the threshold.
//
// One workgroup. The samples kept do not depend on the order of the buffer; their order in it does.

var<workgroup> histogram: array<atomic<u32>, 256>;
/// How many of the best start with the bytes found so far.
var<workgroup> remaining: u32;
/// Key and offset of the last of the best, as far as found.
var<workgroup> last: vec2<u32>;
var<workgroup> moved: atomic<u32>;
var<workgroup> found: u32;

/// Byte `number` of a candidate, the highest first.
fn byte_of(candidate: vec2<u32>, number: u32) -> u32 {
    let word = select(candidate.y, candidate.x, number < 4u);
    return (word >> (24u - 8u * (number & 3u))) & 0xffu;
}

/// Whether the bytes before `number` equal those of `last`.
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
        remaining = chunk.keep;
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
        for (var index = lane; index < count; index += 256u) {
            if (has_prefix(kept[index], number)) {
                atomicAdd(&histogram[byte_of(kept[index], number)], 1u);
            }
        }
        workgroupBarrier();
        if (lane == 0u) {
            var byte = 0u;
            var left = remaining;
            var here = atomicLoad(&histogram[0]);
            while (left > here && byte < 255u) {
                left -= here;
                byte++;
                here = atomicLoad(&histogram[byte]);
            }
            remaining = left;
            let shifted = byte << (24u - 8u * (number & 3u));
            if (number < 4u) { last.x |= shifted; } else { last.y |= shifted; }
        }
        workgroupBarrier();
    }
    for (var index = lane; index < count; index += 256u) {
        let candidate = kept[index];
        if (candidate.x < last.x || (candidate.x == last.x && candidate.y <= last.y)) {
            spare[atomicAdd(&moved, 1u)] = candidate;
        }
    }
    storageBarrier();
    workgroupBarrier();
    for (var index = lane; index < chunk.keep; index += 256u) {
        kept[index] = spare[index];
    }
    if (lane == 0u) {
        atomicStore(&state.count, chunk.keep);
        // Later samples must be lower: of equal ones the first counts.
        state.threshold = last.x;
    }
}
