#include "models/list/clipboardtext.h"

#include "storage/base/numbertext.h"

#include <QCoreApplication>

namespace portolan {

namespace {

/// Returns a whole cell of a line; escapes what would break the line or the cell.
QByteArray lineCell(const Value& value, TimeDisplay display) {
    struct Writer {
        TimeDisplay zone;
        QByteArray operator()(std::monostate) const { return {}; }
        QByteArray operator()(bool truth) const { return truth ? "true" : "false"; }
        QByteArray operator()(qint64 number) const { return QByteArray::number(number); }
        QByteArray operator()(double number) const { return numberText(number); }
        QByteArray operator()(QByteArray text) const {
            return text.replace('\n', "\\n").replace('\r', "\\r").replace('\t', "\\t");
        }
        QByteArray operator()(Timestamp time) const { return timeWithZone(time, zone).toUtf8(); }
    };
    return std::visit(Writer{display}, value);
}

/// Returns a cell as plain characters: escapes markup, the end of the cell and line ends.
QByteArray markdownCell(const QByteArray& text) {
    QByteArray cell;
    for (const char c : text) {
        if (QByteArrayView("\\`*_{}[]<>#|~&!").contains(c))
            cell += '\\';
        cell += c;
    }
    return cell;
}

QByteArray markdownHeader(const std::vector<ModelColumn>& columns) {
    QByteArray names = "|";
    QByteArray rule = "|";
    for (const ModelColumn& column : columns) {
        names += ' ' + markdownCell(QCoreApplication::translate("Columns", column.title).toUtf8()) + " |";
        rule += column.kind == ColumnKind::Number ? " ---: |" : " --- |";
    }
    return names + '\n' + rule + '\n';
}

QByteArray titleLine(const std::vector<ModelColumn>& columns) {
    QByteArrayList titles;
    for (const ModelColumn& column : columns)
        titles << QCoreApplication::translate("Columns", column.title).toUtf8();
    return titles.join('\t') + '\n';
}

} // namespace

RowsText::RowsText(const ListingAdapter& listing, RowsTextFormat format, TimeDisplay display)
    : m_listing(listing)
    , m_format(format)
    , m_display(display) {
    if (format == RowsTextFormat::LinesWithHeader)
        m_text = titleLine(listing.columns());
    if (format == RowsTextFormat::Markdown)
        m_text = markdownHeader(listing.columns());
    if (format == RowsTextFormat::Csv)
        appendCsvHeader(m_text, listing.exportColumns());
}

void RowsText::add(const SelectedRows& rows) {
    std::vector<Value> values(m_listing.columns().size());
    for (const int row : rows.rows) {
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = m_listing.value(rows.block, row, static_cast<int>(i));
        switch (m_format) {
        case RowsTextFormat::Lines:
        case RowsTextFormat::LinesWithHeader:
            for (std::size_t i = 0; i < values.size(); ++i)
                m_text += (i > 0 ? "\t" : "") + lineCell(values[i], m_display);
            m_text += '\n';
            break;
        case RowsTextFormat::Markdown:
            m_text += '|';
            for (const Value& value : values)
                m_text += ' ' + markdownCell(lineCell(value, m_display)) + " |";
            m_text += '\n';
            break;
        case RowsTextFormat::Csv:
            appendCsvLine(m_text, m_listing.exportColumns(), values);
            break;
        case RowsTextFormat::Json:
            appendJsonLine(m_text, m_listing.exportColumns(), values);
            break;
        }
    }
}

} // namespace portolan
