//! [`Chain`]: units merged into longer parts, the product with the lowest rank first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Neighbours that are merged one pair at a time: always the pair whose product ranks first, the
/// leftmost on ties.
///
/// Products are kept in a heap, so that time grows almost linearly with the length. One chain can
/// be reused for many texts.
#[derive(Debug)]
pub(super) struct Chain<T> {
    /// By the index of the first unit; `None` at units inside a part.
    parts: Vec<Option<Part<T>>>,
    products: BinaryHeap<Reverse<Product<T>>>,
}

#[derive(Clone, Copy, Debug)]
struct Part<T> {
    value: T,
    /// One more than the part's last unit, where the next part begins.
    end: usize,
    /// The first unit of the part before; `None` for the first part.
    before: Option<usize>,
}

/// The rank of a product, its first unit, one more than its last unit, and its value.
type Product<T> = (usize, usize, usize, T);

impl<T> Default for Chain<T>
where
    Product<T>: Ord,
{
    fn default() -> Self {
        Self {
            parts: Vec::new(),
            products: BinaryHeap::new(),
        }
    }
}

/// Neighbours: the first unit of the left one, one more than the last unit of the right one, and
/// the values of both.
pub(super) struct Neighbours<T> {
    pub start: usize,
    pub end: usize,
    pub left: T,
    pub right: T,
}

impl<T: Copy + Ord> Chain<T> {
    /// Merges units until `parts_left` parts are left or no neighbours have a `product` (rank and
    /// value).
    pub fn merge(
        &mut self,
        units: impl IntoIterator<Item = T>,
        parts_left: usize,
        product: impl Fn(Neighbours<T>) -> Option<(usize, T)>,
    ) {
        self.products.clear();
        self.parts.clear();
        let parts = units.into_iter().enumerate();
        self.parts.extend(parts.map(|(unit, value)| {
            Some(Part {
                value,
                end: unit + 1,
                before: unit.checked_sub(1),
            })
        }));
        (0..self.parts.len()).for_each(|unit| self.offer(unit, &product));
        let mut left = self.parts.len();
        while left > parts_left {
            let Some(Reverse((_, start, end, value))) = self.products.pop() else {
                return;
            };
            if self
                .neighbours(start)
                .is_some_and(|neighbours| neighbours.end == end)
            {
                self.join(start, end, value, &product);
                left -= 1;
            }
        }
    }

    /// The parts in order, each with the index after the last unit.
    pub fn parts(&self) -> impl Iterator<Item = (usize, T)> {
        self.parts
            .iter()
            .flatten()
            .map(|part| (part.end, part.value))
    }

    fn part(&self, unit: usize) -> Option<Part<T>> {
        self.parts.get(unit).copied().flatten()
    }

    fn neighbours(&self, start: usize) -> Option<Neighbours<T>> {
        let left = self.part(start)?;
        let right = self.part(left.end)?;
        Some(Neighbours {
            start,
            end: right.end,
            left: left.value,
            right: right.value,
        })
    }

    fn offer(&mut self, start: usize, product: impl Fn(Neighbours<T>) -> Option<(usize, T)>) {
        if let Some(neighbours) = self.neighbours(start) {
            let end = neighbours.end;
            self.products.extend(
                product(neighbours).map(|(rank, value)| Reverse((rank, start, end, value))),
            );
        }
    }

    fn join(
        &mut self,
        start: usize,
        end: usize,
        value: T,
        product: impl Fn(Neighbours<T>) -> Option<(usize, T)>,
    ) {
        let Some(left) = self.part(start) else { return };
        if let Some(right) = self.parts.get_mut(left.end) {
            *right = None;
        }
        if let Some(part) = self.parts.get_mut(start) {
            *part = Some(Part { value, end, ..left });
        }
        if let Some(Some(next)) = self.parts.get_mut(end) {
            next.before = Some(start);
        }
        left.before
            .into_iter()
            .chain([start])
            .for_each(|changed| self.offer(changed, &product));
    }
}
