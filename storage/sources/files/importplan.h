#pragma once

#include "storage/base/result.h"
#include "storage/ingest/delivery.h"
#include "storage/ingest/kinds.h"
#include "storage/sources/files/csvdialect.h"
#include "storage/sources/files/listedrows.h"
#include "storage/sources/files/samplerows.h"

#include <QByteArray>
#include <QString>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace portolan {

/// The file that is to be imported, and what is said of it.
struct ImportOptions {
    QString file;
    std::optional<MessageKind> kind; ///< nothing: its columns or fields tell
    /// Field → column, or number of a column from 1. Several columns of the field `value`, or "*" for all columns of
    /// numbers, are a series each. The field `time_of_day` belongs to a date in `timestamp`.
    std::vector<std::pair<QByteArray, QByteArray>> columns;
    QByteArray sensor; ///< empty: the file's base name
    DialectWishes wishes = {};
    std::shared_ptr<ImportTally> tally = {}; ///< told what was found; null: nobody asks
};

/// The style of a table's cells.
enum class CellStyle {
    Csv,  ///< a text that begins as a formula may have been guarded
    Sheet ///< cells have types
};

/// "time=A,value=B". `time` is the field timestamp; with `date=C` beside it, it is the time of day. Error Usage.
[[nodiscard]] Result<std::vector<std::pair<QByteArray, QByteArray>>> parseImportColumns(const QString& text);

/// The plan by which the rows of one file become payloads: which column is which field, of which kind. A time and a
/// value without an event id become sensor events `NAME:ROW`, NAME being the sensor that was named or the file's base
/// name; a time and several columns of numbers a series a column (samplerows.h). Rows of a listing (listedrows.h) are
/// what they are there, with their state and times, and the formula guard of our own CSV is taken off; what is no kind
/// is refused. Writes to nothing but the options' tally.
class ImportPlan {
public:
    /// Of the first rows of a table, whether the first of them has the columns' names or is data already. Error Usage:
    /// the kind is not told, a column is missing, or times or numbers can be read in two ways. Error Unsupported: they
    /// are rows of a listing that is not imported.
    static Result<ImportPlan> ofTable(const ImportOptions& options, std::span<const CsvRow> rows,
                                      const CsvDialect& dialect, CellStyle style);
    static ImportPlan ofJson(const ImportOptions& options);
    /// Of JSON objects as rows of a table (jsontable.h), where these are samples of sensors. Nothing: each object says
    /// itself what it is. The same errors.
    static Result<std::optional<ImportPlan>>
    ofJsonTable(const ImportOptions& options, const std::vector<QByteArray>& names, std::span<const CsvRow> rows);

    [[nodiscard]] bool firstIsData() const { return m_firstIsData; }
    [[nodiscard]] const QByteArray& name() const { return m_name; } ///< of sensors and event ids
    /// Appends what the `number`th row, from 1, is delivered as: mostly one payload, or what is wrong
    /// (Delivery::mistake). `base` has its key.
    void append(std::vector<Delivery>& deliveries, Delivery base, const CsvRow& row, qint64 number) const;
    /// Returns what tells this reading of a row from another one; empty: CSV as we write it.
    [[nodiscard]] QByteArray identity() const { return m_identity; }
    void fillJson(Delivery& delivery, const QByteArray& line, qint64 lineNumber, qint64 number) const;
    /// Why a file whose first row is this JSON object is not imported, in words; nothing: it is.
    [[nodiscard]] std::optional<QString> refusalOfJson(const QByteArray& first) const;

private:
    struct Column {
        QByteArray name;  ///< in the file
        QByteArray field; ///< empty: it is left out
        FieldType type = FieldType::Text;
        TimeForm times = TimeForm::Plain;
        NumberForm numbers = {};
        bool isFormless = false; ///< numbers that nothing at the beginning tells the form of
        bool isFound = false;    ///< times whose unit is found, not said
    };
    explicit ImportPlan(const ImportOptions& options);
    void recognise(std::span<const CsvRow> rows, const CsvDialect& dialect);
    [[nodiscard]] bool isNamed(const CsvRow& first) const;
    void takeNames(const std::vector<QByteArray>& names);
    [[nodiscard]] bool wantsSamples(const ColumnSamples* samples = nullptr) const;
    [[nodiscard]] Result<void> findSamples(const ColumnSamples& samples);
    [[nodiscard]] Result<void> findForms(const ColumnSamples& samples);
    [[nodiscard]] Result<std::size_t> columnNamed(const QByteArray& name) const;
    [[nodiscard]] Result<SeriesColumns> namedSamples(const ColumnSamples& samples) const;
    [[nodiscard]] Result<SeriesColumns> foundSamples(const ColumnSamples& samples) const;
    [[nodiscard]] bool hasClock(const ColumnSamples& samples) const;
    void tellReading(const ColumnSamples& samples, const CsvDialect* dialect);
    void fill(Delivery& delivery, const CsvRow& row, qint64 number) const;
    [[nodiscard]] const char* takeCell(QByteArray& cell, const Column& column) const;
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
    bool m_arePointsDecimal = false;     ///< by the separator
    std::optional<SampleRows> m_samples; ///< set: its rows are samples of sensors
    QByteArray m_identity;
};

} // namespace portolan
