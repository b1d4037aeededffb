//! The places of a metric's series in a shard.

use super::buckets::BucketTable;
use super::cells::NumberCell;

/// The most cells of a page, unless a single series has more.
pub(super) const PAGE: usize = 64;

/// The most series of a histogram that have a page each.
const DIRECT: usize = 64;

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
    /// The buckets, where a series has a page of its own.
    buckets: Option<&'static BucketTable>,
}

impl Layout {
    /// So many series of so many cells, on pages from `first_page` on. There is at least one of each. Where there are buckets
    /// with a table, and not too many series, each gets a page of its own: then there is nothing to find on it.
    pub(super) fn new(
        first_page: usize,
        cardinality: usize,
        stride: usize,
        buckets: Option<&'static BucketTable>,
    ) -> Self {
        let buckets = buckets.filter(|_| cardinality <= DIRECT);
        let shift = match buckets {
            Some(_) => 0,
            None => (PAGE / stride).max(1).ilog2(),
        };
        let last = (cardinality - 1) >> shift;
        Self {
            first_page,
            last_page: first_page + last,
            shift,
            stride,
            on_last_page: cardinality - (last << shift),
            buckets,
        }
    }

    /// The first page, if a page holds so many series that a shortcut leads to them: 64 of one cell, or one of a histogram.
    pub(super) fn shortcut(&self) -> Option<usize> {
        (self.stride == 1 || self.buckets.is_some()).then_some(self.first_page)
    }

    /// The buckets of the values on a page.
    pub(super) fn buckets(&self) -> &'static BucketTable {
        self.buckets.unwrap_or(BucketTable::NONE)
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

    /// The offset of a series on its page.
    #[inline]
    pub(super) fn offset(&self, index: usize) -> usize {
        (index & ((1 << self.shift) - 1)) * self.stride
    }

    /// The cells of a series, on its page.
    #[inline]
    pub(super) fn cells<'a>(&self, index: usize, page: &'a [NumberCell]) -> &'a [NumberCell] {
        let start = self.offset(index);
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
        for (cardinality, stride, buckets) in [
            (1, 1, None),
            (64, 1, None),
            (65, 1, None),
            (2000, 1, None),
            (7, 17, None),
            (7, 17, Some(BucketTable::NONE)),
            (64, 3, Some(BucketTable::NONE)),
            (65, 3, Some(BucketTable::NONE)),
            (100, 2, None),
            (3, 100, None),
        ] {
            let layout = Layout::new(5, cardinality, stride, buckets);
            assert_eq!(
                layout.shortcut().is_some(),
                stride == 1 || buckets.is_some() && cardinality <= 64
            );
            let mut seen = 0;
            for page in layout.pages() {
                let cells: Vec<NumberCell> = (0..layout.page_len(page))
                    .map(|_| NumberCell::new())
                    .collect();
                for (index, own) in layout.series(page, &cells) {
                    assert_eq!((index, own.len()), (seen, stride));
                    assert_eq!(layout.page(index), page);
                    assert!(std::ptr::eq(layout.cells(index, &cells), own));
                    if let Some(first) = layout.shortcut() {
                        let (ahead, offset) = match buckets {
                            Some(_) => (index, 0),
                            None => (index / PAGE, index % PAGE),
                        };
                        assert_eq!((first + ahead, offset), (page, layout.offset(index)));
                    }
                    seen += 1;
                }
            }
            assert_eq!(seen, cardinality);
        }
    }
}
