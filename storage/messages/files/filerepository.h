#pragma once

#include "storage/messages/batches.h"
#include "storage/messages/files/journalreader.h"
#include "storage/messages/files/lines/fileindex.h"
#include "storage/messages/files/lines/rejectfile.h"
#include "storage/messages/files/messagerows.h"
#include "storage/messages/files/orderedrows.h"
#include "storage/messages/files/places.h"
#include "storage/messages/files/reinjectedmarks.h"
#include "storage/messages/files/rejectoutcomes.h"

#include <memory>

namespace portolan {

/// The batches of a file index.
class BatchRows : public OrderedRows<Batch> {
public:
    BatchRows(const FileIndex& index, MessageRows::Freshen freshen)
        : OrderedRows(batchColumns(), batchSchema())
        , m_index(index)
        , m_freshen(std::move(freshen)) {}

protected:
    Result<void> freshen() override { return m_freshen(); }
    [[nodiscard]] quint64 generation() const override { return m_index.generation(); }
    [[nodiscard]] qsizetype count() const override { return static_cast<qsizetype>(m_index.entries().size()); }
    [[nodiscard]] qint64 idAt(qsizetype position) const override { return entry(position).batch; }
    [[nodiscard]] Result<Batch> rowAt(qsizetype position) const override { return toBatch(entry(position)); }

private:
    [[nodiscard]] const FileEntry& entry(qsizetype position) const {
        return m_index.entries()[static_cast<std::size_t>(position)];
    }

    const FileIndex& m_index;
    MessageRows::Freshen m_freshen;
};

/// The rejects of a file store; ids count from 1 and have no gaps.
class RejectRows : public OrderedRows<Reject> {
public:
    /// `own`: the path of `.portolan`, which need not exist.
    explicit RejectRows(QString own) : OrderedRows(rejectColumns(), rejectSchema()), m_ownPath(std::move(own)) {}

    Result<void> freshen() override;
    [[nodiscard]] qsizetype count() const override { return m_file.count(); }
    [[nodiscard]] Result<Reject> rowAt(qsizetype position) const override;
    [[nodiscard]] qint64 bytes() const { return m_file.end() + m_marks.bytes() + m_outcomes.bytes(); }
    /// Note what became of rejects, as Batches::markReinjected() and noteRejects() do.
    Result<void> markReinjected(std::span<const qint64> ids, Timestamp at);
    Result<qint64> noteRejects(const RejectActs& acts);

protected:
    /// Records are only ever added.
    [[nodiscard]] quint64 generation() const override { return static_cast<quint64>(bytes()); }
    [[nodiscard]] qint64 idAt(qsizetype position) const override { return position + 1; }

private:
    QString m_ownPath;
    RejectFile m_file;
    ReinjectedMarks m_marks;
    RejectOutcomes m_outcomes;
};

/// The gaps of a file store.
class GapRows : public OrderedRows<Gap> {
public:
    explicit GapRows(JournalReader& journal) : OrderedRows(gapColumns(), gapSchema()), m_journal(journal) {}

    Result<void> freshen() override { return m_journal.refresh(); }

protected:
    [[nodiscard]] quint64 generation() const override { return m_journal.gapMark(); }
    [[nodiscard]] qsizetype count() const override { return static_cast<qsizetype>(m_journal.gaps().gaps().size()); }
    [[nodiscard]] qint64 idAt(qsizetype position) const override { return position + 1; }
    [[nodiscard]] Result<Gap> rowAt(qsizetype position) const override {
        return m_journal.gaps().gaps()[static_cast<std::size_t>(position)];
    }

private:
    JournalReader& m_journal;
};

/// Reads the content of a file store. One thread; a call may use further ones while it lasts.
class FileRepository : public Batches {
public:
    /// Opens the folder of messages. Error NotFound: it is missing.
    static Result<std::unique_ptr<FileRepository>> open(const StorePlaces& places);
    ~FileRepository() override; ///< keeps the index in the user's cache when it was costly to make

    RowSource<Batch>& batches() override { return m_batches; }
    RowSource<Message>& messages() override { return m_messageRows; }
    RowSource<Reject>& rejects() override { return m_rejects; }
    RowSource<Gap>& gaps() override { return m_gaps; }

    [[nodiscard]] Result<Batch> batch(qint64 id) override;
    [[nodiscard]] Result<Message> message(MessageId id) override;
    [[nodiscard]] Result<Reject> reject(qint64 id) override;
    [[nodiscard]] Result<void> markReinjected(std::span<const qint64> ids, Timestamp at) override {
        return m_rejects.markReinjected(ids, at);
    }
    [[nodiscard]] Result<qint64> noteRejects(const RejectActs& acts) override { return m_rejects.noteRejects(acts); }

    /// Returns a mark that differs from an earlier one when anything has changed between the two.
    [[nodiscard]] Result<quint64> mark();

private:
    FileRepository(const StorePlaces& places, Fd messages);
    Result<void> reopenWhenReplaced();
    Result<void> freshen();
    void keepIndex();

    StorePlaces m_places;
    Fd m_messages;
    FileStat m_pathSeen; ///< the folder at the path of the messages when it was opened
    FileIndex m_index;
    JournalReader m_journal;
    BatchRows m_batches;
    MessageRows m_messageRows;
    RejectRows m_rejects;
    GapRows m_gaps;
    qint64 m_costlyReads = 0; ///< files read since the index was last kept in the cache
};

} // namespace portolan
