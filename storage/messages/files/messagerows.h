#pragma once

#include "storage/listing/filtermatch.h"
#include "storage/messages/batches.h"
#include "storage/messages/files/journalreader.h"
#include "storage/messages/files/lines/escapes.h"
#include "storage/messages/files/lines/fileindex.h"

#include <QByteArray>
#include <functional>
#include <optional>
#include <vector>

namespace portolan {

/// Reads the messages of batch files. Borrows its parts; any thread while nobody changes those.
class MessageReader {
public:
    MessageReader(const Fd& folder, const EscapeBook& escapes, const LineMetadata& metadata)
        : m_folder(folder)
        , m_escapes(escapes)
        , m_metadata(metadata) {}

    /// Sets the filter of read(), which skips files without a text that the filter needs, unparsed.
    void setFilter(const Filter& filter);

    /// Adds the messages of one file that match to `to`, in their order; a file that is gone has none. `buffer` is used
    /// again from file to file. They have their metadata if that was loaded (JournalReader::loadMetadata()).
    Result<void> read(qint64 batch, QByteArray& buffer, std::vector<Message>& to) const;

private:
    Message messageOf(qint64 batch, qint64 row, QByteArrayView bytes, qsizetype offset, QByteArrayView line) const;

    const Fd& m_folder;
    const EscapeBook& m_escapes;
    const LineMetadata& m_metadata;
    std::optional<FilterMatcher> m_matcher;
    std::optional<TextSearch> m_needed;
};

/// The messages of a file store, by (batch, line). Without a filter a page reads the files it shows, and a page index
/// none. A filter on batch_id reads those files only; any other reads the files after the cursor with two threads until
/// the page is full. The cursor holds batch and line.
class MessageRows : public RowSource<Message> {
public:
    using Freshen = std::function<Result<void>()>;
    /// `freshen` brings index and journal up to date.
    MessageRows(const Fd& folder, const FileIndex& index, JournalReader& journal, Freshen freshen)
        : m_folder(folder)
        , m_index(index)
        , m_journal(journal)
        , m_freshen(std::move(freshen)) {}

    [[nodiscard]] Result<Page<Message>> page(const ListQuery& query, const CancelToken& token) override;
    [[nodiscard]] Result<PageIndex> pageIndex(const ListQuery& query, int pages, const CancelToken& token) override;

private:
    struct Walk;
    Result<Walk> begin(const ListQuery& query) const;
    Result<void> walk(const ListQuery& query, const CancelToken& token, const std::function<bool(Message&&)>& visit);
    Result<PageIndex> countedPageIndex(const ListQuery& query, int pages) const;

    const Fd& m_folder;
    const FileIndex& m_index;
    JournalReader& m_journal;
    Freshen m_freshen;
};

} // namespace portolan
