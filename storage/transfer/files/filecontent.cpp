#include "storage/transfer/files/filecontent.h"

#include "storage/listing/rowsource.h"
#include "storage/messages/batches.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace portolan {

namespace {

constexpr const char* messagesTable = "messages";
constexpr int pageRows = 500;

enum MessageCell { BatchCell, NumberCell, ContentTextCell, SecondsCell, MessageCells };
constexpr std::array<const char*, MessageCells> messageCellNames{"batch_id", "message_number", "content", "timestamp"};

ContentRow contentOf(const Message& message) {
    ContentRow row(MessageCells);
    row[BatchCell].setInteger(message.batchId);
    if (message.messageNumber)
        row[NumberCell].setInteger(*message.messageNumber);
    row[ContentTextCell].setBytes(ContentCell::Kind::Text, message.content);
    if (message.timestamp)
        row[SecondsCell].setInteger(
            std::chrono::floor<std::chrono::seconds>(*message.timestamp).time_since_epoch().count() * 1000);
    return row;
}

/// Reads a batch after the other; within one, messages are put in the order of their numbers.
class MessageStream final : public RowStream {
public:
    MessageStream(RowSource<Message>& messages, const TablePlan& plan, MessageId last, CancelToken token)
        : m_messages(messages)
        , m_last(last)
        , m_token(std::move(token)) {
        m_query.limit = pageRows;
        for (const ContentColumn& column : plan.columns) {
            const auto* const cell = std::ranges::find_if(messageCellNames, [&](const char* name) {
                return column.name.compare(QLatin1String(name), Qt::CaseInsensitive) == 0;
            });
            m_cells.push_back(static_cast<std::size_t>(cell - messageCellNames.begin()));
        }
    }

    Result<bool> next() override {
        if (m_at + 1 < m_batch.size()) {
            ++m_at;
        } else {
            PORTOLAN_TRY(readBatch());
            if (m_batch.empty())
                return false;
        }
        m_row.clear();
        for (const std::size_t cell : m_cells)
            m_row.push_back(m_batch[m_at][cell]);
        return true;
    }
    const ContentRow& row() const override { return m_row; }

private:
    Result<void> readBatch() {
        m_batch.clear();
        m_at = 0;
        while (const auto* const message = peek()) {
            if (!m_batch.empty() && m_batch.front()[BatchCell].integer != message->batchId)
                break;
            m_batch.push_back(contentOf(*message));
            ++m_pageAt;
        }
        if (m_error)
            return *m_error;
        std::ranges::stable_sort(m_batch, [](const ContentRow& a, const ContentRow& b) {
            return compareContentKeys(std::span(a).first(ContentTextCell), std::span(b).first(ContentTextCell)) < 0;
        });
        return {};
    }

    /// The next message; null at the end and after an error.
    const Message* peek() {
        while (m_pageAt == m_page.rows.size()) {
            if (m_page.last || m_error)
                return nullptr;
            m_query.after = m_page.next;
            auto page = m_messages.page(m_query, m_token);
            if (!page) {
                m_error = page.error();
                return nullptr;
            }
            m_page = std::move(*page);
            m_pageAt = 0;
        }
        const Message& message = m_page.rows[m_pageAt];
        return message.id <= m_last ? &message : nullptr;
    }

    RowSource<Message>& m_messages;
    MessageId m_last;
    CancelToken m_token;
    ListQuery m_query;
    std::vector<std::size_t> m_cells; ///< of a message, for each column of the plan
    Page<Message> m_page;
    std::size_t m_pageAt = 0;
    std::vector<ContentRow> m_batch;
    std::size_t m_at = 0;
    ContentRow m_row;
    std::optional<Error> m_error;
};

} // namespace

Result<std::unique_ptr<StoreContent>> FileContent::make(std::unique_ptr<Store> store, const CancelToken& token) {
    std::unique_ptr<FileContent> content(new FileContent(std::move(store), token));
    ListQuery newest;
    newest.sort = {{}, true};
    newest.limit = 1;
    const auto last = content->m_store->batches().messages().page(newest, token);
    PORTOLAN_TRY(last);
    if (!last->rows.empty()) {
        content->m_lastBatch = last->rows.front().id.batch;
        content->m_lastLine = last->rows.front().id.row;
    }
    return std::unique_ptr<StoreContent>(std::move(content));
}

QStringList FileContent::tables() const {
    return {QLatin1String(messagesTable)};
}

Result<std::optional<ContentTable>> FileContent::table(const QString& name) {
    if (name != QLatin1String(messagesTable))
        return std::optional<ContentTable>();
    ContentTable table{name, {}};
    for (std::size_t cell = 0; cell < MessageCells; ++cell) {
        const bool isKey = cell < ContentTextCell;
        table.columns.push_back({QLatin1String(messageCellNames[cell]),
                                 cell == SecondsCell ? CellMeaning::Seconds
                                 : isKey             ? CellMeaning::Integer
                                                     : CellMeaning::Plain,
                                 isKey ? static_cast<int>(cell) + 1 : 0});
    }
    return std::optional(std::move(table));
}

Result<bool> FileContent::hasRows(const QString& table) {
    return table == QLatin1String(messagesTable) && m_lastBatch > 0;
}

Result<std::unique_ptr<RowStream>> FileContent::rows(const TablePlan& plan) {
    return std::unique_ptr<RowStream>(std::make_unique<MessageStream>(m_store->batches().messages(), plan,
                                                                      MessageId{m_lastBatch, m_lastLine}, m_token));
}

} // namespace portolan
