#include "storage/export/sheetxml.h"

namespace portolan {

namespace {

// Deflate makes at most a thousandth of a text; sheets come to a hundredth.
constexpr qint64 mostRatio = 400;
constexpr qint64 smallBytes = 64 << 20;
constexpr qint64 mostBytes = qint64{16} << 30;

} // namespace

SheetBudget::SheetBudget(qint64 fileSize) : m_left(std::min(smallBytes + mostRatio * fileSize, mostBytes)) {}

Result<void> SheetBudget::take(qint64 bytes) {
    m_left -= bytes;
    if (m_left >= 0)
        return {};
    return Error{ErrorCode::Unsupported, QStringLiteral("The workbook unpacks to far more than rows do: nothing of it "
                                                        "is read. If it is right, save it as CSV.")};
}

Result<std::unique_ptr<ZippedXml>> ZippedXml::open(const QString& path, const QByteArray& name, SheetBudget& budget) {
    auto zip = ZipReader::open(path);
    PORTOLAN_TRY(zip);
    ZipEntry entry;
    while (true) {
        const auto more = (*zip)->next(entry);
        PORTOLAN_TRY(more);
        if (!*more)
            return std::unique_ptr<ZippedXml>();
        if (entry.name == name && entry.isPlainFile)
            return std::unique_ptr<ZippedXml>(new ZippedXml(path, std::move(*zip), budget));
    }
}

Result<bool> ZippedXml::next() {
    while (true) {
        const auto token = m_xml.readNext();
        if (token == QXmlStreamReader::EndDocument)
            return false;
        if (token == QXmlStreamReader::DTD)
            return Error{ErrorCode::Corrupt, QStringLiteral("%1 is no workbook: it declares entities.").arg(m_path)};
        if (token != QXmlStreamReader::Invalid)
            return true;
        if (m_xml.error() != QXmlStreamReader::PrematureEndOfDocumentError || m_isAtEnd)
            return Error{ErrorCode::Corrupt,
                         QStringLiteral("%1 is no workbook that can be read: %2.").arg(m_path, m_xml.errorString())};
        const auto read = m_zip->read();
        PORTOLAN_TRY(read);
        m_isAtEnd = read->isEmpty();
        PORTOLAN_TRY(m_budget.take(read->size()));
        m_xml.addData(read->toByteArray());
    }
}

QString ZippedXml::attribute(QLatin1StringView name) const {
    return m_xml.attributes().value(name).toString();
}

} // namespace portolan
