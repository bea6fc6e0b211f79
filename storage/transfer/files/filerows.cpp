#include "storage/transfer/files/filerows.h"

#include "storage/ingest/contenthash.h"
#include "storage/listing/rowsource.h"
#include "storage/messages/batches.h"
#include "storage/messages/files/journalreader.h"
#include "storage/messages/files/lines/posixfile.h"
#include "storage/transfer/files/filelines.h"

#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <QtEndian>
#include <algorithm>
#include <functional>
#include <span>
#include <sys/stat.h>

namespace portolan {

namespace {

using Kind = ContentCell::Kind;

constexpr qint64 linesOfABatch = 1'000'000;
constexpr int listedAtOnce = 500;
constexpr qint64 largestChunk = 4096; // keys of a row, as a database's own writer makes them
constexpr quint64 idBits = 0x3fff'ffff'ffff;

struct FileColumn {
    const char* name;
    CellMeaning meaning;
};
/// A table with its columns, the key first.
struct FileTable {
    const char* name;
    std::vector<FileColumn> columns;
};

const std::vector<FileTable>& fileTables() {
    using enum CellMeaning;
    static const std::vector<FileTable> tables{
        {"batches",
         {{"id", Integer},
          {"filename", Plain},
          {"message_count", Integer},
          {"date_created", Integer},
          {"date_modified", Integer}}},
        {"messages",
         {{"id", Integer},
          {"batch_id", Integer},
          {"message_number", Integer},
          {"content", Plain},
          {"timestamp", Integer}}},
        {"portolan_metadata", {{"id", Integer}, {"record_table", Plain}, {"record_key", Plain}, {"metadata", Json}}},
        {"portolan_sources", {{"id", Integer}, {"identity", Plain}, {"epoch", Integer}, {"last_number", Integer}}},
        {"portolan_source_chunks",
         {{"id", Integer},
          {"source_id", Integer},
          {"first_major", Bytes},
          {"first_minor", Bytes},
          {"last_major", Bytes},
          {"last_minor", Bytes},
          {"count", Integer},
          {"keys", Bytes},
          {"hashes", Bytes}}},
        {"portolan_gaps",
         {{"id", Integer},
          {"source_id", Integer},
          {"source", Plain},
          {"kind", Plain},
          {"epoch", Integer},
          {"first_number", Integer},
          {"last_number", Integer},
          {"missing", Integer},
          {"detected_at", Time},
          {"closed_at", Time},
          {"details", Json}}},
        {"portolan_rejects",
         {{"id", Integer},
          {"rejected_at", Time},
          {"source", Plain},
          {"key", Plain},
          {"reason", Plain},
          {"payload", Bytes},
          {"reinjected_at", Time},
          {"dismissed_at", Time},
          {"settled_by", Plain},
          {"settled_reason", Plain},
          {"mended_payload", Bytes},
          {"metadata", Json}}},
        {"portolan_settings", {{"key", Plain}, {"value", Plain}}},
    };
    return tables;
}

const FileTable* fileTable(const QString& name) {
    const auto found =
        std::ranges::find_if(fileTables(), [&](const FileTable& table) { return name == QLatin1String(table.name); });
    return found == fileTables().end() ? nullptr : &*found;
}

/// Puts the cells of a row one after the other.
class RowMaker {
public:
    RowMaker& number(std::optional<qint64> value) {
        if (value)
            add().setInteger(*value);
        else
            add();
        return *this;
    }
    RowMaker& text(const std::optional<QByteArray>& value) { return put(Kind::Text, value); }
    RowMaker& bytes(const std::optional<QByteArray>& value) { return put(Kind::Bytes, value); }
    RowMaker& document(const QByteArray& value) {
        return put(Kind::Json, value.isEmpty() ? std::nullopt : std::optional(value));
    }
    RowMaker& time(const std::optional<Timestamp>& value) {
        put(Kind::Text, value ? std::optional(toExactIsoTime(*value)) : std::nullopt);
        m_row.back().giveMeaning(CellMeaning::Time);
        return *this;
    }
    RowMaker& milliseconds(const std::optional<Timestamp>& value) {
        return number(
            value ? std::optional(std::chrono::floor<std::chrono::milliseconds>(*value).time_since_epoch().count())
                  : std::nullopt);
    }
    [[nodiscard]] ContentRow take() { return std::move(m_row); }

private:
    ContentCell& add() { return m_row.emplace_back(); }
    RowMaker& put(Kind kind, const std::optional<QByteArray>& value) {
        ContentCell& cell = add();
        if (value)
            cell.setBytes(kind, *value);
        return *this;
    }
    ContentRow m_row;
};

qint64 idOf(const Message& message) {
    return message.id.batch * linesOfABatch + message.id.row;
}

/// The same number for the same name, in every copy.
qint64 idOf(const QByteArray& name) {
    return static_cast<qint64>(contentHash(name) & idBits) + 1;
}

QByteArray ordered(quint64 number) {
    QByteArray bytes(8, Qt::Uninitialized);
    qToBigEndian(number, bytes.data());
    return bytes;
}

ContentRow batchRow(const Batch& batch) {
    return RowMaker()
        .number(batch.id)
        .text(batch.filename())
        .number(batch.messageCount)
        .milliseconds(batch.dateCreated)
        .milliseconds(batch.dateModified)
        .take();
}

/// A line beyond the last that has a number of its own is one that no table takes, and is told.
ContentRow messageRow(const Message& message) {
    const bool fits = message.id.row < linesOfABatch;
    return RowMaker()
        .number(idOf(message))
        .number(message.batchId)
        .number(fits ? message.messageNumber : std::nullopt)
        .text(message.content)
        .milliseconds(message.timestamp)
        .take();
}

ContentRow metadataRow(const Message& message) {
    if (message.metadata.isEmpty())
        return {};
    return RowMaker()
        .number(idOf(message))
        .text("messages")
        .text(QByteArray::number(idOf(message)))
        .document(message.metadata)
        .take();
}

ContentRow rejectRow(const Reject& reject) {
    return RowMaker()
        .number(reject.id)
        .time(reject.rejectedAt)
        .text(reject.source)
        .text(reject.key)
        .text(reject.reason.toUtf8())
        .bytes(reject.payload)
        .time(reject.reinjectedAt)
        .time(reject.dismissedAt)
        .text(reject.settledBy)
        .text(reject.settledReason)
        .bytes(reject.mendedPayload)
        .document(reject.metadata)
        .take();
}

ContentRow gapRow(const Gap& gap, qint64 id) {
    return RowMaker()
        .number(id)
        .number(idOf(gap.source))
        .text(gap.source)
        .text(gapKindName(gap.kind))
        .number(gap.epoch)
        .number(gap.firstNumber)
        .number(gap.lastNumber)
        .number(gap.missing)
        .time(gap.detectedAt)
        .time(gap.closedAt)
        .document(gap.details)
        .take();
}

/// A chunk as a row, with the hashes of what came under its keys.
Result<ContentRow> chunkRow(const QByteArray& source, const DedupChunk& chunk, LineBook& lines, const Fd& own) {
    std::vector<SourceKey> keys;
    chunk.forEach([&](KeyPair key) {
        keys.push_back({source, key.major, key.minor});
        return true;
    });
    const LineBook::Hashes known = lines.hashesOf(own, keys);
    QByteArray hashes;
    for (const SourceKey& key : keys) {
        const auto found = known.find(key);
        hashes += ordered(found == known.end() ? 0 : found->second);
    }
    return RowMaker()
        .number(idOf(source + ' ' + ordered(chunk.first().major) + ordered(chunk.first().minor)))
        .number(idOf(source))
        .bytes(ordered(chunk.first().major))
        .bytes(ordered(chunk.first().minor))
        .bytes(ordered(chunk.last().major))
        .bytes(ordered(chunk.last().minor))
        .number(chunk.count())
        .bytes(chunk.encoded())
        .bytes(known.empty() ? std::nullopt : std::optional(hashes))
        .take();
}

/// The keys of a source in chunks as a database has them.
std::vector<DedupChunk> cutChunks(const std::vector<DedupChunk>& chunks) {
    std::vector<DedupChunk> cut;
    for (const DedupChunk& chunk : chunks) {
        cut.emplace_back();
        chunk.forEach([&](KeyPair key) {
            if (cut.back().count() == largestChunk)
                cut.emplace_back();
            cut.back().append(key);
            return true;
        });
        if (cut.back().isEmpty())
            cut.pop_back();
    }
    return cut;
}

/// The rows that are in memory.
class KeptRows final : public RowStream {
public:
    KeptRows(const std::vector<ContentRow>& rows, std::vector<std::size_t> cells)
        : m_rows(rows)
        , m_cells(std::move(cells)) {}
    Result<bool> next() override {
        if (m_next == m_rows.size())
            return false;
        m_row.clear();
        for (const std::size_t cell : m_cells)
            m_row.push_back(m_rows[m_next][cell]);
        ++m_next;
        return true;
    }
    const ContentRow& row() const override { return m_row; }

private:
    const std::vector<ContentRow>& m_rows;
    std::vector<std::size_t> m_cells;
    std::size_t m_next = 0;
    ContentRow m_row;
};

/// The rows of a listing in its own order; those that `make` has none for are passed over.
template <class Row>
class ListedRows final : public RowStream {
public:
    ListedRows(RowSource<Row>& source, std::vector<std::size_t> cells, ContentRow (*make)(const Row&),
               CancelToken token)
        : m_source(source)
        , m_cells(std::move(cells))
        , m_make(make)
        , m_token(std::move(token)) {
        m_query.limit = listedAtOnce;
    }
    Result<bool> next() override {
        ContentRow whole;
        while (whole.empty()) {
            if (m_at == m_page.rows.size()) {
                if (m_page.last)
                    return false;
                m_query.after = m_page.next;
                auto page = m_source.page(m_query, m_token);
                PORTOLAN_TRY(page);
                m_page = std::move(*page);
                m_at = 0;
                continue;
            }
            whole = m_make(m_page.rows[m_at++]);
        }
        m_row.clear();
        for (const std::size_t cell : m_cells)
            m_row.push_back(std::move(whole[cell]));
        return true;
    }
    const ContentRow& row() const override { return m_row; }

private:
    RowSource<Row>& m_source;
    std::vector<std::size_t> m_cells;
    ContentRow (*m_make)(const Row&);
    CancelToken m_token;
    ListQuery m_query;
    Page<Row> m_page;
    std::size_t m_at = 0;
    ContentRow m_row;
};

/// A folder's number, and when it was made: a number is given out again.
QByteArray lineageOf(const QString& folder) {
    struct stat state = {};
    const bool isThere = ::stat(QFile::encodeName(folder).constData(), &state) == 0;
    const QDateTime born = QFileInfo(folder).birthTime();
    return "files " + QByteArray::number(isThere ? static_cast<quint64>(state.st_ino) : 0) + ' '
           + QByteArray::number(born.isValid() ? born.toMSecsSinceEpoch() : 0) + lineageMark;
}

} // namespace

Result<std::unique_ptr<StoreContent>> FileRows::make(std::unique_ptr<Store> store, const StorePlaces& places,
                                                     const CancelToken& token) {
    std::unique_ptr<FileRows> content(new FileRows(std::move(store), places, token));
    content->m_lineage = lineageOf(places.messages);
    auto read = readJournalState(places.own, token);
    PORTOLAN_TRY(read);
    JournalState* const state = &content->m_state;
    *state = std::move(*read);
    std::map<QByteArray, SeriesMark> sources = state->gaps.marks();
    for (const auto& [source, chunks] : state->keys.chunks())
        sources.try_emplace(source);
    for (const Gap& gap : state->gaps.gaps())
        sources.try_emplace(gap.source);
    auto& kept = content->m_kept;
    for (const auto& [source, mark] : sources) {
        kept[QStringLiteral("portolan_sources")].push_back(
            RowMaker().number(idOf(source)).text(source).number(mark.epoch).number(mark.lastNumber).take());
        if (mark.numbering)
            kept[QStringLiteral("portolan_settings")].push_back(
                RowMaker().text("numbering:" + source).text(mark.numbering->toText()).take());
    }
    const auto folder = openFolder(places.own);
    const Fd none;
    for (const auto& [source, chunks] : state->keys.chunks()) {
        for (const DedupChunk& chunk : cutChunks(chunks)) {
            auto row = chunkRow(source, chunk, state->lines, folder ? *folder : none);
            PORTOLAN_TRY(row);
            kept[QStringLiteral("portolan_source_chunks")].push_back(std::move(*row));
        }
    }
    qint64 gaps = 0;
    for (const Gap& gap : state->gaps.gaps())
        kept[QStringLiteral("portolan_gaps")].push_back(gapRow(gap, ++gaps));
    for (auto& [table, rows] : kept)
        std::ranges::sort(rows, [](const ContentRow& a, const ContentRow& b) {
            return compareContentKeys(std::span(a).first(1), std::span(b).first(1)) < 0;
        });
    return std::unique_ptr<StoreContent>(std::move(content));
}

QStringList FileRows::tables() const {
    QStringList names;
    for (const FileTable& table : fileTables())
        names << QLatin1String(table.name);
    return names;
}

std::optional<ContentTable> folderTable(const QString& name) {
    const FileTable* const known = fileTable(name);
    if (!known)
        return std::nullopt;
    ContentTable table{name, {}};
    for (const FileColumn& column : known->columns)
        table.columns.push_back({QLatin1String(column.name), column.meaning, table.columns.empty() ? 1 : 0});
    return table;
}

QByteArray folderIdentity(const StorePlaces& places) {
    const QString real = QFileInfo(places.messages).canonicalFilePath(); // empty: not there yet
    return "files " + (real.isEmpty() ? places.messages : real).toUtf8();
}

Result<std::optional<ContentTable>> FileRows::table(const QString& name) {
    return folderTable(name);
}

Result<std::unique_ptr<RowStream>> FileRows::messagesByBatch() {
    return readFileLines(m_store->batches().batches(), m_places, m_state, m_token);
}

Result<bool> FileRows::hasRows(const QString& table) {
    return fileTable(table) != nullptr;
}

Result<std::unique_ptr<RowStream>> FileRows::rows(const TablePlan& plan) {
    using Stream = std::unique_ptr<RowStream>;
    const FileTable* const known = fileTable(plan.table);
    if (!known)
        return Error{ErrorCode::NotFound, QStringLiteral("%1 has no table %2.").arg(where(), plan.table)};
    std::vector<std::size_t> cells;
    for (const ContentColumn& column : plan.columns) {
        const auto found = std::ranges::find_if(known->columns, [&](const FileColumn& each) {
            return column.name.compare(QLatin1String(each.name), Qt::CaseInsensitive) == 0;
        });
        cells.push_back(static_cast<std::size_t>(found - known->columns.begin()));
    }
    Batches& batches = m_store->batches();
    if (plan.table == QLatin1String("batches"))
        return Stream(std::make_unique<ListedRows<Batch>>(batches.batches(), cells, &batchRow, m_token));
    if (plan.table == QLatin1String("messages"))
        return Stream(std::make_unique<ListedRows<Message>>(batches.messages(), cells, &messageRow, m_token));
    if (plan.table == QLatin1String("portolan_metadata"))
        return Stream(std::make_unique<ListedRows<Message>>(batches.messages(), cells, &metadataRow, m_token));
    if (plan.table == QLatin1String("portolan_rejects"))
        return Stream(std::make_unique<ListedRows<Reject>>(batches.rejects(), cells, &rejectRow, m_token));
    return Stream(std::make_unique<KeptRows>(m_kept[plan.table], std::move(cells)));
}

} // namespace portolan
