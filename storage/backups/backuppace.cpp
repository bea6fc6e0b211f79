#include "storage/backups/backuppace.h"

#include <QRegularExpression>
#include <array>
#include <limits>
#include <thread>
#include <utility>

namespace portolan {

Result<qint64> parseByteRate(const QString& text) {
    static const QRegularExpression form(QStringLiteral("^(\\d{1,15})(?:\\.(\\d))? ?([kKMG]?)(i?)B?$"));
    const QRegularExpressionMatch match = form.match(text.trimmed());
    const double base = match.captured(4).isEmpty() ? 1000 : 1024;
    double bytes = (match.captured(1) + u'.' + match.captured(2) + u'0').toDouble();
    constexpr std::array units{std::pair(u'k', 1), std::pair(u'K', 1), std::pair(u'M', 2), std::pair(u'G', 3)};
    for (const auto& [unit, power] : units) {
        for (int i = 0; match.captured(3) == unit && i < power; ++i)
            bytes *= base;
    }
    constexpr double most = 1e15;
    if (!match.hasMatch() || bytes < 1 || bytes > most)
        return Error{ErrorCode::Usage,
                     QStringLiteral("\"%1\" is no rate. Write the bytes a second at most: 20MB, 500kB.").arg(text)};
    return static_cast<qint64>(bytes);
}

void BackupPace::hold(BackupStep step, qint64 bytes, const CancelToken& token) {
    if (m_rate == 0)
        return;
    const auto now = std::chrono::steady_clock::now;
    if (!m_isBegun || step != m_step) {
        m_isBegun = true;
        m_step = step;
        m_begun = now();
        m_from = m_held[static_cast<std::size_t>(step)];
    }
    m_held[static_cast<std::size_t>(step)] = bytes;
    const std::chrono::duration<double> due(static_cast<double>(bytes - m_from) / static_cast<double>(m_rate));
    constexpr std::chrono::milliseconds slice{50}; // between two looks at the token
    while (!token.stop_requested() && now() - m_begun < due)
        std::this_thread::sleep_for(std::min<std::chrono::duration<double>>(slice, due - (now() - m_begun)));
}

} // namespace portolan
