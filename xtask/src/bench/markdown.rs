//! Tables as GitHub shows them.

use std::fmt::Write;

/// Rows by columns.
#[derive(Debug, Default)]
pub(super) struct Table {
    heading: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new<T: Into<String>>(heading: impl IntoIterator<Item = T>) -> Self {
        Self {
            heading: heading.into_iter().map(Into::into).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row; `emphasis` makes it stand out.
    pub(super) fn row<T: Into<String>>(
        &mut self,
        emphasis: bool,
        cells: impl IntoIterator<Item = T>,
    ) {
        let cells = cells.into_iter().map(Into::into);
        let bold = |cell: String| match cell.as_str() {
            "" | "-" => cell,
            _ => format!("**{cell}**"),
        };
        self.rows.push(if emphasis {
            cells.map(bold).collect()
        } else {
            cells.collect()
        });
    }

    /// Writes the table, whose first column reads from the left and all others from the right.
    pub(super) fn render(&self, out: &mut String) {
        line(out, &self.heading);
        let rules = (0..self.heading.len()).map(|column| if column == 0 { "---" } else { "---:" });
        line(out, rules);
        for row in &self.rows {
            line(out, row);
        }
        out.push('\n');
    }
}

fn line<T: AsRef<str>>(out: &mut String, cells: impl IntoIterator<Item = T>) {
    for cell in cells {
        let _ = write!(out, "| {} ", cell.as_ref());
    }
    out.push_str("|\n");
}

/// Nanoseconds with as many digits as mean something.
pub(super) fn nanoseconds(figure: f64) -> String {
    if figure.abs() < 99.95 {
        format!("{figure:.1}")
    } else {
        format!("{figure:.0}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_a_line_for_each_row() {
        let mut table = Table::new(["ns", "sync"]);
        table.row(true, ["hyperion", "1.0"]);
        table.row(false, ["floor", "-"]);
        let mut text = String::new();
        table.render(&mut text);
        assert_eq!(
            text,
            "| ns | sync |\n| --- | ---: |\n| **hyperion** | **1.0** |\n| floor | - |\n\n"
        );
    }

    #[test]
    fn small_figures_have_a_digit_more() {
        assert_eq!(nanoseconds(2.04), "2.0");
        assert_eq!(nanoseconds(99.96), "100");
        assert_eq!(nanoseconds(1650.4), "1650");
    }
}
