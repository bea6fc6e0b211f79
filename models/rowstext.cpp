#include "models/rowstext.h"

#include <QCoreApplication>

namespace portolan {

namespace {

/// A cell of a line: whole, but with what would break the line or the cell escaped.
QByteArray lineCell(const Value& value, TimeDisplay display) {
    struct Writer {
        TimeDisplay zone;
        QByteArray operator()(std::monostate) const { return {}; }
        QByteArray operator()(bool truth) const { return truth ? "true" : "false"; }
        QByteArray operator()(qint64 number) const { return QByteArray::number(number); }
        QByteArray operator()(double number) const { return QByteArray::number(number, 'g', 17); }
        QByteArray operator()(QByteArray text) const {
            return text.replace('\n', "\\n").replace('\r', "\\r").replace('\t', "\\t");
        }
        QByteArray operator()(Timestamp time) const { return timeWithZone(time, zone).toUtf8(); }
    };
    return std::visit(Writer{display}, value);
}

QByteArray titleLine(const std::vector<ModelColumn>& columns) {
    QByteArrayList titles;
    for (const ModelColumn& column : columns)
        titles << QCoreApplication::translate("Columns", column.title).toUtf8();
    return titles.join('\t') + '\n';
}

} // namespace

RowsText::RowsText(const RowListing& listing, RowsTextFormat format, TimeDisplay display)
    : m_listing(listing)
    , m_format(format)
    , m_display(display) {
    if (format == RowsTextFormat::LinesWithHeader)
        m_text = titleLine(listing.columns());
    if (format == RowsTextFormat::Csv)
        appendCsvHeader(m_text, listing.exportColumns());
}

void RowsText::add(const RowBlock& block, int first, int last) {
    std::vector<Value> values(m_listing.columns().size());
    for (int row = first; row <= last; ++row) {
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = m_listing.value(block, row, static_cast<int>(i));
        switch (m_format) {
        case RowsTextFormat::Lines:
        case RowsTextFormat::LinesWithHeader:
            for (std::size_t i = 0; i < values.size(); ++i)
                m_text += (i > 0 ? "\t" : "") + lineCell(values[i], m_display);
            m_text += '\n';
            break;
        case RowsTextFormat::Csv:
            appendCsvLine(m_text, values);
            break;
        case RowsTextFormat::Json:
            appendJsonLine(m_text, m_listing.exportColumns(), values);
            break;
        }
    }
}

} // namespace portolan
