#pragma once

#include "models/list/format.h"
#include "models/list/selectedrows.h"

#include <QByteArray>

namespace portolan {

/// The forms in which rows are copied. Lines have tabs between cells, for people and spreadsheets; a Markdown table
/// (GitHub Flavored Markdown, "Tables") for issues and reports; CSV and JSON Lines carry storage's column names and ISO
/// times in UTC, for programs.
enum class RowsTextFormat { Lines, LinesWithHeader, Csv, Json, Markdown };

/// Writes rows as text, one block after the other. Any thread; `listing` is borrowed.
class RowsText {
public:
    RowsText(const ListingAdapter& listing, RowsTextFormat format, TimeDisplay display);
    void add(const SelectedRows& rows);
    [[nodiscard]] const QByteArray& text() const { return m_text; }

private:
    const ListingAdapter& m_listing;
    RowsTextFormat m_format;
    TimeDisplay m_display;
    QByteArray m_text;
};

} // namespace portolan
