#pragma once

#include "models/deadletters/groupstory.h"
#include "models/list/format.h"

#include <QWidget>

class QLabel;
class QTableWidget;
class QVBoxLayout;

namespace portolan {

/// The story of one group of dead letters: when they died, what varies among them, what they have in common, what
/// changed just before, and what became of those that were put back. GUI thread.
class GroupStoryView : public QWidget {
    Q_OBJECT
public:
    explicit GroupStoryView(QWidget* parent = nullptr);

    /// Shows a group of which nothing but its counts is known yet.
    void setGroup(const DeadLetterGroup& group);
    /// Shows the same group with other counts.
    void updateGroup(const DeadLetterGroup& group);
    void setStory(const GroupStory& story);
    /// Says why nothing more is looked for.
    void setFailed(const QString& why);
    void setTimeDisplay(TimeDisplay display);
    [[nodiscard]] const GroupStory& story() const { return m_story; }

Q_SIGNALS:
    void filterWanted(const QString& terms);              ///< only the letters that these terms take
    void changeChosen(const portolan::Precursor& change); ///< the difference is to be shown
    void changeOpened(const portolan::Precursor& change); ///< its pane is to be opened

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void sizeChanges();
    void showFigures();
    void showPlaces();
    void showContrasts();
    void showChanges();
    [[nodiscard]] QWidget* makePlace(const TemplateSlot& place);
    [[nodiscard]] QWidget* makeContrast(const Contrast& contrast);
    void openChange(int row, bool pane);

    DeadLetterGroup m_group;
    GroupStory m_story;
    QString m_failure;
    TimeDisplay m_display = TimeDisplay::Utc;
    QString m_shownPlaces; ///< the texts that the rows were made of
    QString m_shownContrasts;
    QString m_shownChanges;

    QLabel* m_title;
    QLabel* m_port;
    QLabel* m_figures;
    QVBoxLayout* m_places;
    QLabel* m_commonTitle;
    QVBoxLayout* m_contrasts;
    QLabel* m_lookedAt;
    QLabel* m_beforeTitle;
    QTableWidget* m_changes;
    QLabel* m_noChange;
};

} // namespace portolan
