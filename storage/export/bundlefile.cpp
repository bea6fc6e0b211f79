#include "storage/export/bundlefile.h"

#include "storage/export/bundle.h"
#include "storage/export/bundlelines.h"
#include "storage/export/zipfile.h"
#include "storage/store.h"

#include <QCryptographicHash>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QTemporaryFile>
#include <map>
#include <nlohmann/json.hpp>

namespace portolan {

namespace {

constexpr qint64 largestPaper = 1 << 20; ///< of what is kept in memory: manifest and checksums
constexpr qint64 largestLine = qint64(512) << 20;
constexpr qint64 bytesAtOnce = 8 << 20;

/// Returns true when a bundle has a file of that name; others are refused by name alone, also `..` and absolute paths.
bool isBundleName(const QByteArray& name) {
    static const QRegularExpression chart(QStringLiteral("^charts/[0-9]{2}[-a-z0-9_.]{0,100}\\.(svg|csv)$"));
    for (const char* known : {bundle::ids, bundle::messages, bundle::audit, bundle::report, bundle::manifest,
                              bundle::readme, bundle::checksums}) {
        if (name == known)
            return true;
    }
    return !name.contains('\n') && !name.contains("..") && chart.match(QString::fromLatin1(name)).hasMatch();
}

QString shownName(const QByteArray& name) {
    constexpr qsizetype longestShown = 200;
    QString text = name.isNull() ? QStringLiteral("(no UTF-8)") : QString::fromUtf8(name.left(longestShown));
    for (QChar& c : text) {
        if (!c.isPrint())
            c = QChar::ReplacementCharacter;
    }
    return text;
}

} // namespace

class BundleFile::Parts {
public:
    explicit Parts(QString path) : m_path(std::move(path)) {}

    Result<void> read(const CancelToken& token) {
        if (const auto listed = list(token); !listed)
            return listed;
        if (const auto unpacked = unpack(token); !unpacked)
            return unpacked;
        if (const auto checked = checkSums(); !checked)
            return checked;
        return readManifest();
    }

    BundleManifest manifest;

    Result<std::vector<AuditedMessage>> next(std::size_t most) {
        std::vector<AuditedMessage> some;
        qint64 bytes = 0;
        while (some.size() < most && bytes < bytesAtOnce && !m_messages.atEnd()) {
            const auto line = nextLine(m_messages);
            PORTOLAN_TRY(line);
            auto message = parseMessageLine(*line);
            if (!message)
                return refused(message.error().text);
            bytes += line->size();
            some.push_back({std::move(*message), {}});
            PORTOLAN_TRY(readAuditOf(some.back()));
        }
        if (some.empty() && m_entry)
            return refused(QStringLiteral("its audit is about a message that is not in it, or in another order"));
        return some;
    }

private:
    [[nodiscard]] Error refused(const QString& why) const {
        return {ErrorCode::Corrupt, QStringLiteral("%1 is not taken for an incident bundle: %2.").arg(m_path, why)};
    }

    /// Everything in it by name and kind, before a byte of it is unpacked.
    Result<void> list(const CancelToken& token) {
        const auto zip = ZipReader::open(m_path);
        PORTOLAN_TRY(zip);
        std::map<QByteArray, int> seen;
        ZipEntry entry;
        while (true) {
            const auto more = (*zip)->next(entry);
            PORTOLAN_TRY(more);
            if (!*more)
                break;
            if (token.stop_requested())
                return cancelled();
            if (!isBundleName(entry.name))
                return refused(QStringLiteral("it holds \"%1\", which no bundle has").arg(shownName(entry.name)));
            if (!entry.isPlainFile)
                return refused(QStringLiteral("\"%1\" in it is a link, a device or another thing that is no plain file")
                                   .arg(shownName(entry.name)));
            if (++seen[entry.name] > 1)
                return refused(QStringLiteral("it holds \"%1\" twice").arg(shownName(entry.name)));
            if (std::ssize(seen) > mostFiles)
                return refused(QStringLiteral("it holds more than %1 files").arg(mostFiles));
        }
        for (const char* needed : {bundle::ids, bundle::messages, bundle::audit, bundle::manifest, bundle::checksums}) {
            if (!seen.contains(needed))
                return refused(QStringLiteral("it lacks %1").arg(QLatin1String(needed)));
        }
        return {};
    }

    Result<void> unpack(const CancelToken& token) {
        for (QTemporaryFile* file : {&m_messages, &m_audit}) {
            if (!file->open())
                return cannotKeep(*file);
        }
        const auto zip = ZipReader::open(m_path);
        PORTOLAN_TRY(zip);
        ZipEntry entry;
        while (true) {
            const auto more = (*zip)->next(entry);
            PORTOLAN_TRY(more);
            if (!*more)
                break;
            if (const auto unpacked = unpackOne(**zip, entry.name, token); !unpacked)
                return unpacked;
        }
        for (QTemporaryFile* file : {&m_messages, &m_audit}) {
            if (!file->flush() || !file->seek(0))
                return cannotKeep(*file);
        }
        return {};
    }

    Result<void> unpackOne(ZipReader& zip, const QByteArray& name, const CancelToken& token) {
        QCryptographicHash hash(QCryptographicHash::Sha256);
        QTemporaryFile* const file = name == bundle::messages ? &m_messages
                                     : name == bundle::audit  ? &m_audit
                                                              : nullptr;
        const bool isPaper = name == bundle::manifest || name == bundle::checksums;
        QByteArray paper;
        qint64 unended = 0; ///< bytes of a line whose end has not come
        while (true) {
            const auto block = token.stop_requested() ? Result<QByteArrayView>(cancelled()) : zip.read();
            PORTOLAN_TRY(block);
            if (block->isEmpty())
                break;
            m_unpacked += block->size();
            if (const auto within = withinLimits(); !within)
                return within;
            hash.addData(*block);
            if (file && file->write(block->data(), block->size()) != block->size())
                return cannotKeep(*file);
            const qsizetype lastEnd = block->lastIndexOf('\n');
            unended = lastEnd < 0 ? unended + block->size() : block->size() - lastEnd;
            if (file && unended > largestLine)
                return refused(QStringLiteral("a line of %1 in it is far too long").arg(shownName(name)));
            if (isPaper)
                paper += *block;
            if (paper.size() > largestPaper)
                return refused(QStringLiteral("%1 in it is far too long").arg(shownName(name)));
        }
        if (isPaper)
            (name == bundle::manifest ? m_manifest : m_checksums) = paper;
        if (name != bundle::checksums)
            m_sums[name] = hash.result().toHex();
        return {};
    }

    Result<void> withinLimits() const {
        if (m_unpacked > mostBytes)
            return refused(QStringLiteral("it unpacks to more than %1 GiB").arg(mostBytes >> 30));
        if (m_unpacked > freeBytes && m_unpacked / mostRatio > m_size)
            return refused(
                QStringLiteral("it unpacks to more than %1 times its size, as no bundle does").arg(mostRatio));
        return {};
    }

    Result<void> checkSums() const {
        std::map<QByteArray, QByteArray> said;
        for (const QByteArray& line : m_checksums.split('\n')) {
            const qsizetype blanks = line.indexOf("  ");
            if (line.isEmpty())
                continue;
            if (blanks < 0)
                return refused(QStringLiteral("its checksums cannot be read"));
            said[line.mid(blanks + 2)] = line.left(blanks);
        }
        for (const auto& [name, sum] : m_sums) {
            const auto found = said.find(name);
            if (found == said.end() || found->second != sum)
                return refused(
                    QStringLiteral("%1 is not what its checksum says; it was changed or damaged").arg(shownName(name)));
        }
        if (said.size() != m_sums.size())
            return refused(QStringLiteral("it lacks a file that it has a checksum of"));
        return {};
    }

    Result<void> readManifest() {
        const auto document = nlohmann::json::parse(m_manifest.begin(), m_manifest.end(), nullptr, false);
        const auto text = [&](const char* name) {
            const auto member = document.is_object() ? document.find(name) : document.end();
            const auto* const string =
                document.is_object() && member != document.end() ? member->get_ptr<const std::string*>() : nullptr;
            return string ? QByteArray::fromStdString(*string) : QByteArray();
        };
        const auto number = [&](const char* name) {
            const auto member = document.is_object() ? document.find(name) : document.end();
            return document.is_object() && member != document.end() && member->is_number_integer()
                       ? member->get<qint64>()
                       : qint64(-1);
        };
        if (text("format") != bundle::format)
            return refused(QStringLiteral("its manifest is none of a bundle"));
        if (number("version") != bundle::version)
            return Error{
                ErrorCode::Unsupported,
                QStringLiteral("%1 is a bundle of a later version; use that version of Portolan.").arg(m_path)};
        manifest = {text("made"),   text("by"), text("store"),      text("of"),
                    text("filter"), {},         number("messages"), number("audit")};
        manifest.identity = bundleIdentity(m_sums[bundle::ids], m_sums[bundle::messages], m_sums[bundle::audit]);
        if (text("identity") != manifest.identity)
            return refused(QStringLiteral("its manifest is of other data"));
        return {};
    }

    Result<QByteArray> nextLine(QTemporaryFile& file) const {
        QByteArray line = file.readLine(); // as long as unpack() lets it be; a limit here would be allocated whole
        if (line.endsWith('\n'))
            return line;
        return file.error() == QFileDevice::NoError ? refused(QStringLiteral("a line of its data has no end"))
                                                    : cannotKeep(file);
    }

    /// The audit goes by the messages, in their order.
    Result<void> readAuditOf(AuditedMessage& of) {
        while (m_entry || !m_audit.atEnd()) {
            if (!m_entry) {
                const auto line = nextLine(m_audit);
                PORTOLAN_TRY(line);
                auto entry = parseAuditLine(*line);
                if (!entry)
                    return refused(entry.error().text);
                m_entry = std::move(*entry);
            }
            if (m_entry->subjectKind != "port_message" || m_entry->subjectId != of.message.id)
                return {};
            of.audit.push_back(std::move(*m_entry));
            m_entry.reset();
        }
        return {};
    }

    static Error cannotKeep(const QTemporaryFile& file) {
        return {ErrorCode::Io, QStringLiteral("Cannot keep what is in a bundle in %1: %2.")
                                   .arg(QFileInfo(file.fileTemplate()).path(), file.errorString())};
    }

    QString m_path;
    qint64 m_size = QFileInfo(m_path).size();
    qint64 m_unpacked = 0;
    QTemporaryFile m_messages;
    QTemporaryFile m_audit;
    QByteArray m_manifest;
    QByteArray m_checksums;
    std::map<QByteArray, QByteArray> m_sums; ///< as they were found
    std::optional<AuditEntry> m_entry;       ///< read, and not yet somebody's
};

BundleFile::BundleFile(std::unique_ptr<Parts> parts) : m_parts(std::move(parts)) {}
BundleFile::~BundleFile() = default;

Result<std::unique_ptr<BundleFile>> BundleFile::open(const QString& path, const CancelToken& token) {
    auto parts = std::make_unique<Parts>(path);
    PORTOLAN_TRY(parts->read(token));
    return std::unique_ptr<BundleFile>(new BundleFile(std::move(parts)));
}

const BundleManifest& BundleFile::manifest() const {
    return m_parts->manifest;
}

Result<std::vector<AuditedMessage>> BundleFile::next(std::size_t most) {
    return m_parts->next(most);
}

Result<IntakeOutcome> takeBundle(BundleFile& file, Store& into, IntakeOrder order,
                                 const std::function<void(qint64)>& tick, const CancelToken& token) {
    constexpr std::size_t messagesAtOnce = 500;
    PortIntake* const intake = into.intake();
    if (!intake)
        return Error{
            ErrorCode::Unsupported,
            into.unavailableReason(Feature::Ports).value_or(QStringLiteral("This store takes no port messages."))};
    order.from = file.manifest().identity;
    IntakeOutcome outcome;
    qint64 looked = 0;
    while (true) {
        const auto some = file.next(messagesAtOnce);
        PORTOLAN_TRY(some);
        if (some->empty())
            return outcome;
        auto taken = intake->take(*some, order, token);
        if (!taken)
            return taken;
        outcome.add(std::move(*taken));
        looked += std::ssize(*some);
        tick(looked);
    }
}

bool isZipFile(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) && file.read(4) == QByteArray("PK\3\4", 4);
}

} // namespace portolan
