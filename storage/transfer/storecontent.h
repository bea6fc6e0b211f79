#pragma once

#include "storage/base/result.h"
#include "storage/transfer/contentcell.h"

#include <QString>
#include <QStringList>
#include <memory>
#include <optional>
#include <vector>

namespace portolan {

/// The kind of place that keeps rows, as far as rows of two places are compared; the narrowest keys
/// first.
enum class ContentKeeper { Files, Sqlite, Postgresql };

struct ContentColumn {
    QString name;
    CellMeaning meaning = CellMeaning::Plain;
    int keyPosition = 0; ///< in the primary key, from 1; 0: not in it
};

/// A table as a store has it.
struct ContentTable {
    QString name;
    std::vector<ContentColumn> columns;

    [[nodiscard]] const ContentColumn* column(const QString& wanted) const;
};

/// The columns of a table that two stores have in common, and the key by which rows of both are told apart.
struct TablePlan {
    QString table;
    std::vector<ContentColumn> columns; ///< the key's first, in its order
    std::size_t keys = 0;
    QStringList onlyInA; ///< columns
    QStringList onlyInB;
    /// The number of columns by which a row counts as the same; 0: all. Those after them go along with a row that is
    /// new or changed, and differ where each place has its own.
    std::size_t counted = 0;

    [[nodiscard]] std::span<const ContentCell> countedOf(const ContentRow& row) const {
        return std::span(row).first(counted > 0 ? counted : row.size());
    }
    [[nodiscard]] std::span<const ContentCell> keyOf(const ContentRow& row) const { return std::span(row).first(keys); }
};

/// Plans how a table of two stores is read side by side. The key is that of files, else SQLite's, else the first
/// server's: what tells rows apart in both. Error Unsupported, in words: there is no key, or a part of it is in one
/// store alone.
[[nodiscard]] Result<TablePlan> planTable(const ContentTable& a, ContentKeeper keeperOfA, const ContentTable& b,
                                          ContentKeeper keeperOfB);

/// Rows of a table in the order of compareContentKeys(). Gone before its store; on its thread.
class RowStream {
public:
    RowStream() = default;
    RowStream(const RowStream&) = delete;
    RowStream& operator=(const RowStream&) = delete;
    virtual ~RowStream() = default;

    /// Moves to the next row; false: there is none. Errors: those of reading; Cancelled.
    [[nodiscard]] virtual Result<bool> next() = 0;
    /// Returns the row with the plan's columns. Only after next() returned true, until it is called again.
    [[nodiscard]] virtual const ContentRow& row() const = 0;
};

inline constexpr char lineageMark = '|';

/// A row of StoreContent::messagesByBatch(). The cells from Line on are known of folders alone, where those from Number
/// to Time are missing.
struct BatchMessage {
    enum Cell : std::size_t {
        Batch,
        Row, ///< its number in its store; in a folder of the line
        Number,
        Content,
        Time, ///< milliseconds since 1970
        Metadata,
        Line,      ///< the line's bytes, line feed included where it has one
        IsEscaped, ///< 1: its content was escaped
        Source,    ///< of the key that it was stored under; nothing: of none, or of one that is not known
        Major,     ///< its bits; so are the minor and the hash of what came
        Minor,
        Hash,
        Cells
    };
};

/// The content of a store as it was at one moment, table by table. One thread; one stream at a time.
class StoreContent {
public:
    StoreContent() = default;
    StoreContent(const StoreContent&) = delete;
    StoreContent& operator=(const StoreContent&) = delete;
    virtual ~StoreContent() = default;

    [[nodiscard]] virtual ContentKeeper keeper() const = 0;
    /// Returns the store's name as operators know it.
    [[nodiscard]] virtual QString where() const = 0;
    /// Returns the names of the tables, without views.
    [[nodiscard]] virtual QStringList tables() const = 0;
    /// Returns the table of this name, also of another schema ("schema.name"); nothing where there is none.
    [[nodiscard]] virtual Result<std::optional<ContentTable>> table(const QString& name) = 0;
    [[nodiscard]] virtual Result<bool> hasRows(const QString& table) = 0;
    [[nodiscard]] virtual Result<std::unique_ptr<RowStream>> rows(const TablePlan& plan) = 0;
    /// Counts the rows of a table. Error NotFound: there is none.
    [[nodiscard]] virtual Result<qint64> countRows(const QString& table);
    /// Returns the messages batch after batch, each in the order of its lines, with what came beside them
    /// (BatchMessage); nothing where there is no table of messages, or a store is opened to be compared alone.
    [[nodiscard]] virtual Result<std::unique_ptr<RowStream>> messagesByBatch() = 0;
    /// Returns what tells this place from every other, however it is spelled in a URL.
    [[nodiscard]] virtual QByteArray identity() const = 0;
    /// Returns what tells the store from another one that takes its place, also under the same name, and stays when
    /// rows come and go: its place, lineageMark, and its birth, which goes along when it is moved or restored; that is
    /// nothing where it is not known.
    [[nodiscard]] virtual Result<QByteArray> lineage() { return identity() + lineageMark; }
    /// Says that the rows of a table may be read, as far as rights are concerned.
    [[nodiscard]] virtual Result<bool> mayRead(const QString& table) {
        Q_UNUSED(table)
        return true;
    }
    /// Returns the last number that the table gave to a row, or the greatest of its rows; nothing where it gives none.
    [[nodiscard]] virtual Result<std::optional<qint64>> lastNumber(const QString& table) = 0;
    /// Error Busy: another program wrote meanwhile to what was read as unchanging, so what was read is of no use.
    [[nodiscard]] virtual Result<void> checkUnmoved() = 0;
};

} // namespace portolan
