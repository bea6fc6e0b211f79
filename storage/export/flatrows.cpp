#include "storage/export/flatrows.h"

#include "storage/base/numbertext.h"
#include "storage/json/jsonmembers.h"
#include "storage/json/jsonnumber.h"
#include "storage/json/jsonplace.h"
#include "storage/json/jsonscanner.h"

#include <QDataStream>
#include <QFileInfo>
#include <QTemporaryFile>
#include <charconv>

namespace portolan {

namespace {

constexpr std::size_t mostColumns = 2'000;
constexpr int deepest = 16;

Value numberCell(QByteArrayView text) {
    const char* const end = text.data() + text.size();
    qint64 whole = 0;
    if (isPlainInteger(text)) {
        const auto [after, failed] = std::from_chars(text.data(), end, whole);
        if (after == end && failed == std::errc())
            return whole;
    }
    const double number = jsonNumberValue(text);
    const QByteArray shortest = numberText(number);
    if (isJsonNumber(shortest) && compareJsonNumbers(shortest, text) == std::strong_ordering::equal)
        return number;
    return text.toByteArray();
}

/// Returns the cell for a value that is no object with members; NULL for null.
Value scalarCell(QByteArrayView raw) {
    switch (raw.front()) {
    case 'n':
        return {};
    case 't':
        return true;
    case 'f':
        return false;
    case '"':
        return jsonStringText(raw);
    case '{':
    case '[':
        return raw.toByteArray();
    default:
        return numberCell(raw);
    }
}

/// Finds where the one object that a text is begins; nothing for all else.
std::optional<qsizetype> objectIn(const QByteArray& text) {
    JsonScanner scanner(text);
    scanner.skipBlanks();
    if (scanner.peek() != '{' || !jsonMemberValues(text))
        return std::nullopt;
    return scanner.position();
}

void write(QDataStream& out, const Value& value) {
    struct Writer {
        QDataStream& out;
        void operator()(std::monostate) const {}
        void operator()(bool truth) const { out << truth; }
        void operator()(qint64 number) const { out << number; }
        void operator()(double number) const { out << number; }
        void operator()(const QByteArray& text) const { out << text; }
        void operator()(Timestamp time) const { out << qint64(time.time_since_epoch().count()); }
    };
    out << quint8(value.index());
    std::visit(Writer{out}, value);
}

template <class T>
T taken(QDataStream& in) {
    T value{};
    in >> value;
    return value;
}

Value read(QDataStream& in) {
    switch (taken<quint8>(in)) {
    case 1:
        return taken<bool>(in);
    case 2:
        return taken<qint64>(in);
    case 3:
        return taken<double>(in);
    case 4:
        return taken<QByteArray>(in);
    case 5:
        return Timestamp(Timestamp::duration(taken<qint64>(in)));
    default:
        return {};
    }
}

class FlatFile final : public RowFile {
public:
    FlatFile(const QString& path, const ExportOptions& options, std::vector<ExportColumn> columns, QString title)
        : m_path(path)
        , m_options(options)
        , m_title(std::move(title))
        , m_rows(std::move(columns))
        , m_waiting(QFileInfo(path).absolutePath() + QStringLiteral("/.XXXXXX")) {
        m_options.flattens = false;
    }

    Result<void> open() {
        if (!m_waiting.open())
            return failed();
        m_stream.setDevice(&m_waiting);
        return {};
    }

    Result<void> add(std::span<const Value> row) override {
        const std::vector<FlatRows::Cell> cells = m_rows.take(row);
        m_stream << quint32(cells.size());
        for (const auto& [column, value] : cells) {
            m_stream << column;
            write(m_stream, value);
        }
        ++m_count;
        return m_stream.status() == QDataStream::Ok ? Result<void>() : failed();
    }

    Result<ExportSummary> finish() override {
        if (!m_waiting.flush() || !m_waiting.seek(0))
            return failed();
        const FlatRows::Columns columns = m_rows.columns();
        std::vector<std::size_t> places; // of each number
        for (std::size_t i = 0; i < columns.order.size(); ++i) {
            places.resize(std::max<std::size_t>(places.size(), columns.order[i] + 1));
            places[columns.order[i]] = i;
        }
        auto file = createRowFile(m_path, m_options, columns.columns, m_title);
        PORTOLAN_TRY(file);
        std::vector<Value> cells;
        for (qint64 row = 0; row < m_count; ++row) {
            cells.assign(columns.columns.size(), Value());
            for (auto left = taken<quint32>(m_stream); left > 0; --left) {
                const auto number = taken<quint32>(m_stream);
                cells[places[number]] = read(m_stream);
            }
            if (m_stream.status() != QDataStream::Ok)
                return failed();
            PORTOLAN_TRY((*file)->add(cells));
        }
        return (*file)->finish();
    }

private:
    [[nodiscard]] Error failed() const {
        return {ErrorCode::Io, QStringLiteral("Cannot write %1: %2.").arg(m_path, m_waiting.errorString())};
    }

    QString m_path;
    ExportOptions m_options;
    QString m_title;
    FlatRows m_rows;
    QTemporaryFile m_waiting;
    QDataStream m_stream;
    qint64 m_count = 0;
};

} // namespace

FlatRows::FlatRows(std::vector<ExportColumn> columns) : m_given(std::move(columns)), m_isUsed(m_given.size()) {}

std::optional<quint32> FlatRows::columnOf(std::size_t base, const QByteArray& name) {
    const auto known = m_numbers.find({base, name});
    if (known != m_numbers.end())
        return known->second;
    const std::size_t number = m_given.size() + m_members.size();
    if (number >= mostColumns)
        return std::nullopt;
    m_members.push_back({base, name});
    m_numbers.emplace(std::pair(base, name), static_cast<quint32>(number));
    return static_cast<quint32>(number);
}

/// False: there were too many columns for all of it.
bool FlatRows::takeApart(std::vector<Cell>& cells, std::size_t base, QByteArrayView document, qsizetype value,
                         const QByteArray& name, int depth) {
    const JsonContainer container = jsonMembersAt(document, value);
    if (!container.isObject || container.members.empty() || depth == deepest) {
        qsizetype end = value;
        JsonScanner scanner(document);
        scanner.moveTo(value);
        if (scanner.takeValue(0))
            end = scanner.position();
        Value cell = scalarCell(document.sliced(value, end - value));
        if (std::holds_alternative<std::monostate>(cell))
            return true;
        const auto column = columnOf(base, name);
        if (column)
            cells.emplace_back(*column, std::move(cell));
        return column.has_value();
    }
    return std::ranges::all_of(container.members, [&](const JsonMember& member) {
        if (lastNamed(container, member.name) != &member)
            return true; // of equal names the last counts
        const QByteArray inner = name + '.' + QByteArray(member.name).replace('.', "\\.");
        return takeApart(cells, base, document, member.value, inner, depth + 1);
    });
}

std::vector<FlatRows::Cell> FlatRows::take(std::span<const Value> row) {
    std::vector<Cell> cells;
    for (std::size_t i = 0; i < row.size(); ++i) {
        const auto* const text = std::get_if<QByteArray>(&row[i]);
        const auto object = text && m_given[i].type == ColumnType::Json ? objectIn(*text) : std::optional<qsizetype>();
        const std::size_t before = cells.size();
        if (object && !jsonMembersAt(*text, *object).members.empty()
            && takeApart(cells, i, *text, *object, m_given[i].name, 0))
            continue;
        cells.resize(before);
        if (std::holds_alternative<std::monostate>(row[i]))
            continue;
        m_isUsed[i] = true;
        cells.emplace_back(static_cast<quint32>(i), row[i]);
    }
    return cells;
}

FlatRows::Columns FlatRows::columns() const {
    Columns all;
    const auto add = [&](std::size_t number, ExportColumn column) {
        all.order.push_back(static_cast<quint32>(number));
        all.columns.push_back(std::move(column));
    };
    for (std::size_t base = 0; base < m_given.size(); ++base) {
        const bool hasMembers = std::ranges::find(m_members, base, &Member::base) != m_members.end();
        if (m_isUsed[base] || !hasMembers)
            add(base, m_given[base]);
        for (std::size_t i = 0; i < m_members.size(); ++i) {
            if (m_members[i].base == base)
                add(m_given.size() + i, {m_members[i].name, ColumnType::Text});
        }
    }
    return all;
}

Result<std::unique_ptr<RowFile>> createFlatFile(const QString& path, const ExportOptions& options,
                                                std::vector<ExportColumn> columns, const QString& title) {
    auto file = std::make_unique<FlatFile>(path, options, std::move(columns), title);
    PORTOLAN_TRY(file->open());
    return std::unique_ptr<RowFile>(std::move(file));
}

} // namespace portolan
