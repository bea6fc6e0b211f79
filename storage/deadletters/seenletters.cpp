#include "storage/deadletters/seenletters.h"

#include <QtEndian>

namespace portolan {

namespace {

constexpr qsizetype writtenAtOnce = 256 * 1024;

void appendPart(QByteArray& out, const QByteArray& part) {
    const quint32 size = qToLittleEndian(static_cast<quint32>(part.size()));
    out.append(reinterpret_cast<const char*>(&size), sizeof size);
    out.append(part);
}

} // namespace

Error SeenLetters::lastError() const {
    return {ErrorCode::Io, QStringLiteral("The dead letters that were found cannot be held in a temporary file: %1.")
                               .arg(m_file.errorString())};
}

Result<std::shared_ptr<SeenLetters>> SeenLetters::make() {
    std::shared_ptr<SeenLetters> seen(new SeenLetters);
    if (!seen->m_file.open())
        return seen->lastError();
    return seen;
}

Result<void> SeenLetters::add(const Letter& letter) {
    appendPart(m_unwritten, letter.id);
    appendPart(m_unwritten, letter.hash);
    ++m_count;
    return m_unwritten.size() < writtenAtOnce ? Result<void>() : finish();
}

Result<void> SeenLetters::finish() {
    const std::lock_guard lock(m_mutex);
    const bool written = m_file.write(m_unwritten) == m_unwritten.size() && m_file.flush();
    m_unwritten.clear();
    return written ? Result<void>() : Result<void>(lastError());
}

Result<std::vector<SeenLetters::Letter>> SeenLetters::read(qint64& place, int most) const {
    const std::lock_guard lock(m_mutex);
    if (!m_file.seek(place))
        return lastError();
    const auto part = [this](QByteArray& into) {
        quint32 size = 0;
        if (m_file.read(reinterpret_cast<char*>(&size), sizeof size) != sizeof size)
            return false;
        into = m_file.read(qFromLittleEndian(size));
        return into.size() == static_cast<qsizetype>(qFromLittleEndian(size));
    };
    std::vector<Letter> letters;
    while (static_cast<int>(letters.size()) < most && !m_file.atEnd()) {
        Letter letter;
        if (!part(letter.id) || !part(letter.hash))
            return lastError();
        letters.push_back(std::move(letter));
    }
    place = m_file.pos();
    return letters;
}

} // namespace portolan
