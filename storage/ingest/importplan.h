#pragma once

#include "storage/base/result.h"
#include "storage/ingest/csvrows.h"
#include "storage/ingest/delivery.h"
#include "storage/ingest/kinds.h"

#include <QByteArray>
#include <QString>
#include <optional>
#include <utility>
#include <vector>

namespace portolan {

/// What is to be imported, and what is said of it.
struct ImportOptions {
    QString file;
    std::optional<MessageKind> kind;                        ///< nothing: its columns or fields tell
    std::vector<std::pair<QByteArray, QByteArray>> columns; ///< field → column, or number of a column from 1
    QByteArray sensor;                                      ///< empty: the file's base name
};

/// "time=A,value=B". `time` is the field timestamp. Error Usage.
[[nodiscard]] Result<std::vector<std::pair<QByteArray, QByteArray>>> parseImportColumns(const QString& text);

/// How the rows of one file become payloads: which column is which field, of which kind. A time and a value without an
/// event id become sensor events `NAME:ROW`, NAME being the sensor that was named or the file's base name. Pure.
class ImportPlan {
public:
    /// For CSV: of its first row, whether that has the columns' names or is data already. Error Usage: the kind is not
    /// told, or a column is missing.
    static Result<ImportPlan> ofCsv(const ImportOptions& options, const CsvRow& first);
    static ImportPlan ofJson(const ImportOptions& options);

    [[nodiscard]] bool firstIsData() const { return m_firstIsData; }
    /// The payload, or what is wrong (Delivery::mistake), of the `number`th row, from 1.
    void fill(Delivery& delivery, const CsvRow& row, qint64 number) const;
    void fillJson(Delivery& delivery, const QByteArray& line, qint64 lineNumber, qint64 number) const;

private:
    struct Column {
        QByteArray name;  ///< in the file
        QByteArray field; ///< empty: it is left out
        FieldType type = FieldType::Text;
    };
    explicit ImportPlan(const ImportOptions& options);
    void recognise(const CsvRow& first);
    [[nodiscard]] Result<void> nameColumns();
    [[nodiscard]] Result<void> findKind();
    [[nodiscard]] bool has(QByteArrayView field) const;
    [[nodiscard]] QByteArray fieldFor(const QByteArray& column) const;
    void appendIdentity(QByteArray& json, bool hasId, bool hasSensor, qint64 number) const;
    [[nodiscard]] QString place(qint64 line) const;

    ImportOptions m_options;
    QString m_fileName;
    QByteArray m_name; ///< of sensor and event ids
    std::vector<Column> m_columns;
    std::optional<MessageKind> m_kind;
    bool m_firstIsData = false;
};

} // namespace portolan
