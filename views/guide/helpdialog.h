#pragma once

#include "views/guide/guidesearch.h"

#include <QAction>
#include <QDialog>
#include <functional>

class QLabel;
class QLineEdit;
class QListWidget;
class QToolButton;

namespace portolan {

class GuideBrowser;

/// The user guide in a window of its own: chapters, their text, a text to find in all of them. It stays open beside the
/// others and blocks none of them.
class HelpDialog : public QDialog {
    Q_OBJECT
public:
    using ActionsInForce = std::function<QList<QAction*>()>;
    /// `language` is a folder of the guide. The page of the keys asks for the actions whenever it is shown.
    explicit HelpDialog(const QString& language, QWidget* parent = nullptr);
    void setActions(ActionsInForce actions) { m_actions = std::move(actions); }

    /// Shows a chapter, by its file, in front of the other windows.
    void showChapter(const QString& file);
    [[nodiscard]] QString chapter() const; ///< the file of the one that is shown

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeBar();
    void fillChapters();
    [[nodiscard]] QString page(const QString& file) const;
    void showSource(const QUrl& url);
    void findFrom(bool begins);
    void findBefore();
    void goToMatch(int match);
    void showMatches();
    [[nodiscard]] GuidePlace here() const;
    void sizeChapters();

    QString m_language;
    ActionsInForce m_actions;
    GuideSearch m_search;
    QListWidget* m_chapters;
    GuideBrowser* m_browser;
    QLineEdit* m_field;
    QLabel* m_count;
    QLabel* m_note;
    int m_match = -1; ///< the one that is shown, in m_search.places()
};

} // namespace portolan
