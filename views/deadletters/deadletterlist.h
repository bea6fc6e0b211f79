#pragma once

#include "models/deadletters/deadlettermodels.h"
#include "models/deadletters/replaycontroller.h"
#include "views/ask/productionconfirmation.h"
#include "views/list/listpane.h"

#include <QTimer>
#include <optional>

class QAction;
class QPushButton;

namespace portolan {

class ListFrame;

/// `Dead letter groups` above `Dead letters`, those of the chosen group or all, and the buttons that put them back.
/// GUI thread.
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

protected:
    void forget() override { startTally({}); }

private:
    QWidget* makeButtons();
    void startTally(const Filter& filter);
    void countOn();
    void adoptTally(const Result<TallyProgress>& progress);
    void showTally();
    void chooseGroup(int row);
    void chooseWantedGroup();
    void askLetters();
    void inspectGroup();
    void inspectLetter(int row);
    void showButtons();
    [[nodiscard]] QString countText() const;
    void choose(const std::function<void(const LetterChoice& choice, const QString& what)>& then);
    void replay();
    void discard();
    void takeHome();
    void edit();
    void openEditor(const PortMessage& letter);
    void preview(ReplayRequest request, const QString& what, const QString& reason);
    void openDialog(const ReplayRequest& request, const QString& what, const QString& reason);
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

    ListFrame* m_groupFrame;
    ListFrame* m_letterFrame;
    QPushButton* m_allGroups;
    QPushButton* m_replay;
    QPushButton* m_edit;
    QPushButton* m_bundle;
    QPushButton* m_discard;
    ProductionConfirmation m_gate;
    RequestScope m_reading; ///< a letter that is to be edited
};

} // namespace portolan
