#include "storage/listing/oddvalues.h"

#include <algorithm>

namespace portolan {

namespace {

thread_local OddValues* watching = nullptr;

} // namespace

OddValues::Watch::Watch(OddValues& odd) : m_before(watching) {
    watching = &odd;
}

OddValues::Watch::~Watch() {
    watching = m_before;
}

void OddValues::note(QByteArrayView shown, const char* wanted) {
    if (!watching)
        return;
    constexpr qsizetype mostShown = 40;
    const std::lock_guard lock(watching->m_mutex);
    if (watching->m_count++ > 0)
        return;
    watching->m_first = shown.first(std::min(shown.size(), mostShown)).toByteArray();
    watching->m_wanted = wanted;
}

QString OddValues::text() const {
    const std::lock_guard lock(m_mutex);
    if (m_count == 0)
        return {};
    return QStringLiteral("%1 of another kind than %2, as \"%3\" where %4 belongs")
        .arg(m_count == 1 ? QStringLiteral("a value") : QStringLiteral("%1 values").arg(m_count),
             m_count == 1 ? QStringLiteral("its column's") : QStringLiteral("their columns'"),
             QString::fromUtf8(m_first), QLatin1String(m_wanted));
}

} // namespace portolan
