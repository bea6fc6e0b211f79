#pragma once

#include <QHash>
#include <QString>
#include <compare>
#include <functional>
#include <vector>

namespace portolan {

/// The place of a text in the guide: the chapter's row in guideChapters(), and the place in its plain text, by which a
/// cursor in its page goes, too.
struct GuidePlace {
    int chapter = 0;
    int position = 0;
    auto operator<=>(const GuidePlace&) const = default;
};

/// Finds a text in all chapters. Capitals make no difference. GUI thread; the chapters are read when they are first
/// searched: some hundred milliseconds, once.
class GuideSearch {
public:
    /// A chapter's page as HTML, by its file.
    explicit GuideSearch(std::function<QString(const QString& file)> pages);

    void find(const QString& text);
    /// Of one chapter, which has changed since.
    void forget(const QString& file) { m_texts.remove(file); }
    [[nodiscard]] const QString& text() const { return m_text; }
    [[nodiscard]] const std::vector<GuidePlace>& places() const { return m_places; }
    /// Finds the one at this place or after it, round the end; -1: there is none.
    [[nodiscard]] int from(const GuidePlace& place) const;
    /// Finds the one before this place, round the beginning; -1: there is none.
    [[nodiscard]] int before(const GuidePlace& place) const;

private:
    [[nodiscard]] const QString& plain(const QString& file);

    std::function<QString(const QString& file)> m_pages;
    QHash<QString, QString> m_texts; ///< plain, by file
    QString m_text;
    std::vector<GuidePlace> m_places; ///< in their order
};

} // namespace portolan
