//! The places of a metric's series in a shard.

use super::cells::NumberCell;

/// The most cells of a page, unless a single series has more.
const PAGE: usize = 64;

/// The places of a metric's series: their pages, and their offsets there.
///
/// A page has room for a power of two of series, so that finding one takes a shift and no division.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    first_page: usize,
    last_page: usize,
    /// A page has two to the power of this many series.
    shift: u32,
    /// The number of cells of a series.
    stride: usize,
    /// The number of series on the last page.
    on_last_page: usize,
}

impl Layout {
    /// So many series of so many cells, on pages from `first_page` on. There is at least one of each.
    pub(super) fn new(first_page: usize, cardinality: usize, stride: usize) -> Self {
        let shift = (PAGE / stride).max(1).ilog2();
        let last = (cardinality - 1) >> shift;
        Self {
            first_page,
            last_page: first_page + last,
            shift,
            stride,
            on_last_page: cardinality - (last << shift),
        }
    }

    /// The page of a series and its place there, where each series has one cell: the same as otherwise, in fewer steps.
    #[inline]
    pub(super) fn single(&self, index: usize) -> (usize, usize) {
        (self.first_page + index / PAGE, index % PAGE)
    }

    /// The pages of its series.
    pub(crate) fn pages(&self) -> std::ops::RangeInclusive<usize> {
        self.first_page..=self.last_page
    }

    /// The page of a series.
    #[inline]
    pub(super) fn page(&self, index: usize) -> usize {
        self.first_page + (index >> self.shift)
    }

    /// The number of cells of a page.
    pub(super) fn page_len(&self, page: usize) -> usize {
        let series = if page == self.last_page {
            self.on_last_page
        } else {
            1 << self.shift
        };
        series * self.stride
    }

    /// The cells of a series, on its page.
    #[inline]
    pub(super) fn cells<'a>(&self, index: usize, page: &'a [NumberCell]) -> &'a [NumberCell] {
        let start = (index & ((1 << self.shift) - 1)) * self.stride;
        page.get(start..start + self.stride).unwrap_or(&[])
    }

    /// The cells of each series on a page, with the index of the series.
    pub(crate) fn series<'a>(
        &self,
        page: usize,
        cells: &'a [NumberCell],
    ) -> impl Iterator<Item = (usize, &'a [NumberCell])> {
        let first = (page - self.first_page) << self.shift;
        cells
            .chunks_exact(self.stride)
            .enumerate()
            .map(move |(index, cells)| (first + index, cells))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_series_has_cells_of_its_own() {
        for (cardinality, stride) in [
            (1, 1),
            (64, 1),
            (65, 1),
            (2000, 1),
            (7, 17),
            (100, 2),
            (3, 100),
        ] {
            let layout = Layout::new(5, cardinality, stride);
            let mut seen = 0;
            for page in layout.pages() {
                let cells: Vec<NumberCell> = (0..layout.page_len(page))
                    .map(|_| NumberCell::new())
                    .collect();
                for (index, own) in layout.series(page, &cells) {
                    assert_eq!((index, own.len()), (seen, stride));
                    assert_eq!(layout.page(index), page);
                    assert!(std::ptr::eq(layout.cells(index, &cells), own));
                    if stride == 1 {
                        let (single, place) = layout.single(index);
                        assert_eq!(single, page);
                        assert!(std::ptr::eq(&raw const cells[place], own.as_ptr()));
                    }
                    seen += 1;
                }
            }
            assert_eq!(seen, cardinality);
        }
    }
}
