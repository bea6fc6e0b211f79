#include "views/guide/guidesearch.h"

#include "views/guide/guide.h"

#include <QTextDocument>
#include <algorithm>

namespace portolan {

GuideSearch::GuideSearch(std::function<QString(const QString& file)> pages) : m_pages(std::move(pages)) {}

const QString& GuideSearch::plain(const QString& file) {
    auto known = m_texts.find(file);
    if (known == m_texts.end()) {
        QTextDocument document;
        document.setHtml(m_pages(file));
        known = m_texts.insert(file, document.toPlainText());
    }
    return *known;
}

void GuideSearch::find(const QString& text) {
    m_text = text;
    m_places.clear();
    if (text.isEmpty())
        return;
    const auto chapters = guideChapters();
    for (int i = 0; i < static_cast<int>(chapters.size()); ++i) {
        const QString& all = plain(chapters[static_cast<std::size_t>(i)].file);
        for (qsizetype at = 0; (at = all.indexOf(text, at, Qt::CaseInsensitive)) >= 0; at += text.size())
            m_places.push_back({i, static_cast<int>(at)});
    }
}

int GuideSearch::from(const GuidePlace& place) const {
    if (m_places.empty())
        return -1;
    const auto found = std::ranges::lower_bound(m_places, place);
    return found == m_places.end() ? 0 : static_cast<int>(found - m_places.begin());
}

int GuideSearch::before(const GuidePlace& place) const {
    const auto found = std::ranges::lower_bound(m_places, place);
    return (found == m_places.begin() ? static_cast<int>(m_places.size()) : static_cast<int>(found - m_places.begin()))
           - 1;
}

} // namespace portolan
