#pragma once

#include "models/deadletters/deadlettermodels.h"
#include "models/deadletters/groupstory.h"
#include "models/deadletters/replaycontroller.h"
#include "views/ask/productionconfirmation.h"
#include "views/list/listpane.h"

#include <QTimer>
#include <optional>

class QAction;
class QPushButton;

namespace portolan {

class GroupStoryReader;
class GroupStoryView;
class ListFrame;
class ScrollFrame;

/// `Dead letter groups` beside the story of the chosen one and `Dead letters`, those of the chosen group or all, and
/// the buttons that put them back. GUI thread.
class DeadLetterList final : public ListPane {
    Q_OBJECT
public:
    explicit DeadLetterList(QWidget* parent = nullptr);

    void setContext(const PaneContext& context) override;
    void setRefusals(const PaneRefusals& refusals) override;
    void refresh() override;
    void refreshAll() override;
    void setFilter(const Filter& filter) override;
    void focusList() override;
    bool showPart(const QString& part) override; ///< a group's fingerprint
    [[nodiscard]] bool isSettled() const override;
    void setTimeDisplay(TimeDisplay display) override;
    /// With the places that are shown as columns, so that a store keeps its own.
    [[nodiscard]] QByteArray saveLayout() const override;
    void restoreLayout(const QByteArray& layout) override;

protected:
    void forget() override;
    void rowLetGo(const ListFrame* frame) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    /// The letters that a button is about.
    enum class Scope { Chosen, All };
    QWidget* makeButtons();
    QWidget* makeStory();
    void arrange();
    void startTally(const Filter& filter);
    void countOn();
    void adoptTally(const Result<TallyProgress>& progress);
    void showTally();
    void chooseGroup(int row);
    void chooseWantedGroup();
    void askLetters();
    void inspectGroup();
    void inspectLetter(int row);
    void startStory();
    void askStory();
    void adoptStory(const Result<GroupStory>& story);
    void storyMayBeOld();
    void narrow(const QString& terms);
    void inspectChange(const Precursor& change);
    void openChange(const Precursor& change);
    void fillColumnMenu();
    void typeColumn();
    void showColumn(const QString& place, bool shown);
    void showButtons();
    [[nodiscard]] QString countText() const;
    void choose(Scope scope, const std::function<void(const LetterChoice& choice, const QString& what)>& then);
    void replay(Scope scope, bool canary = false);
    void discard(Scope scope);
    void takeHome(Scope scope);
    void edit();
    void openEditor(const PortMessage& letter);
    void preview(ReplayRequest request, const QString& what, bool canary = false);
    void openDialog(const ReplayRequest& request, const QString& what, bool canary);
    [[nodiscard]] int selectedLetters() const;

    ReplayController* m_desk = nullptr;
    QString m_cannot; ///< why nothing can be put back; empty: it can
    Filter m_filter;
    std::shared_ptr<GroupTally> m_tally; ///< used on the query thread alone
    TallyProgress m_progress;
    bool m_counting = false;
    bool m_counted = false; ///< once to the end
    QTimer m_again;         ///< counts what has changed, once it has rested
    std::optional<DeadLetterGroup> m_group;
    QByteArray m_wantedGroup; ///< fingerprint of one that a link led to and that is not listed yet

    DeadLetterGroupModel m_groups;
    DeadLetterModel m_letters;
    RequestScope m_counter;
    std::vector<LetterPlace> m_places;          ///< shown as columns
    std::shared_ptr<GroupStoryReader> m_reader; ///< used on the query thread alone; null: nothing is looked for
    RequestScope m_storyScope;
    QTimer m_storyPatience;  ///< until looking is given up
    QTimer m_storyAgain;     ///< until a story that may be old is looked for again
    QByteArray m_storyOf;    ///< the group that it shows
    qint64 m_storyCount = 0; ///< letters of the group when its story was looked for

    ListFrame* m_groupFrame;
    ListFrame* m_letterFrame;
    GroupStoryView* m_story;
    ScrollFrame* m_detail; ///< the story over the letters
    QPushButton* m_allGroups;
    QPushButton* m_columns;
    QPushButton* m_all;
    QPushButton* m_canary;
    QPushButton* m_replay;
    QPushButton* m_edit;
    QPushButton* m_bundle;
    QPushButton* m_discard;
    ProductionConfirmation m_gate;
    RequestScope m_reading; ///< a letter that is to be edited
};

} // namespace portolan
