#pragma once

#include "storage/base/result.h"
#include "storage/export/zipfile.h"

#include <QString>
#include <QXmlStreamReader>
#include <memory>

namespace portolan {

/// The bound of what a workbook may unpack to, all its parts together.
class SheetBudget {
public:
    explicit SheetBudget(qint64 fileSize);
    /// Error Unsupported: it unpacks to far more than a workbook does.
    [[nodiscard]] Result<void> take(qint64 bytes);

private:
    qint64 m_left;
};

/// Reads one XML file of an archive as a stream, without entities of its own. One thread.
class ZippedXml {
public:
    /// Nothing in the pointer: there is no such file in it. Errors: ZipReader's.
    static Result<std::unique_ptr<ZippedXml>> open(const QString& path, const QByteArray& name, SheetBudget& budget);

    /// The next token; false after the last. Errors: Corrupt, it is no XML; the budget's.
    [[nodiscard]] Result<bool> next();
    [[nodiscard]] const QXmlStreamReader& xml() const { return m_xml; }
    [[nodiscard]] bool isStart(QLatin1StringView name) const { return m_xml.isStartElement() && m_xml.name() == name; }
    [[nodiscard]] bool isEnd(QLatin1StringView name) const { return m_xml.isEndElement() && m_xml.name() == name; }
    [[nodiscard]] QString attribute(QLatin1StringView name) const;

private:
    ZippedXml(QString path, std::unique_ptr<ZipReader> zip, SheetBudget& budget)
        : m_path(std::move(path))
        , m_zip(std::move(zip))
        , m_budget(budget) {}

    QString m_path;
    std::unique_ptr<ZipReader> m_zip;
    SheetBudget& m_budget;
    QXmlStreamReader m_xml;
    bool m_isAtEnd = false;
};

} // namespace portolan
