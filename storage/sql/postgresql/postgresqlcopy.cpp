#include "storage/base/numbertext.h"
#include "storage/sql/connection/bulkrowencoder.h"

#include <algorithm>
#include <cmath>
#include <libpq-fe.h>
#include <optional>

namespace portolan {

namespace {

constexpr qsizetype copyPieceSize = 256 * 1024; // bytes handed to libpq at once

/// Appends a field in COPY's text format (PostgreSQL's manual, COPY, "Text Format").
void appendEscaped(QByteArray& out, QByteArrayView text) {
    const char* run = text.data();
    const char* const end = run + text.size();
    for (const char* at = run; at != end; ++at) {
        char letter = 0;
        switch (*at) {
        case '\\':
            letter = '\\';
            break;
        case '\n':
            letter = 'n';
            break;
        case '\r':
            letter = 'r';
            break;
        case '\t':
            letter = 't';
            break;
        default:
            continue;
        }
        out.append(run, at - run).append('\\').append(letter);
        run = at + 1;
    }
    out.append(run, end - run);
}

void appendBytes(QByteArray& out, QByteArrayView bytes) {
    constexpr char digits[] = "0123456789abcdef";
    out += "\\\\x";
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out.append(digits[byte >> 4]).append(digits[byte & 15]);
    }
}

void appendCell(QByteArray& out, const SqlCell& cell) {
    if (const auto* number = std::get_if<qint64>(&cell))
        out += QByteArray::number(*number);
    else if (const auto* real = std::get_if<double>(&cell))
        out += numberText(*real);
    else if (const auto* text = std::get_if<SqlText>(&cell))
        appendEscaped(out, text->utf8);
    else if (const auto* bytes = std::get_if<QByteArrayView>(&cell))
        appendBytes(out, *bytes);
    else
        out += "\\N";
}

constexpr const char* placeColumn = "\"portolan place\"";

class PostgresqlCopy : public BulkRowEncoder {
public:
    PostgresqlCopy(Connection& connection, InsertTarget target);
    Result<qint64> write(std::span<const SqlCell> cells) override;

private:
    enum class Places { None, Numbered };
    [[nodiscard]] Result<qint64> copyInto(const QByteArray& table, std::span<const SqlCell> cells, Places places);
    [[nodiscard]] Result<qint64> copyOrMerge(std::span<const SqlCell> cells);
    [[nodiscard]] Result<qint64> copyAndMerge(std::span<const SqlCell> cells);
    [[nodiscard]] Result<qint64> insertRows(std::span<const SqlCell> cells, const QByteArray& onConflict);
    [[nodiscard]] Result<bool> hasPolicies();
    [[nodiscard]] Result<qint64> execute(const QByteArray& sql, std::span<const PostgresqlValue> values = {});
    [[nodiscard]] Error error() const;

    Connection& m_connection;
    InsertTarget m_target;
    QByteArray m_names; ///< of the columns, quoted
    QByteArray m_piece;
    std::optional<bool> m_hasPolicies; ///< nothing: not asked for yet
};

PostgresqlCopy::PostgresqlCopy(Connection& connection, InsertTarget target)
    : m_connection(connection)
    , m_target(std::move(target)) {
    for (const QByteArray& column : m_target.columns)
        m_names += (m_names.isEmpty() ? "\"" : ", \"") + column + '"';
}

Error PostgresqlCopy::error() const {
    return m_connection.lastPostgresqlError(
        QStringLiteral("write to the table %1 of").arg(QLatin1String(m_target.table)));
}

/// Returns how many rows it changed.
Result<qint64> PostgresqlCopy::execute(const QByteArray& sql, std::span<const PostgresqlValue> values) {
    const PostgresqlAnswer answer = m_connection.postgresql()->execute(sql, values);
    return answer ? Result<qint64>(QByteArray(PQcmdTuples(answer.get())).toLongLong()) : Result<qint64>(error());
}

/// Returns true when policies of the table decide about the rows of this role.
Result<bool> PostgresqlCopy::hasPolicies() {
    if (!m_hasPolicies) {
        const Result<QVariant> has = m_connection.value(
            QStringLiteral("SELECT coalesce(pg_catalog.row_security_active(CAST(pg_catalog.to_regclass("
                           "pg_catalog.quote_ident(CAST(? AS text))) AS oid)), FALSE)"),
            {QString::fromUtf8(m_target.table)});
        PORTOLAN_TRY(has);
        m_hasPolicies = has->toBool();
    }
    return *m_hasPolicies;
}

/// Copies the cells into a table. Numbered: the rows' places go into a column of their own.
Result<qint64> PostgresqlCopy::copyInto(const QByteArray& table, std::span<const SqlCell> cells, Places places) {
    PostgresqlWire& wire = *m_connection.postgresql();
    const bool numbered = places == Places::Numbered;
    if (!wire.beginCopy("COPY " + table + " (" + m_names + (numbered ? ", " : "") + (numbered ? placeColumn : "")
                        + ") FROM STDIN"))
        return error();
    m_piece.clear();
    m_piece.reserve(copyPieceSize + copyPieceSize / 4);
    const std::size_t width = m_target.columns.size();
    for (std::size_t i = 0; i < cells.size(); ++i) {
        appendCell(m_piece, cells[i]);
        const bool endsRow = (i + 1) % width == 0;
        if (endsRow && numbered)
            m_piece += '\t' + QByteArray::number(static_cast<qint64>(i));
        m_piece += endsRow ? '\n' : '\t';
        if (m_piece.size() < copyPieceSize)
            continue;
        if (!wire.putCopy(m_piece))
            return error();
        m_piece.clear();
    }
    if (!m_piece.isEmpty() && !wire.putCopy(m_piece))
        return error();
    const std::optional<qint64> taken = wire.endCopy();
    return taken ? Result<qint64>(*taken) : Result<qint64>(error());
}

/// Copies by way of a temporary table, because COPY knows no ON CONFLICT. The table takes the types of the columns, and
/// none of their rules. It is read in the order of what was given, which a plain scan does not keep: ids made by the
/// target rise with it.
Result<qint64> PostgresqlCopy::copyAndMerge(std::span<const SqlCell> cells) {
    const QByteArray target = '"' + m_target.table + '"';
    const QByteArray arriving = "pg_temp.\"arriving_" + m_target.table + '"';
    PORTOLAN_TRY(execute("CREATE TEMPORARY TABLE IF NOT EXISTS \"arriving_" + m_target.table
                         + "\" ON COMMIT DELETE ROWS AS SELECT " + m_names + ", 0::bigint AS " + placeColumn + " FROM "
                         + target + " WITH NO DATA"));
    PORTOLAN_TRY(copyInto(arriving, cells, Places::Numbered));
    const Result<qint64> merged = execute("INSERT INTO " + target + " (" + m_names + ") SELECT " + m_names + " FROM "
                                          + arriving + " ORDER BY " + placeColumn + " ON CONFLICT DO NOTHING");
    PORTOLAN_TRY(merged);
    PORTOLAN_TRY(execute("TRUNCATE " + arriving));
    return merged;
}

PostgresqlValue boundCell(const SqlCell& cell) {
    if (const auto* number = std::get_if<qint64>(&cell))
        return {0, false, false, QByteArray::number(*number)};
    if (const auto* text = std::get_if<SqlText>(&cell))
        return {0, false, false, text->utf8.toByteArray()};
    if (const auto* bytes = std::get_if<QByteArrayView>(&cell))
        return {0, false, true, bytes->toByteArray()};
    PostgresqlValue value;
    if (const auto* real = std::get_if<double>(&cell)) {
        value.isNull = false;
        value.bytes = numberText(*real);
    }
    return value;
}

/// Inserts in the order of what was given, without a temporary table, which belongs to a session: others get that.
Result<qint64> PostgresqlCopy::insertRows(std::span<const SqlCell> cells, const QByteArray& onConflict) {
    constexpr std::size_t mostValues = 65'535; // of one statement (PostgreSQL's manual, appendix K)
    const std::size_t width = m_target.columns.size();
    const std::size_t most = std::min<std::size_t>(mostValues / width, 1000) * width;
    qint64 taken = 0;
    for (std::size_t begin = 0; begin < cells.size(); begin += most) {
        const auto part = cells.subspan(begin, std::min(most, cells.size() - begin));
        QByteArray sql = "INSERT INTO \"" + m_target.table + "\" (" + m_names + ") VALUES ";
        std::vector<PostgresqlValue> values;
        for (std::size_t i = 0; i < part.size(); ++i) {
            values.push_back(boundCell(part[i]));
            sql += (i % width != 0 ? ", $" : i == 0 ? "($" : "), ($") + QByteArray::number(static_cast<qint64>(i + 1));
        }
        const Result<qint64> inserted = execute(sql + ')' + onConflict, values);
        PORTOLAN_TRY(inserted);
        taken += *inserted;
    }
    return taken;
}

/// Copies the rows as if there were nothing to skip, which is rare, and merges them when that is refused.
Result<qint64> PostgresqlCopy::copyOrMerge(std::span<const SqlCell> cells) {
    constexpr QByteArrayView uniqueViolation = "23505";
    PORTOLAN_TRY(execute("SAVEPOINT portolan_copy"));
    const Result<qint64> copied = copyInto('"' + m_target.table + '"', cells, Places::None);
    if (copied) {
        PORTOLAN_TRY(execute("RELEASE SAVEPOINT portolan_copy"));
        return copied;
    }
    if (m_connection.postgresql()->failure().state != uniqueViolation)
        return copied;
    PORTOLAN_TRY(execute("ROLLBACK TO SAVEPOINT portolan_copy"));
    return m_connection.postgresql()->terms() ? insertRows(cells, " ON CONFLICT DO NOTHING") : copyAndMerge(cells);
}

Result<qint64> PostgresqlCopy::write(std::span<const SqlCell> cells) {
    const Result<bool> hasPolicies = this->hasPolicies();
    PORTOLAN_TRY(hasPolicies);
    switch (m_target.conflict) {
    case InsertConflict::Fail:
        return *hasPolicies ? insertRows(cells, {}) : copyInto('"' + m_target.table + '"', cells, Places::None);
    case InsertConflict::Skip:
        return *hasPolicies ? insertRows(cells, " ON CONFLICT DO NOTHING") : copyOrMerge(cells);
    }
    Q_UNREACHABLE();
}

} // namespace

std::unique_ptr<BulkRowEncoder> makePostgresqlCopy(Connection& connection, InsertTarget target) {
    return std::make_unique<PostgresqlCopy>(connection, std::move(target));
}

} // namespace portolan
