// Counts samples in cells: all samples, the good ones, and the lowest objective.
//
// Modes: 0 along each domain, 1 along the objective, 2 over a pair of domains. `a` is the largest
// good objective, `b` the lowest objective of mixtures that violate a bound.
//
// Numbers: the index of the first cell; then for mode 0 the start of the axis and the cells per
// unit, for every domain; for mode 1 the same for the objective; for mode 2 each domain followed
// by the same, and last the number of cells along the first domain.
//
// Samples are counted in workgroup memory first, because atomic operations on a few shared cells
// would serialise all workgroups.

/// Samples that one invocation counts.
const SAMPLES_PER_INVOCATION: u32 = 32u;
const MAX_CELLS: u32 = 1024u;

var<workgroup> counts: array<atomic<u32>, MAX_CELLS>;
var<workgroup> goods: array<atomic<u32>, MAX_CELLS>;
var<workgroup> lowest: array<atomic<u32>, MAX_CELLS>;

/// The cell of a number along the axis at `at`, of `cells` cells.
fn cell_of(value: f32, at: u32, cells: u32) -> u32 {
    return min(u32(max((value - number(at)) * number(at + 1u), 0.0)), cells - 1u);
}

@compute @workgroup_size(64)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    for (var cell = lane; cell < work.size; cell += 64u) {
        atomicStore(&counts[cell], 0u);
        atomicStore(&goods[cell], 0u);
        atomicStore(&lowest[cell], 0xffffffffu);
    }
    workgroupBarrier();
    let axes = work.at + 1u;
    for (var each = 0u; each < SAMPLES_PER_INVOCATION; each++) {
        let sample = (group.x * SAMPLES_PER_INVOCATION + each) * 64u + lane;
        if (sample >= chunk.count) {
            break;
        }
        let objective = values[chunk.stride + sample];
        let key = key_of(objective);
        // Infinities and NaN have the last key.
        if (key == 0xffffffffu || objective >= work.b) {
            continue;
        }
        var cell: u32;
        if (work.mode == 0u) {
            cell = cell_of(part(group.y, sample), axes + 2u * group.y, work.size);
        } else if (work.mode == 1u) {
            cell = cell_of(objective, axes, work.size);
        } else {
            let along = numbers[axes + 6u];
            let first = cell_of(part(numbers[axes], sample), axes + 1u, along);
            let second = cell_of(part(numbers[axes + 3u], sample), axes + 4u, work.size / along);
            cell = second * along + first;
        }
        atomicAdd(&counts[cell], 1u);
        if (objective <= work.a) {
            atomicAdd(&goods[cell], 1u);
        }
        if (key < atomicLoad(&lowest[cell])) {
            atomicMin(&lowest[cell], key);
        }
    }
    workgroupBarrier();
    let base = numbers[work.at] + group.y * work.size;
    for (var cell = lane; cell < work.size; cell += 64u) {
        let count = atomicLoad(&counts[cell]);
        if (count > 0u) {
            atomicAdd(&tallies[3u * (base + cell)], count);
            atomicAdd(&tallies[3u * (base + cell) + 1u], atomicLoad(&goods[cell]));
            atomicMin(&tallies[3u * (base + cell) + 2u], atomicLoad(&lowest[cell]));
        }
    }
}
