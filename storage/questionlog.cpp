#include "storage/questionlog.h"

#include <utility>

namespace portolan {

namespace {

thread_local QuestionLog::Measure* measured = nullptr; // by this thread, innermost

bool isSlow(double milliseconds) {
    return milliseconds >= static_cast<double>(QuestionLog::slowFrom.count());
}

} // namespace

QuestionLog::Figures QuestionLog::since(Timestamp moment) const {
    const std::scoped_lock lock(m_mutex);
    Figures figures;
    for (const Timed& each : m_times) {
        if (each.at < moment)
            continue;
        ++figures.counts.asked;
        figures.counts.failed += each.isFailed ? 1 : 0;
        figures.counts.slow += !each.isFailed && isSlow(each.milliseconds) ? 1 : 0;
        if (!each.isFailed)
            figures.milliseconds.push_back(each.milliseconds);
    }
    for (auto each = m_noted.rbegin(); each != m_noted.rend() && each->at >= moment; ++each)
        figures.noted.push_back(*each);
    return figures;
}

QuestionLog::Counts QuestionLog::takeCounts() {
    const std::scoped_lock lock(m_mutex);
    return std::exchange(m_counts, {});
}

void QuestionLog::giveBack(const Counts& counts) {
    const std::scoped_lock lock(m_mutex);
    m_counts.asked += counts.asked;
    m_counts.slow += counts.slow;
    m_counts.failed += counts.failed;
}

void QuestionLog::add(Timestamp at, double milliseconds, const QByteArray& list, const QString& filter,
                      const Error* error) {
    if (error && error->code == ErrorCode::Cancelled)
        return;
    const std::scoped_lock lock(m_mutex);
    const bool slow = !error && isSlow(milliseconds);
    ++m_counts.asked;
    m_counts.slow += slow ? 1 : 0;
    m_counts.failed += error ? 1 : 0;
    m_times.push_back({at, milliseconds, error != nullptr});
    if (m_times.size() > mostTimes)
        m_times.pop_front();
    if (!slow && !error)
        return;
    m_noted.push_back({at, milliseconds, list, filter, error ? error->text : QString()});
    if (m_noted.size() > mostNoted)
        m_noted.pop_front();
}

void QuestionLog::describe(const QByteArray& list, const QString& filter) {
    if (!measured)
        return;
    measured->m_list = list;
    measured->m_filter = filter;
}

QuestionLog::Measure::Measure(QuestionLog* log)
    : m_log(log)
    , m_outer(measured)
    , m_begin(std::chrono::steady_clock::now()) {
    measured = this;
}

QuestionLog::Measure::~Measure() {
    measured = m_outer;
}

void QuestionLog::Measure::end(const Error* error) {
    if (!m_log)
        return;
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - m_begin;
    m_log->add(currentTime(), took.count(), m_list, m_filter, error);
}

} // namespace portolan
