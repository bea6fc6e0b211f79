#include "storage/export/bundle.h"

#include "storage/export/bundlelines.h"
#include "storage/export/zipfile.h"
#include "storage/json/jsontext.h"
#include "storage/listing/filtermatch.h"
#include "storage/listing/listing.h"
#include "storage/store.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>
#include <QTemporaryFile>

namespace portolan {

namespace {

constexpr int messagesAPage = 500;
constexpr std::size_t auditAtOnce = 100; ///< messages whose audit is asked for together

Error noPorts(const Store& store) {
    return {ErrorCode::Unsupported,
            store.unavailableReason(Feature::Ports).value_or(QStringLiteral("This store has no port messages."))};
}

} // namespace

/// The lines of messages, kept in a file without a name until they can be put in order.
class BundleSpool {
public:
    /// In the folder where the bundle goes: there is room, and nobody else looks.
    explicit BundleSpool(const QString& folder) : m_file(QDir(folder).filePath(QStringLiteral(".portolan-XXXXXX"))) {}

    Result<void> open() { return m_file.open() ? Result<void>() : failed(); }
    Result<void> add(const PortMessage& message) {
        QByteArray line;
        appendMessageLine(line, message);
        if (m_file.write(line) != line.size())
            return failed();
        m_lines.push_back({message.id, m_size, line.size()});
        const std::optional<Timestamp> at = message.isDeadLetter() ? message.diedAt() : message.createdAt;
        if (at) {
            m_span.first = std::min(m_span.first.value_or(*at), *at);
            m_span.last = std::max(m_span.last.value_or(*at), *at);
        }
        m_size += line.size();
        return {};
    }
    /// By id. A listing has each once, unless a message was deleted and made again meanwhile: then the first stays.
    Result<void> sort() {
        std::ranges::stable_sort(m_lines, {}, &Line::id);
        const auto again =
            std::unique(m_lines.begin(), m_lines.end(), [](const Line& a, const Line& b) { return a.id == b.id; });
        for (auto line = again; line != m_lines.end(); ++line)
            m_size -= line->size;
        m_lines.erase(again, m_lines.end());
        return m_file.flush() ? Result<void>() : failed();
    }
    [[nodiscard]] std::size_t count() const { return m_lines.size(); }
    [[nodiscard]] qint64 size() const { return m_size; } ///< bytes of all lines that are left
    [[nodiscard]] const BundleSpan& span() const { return m_span; }
    [[nodiscard]] const QByteArray& id(std::size_t at) const { return m_lines[at].id; }
    Result<QByteArray> line(std::size_t at) {
        QByteArray text(m_lines[at].size, Qt::Uninitialized);
        if (!m_file.seek(m_lines[at].begin) || m_file.read(text.data(), text.size()) != text.size())
            return failed();
        return text;
    }

private:
    struct Line {
        QByteArray id;
        qint64 begin;
        qsizetype size;
    };
    [[nodiscard]] Error failed() const {
        return {ErrorCode::Io, QStringLiteral("Cannot keep messages aside in %1: %2.")
                                   .arg(QFileInfo(m_file.fileTemplate()).path(), m_file.errorString())};
    }

    QTemporaryFile m_file;
    std::vector<Line> m_lines;
    qint64 m_size = 0;
    BundleSpan m_span;
};

class BundleDraft::Parts {
public:
    Parts(BundleOrder order, const QString& path)
        : m_order(std::move(order))
        , m_path(path)
        , m_spool(QFileInfo(path).absolutePath()) {}

    Result<void> freeze(Store& store, Ports& ports, const Tick& tick, const CancelToken& token) {
        PORTOLAN_TRY(m_spool.open());
        const auto read = m_order.ids.empty() ? freezeAll(ports, tick, token) : freezeIds(ports, tick, token);
        if (!read)
            return read;
        if (const auto sorted = m_spool.sort(); !sorted)
            return sorted;
        if (m_spool.count() > 0)
            return {};
        return Error{
            ErrorCode::Usage,
            QStringLiteral("There is no such message in %1: the bundle would be empty.").arg(store.url().display())};
    }

    [[nodiscard]] const BundleSpan& span() const { return m_spool.span(); }

    Result<BundleSummary> write(Store& store, std::span<const BundlePaper> papers, const CancelToken& token) {
        Ports* const ports = store.ports();
        if (!ports)
            return noPorts(store);
        m_store = store.url().display().toUtf8();
        m_made = currentTime();
        m_token = token;
        auto zip = ZipWriter::create(m_path, m_made);
        PORTOLAN_TRY(zip);
        m_zip = std::move(*zip);
        m_summary.messages = static_cast<qint64>(m_spool.count());
        PORTOLAN_TRY(putData(*ports));
        for (const BundlePaper& paper : papers) {
            PORTOLAN_TRY(put(paper.name, paper.bytes));
        }
        PORTOLAN_TRY(put(bundle::manifest, manifest()));
        PORTOLAN_TRY(put(bundle::readme, readme()));
        PORTOLAN_TRY(m_zip->put(bundle::checksums, m_sums));
        if (m_token.stop_requested())
            return Error{ErrorCode::Cancelled, QStringLiteral("The bundle was cancelled; there is no file.")};
        const auto size = m_zip->finish();
        PORTOLAN_TRY(size);
        m_summary.bytes = *size;
        return m_summary;
    }

private:
    Result<void> freezeAll(Ports& ports, const Tick& tick, const CancelToken& token) {
        auto& rows = m_order.everyState ? ports.messages() : ports.deadLetters();
        ListQuery query{measuredAt(m_order.filter, currentTime()), {}, {}, messagesAPage};
        for (bool last = false; !last;) {
            auto page = rows.page(query, token);
            PORTOLAN_TRY(page);
            for (const PortMessage& message : page->rows) {
                if (const auto kept = m_spool.add(message); !kept)
                    return kept;
            }
            query.after = page->next;
            last = page->last;
            tick(static_cast<qint64>(m_spool.count()));
        }
        return {};
    }

    Result<void> freezeIds(Ports& ports, const Tick& tick, const CancelToken& token) {
        const FilterMatcher matcher(measuredAt(m_order.filter, currentTime()), portMessageSchema());
        for (const QByteArray& id : m_order.ids) {
            if (token.stop_requested())
                return cancelled();
            const auto message = ports.message(id);
            if (!message && message.error().code != ErrorCode::NotFound)
                return message.error();
            const bool isMeant = message && (m_order.everyState || message->isDeadLetter())
                                 && matcher.matches(portMessageColumns(), *message);
            m_summary.missing += isMeant ? 0 : 1;
            if (!isMeant)
                continue;
            if (const auto kept = m_spool.add(*message); !kept)
                return kept;
            tick(static_cast<qint64>(m_spool.count()));
        }
        return {};
    }

    Result<void> putData(Ports& ports) {
        QByteArray ids;
        for (std::size_t i = 0; i < m_spool.count(); ++i)
            ids += m_spool.id(i) + '\n';
        const auto idSum = put(bundle::ids, ids);
        PORTOLAN_TRY(idSum);
        const auto messageSum = putMessages();
        PORTOLAN_TRY(messageSum);
        const auto auditSum = putAudit(ports);
        PORTOLAN_TRY(auditSum);
        m_summary.identity = bundleIdentity(*idSum, *messageSum, *auditSum);
        return {};
    }

    Result<QByteArray> putMessages() {
        PORTOLAN_TRY(m_zip->begin(bundle::messages, m_spool.size()));
        for (std::size_t i = 0; i < m_spool.count(); ++i) {
            const auto line = m_token.stop_requested() ? Result<QByteArray>(cancelled()) : m_spool.line(i);
            PORTOLAN_TRY(line);
            PORTOLAN_TRY(m_zip->add(*line));
        }
        return end(bundle::messages);
    }

    Result<QByteArray> putAudit(Ports& ports) {
        QTemporaryFile lines(QDir(QFileInfo(m_path).absolutePath()).filePath(QStringLiteral(".portolan-XXXXXX")));
        const auto failed = [&] {
            return Error{ErrorCode::Io, QStringLiteral("Cannot keep the audit aside: %1.").arg(lines.errorString())};
        };
        if (!lines.open())
            return failed();
        for (std::size_t i = 0; i < m_spool.count(); i += auditAtOnce) {
            std::vector<QByteArray> ids;
            for (std::size_t at = i; at < std::min(i + auditAtOnce, m_spool.count()); ++at)
                ids.push_back(m_spool.id(at));
            const auto entries = ports.auditOf(ids, m_token);
            PORTOLAN_TRY(entries);
            QByteArray text;
            for (const AuditEntry& entry : *entries)
                appendAuditLine(text, entry);
            m_summary.audit += std::ssize(*entries);
            if (lines.write(text) != text.size())
                return failed();
        }
        if (!lines.flush() || !lines.seek(0))
            return failed();
        PORTOLAN_TRY(m_zip->begin(bundle::audit, lines.size()));
        constexpr qint64 atOnce = 1 << 18;
        for (QByteArray block = lines.read(atOnce); !block.isEmpty(); block = lines.read(atOnce)) {
            PORTOLAN_TRY(m_zip->add(block));
        }
        return end(bundle::audit);
    }

    Result<QByteArray> put(const QByteArray& name, const QByteArray& bytes) {
        PORTOLAN_TRY(m_zip->begin(name, bytes.size()));
        PORTOLAN_TRY(m_zip->add(bytes));
        return end(name);
    }
    Result<QByteArray> end(const QByteArray& name) {
        auto sum = m_zip->end();
        if (sum)
            m_sums += *sum + "  " + name + '\n';
        return sum;
    }

    QByteArray manifest() const {
        QByteArray text = "{\n  \"format\": \"" + QByteArray(bundle::format)
                          + "\",\n  \"version\": " + QByteArray::number(bundle::version);
        const auto add = [&](const char* name, const QByteArray& value) {
            text += QByteArray(",\n  \"") + name + "\": ";
            appendJsonString(text, value);
        };
        add("made", toIsoTime(m_made));
        add("by", m_order.by);
        add("store", m_store);
        add("of", m_order.everyState ? "port messages" : "dead letters");
        add("filter", m_order.words);
        if (const BundleSpan& span = m_spool.span(); span.first && span.last) {
            add("first", toExactIsoTime(*span.first));
            add("last", toExactIsoTime(*span.last));
        }
        add("identity", m_summary.identity);
        text += ",\n  \"messages\": " + QByteArray::number(m_summary.messages);
        text += ",\n  \"audit\": " + QByteArray::number(m_summary.audit);
        return text + "\n}\n";
    }

    QByteArray readme() const {
        const QByteArray words = m_order.words.isEmpty() ? QByteArray("all there were") : m_order.words;
        return "Incident bundle, written by " + m_order.by + ", " + toIsoTime(m_made) + "\n\nStore     " + m_store
               + "\nMessages  " + QByteArray::number(m_summary.messages)
               + (m_order.everyState ? " port messages" : " dead letters") + "\nAsked for "
               + QByteArray(words).replace('\n', ' ') + "\nAudit     " + QByteArray::number(m_summary.audit)
               + " lines about them\n\n"
                 "data/messages.jsonl has each message as it stood in its table, one a line; its documents are texts,\n"
                 "byte for byte. data/audit.jsonl is what was done to them. report.html opens in any browser.\n\n"
                 "  sha256sum -c SHA256SUMS                       nothing was changed since\n"
                 "  portolan FILE.zip                             opens it, to be read\n"
                 "  portolan import FILE.zip --into STORE         puts the messages into a store\n";
    }

    BundleOrder m_order;
    QString m_path;
    BundleSpool m_spool;
    CancelToken m_token;
    QByteArray m_store; ///< as it is shown
    Timestamp m_made;
    std::unique_ptr<ZipWriter> m_zip;
    QByteArray m_sums;
    BundleSummary m_summary;
};

BundleDraft::BundleDraft(std::unique_ptr<Parts> parts) : m_parts(std::move(parts)) {}
BundleDraft::~BundleDraft() = default;

Result<std::unique_ptr<BundleDraft>> BundleDraft::freeze(Store& store, BundleOrder order, const QString& path,
                                                         const Tick& tick, const CancelToken& token) {
    Ports* const ports = store.ports();
    if (!ports || store.unavailableReason(Feature::Ports))
        return noPorts(store);
    auto parts = std::make_unique<Parts>(std::move(order), path);
    PORTOLAN_TRY(parts->freeze(store, *ports, tick, token));
    return std::unique_ptr<BundleDraft>(new BundleDraft(std::move(parts)));
}

const BundleSpan& BundleDraft::span() const {
    return m_parts->span();
}

Result<BundleSummary> BundleDraft::write(Store& store, std::span<const BundlePaper> papers, const CancelToken& token) {
    return m_parts->write(store, papers, token);
}

QByteArray bundleIdentity(const QByteArray& ids, const QByteArray& messages, const QByteArray& audit) {
    return QCryptographicHash::hash(ids + '\n' + messages + '\n' + audit + '\n', QCryptographicHash::Sha256).toHex();
}

} // namespace portolan
