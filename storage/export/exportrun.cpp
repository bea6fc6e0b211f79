#include "storage/export/exportrun.h"

#include "storage/base/timeforms.h"
#include "storage/export/exportpipeline.h"
#include "storage/messages/batches.h"
#include "storage/store.h"

namespace portolan {

namespace {

// A page is a statement of its own, which costs a server about as much as a thousand rows; a large one takes memory.
constexpr int firstRows = 500;
constexpr qint64 fewestRows = 50;
constexpr qint64 mostRows = 10'000;
constexpr qint64 pageBytes = 4 << 20;
constexpr qsizetype secondsSize = 19; ///< "2025-10-16T14:56:05"

/// A page of batches, each with the text of its messages after its cells.
class BatchDocumentsPage final : public ExportPage {
public:
    BatchDocumentsPage(std::unique_ptr<ExportPage> batches, std::vector<QByteArray> messages)
        : m_batches(std::move(batches))
        , m_messages(std::move(messages)) {
        next = m_batches->next;
        last = m_batches->last;
    }
    std::size_t size() const override { return m_batches->size(); }
    void values(std::size_t row, std::vector<Value>& values) const override {
        m_batches->values(row, values);
        values.emplace_back(m_messages[row]);
    }

private:
    std::unique_ptr<ExportPage> m_batches;
    std::vector<QByteArray> m_messages;
};

class BatchDocuments final : public StoreListing {
public:
    BatchDocuments(std::unique_ptr<StoreListing> batches, RowSource<Message>& messages)
        : m_batches(std::move(batches))
        , m_messages(messages)
        , m_columns(m_batches->columns()) {
        m_columns.push_back({"messages", ColumnType::Json});
    }
    const std::vector<ExportColumn>& columns() const override { return m_columns; }
    const ColumnSet& schema() const override { return m_batches->schema(); }
    Result<std::unique_ptr<ExportPage>> page(const ListQuery& query, const CancelToken& token) override {
        ListQuery fewer = query;
        fewer.limit = std::min(query.limit, batchesAtOnce);
        auto batches = m_batches->page(fewer, token);
        if (!batches)
            return batches;
        std::vector<QByteArray> messages;
        std::vector<Value> cells;
        for (std::size_t i = 0; i < (*batches)->size(); ++i) {
            (*batches)->values(i, cells);
            auto text = messagesOf(std::get<qint64>(cells.front()), token);
            PORTOLAN_TRY(text);
            messages.push_back(std::move(*text));
        }
        return std::unique_ptr<ExportPage>(
            std::make_unique<BatchDocumentsPage>(std::move(*batches), std::move(messages)));
    }
    Result<RowCount> count(const ListQuery& query, const CancelToken& token) override {
        return m_batches->count(query, token);
    }

private:
    static constexpr int batchesAtOnce = 100;

    Result<QByteArray> messagesOf(qint64 batch, const CancelToken& token) {
        const auto filter = parseFilter(QStringLiteral("batch_id:%1").arg(batch), messageSchema(), currentTime());
        PORTOLAN_TRY(filter);
        ListQuery query{*filter, {}, {}, firstRows};
        QByteArray text = "[";
        for (bool last = false; !last;) {
            const auto page = m_messages.page(query, token);
            PORTOLAN_TRY(page);
            for (const Message& message : page->rows)
                append(text, message);
            query.after = page->next;
            last = page->last;
        }
        return text + ']';
    }
    static QByteArray secondsText(Timestamp time) {
        const QByteArray text = toIsoTime(time);
        return hasFourDigitYear(time) ? text.first(secondsSize).replace('T', ' ') : text;
    }
    static void append(QByteArray& text, const Message& message) {
        static const std::vector<ExportColumn> columns{
            {"timestamp", ColumnType::Text}, {"message_number", ColumnType::Integer}, {"content", ColumnType::Text}};
        const Value time = message.timestamp ? Value(secondsText(*message.timestamp)) : Value();
        if (text.size() > 1)
            text += ',';
        appendJsonObject(text, columns,
                         std::array<Value, 3>{time, optionalValue(message.messageNumber), message.content});
    }

    std::unique_ptr<StoreListing> m_batches;
    RowSource<Message>& m_messages;
    std::vector<ExportColumn> m_columns;
};

} // namespace

Result<ExportSummary> exportRows(ExportSource& source, ListQuery query, const QString& path,
                                 const ExportOptions& options, const QString& title,
                                 const std::function<void(qint64)>& tick, const CancelToken& token) {
    auto file = createRowFile(path, options, source.columns(), title);
    PORTOLAN_TRY(file);
    ExportPipeline pipeline([&](std::span<const Value> row) { return (*file)->add(row); });
    query.limit = firstRows;
    qint64 read = 0;
    for (bool last = false; !last;) {
        auto page = source.page(query, token);
        PORTOLAN_TRY(page);
        read += static_cast<qint64>((*page)->size());
        last = (*page)->last;
        query.after = (*page)->next;
        if (!pipeline.push(std::move(*page)))
            break;
        query.limit =
            static_cast<int>(std::clamp(pipeline.rowsIn(pageBytes).value_or(query.limit), fewestRows, mostRows));
        tick(read);
    }
    PORTOLAN_TRY(pipeline.finish());
    if (token.stop_requested())
        return Error{ErrorCode::Cancelled, QStringLiteral("The export was cancelled; there is no file.")};
    return (*file)->finish();
}

Result<std::unique_ptr<StoreListing>> openExport(Store& store, const QString& name, const QByteArray& table,
                                                 ExportFormat format, const CancelToken& token) {
    auto listing = openNamedListing(store, name, table, token);
    if (!listing || format != ExportFormat::Json || name != QLatin1String("batches"))
        return listing;
    return std::unique_ptr<StoreListing>(
        std::make_unique<BatchDocuments>(std::move(*listing), store.batches().messages()));
}

} // namespace portolan
