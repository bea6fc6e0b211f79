#pragma once

#include "storage/base/result.h"
#include "storage/ingest/csvrows.h"
#include "storage/ingest/delivery.h"
#include "storage/ingest/kinds.h"
#include "storage/ingest/listedrows.h"

#include <QByteArray>
#include <QString>
#include <memory>
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
    std::shared_ptr<ImportTally> tally = {};                ///< told what was found; null: nobody asks
};

/// How cells of a table are written.
enum class CellStyle {
    Csv,  ///< a text that begins as a formula may have been guarded
    Sheet ///< cells have types
};

/// "time=A,value=B". `time` is the field timestamp. Error Usage.
[[nodiscard]] Result<std::vector<std::pair<QByteArray, QByteArray>>> parseImportColumns(const QString& text);

/// How the rows of one file become payloads: which column is which field, of which kind. A time and a value without an
/// event id become sensor events `NAME:ROW`, NAME being the sensor that was named or the file's base name. Rows of a
/// listing (listedrows.h) are what they are there, with their state and times, and the formula guard of our own CSV is
/// taken off; what is no kind is refused. Writes to nothing but the options' tally.
class ImportPlan {
public:
    /// For CSV: of its first row, whether that has the columns' names or is data already. Error Usage: the kind is not
    /// told, or a column is missing. Error Unsupported: they are rows of a listing that is not imported.
    static Result<ImportPlan> ofCsv(const ImportOptions& options, const CsvRow& first,
                                    CellStyle style = CellStyle::Csv);
    static ImportPlan ofJson(const ImportOptions& options);

    [[nodiscard]] bool firstIsData() const { return m_firstIsData; }
    /// The payload, or what is wrong (Delivery::mistake), of the `number`th row, from 1.
    void fill(Delivery& delivery, const CsvRow& row, qint64 number) const;
    void fillJson(Delivery& delivery, const QByteArray& line, qint64 lineNumber, qint64 number) const;
    /// Why a file whose first row is this JSON object is not imported, in words; nothing: it is.
    [[nodiscard]] std::optional<QString> refusalOfJson(const QByteArray& first) const;

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
    [[nodiscard]] const ListedRows* listingOf(const JsonFields& object) const;
    void fillListed(Delivery& delivery, const JsonFields& object, const std::vector<QByteArrayView>& values) const;
    [[nodiscard]] QByteArray unguarded(const QByteArray& cell, FieldType type) const;
    [[nodiscard]] bool isLeftOut(const Column& column, const QByteArray& cell, bool isQuoted) const;
    void countState(QByteArrayView field, const QByteArray& text) const;
    void appendIdentity(QByteArray& json, bool hasId, bool hasSensor, qint64 number) const;
    [[nodiscard]] QString place(qint64 line) const;

    ImportOptions m_options;
    QString m_fileName;
    QByteArray m_name; ///< of sensor and event ids
    std::vector<Column> m_columns;
    std::optional<MessageKind> m_kind;
    const ListedRows* m_listing = nullptr; ///< of a table's rows
    bool m_isGuarded = false;              ///< our own CSV, with guards
    bool m_firstIsData = false;
};

} // namespace portolan
